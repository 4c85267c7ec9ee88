//! What a protocol of bytes has of its own when it is read.

use std::fmt;

use super::{Cursor, Layout};
use crate::{error::Result, protocol::TType, value::FieldHeader};

/// How a protocol's numbers and headers are read.
pub(in crate::protocol) trait Wire: Layout + Sized + 'static {
    /// What a field's header may tell of the value behind it.
    type Early: Copy + Default + fmt::Debug;

    /// Whether the value was told early, and nothing follows.
    #[inline(always)]
    fn is_early(early: &mut Self::Early, ty: TType) -> bool {
        let _ = (early, ty);
        false
    }

    fn bool(cursor: &mut Cursor<'_, '_>, early: &mut Self::Early) -> Result<bool>;
    fn i16(cursor: &mut Cursor<'_, '_>) -> Result<i16>;
    fn i32(cursor: &mut Cursor<'_, '_>) -> Result<i32>;
    fn i64(cursor: &mut Cursor<'_, '_>) -> Result<i64>;
    fn double(cursor: &mut Cursor<'_, '_>) -> Result<f64>;

    /// The length of a string.
    fn length(cursor: &mut Cursor<'_, '_>) -> Result<u32>;

    /// The header of a list or set: the type of its elements and how many there are.
    fn elements(cursor: &mut Cursor<'_, '_>) -> Result<(TType, u32)>;

    /// The header of a map: the types of keys and values, and how many pairs there are.
    fn pairs(cursor: &mut Cursor<'_, '_>) -> Result<(TType, TType, u32)>;

    /// The header of a list, if it is of this type and no limit forbids it: what is most often so,
    /// in few steps.
    fn list_of(cursor: &mut Cursor<'_, '_>, element: TType) -> Option<usize>;

    /// Takes the header of the field that comes next, if it is this one; `last` is the id of the one
    /// before it, and then its own.
    fn take_field_header(
        cursor: &mut Cursor<'_, '_>,
        early: &mut Self::Early,
        last: &mut i16,
        header: FieldHeader,
    ) -> bool;

    /// The header of the field that comes next; `last` is the id of the one before it.
    fn field_header(cursor: &mut Cursor<'_, '_>, last: i16) -> Result<NextField<Self>>;

    /// So many strings with their lengths, if these stand as in a
    /// [`StrList`](crate::value::StrList) and no limit forbids them.
    #[inline(always)]
    fn short_strings<'a>(cursor: &mut Cursor<'a, '_>, count: usize) -> Option<&'a [u8]> {
        let _ = (cursor, count);
        None
    }

    fn i16s(cursor: &mut Cursor<'_, '_>, into: &mut Vec<i16>, count: usize) -> Result<()>;
    fn i32s(cursor: &mut Cursor<'_, '_>, into: &mut Vec<i32>, count: usize) -> Result<()>;
    fn i64s(cursor: &mut Cursor<'_, '_>, into: &mut Vec<i64>, count: usize) -> Result<()>;
    fn doubles(cursor: &mut Cursor<'_, '_>, into: &mut Vec<f64>, count: usize) -> Result<()>;
}

/// A field's header; `None` is the end of the struct.
#[derive(Debug)]
pub(in crate::protocol) struct NextField<W: Wire> {
    pub(in crate::protocol) field: Option<FieldHeader>,
    pub(in crate::protocol) early: W::Early,
}
