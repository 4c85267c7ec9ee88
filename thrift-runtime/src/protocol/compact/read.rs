//! How compact bytes are read.

use std::num::NonZeroUsize;

use super::{
    layout::{CompactLayout, elements, field_id, pairs},
    types::{FALSE, TRUE, number, ttype},
    varint::{self, unzigzag},
};
use crate::{
    error::{Error, Result, Segment},
    protocol::{
        TType,
        input::{Cursor, Layout, NextField, Reading, Wire},
        sizes::check_room,
    },
    value::{FieldHeader, SHORT_STRING, make_room},
};

impl Cursor<'_, '_> {
    #[inline(always)]
    fn varint<const BITS: u32>(&mut self) -> Result<u64> {
        if let Some((byte, rest)) = self.rest.split_first()
            && byte & 0x80 == 0
        {
            self.rest = rest;
            return Ok(u64::from(*byte));
        }
        let (value, length) = self.reading.kept(long_varint::<BITS>(self.rest, self.reading))?;
        self.rest = self.rest.get(length.get()..).unwrap_or_default();
        Ok(value)
    }

    /// Bits beyond the 32nd are dropped, as all peers do.
    #[inline(always)]
    pub(super) fn varint32(&mut self) -> Result<u32> {
        self.varint::<32>().map(|value| value as u32)
    }

    /// Numbers one behind the other, each at least a byte.
    #[inline(always)]
    fn varints<T: Copy + Default>(
        &mut self,
        into: &mut Vec<T>,
        count: usize,
        bits: u32,
        number: impl Fn(u64) -> T,
    ) -> Result<()> {
        into.clear();
        let count = check_room(count, 1, self.rest.len()).map(|()| count)?;
        make_room(into, count);
        // To fill places that are there takes fewer steps than to append.
        into.resize(count, T::default());
        for (index, place) in into.iter_mut().enumerate() {
            if let Some((byte, rest)) = self.rest.split_first()
                && byte & 0x80 == 0
            {
                (*place, self.rest) = (number(u64::from(*byte)), rest);
            } else if let Some((value, length)) = varint::quick(self.rest, bits) {
                self.rest = self.rest.get(length.get()..).unwrap_or_default();
                *place = number(value);
            } else {
                let (value, rest) = varint::take_slowly(self.rest, bits)
                    .map_err(|error| error.within(Segment::Index(index)))?;
                (*place, self.rest) = (number(value), rest);
            }
        }
        Ok(())
    }
}

impl Wire for CompactLayout {
    /// A boolean stands in its field's header.
    type Early = Option<bool>;

    #[inline(always)]
    fn is_early(early: &mut Option<bool>, ty: TType) -> bool {
        ty == TType::Bool && early.take().is_some()
    }

    #[inline(always)]
    fn bool(cursor: &mut Cursor<'_, '_>, early: &mut Option<bool>) -> Result<bool> {
        if let Some(boolean) = early.take() {
            return Ok(boolean);
        }
        match cursor.byte()? {
            TRUE => Ok(true),
            // "0 is read as false too", since some writers use it.
            FALSE | 0 => Ok(false),
            byte => Err(no_boolean(byte)),
        }
    }

    #[inline(always)]
    fn i16(cursor: &mut Cursor<'_, '_>) -> Result<i16> {
        let value = unzigzag(cursor.varint32()?.into());
        i16::try_from(value).map_err(|_| not_i16(value))
    }

    #[inline(always)]
    fn i32(cursor: &mut Cursor<'_, '_>) -> Result<i32> {
        Ok(unzigzag(cursor.varint32()?.into()) as i32)
    }

    #[inline(always)]
    fn i64(cursor: &mut Cursor<'_, '_>) -> Result<i64> {
        cursor.varint::<64>().map(unzigzag)
    }

    #[inline(always)]
    fn double(cursor: &mut Cursor<'_, '_>) -> Result<f64> {
        cursor.array().map(|bytes| f64::from_bits(u64::from_le_bytes(bytes)))
    }

    #[inline(always)]
    fn length(cursor: &mut Cursor<'_, '_>) -> Result<u32> {
        cursor.varint32()
    }

    #[inline(always)]
    fn elements(cursor: &mut Cursor<'_, '_>) -> Result<(TType, u32)> {
        let (element, count, length) = elements(cursor.rest)?.ok_or_else(Error::truncated)?;
        cursor.slice(length)?;
        Ok((element, count))
    }

    #[inline(always)]
    fn pairs(cursor: &mut Cursor<'_, '_>) -> Result<(TType, TType, u32)> {
        let (key, value, count, length) = pairs(cursor.rest)?.ok_or_else(Error::truncated)?;
        cursor.slice(length)?;
        Ok((key, value, count))
    }

    #[inline(always)]
    fn list_of(cursor: &mut Cursor<'_, '_>, element: TType) -> Option<usize> {
        let (byte, rest) = cursor.rest.split_first()?;
        let count = usize::from(byte >> 4);
        let fits = byte & 0x0f == number(element)
            && *byte < 0xf0
            && count <= cursor.limits().container_size
            && count * Self::min_size(element) <= rest.len();
        fits.then(|| {
            cursor.rest = rest;
            count
        })
    }

    #[inline(always)]
    fn take_field_header(
        cursor: &mut Cursor<'_, '_>,
        early: &mut Option<bool>,
        last: &mut i16,
        FieldHeader { ty, id }: FieldHeader,
    ) -> bool {
        let Some((byte, rest)) = cursor.rest.split_first() else { return false };
        let delta = i32::from(id) - i32::from(*last);
        if !(1..=15).contains(&delta) {
            return false;
        }
        let header = (delta as u8) << 4;
        if ty == TType::Bool {
            match byte.wrapping_sub(header) {
                TRUE => *early = Some(true),
                FALSE => *early = Some(false),
                _ => return false,
            }
        } else if *byte != header | number(ty) {
            return false;
        }
        cursor.rest = rest;
        *last = id;
        true
    }

    #[inline(always)]
    fn field_header(cursor: &mut Cursor<'_, '_>, last: i16) -> Result<NextField<Self>> {
        let byte = cursor.byte()?;
        let ty = ttype(byte & 0x0f)?;
        if ty == TType::Stop {
            return Ok(NextField { field: None, early: None });
        }
        let id = match byte >> 4 {
            0 => field_id(unzigzag(cursor.varint32()?.into()))?,
            delta => field_id(i64::from(last) + i64::from(delta))?,
        };
        let early = (ty == TType::Bool).then_some(byte & 0x0f == TRUE);
        Ok(NextField { field: Some(FieldHeader { ty, id }), early })
    }

    #[inline(always)]
    fn short_strings<'a>(cursor: &mut Cursor<'a, '_>, count: usize) -> Option<&'a [u8]> {
        let longest = cursor.limits().string_size.min(SHORT_STRING);
        let mut rest = cursor.rest;
        for _ in 0..count {
            let (length, text) = rest.split_first()?;
            let length = usize::from(*length);
            rest = if length <= longest { text.get(length..)? } else { return None };
        }
        cursor.slice(cursor.rest.len() - rest.len()).ok()
    }

    #[inline(always)]
    fn i16s(cursor: &mut Cursor<'_, '_>, into: &mut Vec<i16>, count: usize) -> Result<()> {
        into.clear();
        make_room(into, count.min(cursor.rest.len()));
        for index in 0..count {
            let number = Self::i16(cursor).map_err(|error| error.within(Segment::Index(index)))?;
            into.push(number);
        }
        Ok(())
    }

    #[inline(always)]
    fn i32s(cursor: &mut Cursor<'_, '_>, into: &mut Vec<i32>, count: usize) -> Result<()> {
        cursor.varints(into, count, 32, |value| unzigzag(u64::from(value as u32)) as i32)
    }

    #[inline(always)]
    fn i64s(cursor: &mut Cursor<'_, '_>, into: &mut Vec<i64>, count: usize) -> Result<()> {
        cursor.varints(into, count, 64, unzigzag)
    }

    #[inline(always)]
    fn doubles(cursor: &mut Cursor<'_, '_>, into: &mut Vec<f64>, count: usize) -> Result<()> {
        cursor.numbers(into, count, |bytes| f64::from_bits(u64::from_le_bytes(bytes)))
    }
}

/// A number and its length, given back in registers.
#[inline(never)]
fn long_varint<const BITS: u32>(rest: &[u8], reading: &Reading<'_>) -> Option<(u64, NonZeroUsize)> {
    match varint::quick(rest, BITS) {
        Some(found) => Some(found),
        None => last_varint::<BITS>(rest, reading),
    }
}

/// The same near the end of the input.
#[cold]
#[inline(never)]
fn last_varint<const BITS: u32>(rest: &[u8], reading: &Reading<'_>) -> Option<(u64, NonZeroUsize)> {
    let taken = varint::take_slowly(rest, BITS).and_then(|(value, left)| {
        let length = NonZeroUsize::new(rest.len() - left.len()).ok_or_else(Error::truncated)?;
        Ok((value, length))
    });
    reading.keep(taken)
}

#[cold]
fn not_i16(value: i64) -> Error {
    Error::malformed(format!("{value} does not fit 16 bits"))
}

#[cold]
fn no_boolean(byte: u8) -> Error {
    Error::malformed(format!("{byte} is no boolean"))
}
