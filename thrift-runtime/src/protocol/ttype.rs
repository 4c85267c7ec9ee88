//! Wire types and their numbers.

use std::fmt;

use crate::error::{Error, Result};

/// A wire type, as in the headers of fields and containers.
///
/// The numbers are those of the binary protocol. Compact and JSON have their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[repr(u8)]
#[non_exhaustive]
pub enum TType {
    /// The end of a struct's fields; also stands for the types of an empty map that does not tell
    /// them.
    Stop = 0,
    /// `bool`
    Bool = 2,
    /// `i8`, `byte`
    I8 = 3,
    /// `double`
    Double = 4,
    /// `i16`
    I16 = 6,
    /// `i32`, enums
    I32 = 8,
    /// `i64`
    I64 = 10,
    /// `string`, `binary`
    String = 11,
    /// Structs, unions, exceptions
    Struct = 12,
    /// `map`
    Map = 13,
    /// `set`
    Set = 14,
    /// `list`
    List = 15,
    /// `uuid`
    Uuid = 16,
}

impl TType {
    /// Whether values of this type are lists, sets or maps.
    #[inline]
    pub const fn is_container(self) -> bool {
        matches!(self, TType::List | TType::Set | TType::Map)
    }
}

impl TryFrom<u8> for TType {
    type Error = Error;

    #[inline]
    fn try_from(number: u8) -> Result<Self> {
        Ok(match number {
            0 => TType::Stop,
            2 => TType::Bool,
            3 => TType::I8,
            4 => TType::Double,
            6 => TType::I16,
            8 => TType::I32,
            10 => TType::I64,
            11 => TType::String,
            12 => TType::Struct,
            13 => TType::Map,
            14 => TType::Set,
            15 => TType::List,
            16 => TType::Uuid,
            _ => return Err(Error::malformed(format!("type id {number} is unknown"))),
        })
    }
}

impl fmt::Display for TType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TType::Stop => "stop",
            TType::Bool => "bool",
            TType::I8 => "i8",
            TType::Double => "double",
            TType::I16 => "i16",
            TType::I32 => "i32",
            TType::I64 => "i64",
            TType::String => "string",
            TType::Struct => "struct",
            TType::Map => "map",
            TType::Set => "set",
            TType::List => "list",
            TType::Uuid => "uuid",
        })
    }
}
