//! What TTHeader has before a message, as CloudWeGo's Kitex and Volo write it. All numbers are
//! big-endian.

use bytes::Bytes;

use super::{Envelope, Fixed, Unreadable, add, cut, framed, too_large};
use crate::{
    call::Headers,
    error::{ApplicationErrorKind, Error, ErrorKind, Result},
    protocol::{Encoding, Output},
    ttheader::{ACL_TOKEN, NAMES, OTHERS},
};

const BINARY: u8 = 0;
const COMPACT: u8 = 2;

const PADDING: u8 = 0;
const STRINGS: u8 = 0x01;
const NUMBERED: u8 = 0x10;
const ACL: u8 = 0x11;

/// Takes a message out of a frame of its own, if it has one. What begins otherwise cannot be as long
/// as its first bytes say.
pub(super) fn unframed(payload: Bytes) -> (bool, Bytes) {
    match framed::announced(&payload) {
        Some((length, message)) if length == message.len() && length > 0 => {
            (true, payload.slice(framed::LENGTH..))
        }
        _ => (false, payload),
    }
}

/// Reads what is before a message.
///
/// # Errors
///
/// If it is cut.
pub(super) fn read(fixed: &Fixed, fields: &[u8]) -> Result<Result<Envelope, Box<Unreadable>>> {
    let mut fields = Fields(fields);
    let encoding = match fields.byte()? {
        BINARY => Encoding::Binary { strict: true },
        COMPACT => Encoding::Compact,
        id => {
            let text = format!("protocol {id} of TTHeader is not known");
            return Ok(Err(fixed.unreadable(None, ApplicationErrorKind::INVALID_PROTOCOL, text)));
        }
    };
    if fields.byte()? > 0 {
        let text = format!("transform {} of TTHeader is not known", fields.byte()?);
        let kind = ApplicationErrorKind::INVALID_TRANSFORM;
        return Ok(Err(fixed.unreadable(Some(encoding), kind, text)));
    }
    Ok(Ok(Envelope { headers: infos(&mut fields)?, ..fixed.envelope(encoding) }))
}

fn infos(fields: &mut Fields<'_>) -> Result<Headers> {
    let mut headers = Headers::default();
    while !fields.0.is_empty() {
        match fields.byte()? {
            PADDING => {}
            STRINGS => {
                for _ in 0..fields.number()? {
                    add(&mut headers, fields.string()?, fields.string()?)?;
                }
            }
            NUMBERED => {
                for _ in 0..fields.number()? {
                    let name = name_of(fields.number()?);
                    add(&mut headers, name, fields.string()?)?;
                }
            }
            ACL => add(&mut headers, ACL_TOKEN.into(), fields.string()?)?,
            // Its length is unknown, and so is where the next one begins.
            _ => break,
        }
    }
    Ok(headers)
}

/// Writes what is before a message.
///
/// # Errors
///
/// If it is too large, or TTHeader has no number for the protocol.
pub(super) fn write(envelope: &Envelope, out: &mut Output) -> Result<()> {
    out.put([match envelope.encoding {
        Encoding::Binary { .. } => BINARY,
        Encoding::Compact => COMPACT,
        other => {
            let text = format!("TTHeader has no number for the {other} protocol");
            return Err(Error::new(ErrorKind::Unwritable, text));
        }
    }]);
    // No transforms.
    out.put([0]);
    let count = |kind| envelope.headers.iter().filter(|(name, _)| kind_of(name) == kind).count();
    for kind in [NUMBERED, STRINGS, ACL] {
        let count = u16::try_from(count(kind)).map_err(|_| too_large())?;
        if count == 0 {
            continue;
        }
        out.put([kind]);
        if kind != ACL {
            out.put(count.to_be_bytes());
        }
        for (name, value) in envelope.headers.iter().filter(|(name, _)| kind_of(name) == kind) {
            match kind {
                STRINGS => put_string(name, out)?,
                NUMBERED => out.put(number_of(name).unwrap_or_default().to_be_bytes()),
                _ => {}
            }
            put_string(value, out)?;
        }
    }
    Ok(())
}

/// In which of the lists a header stands.
fn kind_of(name: &str) -> u8 {
    match number_of(name) {
        Some(_) => NUMBERED,
        None if name.eq_ignore_ascii_case(ACL_TOKEN) => ACL,
        None => STRINGS,
    }
}

/// The name of the header that stands for a numbered key.
fn name_of(key: u16) -> String {
    match NAMES.iter().find(|(number, _)| *number == key) {
        Some((_, name)) => (*name).into(),
        None => format!("{OTHERS}{key}"),
    }
}

/// The numbered key that a header stands for.
fn number_of(name: &str) -> Option<u16> {
    let known = NAMES.iter().find(|(_, known)| known.eq_ignore_ascii_case(name));
    match known {
        Some((number, _)) => Some(*number),
        None => {
            let (start, number) = name.split_at_checked(OTHERS.len())?;
            start.eq_ignore_ascii_case(OTHERS).then_some(number)?.parse().ok()
        }
    }
}

fn put_string(text: &str, out: &mut Output) -> Result<()> {
    let length = u16::try_from(text.len()).map_err(|_| too_large())?;
    out.put(length.to_be_bytes());
    out.put_slice(text.as_bytes());
    Ok(())
}

/// What is left to read.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn byte(&mut self) -> Result<u8> {
        let (byte, rest) = self.0.split_first().ok_or_else(cut)?;
        self.0 = rest;
        Ok(*byte)
    }

    fn number(&mut self) -> Result<u16> {
        let (number, rest) = self.0.split_first_chunk().ok_or_else(cut)?;
        self.0 = rest;
        Ok(u16::from_be_bytes(*number))
    }

    /// A string. Invalid UTF-8 is replaced, as in THeader.
    fn string(&mut self) -> Result<String> {
        let length = self.number()?.into();
        let (text, rest) = self.0.split_at_checked(length).ok_or_else(cut)?;
        self.0 = rest;
        Ok(String::from_utf8_lossy(text).into_owned())
    }
}
