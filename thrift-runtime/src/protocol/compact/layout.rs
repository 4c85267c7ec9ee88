//! How the compact protocol lays out headers and values.

use super::{
    CompactProtocol,
    types::{FALSE, TRUE, number, ttype},
    varint::{self, unzigzag},
};
use crate::{
    error::{Error, Result},
    protocol::{
        Limits, Protocol, TType,
        input::{Entry, FieldStep, Layout, Plain, Span},
        sizes::{check_count, check_length, check_typed},
    },
};

const I8: u8 = number(TType::I8);
const I16: u8 = number(TType::I16);
const I32: u8 = number(TType::I32);
const I64: u8 = number(TType::I64);
const DOUBLE: u8 = number(TType::Double);
const STRING: u8 = number(TType::String);

/// The compact protocol's layout.
#[derive(Debug)]
pub struct CompactLayout;

impl Layout for CompactLayout {
    #[inline]
    fn message(input: &[u8], limits: &Limits) -> Result<Option<usize>> {
        match CompactProtocol.read_header(input, limits) {
            Ok((_, length)) => Ok(Some(length)),
            Err(error) if error.is_truncated() => Ok(None),
            Err(error) => Err(error),
        }
    }

    #[inline(always)]
    fn field(input: &[u8], last: i16) -> Result<Option<FieldStep>> {
        let Some((byte, rest)) = input.split_first() else { return Ok(None) };
        let ty = ttype(byte & 0x0f)?;
        if ty == TType::Stop {
            return Ok(Some(FieldStep::Stop { length: 1 }));
        }
        let (id, length) = match byte >> 4 {
            0 => match varint::read(rest, 32)? {
                // As for those who read it: bits beyond the 32nd are dropped.
                Some((id, length)) => (field_id(unzigzag((id as u32).into()))?, 1 + length),
                None => return Ok(None),
            },
            delta => (field_id(i64::from(last) + i64::from(delta))?, 1),
        };
        let value = (ty != TType::Bool).then_some(ty);
        Ok(Some(FieldStep::Field { length, id, value }))
    }

    // Structs are left to others: behind one, the id of the field before it has to be known.
    #[inline(always)]
    fn plain_fields(input: &[u8], last: &mut i16, limits: &Limits, _levels: u32) -> Plain {
        let mut rest = input;
        while let Some((byte, behind)) = rest.split_first() {
            // An id that is written out is rare.
            let (1.., Some(id)) = (byte >> 4, last.checked_add(i16::from(byte >> 4))) else {
                break;
            };
            let behind = match byte & 0x0f {
                TRUE | FALSE => Some(behind),
                I8 => behind.get(1..),
                I16 | I32 => behind_varint(behind, 32),
                I64 => behind_varint(behind, 64),
                DOUBLE => behind.get(8..),
                STRING => match behind.split_first() {
                    Some((length @ ..0x80, text)) if usize::from(*length) <= limits.string_size => {
                        text.get(usize::from(*length)..)
                    }
                    _ => None,
                },
                _ => None,
            };
            let Some(behind) = behind else { break };
            *last = id;
            rest = behind;
        }
        Plain { length: input.len() - rest.len(), open: 0 }
    }

    #[inline(always)]
    fn value(ty: TType, input: &[u8], limits: &Limits) -> Result<Option<Span>> {
        if let Some(length) = Self::fixed_size(ty) {
            return Ok(Some(Span::Bytes(length)));
        }
        Ok(match ty {
            TType::Struct => Some(Span::Struct),
            TType::I16 | TType::I32 => varint::length(input, 32)?.map(Span::Bytes),
            TType::I64 => varint::length(input, 64)?.map(Span::Bytes),
            TType::String => match varint::read(input, 32)? {
                Some((size, length)) => {
                    Some(Span::Bytes(length + check_length("string", size as u32, limits)?))
                }
                None => None,
            },
            TType::List | TType::Set => match elements(input)? {
                Some((ty, count, length)) => {
                    let count = check_count(count, limits)?;
                    check_typed(ty, count)?;
                    Some(Span::Entries { length, count, entry: Entry::One(ty) })
                }
                None => None,
            },
            TType::Map => match pairs(input)? {
                Some((key, value, count, length)) => {
                    let count = check_count(count, limits)?;
                    check_typed(key, count)?;
                    check_typed(value, count)?;
                    Some(Span::Entries { length, count, entry: Entry::Pair(key, value) })
                }
                None => None,
            },
            _ => return Err(Error::malformed("a value of type stop")),
        })
    }

    #[inline]
    fn fixed_size(ty: TType) -> Option<usize> {
        match ty {
            TType::Bool | TType::I8 => Some(1),
            TType::Double => Some(8),
            TType::Uuid => Some(16),
            _ => None,
        }
    }

    #[inline]
    fn min_size(ty: TType) -> usize {
        match ty {
            TType::Stop => 0,
            _ => Self::fixed_size(ty).unwrap_or(1),
        }
    }
}

/// What follows a variable-length integer, if it ends within the first eight bytes, and they are there.
#[inline(always)]
fn behind_varint(input: &[u8], bits: u32) -> Option<&[u8]> {
    match input.split_first() {
        Some((..0x80, behind)) => Some(behind),
        _ => input.get(varint::short_length(input, bits)?..),
    }
}

/// A field's id, which has 16 bits.
#[inline]
pub(super) fn field_id(id: i64) -> Result<i16> {
    i16::try_from(id).map_err(|_| Error::malformed(format!("the field id {id} is out of range")))
}

/// The header of a list or set: the type and number of its elements, and its length.
#[inline]
pub(super) fn elements(input: &[u8]) -> Result<Option<(TType, u32, usize)>> {
    let Some((byte, rest)) = input.split_first() else { return Ok(None) };
    let ty = ttype(byte & 0x0f)?;
    Ok(match byte >> 4 {
        15 => varint::read(rest, 32)?.map(|(count, length)| (ty, count as u32, 1 + length)),
        count => Some((ty, u32::from(count), 1)),
    })
}

/// The header of a map: the types of keys and values, the number of pairs, and its length.
#[inline]
pub(super) fn pairs(input: &[u8]) -> Result<Option<(TType, TType, u32, usize)>> {
    let Some((count, length)) = varint::read(input, 32)? else { return Ok(None) };
    if count as u32 == 0 {
        return Ok(Some((TType::Stop, TType::Stop, 0, length)));
    }
    let Some(types) = input.get(length) else { return Ok(None) };
    Ok(Some((ttype(types >> 4)?, ttype(types & 0x0f)?, count as u32, length + 1)))
}
