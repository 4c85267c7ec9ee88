//! How the compact protocol lays out headers and values.

use super::{
    CompactProtocol,
    types::ttype,
    varint::{self, unzigzag},
};
use crate::{
    error::{Error, Result},
    protocol::{
        Limits, Protocol, TType,
        input::{Entry, FieldStep, Layout, Span},
        sizes::{check_count, check_length, check_typed},
    },
};

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
