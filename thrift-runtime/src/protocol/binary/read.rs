//! How binary bytes are read.

use super::layout::BinaryLayout;
use crate::{
    error::Result,
    protocol::{
        TType,
        input::{Cursor, Layout, NextField, Wire},
    },
    value::FieldHeader,
};

impl Cursor<'_, '_> {
    #[inline(always)]
    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    #[inline(always)]
    fn ttype(&mut self) -> Result<TType> {
        self.byte().and_then(TType::try_from)
    }
}

impl Wire for BinaryLayout {
    type Early = ();

    #[inline(always)]
    fn bool(cursor: &mut Cursor<'_, '_>, _early: &mut ()) -> Result<bool> {
        cursor.byte().map(|byte| byte != 0)
    }

    #[inline(always)]
    fn i16(cursor: &mut Cursor<'_, '_>) -> Result<i16> {
        cursor.array().map(i16::from_be_bytes)
    }

    #[inline(always)]
    fn i32(cursor: &mut Cursor<'_, '_>) -> Result<i32> {
        cursor.array().map(i32::from_be_bytes)
    }

    #[inline(always)]
    fn i64(cursor: &mut Cursor<'_, '_>) -> Result<i64> {
        cursor.array().map(i64::from_be_bytes)
    }

    #[inline(always)]
    fn double(cursor: &mut Cursor<'_, '_>) -> Result<f64> {
        cursor.array().map(|bytes| f64::from_bits(u64::from_be_bytes(bytes)))
    }

    #[inline(always)]
    fn length(cursor: &mut Cursor<'_, '_>) -> Result<u32> {
        cursor.u32()
    }

    #[inline(always)]
    fn elements(cursor: &mut Cursor<'_, '_>) -> Result<(TType, u32)> {
        Ok((cursor.ttype()?, cursor.u32()?))
    }

    #[inline(always)]
    fn pairs(cursor: &mut Cursor<'_, '_>) -> Result<(TType, TType, u32)> {
        Ok((cursor.ttype()?, cursor.ttype()?, cursor.u32()?))
    }

    #[inline(always)]
    fn list_of(cursor: &mut Cursor<'_, '_>, element: TType) -> Option<usize> {
        let ([ty, size @ ..], rest) = cursor.rest.split_first_chunk::<5>()?;
        let count = u32::from_be_bytes(*size);
        let fits = *ty == element as u8
            && count <= i32::MAX as u32
            && count as usize <= cursor.limits().container_size
            && u64::from(count) * Self::min_size(element) as u64 <= rest.len() as u64;
        fits.then(|| {
            cursor.rest = rest;
            count as usize
        })
    }

    #[inline(always)]
    fn take_field_header(
        cursor: &mut Cursor<'_, '_>,
        _early: &mut (),
        _last: &mut i16,
        FieldHeader { ty, id }: FieldHeader,
    ) -> bool {
        let [high, low] = id.to_be_bytes();
        // A value follows, or a stop, so that there are four bytes; to compare them is one step.
        let Some(header) = cursor.rest.first_chunk() else { return false };
        let mask = u32::from_ne_bytes([0xff, 0xff, 0xff, 0]);
        let expected = u32::from_ne_bytes([ty as u8, high, low, 0]);
        let expected = u32::from_ne_bytes(*header) & mask == expected;
        if expected {
            cursor.rest = cursor.rest.get(3..).unwrap_or_default();
        }
        expected
    }

    #[inline(always)]
    fn field_header(cursor: &mut Cursor<'_, '_>, _last: i16) -> Result<NextField<Self>> {
        let field = FieldHeader { ty: cursor.ttype()?, id: Self::i16(cursor)? };
        Ok(NextField { field: Some(field), early: () })
    }

    #[inline(always)]
    fn i16s(cursor: &mut Cursor<'_, '_>, into: &mut Vec<i16>, count: usize) -> Result<()> {
        cursor.numbers(into, count, i16::from_be_bytes)
    }

    #[inline(always)]
    fn i32s(cursor: &mut Cursor<'_, '_>, into: &mut Vec<i32>, count: usize) -> Result<()> {
        cursor.numbers(into, count, i32::from_be_bytes)
    }

    #[inline(always)]
    fn i64s(cursor: &mut Cursor<'_, '_>, into: &mut Vec<i64>, count: usize) -> Result<()> {
        cursor.numbers(into, count, i64::from_be_bytes)
    }

    #[inline(always)]
    fn doubles(cursor: &mut Cursor<'_, '_>, into: &mut Vec<f64>, count: usize) -> Result<()> {
        cursor.numbers(into, count, |bytes| f64::from_bits(u64::from_be_bytes(bytes)))
    }
}
