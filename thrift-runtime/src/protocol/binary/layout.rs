//! How the binary protocol lays out headers and values.

use super::BinaryProtocol;
use crate::{
    error::Result,
    protocol::{
        Limits, Protocol, TType,
        scan::{Entry, Extent, FieldStep, Layout},
        sizes::{check_count, check_length, check_typed},
    },
};

/// The binary protocol's layout.
#[derive(Debug)]
pub struct BinaryLayout;

impl Layout for BinaryLayout {
    #[inline]
    fn message(input: &[u8], limits: &Limits) -> Result<Option<usize>> {
        match BinaryProtocol::STRICT.read_header(input, limits) {
            Ok((_, length)) => Ok(Some(length)),
            Err(error) if error.is_truncated() => Ok(None),
            Err(error) => Err(error),
        }
    }

    #[inline(always)]
    fn field(input: &[u8], _last: i16) -> Result<Option<FieldStep>> {
        let Some((ty, rest)) = input.split_first() else { return Ok(None) };
        Ok(match (TType::try_from(*ty)?, rest) {
            (TType::Stop, _) => Some(FieldStep::Stop { length: 1 }),
            (ty, [high, low, ..]) => {
                let id = i16::from_be_bytes([*high, *low]);
                Some(FieldStep::Field { length: 3, id, value: Some(ty) })
            }
            _ => None,
        })
    }

    #[inline(always)]
    fn value(ty: TType, input: &[u8], limits: &Limits) -> Result<Option<Extent>> {
        if let Some(length) = Self::fixed_size(ty) {
            return Ok(Some(Extent::Bytes(length)));
        }
        Ok(match (ty, input) {
            (TType::Struct, _) => Some(Extent::Struct),
            (TType::String, [a, b, c, d, ..]) => {
                let length = u32::from_be_bytes([*a, *b, *c, *d]);
                Some(Extent::Bytes(4 + check_length("string", length, limits)?))
            }
            (TType::List | TType::Set, [ty, a, b, c, d, ..]) => {
                let ty = TType::try_from(*ty)?;
                let count = check_count(u32::from_be_bytes([*a, *b, *c, *d]), limits)?;
                check_typed(ty, count)?;
                Some(Extent::Entries { length: 5, count, entry: Entry::One(ty) })
            }
            (TType::Map, [key, value, a, b, c, d, ..]) => {
                let (key, value) = (TType::try_from(*key)?, TType::try_from(*value)?);
                let count = check_count(u32::from_be_bytes([*a, *b, *c, *d]), limits)?;
                check_typed(key, count)?;
                check_typed(value, count)?;
                Some(Extent::Entries { length: 6, count, entry: Entry::Pair(key, value) })
            }
            (TType::Stop, _) => return Err(crate::Error::malformed("a value of type stop")),
            _ => None,
        })
    }

    #[inline(always)]
    fn fixed_size(ty: TType) -> Option<usize> {
        match ty {
            TType::Bool | TType::I8 => Some(1),
            TType::I16 => Some(2),
            TType::I32 => Some(4),
            TType::I64 | TType::Double => Some(8),
            TType::Uuid => Some(16),
            _ => None,
        }
    }

    #[inline]
    fn min_size(ty: TType) -> usize {
        match ty {
            TType::Stop => 0,
            TType::Bool | TType::I8 | TType::Struct => 1,
            TType::I16 => 2,
            TType::I32 | TType::String => 4,
            TType::I64 | TType::Double => 8,
            TType::Uuid => 16,
            TType::List | TType::Set => 5,
            TType::Map => 6,
        }
    }
}
