//! How the binary protocol lays out headers and values.

use super::BinaryProtocol;
use crate::{
    error::Result,
    protocol::{
        Limits, Protocol, TType,
        input::{Entry, FieldStep, Layout, Plain, Span},
        sizes::{check_count, check_length, check_typed},
    },
};

const STOP: u8 = TType::Stop as u8;
const STRING: u8 = TType::String as u8;
const STRUCT: u8 = TType::Struct as u8;

/// What values take, by the number of their type; 0 where that varies. Looking it up takes fewer
/// steps than deciding between types.
const SIZES: [u8; 17] = {
    let mut sizes = [0; 17];
    sizes[TType::Bool as usize] = 1;
    sizes[TType::I8 as usize] = 1;
    sizes[TType::I16 as usize] = 2;
    sizes[TType::I32 as usize] = 4;
    sizes[TType::I64 as usize] = 8;
    sizes[TType::Double as usize] = 8;
    sizes[TType::Uuid as usize] = 16;
    sizes
};

/// What fields of a type take, header and value, by the number of the type in one byte; 0 where that
/// varies, or where there is no such type.
const FIELD_SIZES: [u8; 256] = {
    let mut sizes = [0; 256];
    let mut ty = 0;
    while ty < SIZES.len() {
        if SIZES[ty] > 0 {
            sizes[ty] = 3 + SIZES[ty];
        }
        ty += 1;
    }
    sizes
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
                Some(match Self::fixed_size(ty) {
                    Some(size) => FieldStep::Field { length: 3 + size, id, value: None },
                    None => FieldStep::Field { length: 3, id, value: Some(ty) },
                })
            }
            _ => None,
        })
    }

    #[inline(always)]
    fn plain_fields(input: &[u8], _last: &mut i16, limits: &Limits, levels: u32) -> Plain {
        let (mut length, mut open) = (0, 0);
        while let Some(ty) = input.get(length) {
            let size = FIELD_SIZES.get(usize::from(*ty)).copied().unwrap_or(0);
            if size > 0 {
                length += usize::from(size);
                continue;
            }
            match *ty {
                STRING => {
                    let header = input.get(length..).and_then(|rest| rest.first_chunk());
                    let Some([_, _, _, a, b, c, d]) = header else { break };
                    let size = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
                    if size > limits.string_size.min(i32::MAX as usize) {
                        break;
                    }
                    length += 7 + size;
                }
                STRUCT if open < levels => {
                    length += 3;
                    open += 1;
                }
                STOP if open > 0 => {
                    length += 1;
                    open -= 1;
                }
                _ => break,
            }
        }
        Plain { length, open }
    }

    #[inline(always)]
    fn value(ty: TType, input: &[u8], limits: &Limits) -> Result<Option<Span>> {
        if let Some(length) = Self::fixed_size(ty) {
            return Ok(Some(Span::Bytes(length)));
        }
        Ok(match (ty, input) {
            (TType::Struct, _) => Some(Span::Struct),
            (TType::String, [a, b, c, d, ..]) => {
                let length = u32::from_be_bytes([*a, *b, *c, *d]);
                Some(Span::Bytes(4 + check_length("string", length, limits)?))
            }
            (TType::List | TType::Set, [ty, a, b, c, d, ..]) => {
                let ty = TType::try_from(*ty)?;
                let count = check_count(u32::from_be_bytes([*a, *b, *c, *d]), limits)?;
                check_typed(ty, count)?;
                Some(Span::Entries { length: 5, count, entry: Entry::One(ty) })
            }
            (TType::Map, [key, value, a, b, c, d, ..]) => {
                let (key, value) = (TType::try_from(*key)?, TType::try_from(*value)?);
                let count = check_count(u32::from_be_bytes([*a, *b, *c, *d]), limits)?;
                check_typed(key, count)?;
                check_typed(value, count)?;
                Some(Span::Entries { length: 6, count, entry: Entry::Pair(key, value) })
            }
            (TType::Stop, _) => return Err(crate::Error::malformed("a value of type stop")),
            _ => None,
        })
    }

    #[inline(always)]
    fn fixed_size(ty: TType) -> Option<usize> {
        let size = SIZES.get(ty as usize).copied().unwrap_or(0);
        (size > 0).then_some(size.into())
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
