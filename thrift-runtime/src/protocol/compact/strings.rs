//! Strings, to compact bytes.

use bytes::Bytes;

use super::{varint, write::Writer};
use crate::{
    fast,
    protocol::output::{Output, Tail},
};

/// Writes a string's length and bytes behind `end`, and tells where they end; `None` if it is too
/// long or there is not enough room.
#[inline(always)]
pub(super) fn put_string(space: &mut [u8], end: u32, bytes: &[u8]) -> Option<u32> {
    let start = end as usize;
    if bytes.len() < 0x80 {
        let (first, space) = space.get_mut(start..start + 1 + bytes.len())?.split_first_mut()?;
        *first = bytes.len() as u8;
        fast::copy(bytes, space);
        return Some(end.wrapping_add(1 + bytes.len() as u32));
    }
    let space = space.get_mut(start..)?;
    let length = i32::try_from(bytes.len()).ok()?.cast_unsigned();
    let prefix = varint::put(length.into(), space.first_chunk_mut()?);
    fast::copy(bytes, space.get_mut(prefix..prefix + bytes.len())?);
    Some(end.wrapping_add((prefix + bytes.len()) as u32))
}

/// Writes a field's header and its string.
#[inline(never)]
pub(super) fn put_field(space: &mut [u8], end: u32, header: u8, bytes: &[u8]) -> Option<u32> {
    *space.get_mut(end as usize)? = header;
    put_string(space, end.wrapping_add(1), bytes)
}

/// Writes strings one behind the other.
#[inline(never)]
pub(super) fn put_strings(out: &mut Output, end: u32, values: &[String]) -> u32 {
    let mut tail = Tail { out, end };
    tail.put_strings(values, put_string, put_long);
    tail.end
}

/// Writes a string that is long, or for which there may be no room.
#[cold]
#[inline(never)]
pub(super) fn put_long(out: &mut Output, end: u32, bytes: &[u8]) -> u32 {
    let mut tail = Tail { out, end };
    tail.put_string(varint::MOST, bytes.len(), |space, end| put_string(space, end, bytes));
    tail.end
}

/// Writes a field's header, if there is one, and a string's length; the string is not copied.
#[cold]
#[inline(never)]
pub(super) fn put_apart(out: &mut Output, end: u32, header: Option<u8>, value: &Bytes) -> u32 {
    let mut writer = Writer::new(Tail { out, end });
    if let Some(header) = header {
        writer.tail.put([header]);
    }
    if writer.length("string", value.len()) {
        writer.tail.put_apart(value);
    }
    writer.tail.end
}
