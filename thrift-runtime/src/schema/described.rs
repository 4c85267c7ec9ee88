//! The descriptions of the types that this crate makes values of.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use bytes::Bytes;
use ordered_float::OrderedFloat;
use uuid::Uuid;

use super::{Described, Type};
use crate::{
    error::Result,
    protocol::{BinaryProtocol, Protocol as _},
    value::{Blob, ByteStr, Encode, LossyStr, Skipped, Str, StrList},
};

macro_rules! described {
    ($([$($parameters:tt)*] $ty:ty => $description:expr;)*) => {$(
        impl<$($parameters)*> Described for $ty {
            const DESCRIPTION: Type = $description;
        }
    )*};
}

described! {
    [] bool => Type::Bool;
    [] i8 => Type::I8;
    [] i16 => Type::I16;
    [] i32 => Type::I32;
    [] i64 => Type::I64;
    [] f64 => Type::Double;
    [] OrderedFloat<f64> => Type::Double;
    [] String => Type::String;
    [] Str => Type::String;
    [] ByteStr => Type::String;
    [] LossyStr => Type::String;
    [] Box<str> => Type::String;
    [] Arc<str> => Type::String;
    [] &str => Type::String;
    [] Cow<'_, str> => Type::String;
    [] Bytes => Type::Binary;
    [] Blob => Type::Binary;
    [] StrList => Type::List(&Type::String);
    [] &[u8] => Type::Binary;
    [] Cow<'_, [u8]> => Type::Binary;
    [] Uuid => Type::Uuid;
    [T: Described] Vec<T> => Type::List(&T::DESCRIPTION);
    [T: Described + Clone] Cow<'_, [T]> => Type::List(&T::DESCRIPTION);
    [T: Described, const N: usize] [T; N] => Type::List(&T::DESCRIPTION);
    [T: Described] BTreeSet<T> => Type::Set(&T::DESCRIPTION);
    [T: Described, S] HashSet<T, S> => Type::Set(&T::DESCRIPTION);
    [K: Described, V: Described] BTreeMap<K, V> => Type::Map(&K::DESCRIPTION, &V::DESCRIPTION);
    [K: Described, V: Described, S] HashMap<K, V, S> => Type::Map(&K::DESCRIPTION, &V::DESCRIPTION);
    [T: Described] Box<T> => T::DESCRIPTION;
    [T: Described] Rc<T> => T::DESCRIPTION;
    [T: Described] Arc<T> => T::DESCRIPTION;
    [T: Described] Skipped<T> => T::DESCRIPTION;
}

/// The description of what a foreign type is written as; see `#[thrift(with = ...)]`.
#[doc(hidden)]
pub const fn described_as<W: Described, T, E>(_from_wire: fn(W) -> Result<T, E>) -> Type {
    W::DESCRIPTION
}

/// A default as [`Value::Made`](super::Value::Made) has it: in a struct, whose field tells its type.
/// Nothing if it cannot be written.
#[doc(hidden)]
pub fn made<T: Encode>(value: &T) -> Vec<u8> {
    let mut bytes = vec![T::TYPE as u8, 0, 1];
    match BinaryProtocol::STRICT.encode(value) {
        Ok(value) => bytes.extend(value),
        Err(_) => return Vec::new(),
    }
    bytes.push(0);
    bytes
}
