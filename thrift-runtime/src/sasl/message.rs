//! The messages of a negotiation.

use super::Refused;
use crate::transport::sasl::{HEADER, MOST, Status};

/// A message.
pub(super) fn message(status: Status, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    [&[status as u8][..], &length.to_be_bytes(), payload].concat()
}

/// What has arrived of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Arrived<'a> {
    /// So many bytes are missing, as far as is known.
    Part(usize),
    /// A message, and how many bytes it has.
    Whole(Status, &'a [u8], usize),
}

/// What has arrived of the message at the start of `bytes`.
///
/// # Errors
///
/// If it is none, or too long.
pub(crate) fn arrived(bytes: &[u8]) -> Result<Arrived<'_>, Refused> {
    let Some(&first) = bytes.first() else { return Ok(Arrived::Part(HEADER)) };
    let Some(status) = Status::of(first) else {
        return Err(Refused::failed(format!("{first:#04x} is no status of SASL")));
    };
    let Some((&[_, a, b, c, d], rest)) = bytes.split_first_chunk::<HEADER>() else {
        return Ok(Arrived::Part(HEADER - bytes.len()));
    };
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    if length > MOST {
        let text = format!("a message of {length} bytes exceeds the limit of {MOST}");
        return Err(Refused::failed(text));
    }
    Ok(match rest.get(..length) {
        Some(payload) => Arrived::Whole(status, payload, HEADER + length),
        None => Arrived::Part(length - rest.len()),
    })
}

/// Whether a mechanism may be called so (RFC 4422, 3.1).
pub(super) fn is_mechanism(name: &[u8]) -> bool {
    let fits = |byte: &u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_');
    (1..=20).contains(&name.len()) && name.iter().all(fits)
}
