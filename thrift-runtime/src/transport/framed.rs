//! The framed transport: each message follows its length, in four bytes.

use crate::{
    error::{Error, Result},
    protocol::{Limits, Output, Protocol},
};

/// In how many bytes of a message that will never be whole its header has to be, by which the call is refused
/// or fails. A longer one is not read again each time more of it arrives.
pub(crate) const MOST_OF_HEADER: usize = 4 << 10;

/// The number of bytes of the length.
pub(crate) const LENGTH: usize = 4;

/// The end of the frame at the start of `bytes`, once it is whole. Its message starts after
/// [`LENGTH`] bytes.
///
/// # Errors
///
/// If the length is negative or exceeds the limits.
#[inline]
pub(crate) fn frame_end(bytes: &[u8], limits: &Limits) -> Result<Option<usize>> {
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH>() else { return Ok(None) };
    let length = u32::from_be_bytes(*length);
    let limit = largest(limits);
    if length as usize > limit {
        return Err(bad_length(length, limit));
    }
    Ok((rest.len() >= length as usize).then_some(LENGTH + length as usize))
}

/// How large a frame, or what is in one, may be.
#[inline]
pub(crate) fn largest(limits: &Limits) -> usize {
    limits.frame_size.min(Limits::MAX_FRAME_SIZE).min(limits.message_size)
}

/// Whether more bytes can complete the header of the message in a frame that is too large.
#[cold]
pub(crate) fn header_is_to_come<P: Protocol>(protocol: P, message: &[u8], limits: &Limits) -> bool {
    message.len() < MOST_OF_HEADER.min(limits.message_size)
        && protocol.read_header(message, limits).is_err_and(|error| error.is_truncated())
}

/// The length of the frame at the start of `bytes`, and what has arrived of it and after it.
pub(crate) fn announced(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH>()?;
    Some((usize::try_from(i32::from_be_bytes(*length)).ok()?, rest))
}

#[cold]
fn bad_length(length: u32, limit: usize) -> Error {
    if length > i32::MAX as u32 {
        Error::malformed(format!("a frame has the negative length {}", length.cast_signed()))
    } else {
        Error::limit(format!("a frame of {length} bytes exceeds the limit of {limit}"))
    }
}

/// Leaves room for the length of a frame, and returns where the frame begins.
#[inline]
pub(crate) fn begin(out: &mut Output) -> u32 {
    let start = out.position();
    out.put([0; LENGTH]);
    start
}

/// Writes the length of the frame that begins at `start`. An empty frame is removed.
///
/// # Errors
///
/// If the frame is too long for its length.
#[inline]
pub(crate) fn finish(out: &mut Output, start: u32) -> Result<()> {
    let length = out.len_since(start).saturating_sub(LENGTH);
    if length == 0 {
        out.truncate(start);
        return Ok(());
    }
    match i32::try_from(length) {
        Ok(length) => {
            out.patch(start, length.to_be_bytes());
            Ok(())
        }
        Err(_) => {
            out.truncate(start);
            Err(crate::protocol::sizes::too_long("frame", length))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BinaryProtocol;

    #[test]
    fn a_frame_ends_where_its_length_says() {
        let limits = Limits { frame_size: 8, ..Limits::default() };
        let bytes = b"\0\0\0\x02ab\0";
        for end in 0..6 {
            assert_eq!(frame_end(&bytes[..end], &limits).unwrap(), None);
        }
        assert_eq!(frame_end(bytes, &limits).unwrap(), Some(6));
        assert!(frame_end(b"\0\0\0\x09", &limits).unwrap_err().is_limit());
        let error = frame_end(b"\xff\xff\xff\xfe", &limits).unwrap_err();
        assert_eq!(error.to_string(), "a frame has the negative length -2");
    }

    #[test]
    fn a_frame_is_written_unless_it_is_empty() {
        let mut out = Output::new();
        let start = begin(&mut out);
        finish(&mut out, start).unwrap();
        assert!(out.is_empty());
        out.put(*b"x");
        let start = begin(&mut out);
        out.put(*b"ab");
        finish(&mut out, start).unwrap();
        assert_eq!(&*out.contiguous(), b"x\0\0\0\x02ab");
    }

    #[test]
    fn a_frame_is_as_long_as_all_that_is_in_it() {
        let value = bytes::Bytes::from(vec![7; 100_000]);
        let mut out = Output::vectored();
        for _ in 0..2 {
            let start = begin(&mut out);
            BinaryProtocol::STRICT.write_value(&value, &mut out).unwrap();
            finish(&mut out, start).unwrap();
        }
        let bytes = out.contiguous();
        assert_eq!(bytes.len(), 2 * (LENGTH + 4 + value.len()));
        for frame in bytes.chunks(bytes.len() / 2) {
            assert_eq!(frame_end(frame, &Limits::default()).unwrap(), Some(frame.len()));
        }
    }
}
