//! The binary protocol: fixed-size, big-endian numbers.
//!
//! Rules are those of Apache Thrift's `doc/specs/thrift-binary-protocol.md`, quoted where they are
//! implemented.

mod fixed;
mod layout;
mod read;
mod strings;
#[cfg(test)]
mod tests;
mod write;

use self::{
    layout::BinaryLayout,
    write::{Writer, length},
};
use super::{
    Encoding, Input, Limits, MessageHeader, MessageType, Output, Protocol,
    input::{Cursor, Reading, read},
    output::Tail,
    scan::Scanner,
};
use crate::{
    error::{Error, Result},
    value::{Decode, DecodeStruct, Encode, EncodeStruct, ValueReader},
};

/// The version in the first two bytes of a strict message.
const VERSION_1: u32 = 0x8001_0000;
const VERSION_MASK: u32 = 0xffff_0000;

/// Thrift's binary protocol.
///
/// Messages are written in the strict form, which begins with a version, or the older non-strict
/// form; both are read, whichever this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BinaryProtocol {
    strict: bool,
}

impl BinaryProtocol {
    /// Writes messages in the strict form, as all current peers do.
    pub const STRICT: Self = BinaryProtocol { strict: true };

    /// Writes messages in the older form, without a version.
    pub const NON_STRICT: Self = BinaryProtocol { strict: false };
}

impl Default for BinaryProtocol {
    fn default() -> Self {
        Self::STRICT
    }
}

impl Protocol for BinaryProtocol {
    type Scanner = Scanner<BinaryLayout>;

    fn encoding(self) -> Encoding {
        Encoding::Binary { strict: self.strict }
    }

    fn scanner(self) -> Self::Scanner {
        Self::Scanner::default()
    }

    fn for_encoding(encoding: Encoding) -> Option<Self> {
        match encoding {
            Encoding::Binary { strict } => Some(BinaryProtocol { strict }),
            _ => None,
        }
    }

    fn write_value<T: Encode>(self, value: &T, out: &mut Output) -> Result<()> {
        out.append(|tail| {
            let mut writer = Writer::new(tail);
            value.encode(&mut writer);
            writer.tail.end
        })
    }

    fn write_message<S: EncodeStruct>(
        self,
        header: &MessageHeader<'_>,
        body: &S,
        out: &mut Output,
    ) -> Result<()> {
        out.append(|tail| {
            let body_at = write_header(tail.out, tail.end, self.strict, header);
            write::fields(tail.out, body_at, body)
        })
    }

    fn write_encoded(
        self,
        header: &MessageHeader<'_>,
        body: &[u8],
        out: &mut Output,
    ) -> Result<()> {
        out.append(|tail| {
            let end = write_header(tail.out, tail.end, self.strict, header);
            let mut tail = Tail { end, ..tail };
            tail.put_slice(body);
            tail.end
        })
    }

    fn read_value<'de, T: Decode<'de>>(
        self,
        input: Input<'de>,
        limits: &Limits,
        into: &mut T,
    ) -> Result<usize> {
        read::<BinaryLayout>(input, 0, limits, |reader| into.decode_into(reader))
    }

    #[inline]
    fn read_header<'a>(
        self,
        input: &'a [u8],
        limits: &Limits,
    ) -> Result<(MessageHeader<'a>, usize)> {
        let reading = Reading::new(Input::from(input), limits);
        let mut cursor = Cursor::new(input, 0, &reading);
        let first = cursor.u32()?;
        // "When decoding messages, the client-side MUST check whether the first bit is set."
        let (kind, name) = if first & 0x8000_0000 != 0 {
            if first & VERSION_MASK != VERSION_1 {
                return Err(bad_version(first));
            }
            let length = cursor.u32()?;
            ((first & 0xff) as u8, cursor.sized("method name", length)?)
        } else {
            let name = cursor.sized("method name", first)?;
            (cursor.byte()?, name)
        };
        let seqid = cursor.array().map(i32::from_be_bytes)?;
        let header = MessageHeader {
            name: name.into(),
            kind: MessageType::from_number(kind).ok_or(kind),
            seqid,
        };
        Ok((header, input.len() - cursor.rest.len()))
    }

    fn read_body<'de, S: DecodeStruct<'de>>(
        self,
        input: Input<'de>,
        at: usize,
        limits: &Limits,
        into: &mut S,
    ) -> Result<usize> {
        read::<BinaryLayout>(input, at, limits, |reader| reader.structure(into))
    }

    #[inline]
    fn skip_body(self, input: &[u8], at: usize, limits: &Limits) -> Result<usize> {
        read::<BinaryLayout>(Input::from(input), at, limits, |reader| {
            reader.skip(super::TType::Struct)
        })
    }

    #[inline]
    fn body(self, message: &[u8], at: usize) -> &[u8] {
        message.get(at..).unwrap_or_default()
    }
}

#[cold]
fn bad_version(first: u32) -> Error {
    Error::malformed(format!("bad version {first:#010x}"))
}

/// Writes the header of a message behind `end`, and tells where the body begins.
// Strict:     version (u16), unused (u8), message type (u8), name (string), seqid (i32)
// Non-strict: name (string), message type (u8), seqid (i32)
fn write_header(out: &mut Output, end: u32, strict: bool, header: &MessageHeader<'_>) -> u32 {
    let mut writer = Writer::new(Tail { out, end });
    if !writer.fits("method name", header.name.len()) {
        return end;
    }
    let kind = header.kind.map_or_else(|number| number, |kind| kind as u8);
    let length = length(header.name.len());
    let seqid = header.seqid.to_be_bytes();
    if strict {
        let [a, b, c, d] = (VERSION_1 | u32::from(kind)).to_be_bytes();
        let [e, f, g, h] = length;
        writer.tail.put_around([a, b, c, d, e, f, g, h], &header.name, seqid);
    } else {
        let [a, b, c, d] = seqid;
        writer.tail.put_around(length, &header.name, [kind, a, b, c, d]);
    }
    writer.tail.end
}
