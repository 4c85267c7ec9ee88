//! The compact protocol's numbers of types, four bits each.

use crate::{
    error::{Error, Result},
    protocol::TType,
};

/// In a field's header the boolean itself; as an element's type either number means `bool`.
pub(super) const TRUE: u8 = 1;
pub(super) const FALSE: u8 = 2;

/// The number of a type in headers; for `bool` that of [`TRUE`], which is what all peers write as
/// an element's type.
#[inline(always)]
pub(super) const fn number(ty: TType) -> u8 {
    match ty {
        TType::Stop => 0,
        TType::Bool => TRUE,
        TType::I8 => 3,
        TType::I16 => 4,
        TType::I32 => 5,
        TType::I64 => 6,
        TType::Double => 7,
        TType::String => 8,
        TType::List => 9,
        TType::Set => 10,
        TType::Map => 11,
        TType::Struct => 12,
        TType::Uuid => 13,
    }
}

/// The types by their numbers.
const TYPES: [TType; 14] = [
    TType::Stop,
    TType::Bool,
    TType::Bool,
    TType::I8,
    TType::I16,
    TType::I32,
    TType::I64,
    TType::Double,
    TType::String,
    TType::List,
    TType::Set,
    TType::Map,
    TType::Struct,
    TType::Uuid,
];

/// The type of a number.
#[inline(always)]
pub(super) fn ttype(number: u8) -> Result<TType> {
    TYPES.get(usize::from(number)).copied().ok_or_else(|| unknown(number))
}

#[cold]
fn unknown(number: u8) -> Error {
    Error::malformed(format!("type id {number} is unknown"))
}
