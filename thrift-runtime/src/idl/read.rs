//! Trees to values, by the way that protocols read them.

use std::{marker::PhantomData, slice};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use uuid::Uuid;

use super::tree::Tree;
use crate::{
    error::{Error, ErrorKind, Result, Segment},
    protocol::{Floor, TType, frame},
    value::{Any, Decode, DecodeStruct, EncodeStruct, FieldHeader, StructReader, ValueReader},
};

/// The value that a tree is.
pub(super) fn value<'t, V: Decode<'t>>(tree: &'t Tree) -> Result<V> {
    let mut value = V::default();
    value.decode_into(&mut Reader::new(tree, Floor::new()))?;
    Ok(value)
}

/// Gives out what is in a tree, in order.
struct Reader<'t> {
    /// The tree, until it is taken.
    next: Option<&'t Tree>,
    /// What is left of the containers that were begun, the innermost last.
    open: Vec<Open<'t>>,
    floor: Floor,
}

enum Open<'t> {
    List(slice::Iter<'t, Tree>),
    /// The pairs, and the value of a key that was given.
    Map(slice::Iter<'t, (Tree, Tree)>, Option<&'t Tree>),
    /// The same, written as a list.
    Pairs(slice::Iter<'t, Tree>, Option<&'t Tree>),
}

impl<'t> Open<'t> {
    fn next(&mut self) -> Option<&'t Tree> {
        let ((key, of), value) = match self {
            Open::List(elements) => return elements.next(),
            Open::Map(_, value) | Open::Pairs(_, value) if value.is_some() => return value.take(),
            Open::Map(pairs, value) => {
                let (key, of) = pairs.next()?;
                ((key, of), value)
            }
            Open::Pairs(pairs, value) => match pairs.next()? {
                Tree::List(pair) => ((pair.first()?, pair.last()?), value),
                _ => return None,
            },
        };
        *value = Some(of);
        Some(key)
    }
}

impl<'t> Reader<'t> {
    fn new(tree: &'t Tree, floor: Floor) -> Self {
        Reader { next: Some(tree), open: Vec::new(), floor }
    }

    fn take(&mut self) -> Result<&'t Tree> {
        let next = self.next.take();
        let next = next.or_else(|| self.open.last_mut().and_then(Open::next));
        next.ok_or_else(|| Error::malformed("too few elements"))
    }

    /// A whole number; in quotes, too, as it is a key.
    fn integer<T: TryFrom<i64>>(&mut self, expected: &'static str) -> Result<T> {
        let tree = self.take()?;
        let number = match tree {
            Tree::Int(number) => Some(*number),
            Tree::Text(text) => text.parse().ok(),
            // Formats without whole numbers.
            Tree::Double(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                Some(*number as i64)
            }
            _ => None,
        };
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| unfit(tree, expected))
    }
}

/// The error for what is something else than expected.
#[cold]
fn unfit(found: &Tree, expected: &str) -> Error {
    let found = match found {
        Tree::Null => "null".to_owned(),
        Tree::Bool(value) => value.to_string(),
        Tree::Int(value) => value.to_string(),
        Tree::Large(value) => value.to_string(),
        Tree::Double(value) => value.to_string(),
        Tree::Text(value) => format!("{:?}", value.chars().take(40).collect::<String>()),
        Tree::Binary(_) | Tree::Uuid(_) => "bytes".to_owned(),
        Tree::Member(value, _) => value.to_string(),
        Tree::List(_) => "a list".to_owned(),
        Tree::Map(_) | Tree::Struct(..) => "an object".to_owned(),
    };
    Error::malformed(format!("expected {expected}, found {found}"))
}

impl<'t> ValueReader<'t> for Reader<'t> {
    const TYPE_IS_GIVEN: bool = true;

    fn bool(&mut self) -> Result<bool> {
        match self.take()? {
            Tree::Bool(value) => Ok(*value),
            Tree::Int(0) => Ok(false),
            Tree::Int(1) => Ok(true),
            Tree::Text(text) if text == "true" => Ok(true),
            Tree::Text(text) if text == "false" => Ok(false),
            other => Err(unfit(other, "a bool")),
        }
    }

    fn i8(&mut self) -> Result<i8> {
        self.integer("an i8")
    }

    fn i16(&mut self) -> Result<i16> {
        self.integer("an i16")
    }

    fn i32(&mut self) -> Result<i32> {
        self.integer("an i32")
    }

    fn i64(&mut self) -> Result<i64> {
        self.integer("an i64")
    }

    fn double(&mut self) -> Result<f64> {
        match self.take()? {
            Tree::Double(value) => Ok(*value),
            Tree::Int(value) => Ok(*value as f64),
            Tree::Large(value) => Ok(*value as f64),
            Tree::Text(text) => {
                text.parse().map_err(|_| unfit(&Tree::Text(text.clone()), "a double"))
            }
            other => Err(unfit(other, "a double")),
        }
    }

    fn uuid(&mut self) -> Result<[u8; 16]> {
        let tree = self.take()?;
        let id = match tree {
            Tree::Text(text) => Uuid::try_parse(text).ok().map(Uuid::into_bytes),
            Tree::Binary(bytes) => bytes.as_slice().try_into().ok(),
            _ => None,
        };
        id.ok_or_else(|| unfit(tree, "a uuid"))
    }

    fn member(&mut self, members: &'static [(&'static str, i32)]) -> Result<i32> {
        let tree = self.take()?;
        let number = match tree {
            Tree::Int(number) => i32::try_from(*number).ok(),
            Tree::Text(text) => {
                let named = members.iter().find(|(name, _)| name == text);
                named.map(|(_, number)| *number).or_else(|| text.parse().ok())
            }
            _ => None,
        };
        number.ok_or_else(|| unfit(tree, "the name or the number of an enum's member"))
    }

    fn string(&mut self, into: &mut String) -> Result<()> {
        match self.take()? {
            Tree::Text(text) => {
                into.clone_from(text);
                Ok(())
            }
            other => Err(unfit(other, "a string")),
        }
    }

    fn unchecked_string(&mut self, into: &mut Bytes) -> Result<()> {
        let mut text = String::new();
        self.string(&mut text)?;
        *into = text.into();
        Ok(())
    }

    fn binary(&mut self, into: &mut Bytes) -> Result<()> {
        let tree = self.take()?;
        let bytes = match tree {
            Tree::Text(text) => BASE64_STANDARD.decode(text).ok(),
            Tree::Binary(bytes) => Some(bytes.clone()),
            _ => None,
        };
        *into = bytes.ok_or_else(|| unfit(tree, "a binary in Base64"))?.into();
        Ok(())
    }

    fn list(&mut self) -> Result<(TType, usize)> {
        match self.take()? {
            Tree::List(elements) => {
                self.open.push(Open::List(elements.iter()));
                Ok((TType::Stop, elements.len()))
            }
            other => Err(unfit(other, "a list")),
        }
    }

    fn set(&mut self) -> Result<(TType, usize)> {
        self.list()
    }

    fn map(&mut self) -> Result<(TType, TType, usize)> {
        let tree = self.take()?;
        let count = match tree {
            Tree::Map(pairs) => {
                self.open.push(Open::Map(pairs.iter(), None));
                pairs.len()
            }
            // As of a map whose keys are containers.
            Tree::List(pairs) if pairs.iter().all(Tree::is_pair) => {
                self.open.push(Open::Pairs(pairs.iter(), None));
                pairs.len()
            }
            other => return Err(unfit(other, "a map")),
        };
        Ok((TType::Stop, TType::Stop, count))
    }

    fn end(&mut self) -> Result<()> {
        match self.open.pop().and_then(|mut open| open.next()) {
            None => Ok(()),
            Some(_) => Err(Error::malformed("too many elements")),
        }
    }

    fn structure<S: DecodeStruct<'t>>(&mut self, into: &mut S) -> Result<()> {
        let floor = self.floor;
        if !floor.has_room(const { frame::<S>() }) {
            return Err(Error::limit("the value is nested too deep"));
        }
        match self.take()? {
            Tree::Map(pairs) => {
                let (pairs, of) = (pairs.iter(), PhantomData::<S>);
                into.read(&mut Fields { pairs, value: None, floor, of })
            }
            other => Err(unfit(other, S::NAME)),
        }
    }

    fn skip(&mut self, _: TType) -> Result<()> {
        self.take().map(drop)
    }

    fn descend(&mut self) -> Result<()> {
        Ok(())
    }

    fn ascend(&mut self) {}

    fn claim(&mut self, _: usize, _: usize) -> Result<()> {
        Ok(())
    }

    /// All elements are there already, so there may be room for all of them.
    fn remaining(&self) -> usize {
        usize::MAX / 8
    }
}

/// The fields of a struct that are there.
struct Fields<'t, S> {
    pairs: slice::Iter<'t, (Tree, Tree)>,
    /// That of the field whose header was given.
    value: Option<&'t Tree>,
    floor: Floor,
    of: PhantomData<S>,
}

impl<'t, S: EncodeStruct> StructReader<'t> for Fields<'t, S> {
    fn take(&mut self, _: i16, _: TType) -> bool {
        false
    }

    fn header(&mut self) -> Result<Option<FieldHeader>> {
        for (name, value) in &mut self.pairs {
            let known = S::FIELDS.iter().find(|field| name.is_text(field.name));
            if let Some(field) = known.filter(|_| !matches!(value, Tree::Null)) {
                self.value = Some(value);
                return Ok(Some(FieldHeader { ty: TType::Stop, id: field.id }));
            }
        }
        Ok(None)
    }

    fn read<V: Decode<'t>>(&mut self, header: FieldHeader, value: &mut V) -> Result<bool> {
        let Some(tree) = self.value.take() else { return Ok(false) };
        let read = value.decode_into(&mut Reader::new(tree, self.floor));
        read.map_err(|error| error.within(Segment::of::<S>(Some(header.id))))?;
        Ok(true)
    }

    fn skip(&mut self, _: FieldHeader) -> Result<bool> {
        Ok(false)
    }

    fn any(&mut self, _: FieldHeader) -> Result<Any> {
        Err(Error::malformed("a field that is not in the IDL has no known type"))
    }

    fn missing(&mut self, id: i16) -> Error {
        let field = S::FIELDS.iter().find(|field| field.id == id);
        let name = field.map_or("", |field| field.name);
        Error::new(
            ErrorKind::MissingField,
            format!("`{name}` of `{}` is required, but missing", S::NAME),
        )
    }

    fn claim(&mut self, _: usize, _: usize) -> Result<()> {
        Ok(())
    }
}

impl Tree {
    fn is_pair(&self) -> bool {
        matches!(self, Tree::List(pair) if pair.len() == 2)
    }

    fn is_text(&self, name: &str) -> bool {
        matches!(self, Tree::Text(text) if text == name)
    }
}
