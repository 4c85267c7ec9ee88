//! How much memory defaults and constants take, which a peer or the IDL gets with few bytes.

use std::{cell::Cell, collections::HashMap};

use bytes::Bytes;
use thrift_idl::model::{self, Item, ItemId};

use super::{
    Mismatch, Value,
    body::Body,
    schema::{Kind, Schema, Structure},
};
use crate::protocol::Limits;

/// How many bytes the defaults of all structs may take that are made at once, and the value of one constant.
pub(super) const LARGEST: usize = 64 << 20;

/// The size of what nests deeper than any value may.
const TOO_DEEP: usize = usize::MAX;

/// What is wrong with a size, if it is above [`LARGEST`].
pub(super) fn excess(size: usize) -> Option<&'static str> {
    match size {
        TOO_DEEP => Some("nest too deep"),
        size if size > LARGEST => Some("take too much memory"),
        _ => None,
    }
}

/// What is left for the defaults of all structs that are made at once, such as those of a document: of
/// which a few bytes each may be enough to ask for [`LARGEST`].
pub(super) struct Budget(Cell<usize>);

impl Budget {
    pub(super) fn new() -> Self {
        Budget(Cell::new(LARGEST))
    }

    /// Takes a number of bytes for the defaults of a struct.
    pub(super) fn take(&self, size: usize, of: &Structure) -> Result<(), Mismatch> {
        if let Some(excess) = excess(of.defaults) {
            return Err(Mismatch::new(format!("the defaults of `{}` {excess}", of.name)));
        }
        let Some(left) = self.0.get().checked_sub(size) else {
            let text = "the defaults of all fields that are left out take too much memory";
            return Err(Mismatch::new(text));
        };
        self.0.set(left);
        Ok(())
    }
}

/// Sizes in bytes.
pub(super) struct Sizes {
    /// Of the defaults of each struct, and of those of its fields, if it has any.
    pub(super) structs: Vec<(usize, Vec<usize>)>,
    /// Of the constants that are larger than [`LARGEST`].
    pub(super) constants: HashMap<ItemId, usize>,
}

/// The sizes of all defaults and constants of an IDL.
pub(super) fn sizes(schema: &Schema) -> Sizes {
    let mut measured = Measured { schema, known: HashMap::new() };
    let structs = (0..schema.structs.len() as u32).map(Node::Struct);
    let structs = structs.map(|of| (measured.extent(of).size(), measured.fields(of))).collect();
    let all = schema.program.items().filter(|(_, item)| matches!(item, Item::Const(_)));
    let constants = all.map(|(id, _)| (id, measured.extent(Node::Const(id)).size()));
    let constants = constants.filter(|(_, size)| excess(*size).is_some()).collect();
    Sizes { structs, constants }
}

/// What has an extent of its own, which others refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    /// The defaults of a struct, by its place in [`Schema::structs`].
    Struct(u32),
    Const(ItemId),
}

/// How large a value is.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    bytes: usize,
    /// How many levels it nests.
    depth: u32,
}

impl Extent {
    /// What refers to itself has no end. The resolver sees to it that nothing does.
    const ENDLESS: Extent = Extent { bytes: usize::MAX, depth: u32::MAX };

    fn of(bytes: usize) -> Self {
        Extent { bytes, depth: 0 }
    }

    fn and(self, other: Self) -> Self {
        Extent { bytes: self.bytes.saturating_add(other.bytes), depth: self.depth.max(other.depth) }
    }

    /// One level further in.
    fn within(self) -> Self {
        Extent { depth: self.depth.saturating_add(1), ..self }
    }

    fn size(self) -> usize {
        match self.depth <= Limits::MAX_DEPTH {
            true => self.bytes.min(TOO_DEEP - 1),
            false => TOO_DEEP,
        }
    }
}

/// What is known so far: `None` while that is being found out.
struct Measured<'s> {
    schema: &'s Schema,
    known: HashMap<Node, Option<Extent>>,
}

impl<'s> Measured<'s> {
    /// The extent of a node, after those of all that it refers to. As these may be a long chain, there
    /// is no recursion from one to the next.
    fn extent(&mut self, of: Node) -> Extent {
        let mut nodes = vec![of];
        while let Some(&node) = nodes.last() {
            match self.known.get(&node) {
                Some(Some(_)) => drop(nodes.pop()),
                Some(None) => {
                    let extent = self.of_node(node);
                    self.known.insert(node, Some(extent));
                    nodes.pop();
                }
                None => {
                    self.known.insert(node, None);
                    let known = &self.known;
                    self.values(node, |value| {
                        references(self.schema, value, &mut |node| {
                            if !known.contains_key(&node) {
                                nodes.push(node);
                            }
                        });
                    });
                }
            }
        }
        self.found(of)
    }

    fn found(&self, of: Node) -> Extent {
        self.known.get(&of).copied().flatten().unwrap_or(Extent::ENDLESS)
    }

    /// The sizes of the defaults of fields, once the extents of all that they refer to are known.
    fn fields(&self, of: Node) -> Vec<usize> {
        let Node::Struct(at) = of else { return Vec::new() };
        let fields = self.schema.structure(at).map_or(&[][..], |of| &of.fields);
        if fields.iter().all(|field| field.default.is_none()) {
            return Vec::new();
        }
        let defaults = fields.iter().map(|field| field.default.as_ref());
        defaults.map(|default| default.map_or(0, |value| self.value(value).size())).collect()
    }

    /// Does something with the values that a node consists of.
    fn values(&self, of: Node, mut each: impl FnMut(&'s model::Value)) {
        match of {
            Node::Struct(at) => {
                let fields = self.schema.structure(at).into_iter().flat_map(|of| &of.fields);
                fields.filter_map(|field| field.default.as_ref()).for_each(each);
            }
            Node::Const(id) => {
                if let Item::Const(of) = self.schema.program.item(id) {
                    each(&of.value);
                }
            }
        }
    }

    fn of_node(&self, of: Node) -> Extent {
        let mut sum = Extent::default();
        self.values(of, |value| sum = sum.and(self.value(value)));
        let Node::Struct(at) = of else { return sum };
        let Some(of) = self.schema.structure(at) else { return sum };
        // There are places for all fields up to the last one that is set.
        let last = of.fields.iter().rposition(|field| field.default.is_some());
        sum.and(Extent::of(Body::far_size(last.map_or(0, |last| last + 1)))).within()
    }

    /// The extent of a value, of which the parser bounds how deep it is written.
    fn value(&self, value: &model::Value) -> Extent {
        let all = |values: &mut dyn Iterator<Item = &model::Value>| {
            values.fold(Extent::default(), |sum, value| {
                sum.and(self.value(value)).and(Extent::of(size_of::<Value>()))
            })
        };
        match value {
            model::Value::String(text) => Extent::of(text.len()),
            model::Value::Binary(bytes) => Extent::of(bytes.len() + size_of::<Bytes>()),
            model::Value::List(values) | model::Value::Set(values) => {
                all(&mut values.iter()).within()
            }
            model::Value::Map(pairs) => {
                all(&mut pairs.iter().flat_map(|(key, value)| [key, value])).within()
            }
            model::Value::Struct { of, fields } => {
                let set = all(&mut fields.iter().map(|(_, value)| value)).within();
                let Kind::Struct(at) = self.schema.kind(*of) else { return set };
                let places = self.schema.structure(at).map_or(0, |of| of.fields.len());
                let size = Body::size(places) + Body::far_size(places);
                set.and(self.found(Node::Struct(at))).and(Extent::of(size))
            }
            model::Value::Const(id) => self.found(Node::Const(*id)),
            _ => Extent::default(),
        }
    }
}

/// Does something with each node that a value refers to.
fn references(schema: &Schema, value: &model::Value, each: &mut dyn FnMut(Node)) {
    match value {
        model::Value::List(values) | model::Value::Set(values) => {
            values.iter().for_each(|value| references(schema, value, each));
        }
        model::Value::Map(pairs) => {
            for (key, value) in pairs {
                references(schema, key, each);
                references(schema, value, each);
            }
        }
        model::Value::Struct { of, fields } => {
            if let Kind::Struct(at) = schema.kind(*of) {
                each(Node::Struct(at));
            }
            fields.iter().for_each(|(_, value)| references(schema, value, each));
        }
        model::Value::Const(id) => each(Node::Const(*id)),
        _ => {}
    }
}
