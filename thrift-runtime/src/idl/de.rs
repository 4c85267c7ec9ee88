//! Formats to trees.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor},
};

use super::{read, tree::Tree};
use crate::{Limits, value::Value};

/// Reads a value as the IDL spells it.
///
/// # Errors
///
/// If it is not spelled so, or nested deeper than [`Limits::MAX_DEPTH`].
pub fn deserialize<'de, V: Value, D: Deserializer<'de>>(deserializer: D) -> Result<V, D::Error> {
    let tree = Nested(0).deserialize(deserializer)?;
    read::value(&tree).map_err(D::Error::custom)
}

/// Reads a tree at a depth.
#[derive(Clone, Copy)]
struct Nested(u32);

impl Nested {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.0 < Limits::MAX_DEPTH {
            true => Ok(Nested(self.0 + 1)),
            false => Err(E::custom(format!("nested deeper than {} levels", Limits::MAX_DEPTH))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Nested {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value as the IDL spells it")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(i64::try_from(value).map_or(Tree::Large(value), Tree::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Double(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Tree, E> {
        Ok(Tree::Binary(value.to_vec()))
    }

    fn visit_byte_buf<E>(self, value: Vec<u8>) -> Result<Tree, E> {
        Ok(Tree::Binary(value))
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        self.deeper()?.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, of: D) -> Result<Tree, D::Error> {
        self.deeper()?.deserialize(of)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let within = self.deeper()?;
        let mut elements = Vec::new();
        while let Some(element) = list.next_element_seed(within)? {
            elements.push(element);
        }
        Ok(Tree::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let within = self.deeper()?;
        let mut pairs = Vec::new();
        while let Some(key) = map.next_key_seed(within)? {
            pairs.push((key, map.next_value_seed(within)?));
        }
        Ok(Tree::Map(pairs))
    }
}
