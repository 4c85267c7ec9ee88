//! Frames that say how their messages are encoded, and carry headers: THeader, and TTHeader, which
//! CloudWeGo's frameworks speak. Both begin with a magic number, flags, a sequence number and the size
//! of what follows before the message.

#[cfg(test)]
mod tests;
mod theader;
mod transforms;
mod ttheader;
mod variable_part;

use bytes::Bytes;
use tokio::task::yield_now;

use self::transforms::{Deflation, Inflation};
use super::framed;
use crate::{
    call::Headers,
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind, Result},
    protocol::{Encoding, Limits, Output},
};

/// Magic, flags, sequence number and header size.
const FIXED: usize = 10;

/// The most headers that a frame may have. Each is larger in memory than on the wire, and names are
/// compared one by one.
const MOST_HEADERS: usize = 1000;

/// Which of the headers, and how they are framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// THeader, which some peers put into a frame once more.
    Header { in_frame: bool },
    /// TTHeader, in which the message may have a frame of its own.
    TtHeader { framed: bool },
}

impl Style {
    fn magic(self) -> [u8; 2] {
        match self {
            Style::Header { .. } => [0x0f, 0xff],
            Style::TtHeader { .. } => [0x10, 0x00],
        }
    }
}

/// What comes before a message in its frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) style: Style,
    pub(crate) encoding: Encoding,
    pub(crate) flags: u16,
    pub(crate) seqid: i32,
    /// How many times the message is compressed.
    pub(crate) compressed: u32,
    pub(crate) headers: Headers,
}

impl Envelope {
    pub(crate) fn new(style: Style, encoding: Encoding) -> Self {
        Fixed { style, flags: 0, seqid: 0 }.envelope(encoding)
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
    pub(crate) style: Style,
    /// The sender's protocol, if it is known.
    pub(crate) encoding: Option<Encoding>,
    pub(crate) flags: u16,
    pub(crate) seqid: i32,
    pub(crate) reason: ApplicationException,
}

/// What is the same in every frame.
#[derive(Clone, Copy)]
struct Fixed {
    style: Style,
    flags: u16,
    seqid: i32,
}

impl Fixed {
    fn envelope(&self, encoding: Encoding) -> Envelope {
        let Fixed { style, flags, seqid } = *self;
        Envelope { style, encoding, flags, seqid, compressed: 0, headers: Headers::default() }
    }

    #[cold]
    fn unreadable(
        &self,
        encoding: Option<Encoding>,
        kind: ApplicationErrorKind,
        text: String,
    ) -> Box<Unreadable> {
        let (Fixed { style, flags, seqid }, reason) =
            (*self, ApplicationException::new(kind, text));
        Box::new(Unreadable { style, encoding, flags, seqid, reason })
    }
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
fn split(frame: Bytes) -> Result<Opened> {
    let (style, mut frame) = recognise(frame)?;
    let [_, _, f0, f1, s0, s1, s2, s3, h0, h1] = *frame.first_chunk().ok_or_else(cut)?;
    // "The Header size field is in bytes/4."
    let size = 4 * usize::from(u16::from_be_bytes([h0, h1]));
    let payload = frame.split_off(frame.len().min(FIXED + size));
    let fields = frame.get(FIXED..FIXED + size).ok_or_else(cut)?;
    let (flags, seqid) = (u16::from_be_bytes([f0, f1]), i32::from_be_bytes([s0, s1, s2, s3]));
    Ok(match style {
        Style::Header { .. } => match theader::read(&Fixed { style, flags, seqid }, fields)? {
            Ok(envelope) => Opened::Message(envelope, payload),
            Err(unreadable) => Opened::Unreadable(unreadable),
        },
        Style::TtHeader { .. } => {
            let (framed, payload) = ttheader::unframed(payload);
            let style = Style::TtHeader { framed };
            match ttheader::read(&Fixed { style, flags, seqid }, fields)? {
                Ok(envelope) => Opened::Message(envelope, payload),
                Err(unreadable) => Opened::Unreadable(unreadable),
            }
        }
    })
}

/// Finds out which header a frame has, and takes it out of a further frame.
fn recognise(frame: Bytes) -> Result<(Style, Bytes)> {
    let (length, start) = framed::announced(&frame).unwrap_or_default();
    Ok(match (&*frame, start) {
        ([0x0f, 0xff, ..], _) => (Style::Header { in_frame: false }, frame),
        ([0x10, 0x00, ..], _) => (Style::TtHeader { framed: false }, frame),
        (_, [0x0f, 0xff, ..]) if length == start.len() => {
            (Style::Header { in_frame: true }, frame.slice(framed::LENGTH..))
        }
        ([] | [_], _) => return Err(cut()),
        _ => {
            let text = "the peer changed from frames with headers to another transport";
            return Err(Error::new(ErrorKind::Dialect, text));
        }
    })
}

/// The sequence number of a frame, once its first bytes have arrived.
pub(crate) fn seqid(frame: &[u8]) -> Option<i32> {
    let frame = match frame.first_chunk()? {
        [_, _, _, _, 0x0f, 0xff] => frame.get(framed::LENGTH..)?,
        [..] => frame,
    };
    let [_, _, _, _, seqid @ ..] = frame.first_chunk::<8>()?;
    Some(i32::from_be_bytes(*seqid))
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
    let sealed = match envelope.style {
        Style::Header { in_frame: true } => {
            let inner = framed::begin(out);
            put(envelope, message, transformed, out).and_then(|()| framed::finish(out, inner))
        }
        _ => put(envelope, message, transformed, out),
    };
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
    out.put(envelope.style.magic());
    out.put(envelope.flags.to_be_bytes());
    out.put(envelope.seqid.to_be_bytes());
    let size_at = out.position();
    out.put([0; 2]);
    let start = out.position();
    match envelope.style {
        Style::Header { .. } => theader::write(envelope, out)?,
        Style::TtHeader { .. } => ttheader::write(envelope, out)?,
    }
    // "Header will be padded out to next 4-byte boundary with 0x00."
    while !out.len_since(start).is_multiple_of(4) {
        out.put([0]);
    }
    let size = u16::try_from(out.len_since(start) / 4).map_err(|_| too_large())?;
    out.patch(size_at, size.to_be_bytes());
    let framed = (envelope.style == Style::TtHeader { framed: true }).then(|| framed::begin(out));
    match transformed {
        None => out.take_all(message),
        Some(bytes) => out.put_slice(&bytes),
    }
    framed.map_or(Ok(()), |start| framed::finish(out, start))
}

/// Adds a header that was read.
///
/// # Errors
///
/// If there are too many.
fn add(headers: &mut Headers, name: String, value: String) -> Result<()> {
    headers.push(name, value);
    match headers.len() > MOST_HEADERS {
        false => Ok(()),
        true => Err(too_many(headers.len())),
    }
}

#[cold]
fn too_many(count: usize) -> Error {
    Error::limit(format!("{count} headers exceed the limit of {MOST_HEADERS}"))
}

#[cold]
fn cut() -> Error {
    Error::malformed("a frame ends within its header")
}

#[cold]
fn too_large() -> Error {
    Error::new(ErrorKind::Unwritable, "the headers are larger than can be written")
}
