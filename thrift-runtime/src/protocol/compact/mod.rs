//! The compact protocol: varints, and field ids as differences.
//!
//! Rules are those of Apache Thrift's `doc/specs/thrift-compact-protocol.md`, quoted where they are
//! implemented.

mod layout;
mod read;
mod strings;
#[cfg(test)]
mod tests;
mod types;
mod varint;
mod write;

use self::{layout::CompactLayout, write::Writer};
use super::{
    Encoding, Input, Limits, MessageHeader, MessageType, Output, Protocol, TType,
    input::{Cursor, Reading, read},
    output::Tail,
    scan::Scanner,
};
use crate::{
    error::{Error, Result},
    value::{Decode, DecodeStruct, Encode, EncodeStruct, ValueReader, ValueWriter},
};

const PROTOCOL_ID: u8 = 0x82;
const VERSION: u8 = 1;
const VERSION_MASK: u8 = 0x1f;

/// Thrift's compact protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CompactProtocol;

impl Protocol for CompactProtocol {
    type Scanner = Scanner<CompactLayout>;

    fn encoding(self) -> Encoding {
        Encoding::Compact
    }

    fn scanner(self) -> Self::Scanner {
        Self::Scanner::default()
    }

    fn for_encoding(encoding: Encoding) -> Option<Self> {
        (encoding == Encoding::Compact).then_some(CompactProtocol)
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
            let body_at = write_header(tail.out, tail.end, header);
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
            let end = write_header(tail.out, tail.end, header);
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
        read::<CompactLayout>(input, 0, limits, |reader| into.decode_into(reader))
    }

    fn read_header<'a>(
        self,
        input: &'a [u8],
        limits: &Limits,
    ) -> Result<(MessageHeader<'a>, usize)> {
        let reading = Reading::new(Input::from(input), limits);
        let mut cursor = Cursor::new(input, 0, &reading);
        let id = cursor.byte()?;
        if id != PROTOCOL_ID {
            return Err(Error::malformed(format!("bad protocol id {id:#04x}")));
        }
        let byte = cursor.byte()?;
        if byte & VERSION_MASK != VERSION {
            return Err(Error::malformed(format!("bad version {}", byte & VERSION_MASK)));
        }
        let kind = byte >> 5;
        // "The sequence id is encoded as a var int", without zigzag.
        let seqid = cursor.varint32()?.cast_signed();
        let length = cursor.varint32()?;
        let name = cursor.sized("method name", length)?;
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
        read::<CompactLayout>(input, at, limits, |reader| reader.structure(into))
    }

    #[inline]
    fn skip_body(self, input: &[u8], at: usize, limits: &Limits) -> Result<usize> {
        read::<CompactLayout>(Input::from(input), at, limits, |reader| reader.skip(TType::Struct))
    }

    #[inline]
    fn body(self, message: &[u8], at: usize) -> &[u8] {
        message.get(at..).unwrap_or_default()
    }
}

/// Writes the header of a message behind `end`, and tells where the body begins.
// Protocol id (0x82), type (3 bits) and version (5 bits), seqid (varint), name (string)
fn write_header(out: &mut Output, end: u32, header: &MessageHeader<'_>) -> u32 {
    let mut writer = Writer::new(Tail { out, end });
    let kind = header.kind.map_or_else(|number| number, |kind| kind as u8);
    writer.begin_message(kind, header.seqid);
    writer.binary(&header.name);
    writer.tail.end
}
