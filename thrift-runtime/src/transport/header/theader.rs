//! What THeader has before a message: Apache Thrift's `doc/specs/HeaderFormat.md`, which is quoted
//! where its rules are implemented.

use super::{
    Envelope, Fixed, Unreadable, add, too_large,
    variable_part::{VariablePart, put_varint},
};
use crate::{
    call::Headers,
    error::{ApplicationErrorKind, Error, Result},
    protocol::{Encoding, Output},
};

const BINARY: u32 = 0;
const JSON: u32 = 1;
const COMPACT: u32 = 2;

const ZLIB: u32 = 1;
/// Refuse more transforms than any peer uses, since each costs a pass over the message.
const MOST_TRANSFORMS: u32 = 4;

const KEY_VALUE: u32 = 1;

/// Reads what is before a message.
///
/// # Errors
///
/// If it is cut or not in the format.
pub(super) fn read(fixed: &Fixed, fields: &[u8]) -> Result<Result<Envelope, Box<Unreadable>>> {
    let mut fields = VariablePart(fields);
    let unreadable = |encoding, kind, text| fixed.unreadable(encoding, kind, text);
    let encoding = match fields.varint()? {
        BINARY => Encoding::Binary { strict: true },
        JSON => Encoding::Json,
        COMPACT => Encoding::Compact,
        id => {
            let text = format!("protocol {id} of THeader is not known");
            return Ok(Err(unreadable(None, ApplicationErrorKind::INVALID_PROTOCOL, text)));
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
                "zlib is not supported: thrift-runtime was built without the feature `zlib`".into()
            }
            id => format!("transform {id} of THeader is not known"),
        };
        return Ok(Err(unreadable(Some(encoding), ApplicationErrorKind::INVALID_TRANSFORM, text)));
    }
    let headers = info(&mut fields)?;
    Ok(Ok(Envelope { compressed, headers, ..fixed.envelope(encoding) }))
}

/// The info headers.
fn info(fields: &mut VariablePart<'_>) -> Result<Headers> {
    let mut headers = Headers::default();
    // "If we read an info ID we don't support, none of the remaining info ID's will be supported
    // either, and we can safely skip to the payload." Padding reads as such an id, zero.
    while !fields.0.is_empty() && fields.varint()? == KEY_VALUE {
        for _ in 0..fields.varint()? {
            let (name, value) = (fields.string()?, fields.string()?);
            add(&mut headers, name, value)?;
        }
    }
    Ok(headers)
}

/// Writes what is before a message.
///
/// # Errors
///
/// If it is too large.
pub(super) fn write(envelope: &Envelope, out: &mut Output) -> Result<()> {
    let Envelope { encoding, compressed, headers, .. } = envelope;
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
    Ok(())
}
