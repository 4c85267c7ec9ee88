//! Strings, to binary bytes.

use bytes::Bytes;

use super::write::{Writer, length};
use crate::{
    fast,
    protocol::output::{Output, Tail},
};

/// Writes a string's length and bytes behind `end`, and tells where they end; `None` if it is too
/// long or there is not enough room.
#[inline(always)]
pub(super) fn put_string(space: &mut [u8], end: u32, bytes: &[u8]) -> Option<u32> {
    if bytes.len() > i32::MAX as usize {
        return None;
    }
    let size = 4 + bytes.len();
    let space = space.get_mut(end as usize..end as usize + size)?;
    let (prefix, space) = space.split_first_chunk_mut()?;
    *prefix = length(bytes.len());
    fast::copy(bytes, space);
    Some(end.wrapping_add(size as u32))
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
    tail.put_string(4, bytes.len(), |space, end| put_string(space, end, bytes));
    tail.end
}

/// Writes a field's header and its string.
#[inline(never)]
pub(super) fn put_field(space: &mut [u8], end: u32, header: u32, bytes: &[u8]) -> Option<u32> {
    let size = 7 + bytes.len();
    let space = space.get_mut(end as usize..end as usize + size)?;
    // Four bytes in one store; the last of them is written over.
    *space.first_chunk_mut()? = header.to_ne_bytes();
    let (prefix, space) = space.get_mut(3..)?.split_first_chunk_mut()?;
    *prefix = i32::try_from(bytes.len()).ok()?.to_be_bytes();
    fast::copy(bytes, space);
    Some(end.wrapping_add(size as u32))
}

/// Writes a field's header, if it is one, and a string's length; the string is not copied.
#[cold]
#[inline(never)]
pub(super) fn put_apart(out: &mut Output, end: u32, header: Option<[u8; 4]>, value: &Bytes) -> u32 {
    let mut writer = Writer::new(Tail { out, end });
    if writer.fits("string", value.len()) {
        if let Some(header) = header {
            writer.tail.put_three(header);
        }
        writer.tail.put(length(value.len()));
        writer.tail.put_apart(value);
    }
    writer.tail.end
}
