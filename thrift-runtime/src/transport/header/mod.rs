//! The header transport, THeader: frames that say how their messages are encoded, and carry
//! headers.
//!
//! Apache Thrift's `doc/specs/HeaderFormat.md` is quoted where its rules are implemented.

#[cfg(test)]
mod tests;
mod transforms;
mod variable_part;

use bytes::Bytes;
use tokio::task::yield_now;

use self::{
    transforms::{Deflation, Inflation},
    variable_part::{VariablePart, put_varint},
};
use super::framed;
use crate::{
    call::Headers,
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind, Result},
    protocol::{Encoding, Limits, Output},
};

const MAGIC: u16 = 0x0fff;
/// Magic, flags, sequence number and header size.
const FIXED: usize = 10;

const BINARY: u32 = 0;
const JSON: u32 = 1;
const COMPACT: u32 = 2;

const ZLIB: u32 = 1;
/// Refuse more transforms than any peer uses, since each costs a pass over the message.
const MOST_TRANSFORMS: u32 = 4;

const KEY_VALUE: u32 = 1;

/// What comes before a message in its frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) encoding: Encoding,
    pub(crate) flags: u16,
    pub(crate) seqid: i32,
    /// How many times the message is compressed.
    pub(crate) compressed: u32,
    pub(crate) headers: Headers,
}

impl Envelope {
    pub(crate) fn new(encoding: Encoding) -> Self {
        Envelope { encoding, flags: 0, seqid: 0, compressed: 0, headers: Headers::default() }
    }
}

/// What is in a frame.
#[derive(Debug)]
pub(crate) enum Opened {
    Message(Envelope, Bytes),
    /// A message that cannot be read, because its protocol or a transform is unknown. The frames
    /// after it can still be read.
    Unreadable(Box<Unreadable>),
}

/// Why a message cannot be read, and what it takes to tell its sender.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// The sender's protocol, if it is known.
    pub(crate) encoding: Option<Encoding>,
    pub(crate) flags: u16,
    pub(crate) seqid: i32,
    pub(crate) reason: ApplicationException,
}

/// Splits a frame, which comes without its length, into envelope and message.
///
/// # Errors
///
/// If it is no such frame, or its message inflates beyond the limits.
pub(crate) fn open(frame: Bytes, limits: &Limits) -> Result<Opened> {
    let (envelope, message) = match split(frame)? {
        Opened::Message(envelope, message) => (envelope, message),
        unreadable => return Ok(unreadable),
    };
    let mut inflation = Inflation::new(message, envelope.compressed, limits);
    while inflation.step()? {}
    Ok(Opened::Message(envelope, inflation.message))
}

/// Does the same, and lets other tasks have their turn while it inflates a long message.
///
/// # Errors
///
/// As for [`open`].
pub(crate) async fn open_in_turns(frame: Bytes, limits: &Limits) -> Result<Opened> {
    let (envelope, message) = match split(frame)? {
        Opened::Message(envelope, message) => (envelope, message),
        unreadable => return Ok(unreadable),
    };
    let mut inflation = Inflation::new(message, envelope.compressed, limits);
    while inflation.step()? {
        yield_now().await;
    }
    Ok(Opened::Message(envelope, inflation.message))
}

/// Splits a frame into envelope and message, which may be compressed.
fn split(mut frame: Bytes) -> Result<Opened> {
    let [m0, m1, f0, f1, s0, s1, s2, s3, h0, h1] = *frame.first_chunk().ok_or_else(cut)?;
    if u16::from_be_bytes([m0, m1]) != MAGIC {
        return Err(Error::new(
            ErrorKind::Dialect,
            "the peer changed from THeader to another transport",
        ));
    }
    // "The Header size field is in bytes/4."
    let size = 4 * usize::from(u16::from_be_bytes([h0, h1]));
    let payload = frame.split_off(frame.len().min(FIXED + size));
    let fields = frame.get(FIXED..FIXED + size).ok_or_else(cut)?;
    let mut fields = VariablePart(fields);

    let (flags, seqid) = (u16::from_be_bytes([f0, f1]), i32::from_be_bytes([s0, s1, s2, s3]));
    let unreadable = |encoding, kind, text| {
        let reason = ApplicationException::new(kind, text);
        Opened::Unreadable(Box::new(Unreadable { encoding, flags, seqid, reason }))
    };
    let encoding = match fields.varint()? {
        BINARY => Encoding::Binary { strict: true },
        JSON => Encoding::Json,
        COMPACT => Encoding::Compact,
        id => {
            let text = format!("protocol {id} of THeader is not known");
            return Ok(unreadable(None, ApplicationErrorKind::INVALID_PROTOCOL, text));
        }
    };
    let compressed = fields.varint()?;
    if compressed > MOST_TRANSFORMS {
        return Err(Error::limit(format!("{compressed} transforms exceed the limit of 4")));
    }
    for _ in 0..compressed {
        // "If a transform ID is specified from a client and the server doesn't know about the
        // transform ID, an error MUST be returned."
        let text = match fields.varint()? {
            ZLIB if cfg!(feature = "zlib") => continue,
            ZLIB => {
                "zlib is not spoken: thrift-runtime was built without the feature `zlib`".into()
            }
            id => format!("transform {id} of THeader is not known"),
        };
        return Ok(unreadable(Some(encoding), ApplicationErrorKind::INVALID_TRANSFORM, text));
    }
    let headers = info(&mut fields)?;
    let envelope = Envelope { encoding, flags, seqid, compressed, headers };
    Ok(Opened::Message(envelope, payload))
}

/// The sequence number of a frame, once its first bytes have arrived.
pub(crate) fn seqid(frame: &[u8]) -> Option<i32> {
    let [_, _, _, _, seqid @ ..] = frame.first_chunk::<8>()?;
    Some(i32::from_be_bytes(*seqid))
}

/// The info headers.
fn info(fields: &mut VariablePart<'_>) -> Result<Headers> {
    let mut headers = Headers::default();
    // "If we read an info ID we don't support, none of the remaining info ID's will be supported
    // either, and we can safely skip to the payload." Padding reads as such an id, zero.
    while !fields.0.is_empty() && fields.varint()? == KEY_VALUE {
        for _ in 0..fields.varint()? {
            let (name, value) = (fields.string()?, fields.string()?);
            headers.push(name, value);
        }
    }
    Ok(headers)
}

/// Appends a frame with a message, which is left empty, and with its length in front.
///
/// # Errors
///
/// If the frame or its headers are too large. `out` is then unchanged.
pub(crate) fn seal(envelope: &Envelope, message: &mut Output, out: &mut Output) -> Result<()> {
    let mut deflation = Deflation::new(message, envelope.compressed);
    while deflation.step()? {}
    wrap(envelope, message, deflation.bytes, out)
}

/// Does the same, and lets other tasks have their turn while it compresses a long message.
///
/// # Errors
///
/// As for [`seal`].
pub(crate) async fn seal_in_turns(
    envelope: &Envelope,
    message: &mut Output,
    out: &mut Output,
) -> Result<()> {
    let mut deflation = Deflation::new(message, envelope.compressed);
    while deflation.step()? {
        yield_now().await;
    }
    wrap(envelope, message, deflation.bytes, out)
}

/// Appends a frame with a message, or what it has been transformed to.
fn wrap(
    envelope: &Envelope,
    message: &mut Output,
    transformed: Option<Vec<u8>>,
    out: &mut Output,
) -> Result<()> {
    let start = framed::begin(out);
    let sealed = put(envelope, message, transformed, out);
    if sealed.is_err() {
        out.truncate(start);
        return sealed;
    }
    framed::finish(out, start)
}

fn put(
    envelope: &Envelope,
    message: &mut Output,
    transformed: Option<Vec<u8>>,
    out: &mut Output,
) -> Result<()> {
    let Envelope { encoding, flags, seqid, compressed, headers } = envelope;
    out.put(MAGIC.to_be_bytes());
    out.put(flags.to_be_bytes());
    out.put(seqid.to_be_bytes());
    let size_at = out.position();
    out.put([0; 2]);
    let start = out.position();
    put_varint(
        out,
        match encoding {
            Encoding::Binary { .. } => BINARY,
            Encoding::Json => JSON,
            Encoding::Compact => COMPACT,
        },
    );
    put_varint(out, *compressed);
    for _ in 0..*compressed {
        put_varint(out, ZLIB);
    }
    if !headers.is_empty() {
        put_varint(out, KEY_VALUE);
        put_varint(out, headers.len() as u32);
        for text in headers.iter().flat_map(|(name, value)| [name, value]) {
            // "varint16 length plus no-trailing-null string"
            let length = u16::try_from(text.len()).map_err(|_| too_large())?;
            put_varint(out, length.into());
            out.put_slice(text.as_bytes());
        }
    }
    // "Header will be padded out to next 4-byte boundary with 0x00."
    while !out.len_since(start).is_multiple_of(4) {
        out.put([0]);
    }
    let size = u16::try_from(out.len_since(start) / 4).map_err(|_| too_large())?;
    out.patch(size_at, size.to_be_bytes());
    match transformed {
        None => out.take_all(message),
        Some(bytes) => out.put_slice(&bytes),
    }
    Ok(())
}

#[cold]
fn cut() -> Error {
    Error::malformed("a frame ends within its header")
}

#[cold]
fn too_large() -> Error {
    Error::new(ErrorKind::Unwritable, "the headers are larger than THeader can write")
}
