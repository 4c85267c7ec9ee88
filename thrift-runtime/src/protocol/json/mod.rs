//! The JSON protocol: Apache Thrift's `TJSONProtocol`, in which field ids and types are kept.
//!
//! There is no specification but the implementations. This one follows `TJSONProtocol.java` and
//! `TJSONProtocol.cpp`.

mod fields;
mod read;
mod scan;
mod skip;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod types;
mod write;

use self::{tokens::Reader, write::Writer};
use super::{
    Encoding, Input, Limits, MessageHeader, MessageType, Output, Protocol, TType, input::Reading,
};
use crate::{
    error::{Error, Result},
    value::{Decode, DecodeStruct, Encode, EncodeStruct, ValueReader, ValueWriter},
};

use self::scan::JsonScanner;

const VERSION: i64 = 1;

/// Thrift's JSON protocol, `TJSONProtocol`: messages are
/// `[1,"method",1,seqid,{"1":{"i32":5},"2":{"str":"text"}}]`.
///
/// It is Thrift's own form, not the one that JSON APIs use. A `binary` is base64, padded or not. In
/// a field that the IDL does not know, it looks like a `string`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JsonProtocol;

impl Protocol for JsonProtocol {
    type Scanner = JsonScanner;

    fn encoding(self) -> Encoding {
        Encoding::Json
    }

    fn scanner(self) -> Self::Scanner {
        Self::Scanner::default()
    }

    fn for_encoding(encoding: Encoding) -> Option<Self> {
        (encoding == Encoding::Json).then_some(JsonProtocol)
    }

    fn write_value<T: Encode>(self, value: &T, out: &mut Output) -> Result<()> {
        write(out, |writer| value.encode(writer))
    }

    fn write_message<S: EncodeStruct>(
        self,
        header: &MessageHeader<'_>,
        body: &S,
        out: &mut Output,
    ) -> Result<()> {
        write_message(header, out, |writer| writer.structure(body))
    }

    fn write_encoded(
        self,
        header: &MessageHeader<'_>,
        body: &[u8],
        out: &mut Output,
    ) -> Result<()> {
        write_message(header, out, |writer| writer.encoded(body))
    }

    fn read_value<'de, T: Decode<'de>>(
        self,
        input: Input<'de>,
        limits: &Limits,
        into: &mut T,
    ) -> Result<usize> {
        let reading = Reading::new(input, limits);
        let mut reader = Reader::new(input.bytes, 0, &reading);
        into.decode_into(&mut reader)?;
        Ok(input.bytes.len() - reader.remaining())
    }

    fn read_header<'a>(
        self,
        input: &'a [u8],
        limits: &Limits,
    ) -> Result<(MessageHeader<'a>, usize)> {
        let reading = Reading::new(Input::from(input), limits);
        let mut reader = Reader::new(input, 0, &reading);
        reader.begin_array()?;
        let version = reader.i64()?;
        if version != VERSION {
            return Err(Error::malformed(format!("bad version {version}")));
        }
        let name = reader.name()?;
        let kind = reader.i64()?;
        let seqid = reader.i32()?;
        // The body is one more element of the array.
        reader.separate()?;
        let kind = u8::try_from(kind).unwrap_or(0);
        let header =
            MessageHeader { name, kind: MessageType::from_number(kind).ok_or(kind), seqid };
        Ok((header, input.len() - reader.remaining()))
    }

    fn read_body<'de, S: DecodeStruct<'de>>(
        self,
        input: Input<'de>,
        at: usize,
        limits: &Limits,
        into: &mut S,
    ) -> Result<usize> {
        let reading = Reading::new(input, limits);
        let mut reader = Reader::new(input.bytes, at, &reading);
        reader.structure(into)?;
        reader.end_message()?;
        Ok(input.bytes.len() - reader.remaining())
    }

    fn skip_body(self, input: &[u8], at: usize, limits: &Limits) -> Result<usize> {
        let reading = Reading::new(Input::from(input), limits);
        let mut reader = Reader::new(input, at, &reading);
        reader.skip(TType::Struct)?;
        reader.end_message()?;
        Ok(input.len() - reader.remaining())
    }

    // The bracket that ends the message stands behind it.
    fn body(self, message: &[u8], at: usize) -> &[u8] {
        let body = message.get(at..).unwrap_or_default().trim_ascii();
        body.strip_suffix(b"]").unwrap_or(body).trim_ascii_end()
    }
}

/// Writes a message, whose body `body` writes.
// `[1,"method",1,seqid,body]`
fn write_message(
    header: &MessageHeader<'_>,
    out: &mut Output,
    body: impl FnOnce(&mut Writer<'_>),
) -> Result<()> {
    let kind = header.kind.map_or_else(|number| number, |kind| kind as u8);
    write(out, |writer| {
        writer.begin_array();
        writer.i64(VERSION);
        writer.text(&header.name);
        writer.i64(kind.into());
        writer.i32(header.seqid);
        body(writer);
        writer.end();
    })
}

/// Writes at the end of `out`, all or nothing.
fn write(out: &mut Output, write: impl FnOnce(&mut Writer<'_>)) -> Result<()> {
    out.append(|tail| {
        let mut writer = Writer::new(tail);
        write(&mut writer);
        writer.end_of_output()
    })
}
