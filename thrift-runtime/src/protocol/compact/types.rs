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

/// The type of a number.
#[inline]
pub(super) fn ttype(number: u8) -> Result<TType> {
    Ok(match number {
        0 => TType::Stop,
        TRUE | FALSE => TType::Bool,
        3 => TType::I8,
        4 => TType::I16,
        5 => TType::I32,
        6 => TType::I64,
        7 => TType::Double,
        8 => TType::String,
        9 => TType::List,
        10 => TType::Set,
        11 => TType::Map,
        12 => TType::Struct,
        13 => TType::Uuid,
        _ => return Err(Error::malformed(format!("type id {number} is unknown"))),
    })
}
