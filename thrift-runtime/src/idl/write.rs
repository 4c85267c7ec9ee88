//! Values to trees, by the way that protocols write them.

use std::marker::PhantomData;

use super::tree::Tree;
use crate::{
    Limits,
    protocol::{Floor, TType, frame},
    value::{Any, Encode, EncodeStruct, StructWriter, ValueWriter},
};

/// The tree of a value; `None` of one that is nested too deep.
pub(super) fn tree<V: Encode>(value: &V) -> Option<Tree> {
    within(value, Place { floor: Floor::new(), levels: Limits::MAX_DEPTH })
}

/// How much deeper values may nest.
#[derive(Clone, Copy)]
struct Place {
    floor: Floor,
    levels: u32,
}

fn within<V: Encode>(value: &V, place: Place) -> Option<Tree> {
    let mut writer = Writer { place, open: Vec::new(), done: None, failed: false };
    value.encode(&mut writer);
    writer.done.filter(|_| !writer.failed)
}

/// Makes a tree of what is written.
struct Writer {
    place: Place,
    /// The containers that were begun and not ended, the innermost last.
    open: Vec<Open>,
    done: Option<Tree>,
    failed: bool,
}

enum Open {
    List(Vec<Tree>),
    /// The pairs, and a key whose value has not come.
    Map(Vec<(Tree, Tree)>, Option<Tree>),
}

impl Writer {
    fn put(&mut self, value: Tree) {
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some(Open::List(elements)) => elements.push(value),
            Some(Open::Map(pairs, key)) => match key.take() {
                Some(key) => pairs.push((key, value)),
                None => *key = Some(value),
            },
        }
    }
}

impl ValueWriter for Writer {
    fn bool(&mut self, value: bool) {
        self.put(Tree::Bool(value));
    }

    fn i8(&mut self, value: i8) {
        self.put(Tree::Int(value.into()));
    }

    fn i16(&mut self, value: i16) {
        self.put(Tree::Int(value.into()));
    }

    fn i32(&mut self, value: i32) {
        self.put(Tree::Int(value.into()));
    }

    fn i64(&mut self, value: i64) {
        self.put(Tree::Int(value));
    }

    fn double(&mut self, value: f64) {
        self.put(Tree::Double(value));
    }

    fn uuid(&mut self, value: &[u8; 16]) {
        self.put(Tree::Uuid(*value));
    }

    fn member(&mut self, value: i32, members: &'static [(&'static str, i32)]) {
        let named = members.iter().find(|(_, number)| *number == value);
        self.put(Tree::Member(value, named.map(|(name, _)| *name)));
    }

    fn string(&mut self, value: &str) {
        self.put(Tree::Text(value.to_owned()));
    }

    fn unchecked_string(&mut self, value: &bytes::Bytes) {
        self.put(Tree::Text(String::from_utf8_lossy(value).into_owned()));
    }

    fn binary(&mut self, value: &[u8]) {
        self.put(Tree::Binary(value.to_vec()));
    }

    fn list(&mut self, _: TType, _: usize) {
        self.open.push(Open::List(Vec::new()));
    }

    fn set(&mut self, _: TType, _: usize) {
        self.open.push(Open::List(Vec::new()));
    }

    fn map(&mut self, _: TType, _: TType, _: usize) {
        self.open.push(Open::Map(Vec::new(), None));
    }

    fn end(&mut self) {
        match self.open.pop() {
            Some(Open::List(elements)) => self.put(Tree::List(elements)),
            Some(Open::Map(pairs, _)) => self.put(Tree::Map(pairs)),
            None => {}
        }
    }

    fn structure<S: EncodeStruct>(&mut self, value: &S) {
        let Place { floor, levels } = self.place;
        let levels = levels.saturating_sub(1);
        let room = levels > 0 && floor.has_room(const { frame::<S>() });
        self.failed |= !room;
        if self.failed {
            return;
        }
        let place = Place { floor, levels };
        let mut fields = Fields::<S> { place, fields: Vec::new(), failed: false, of: PhantomData };
        value.write(&mut fields);
        self.failed |= fields.failed;
        self.put(Tree::Struct(S::NAME, fields.fields));
    }

    fn has_failed(&self) -> bool {
        self.failed
    }
}

/// The fields of a struct that are set.
struct Fields<S> {
    place: Place,
    fields: Vec<(&'static str, Tree)>,
    failed: bool,
    of: PhantomData<S>,
}

impl<S: EncodeStruct> StructWriter for Fields<S> {
    fn field<V: Encode>(&mut self, id: i16, value: &V) {
        let Some(field) = S::FIELDS.iter().find(|field| field.id == id) else { return };
        match within(value, self.place).filter(|_| !self.failed) {
            Some(value) => self.fields.push((field.name, value)),
            None => self.failed = true,
        }
    }

    /// What only a newer IDL knows has no name.
    fn any(&mut self, _: i16, _: &Any) {}
}
