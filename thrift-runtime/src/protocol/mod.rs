//! Protocols, which write and read values and messages as bytes.
//!
//! They work on complete messages. The transport finds where a message ends, by means of the
//! protocol's [`Scan`] if there are no frames.

mod any;
mod binary;
#[cfg(feature = "compact")]
mod compact;
mod encoding;
mod input;
#[cfg(feature = "json")]
mod json;
mod limits;
mod message;
mod output;
mod part;
mod scan;
pub(crate) mod sizes;
mod stack;
#[cfg(test)]
mod tests;
mod transcode;
mod ttype;

use std::fmt;

use self::part::Part;
use crate::{
    error::Result,
    value::{Decode, DecodeStruct, Encode, EncodeStruct},
};

#[cfg(feature = "compact")]
pub use self::compact::CompactProtocol;
#[cfg(feature = "tokio")]
pub(crate) use self::input::LARGE_MESSAGE;
#[cfg(feature = "json")]
pub use self::json::JsonProtocol;
#[cfg(feature = "serde")]
pub(crate) use self::stack::{Floor, frame};
pub use self::{
    any::AnyProtocol,
    binary::BinaryProtocol,
    encoding::Encoding,
    input::Input,
    limits::Limits,
    message::{MessageHeader, MessageType},
    output::Output,
    scan::Scan,
    transcode::transcode_body,
    ttype::TType,
};

/// A Thrift protocol: how values and messages are written as bytes.
///
/// [`encode`](Protocol::encode) and [`decode`](Protocol::decode) are for values:
///
/// ```
/// use thrift_runtime::{BinaryProtocol, Protocol};
///
/// let bytes = BinaryProtocol::STRICT.encode(&vec![1_i32, 2])?;
/// assert_eq!(bytes, [8, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]);
/// assert_eq!(BinaryProtocol::STRICT.decode::<Vec<i32>>(&bytes)?, [1, 2]);
/// # Ok::<(), thrift_runtime::Error>(())
/// ```
pub trait Protocol: Copy + fmt::Debug + Send + Sync + 'static {
    /// Finds the end of an unframed message.
    type Scanner: Scan;

    /// Which protocol this is.
    fn encoding(self) -> Encoding;

    /// Something that finds the ends of its messages where they are not framed.
    fn scanner(self) -> Self::Scanner;

    /// The protocol of this type that answers messages in an encoding, if there is one.
    fn for_encoding(encoding: Encoding) -> Option<Self>;

    /// Appends a value to `out`.
    ///
    /// # Errors
    ///
    /// If the value cannot be written, because a length exceeds `i32::MAX` or it nests too deep.
    /// `out` is then unchanged.
    fn write_value<T: Encode>(self, value: &T, out: &mut Output) -> Result<()>;

    /// Appends a message to `out`.
    ///
    /// # Errors
    ///
    /// Like [`write_value`](Protocol::write_value).
    fn write_message<S: EncodeStruct>(
        self,
        header: &MessageHeader<'_>,
        body: &S,
        out: &mut Output,
    ) -> Result<()>;

    /// Appends a message to `out` whose body is encoded already, in this protocol.
    ///
    /// The body is not looked at. [`body`](Protocol::body) tells that of another message:
    ///
    /// ```
    /// use thrift_runtime::{BinaryProtocol, Limits, Protocol};
    /// use thrift_runtime::protocol::{MessageHeader, MessageType, Output};
    ///
    /// let protocol = BinaryProtocol::STRICT;
    /// let call = b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x01\0";
    /// let (header, at) = protocol.read_header(call, &Limits::default())?;
    /// let header = MessageHeader { seqid: 7, ..header };
    /// let mut out = Output::new();
    /// protocol.write_encoded(&header, protocol.body(call, at), &mut out)?;
    /// assert_eq!(*out.contiguous(), *b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x07\0");
    /// # Ok::<(), thrift_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the name, or all of `out`, gets longer than can be written. `out` is then unchanged.
    fn write_encoded(self, header: &MessageHeader<'_>, body: &[u8], out: &mut Output)
    -> Result<()>;

    /// Reads a value from the start of `input` into `into`, and returns its length in bytes.
    ///
    /// # Errors
    ///
    /// If the input is not such a value, or exceeds a limit.
    fn read_value<'de, T: Decode<'de>>(
        self,
        input: Input<'de>,
        limits: &Limits,
        into: &mut T,
    ) -> Result<usize>;

    /// Reads the header of the message at the start of `input`, and returns it and its length in
    /// bytes.
    ///
    /// # Errors
    ///
    /// If the input is not a message. If the error [is truncated](crate::Error::is_truncated), more
    /// bytes may make it one.
    fn read_header<'a>(
        self,
        input: &'a [u8],
        limits: &Limits,
    ) -> Result<(MessageHeader<'a>, usize)>;

    /// Reads the body of a message, which starts at `at`, and returns where the message ends.
    ///
    /// # Errors
    ///
    /// If the body is not such a struct, or exceeds a limit.
    fn read_body<'de, S: DecodeStruct<'de>>(
        self,
        input: Input<'de>,
        at: usize,
        limits: &Limits,
        into: &mut S,
    ) -> Result<usize>;

    /// Skips the body of a message, which starts at `at`, and returns where the message ends.
    ///
    /// # Errors
    ///
    /// If the body is malformed or exceeds a limit. If the error
    /// [is truncated](crate::Error::is_truncated), more bytes may make it one.
    fn skip_body(self, input: &[u8], at: usize, limits: &Limits) -> Result<usize>;

    /// The encoded body of a message that is whole, and whose header ends at `at`: a struct.
    fn body(self, message: &[u8], at: usize) -> &[u8];

    /// Encodes a value.
    ///
    /// # Errors
    ///
    /// Like [`write_value`](Protocol::write_value).
    fn encode<T: Encode>(self, value: &T) -> Result<Vec<u8>> {
        let mut out = Output::new();
        self.write_value(value, &mut out)?;
        Ok(out.into_vec())
    }

    /// Decodes a value, which must be all that `input` holds, within the default [`Limits`]. If
    /// `input` is a [`Bytes`](crate::Bytes), large `binary` values are slices of it.
    ///
    /// # Errors
    ///
    /// Like [`read_value`](Protocol::read_value), and if bytes are left over.
    fn decode<'a, T: Decode<'a>>(self, input: impl Into<Input<'a>>) -> Result<T> {
        let mut value = T::default();
        self.decode_into(input, &mut value)?;
        Ok(value)
    }

    /// Decodes the first fields of a struct: `S` has those that are wanted, and nothing is looked at
    /// behind the last of them. So the beginning of the bytes is enough, and what is behind, and how
    /// large it is, costs nothing. While one of the fields has not come, the others are skipped.
    ///
    /// The bytes may be those of a message, behind its [header](Protocol::read_header).
    ///
    /// ```
    /// use thrift_runtime::{BinaryProtocol, Protocol, ThriftStruct};
    ///
    /// #[derive(Debug, Default, ThriftStruct)]
    /// struct Document {
    ///     #[thrift(id = 1)]
    ///     title: String,
    ///     #[thrift(id = 2)]
    ///     pages: Vec<String>,
    /// }
    ///
    /// /// What is wanted of it.
    /// #[derive(Debug, Default, ThriftStruct)]
    /// struct Title {
    ///     #[thrift(id = 1)]
    ///     title: String,
    /// }
    ///
    /// let document = Document { title: "Ships".into(), pages: vec!["...".into(); 1000] };
    /// let bytes = BinaryProtocol::STRICT.encode(&document)?;
    /// let title: Title = BinaryProtocol::STRICT.decode_part(&bytes[..20])?;
    /// assert_eq!(title.title, "Ships");
    ///
    /// // Not all has come yet, which is something else than what can never be a document.
    /// let part = |bytes: &[u8]| BinaryProtocol::STRICT.decode_part::<Title>(bytes);
    /// assert!(part(&bytes[..10]).unwrap_err().is_truncated());
    /// assert!(!part(b"what is this?").unwrap_err().is_truncated());
    /// # Ok::<(), thrift_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the error [is truncated](crate::Error::is_truncated), the input ends before the fields are
    /// there, and more bytes may bring them. With any other, no bytes can: the input is not a struct,
    /// one of the fields cannot be read, a limit is exceeded, or the struct ends without a field that
    /// is required.
    fn decode_part<'a, S: DecodeStruct<'a>>(self, input: impl Into<Input<'a>>) -> Result<S> {
        let mut part = S::default();
        self.read_part(input.into(), &Limits::default(), &mut part)?;
        Ok(part)
    }

    /// Like [`decode_part`](Protocol::decode_part), within limits and into an existing struct.
    ///
    /// # Errors
    ///
    /// Like [`decode_part`](Protocol::decode_part).
    fn read_part<'de, S: DecodeStruct<'de>>(
        self,
        input: Input<'de>,
        limits: &Limits,
        into: &mut S,
    ) -> Result<()> {
        let mut part = Part { value: std::mem::take(into), read: false };
        let read = self.read_value(input, limits, &mut part);
        *into = part.value;
        match read {
            // What follows the wanted fields is not looked at, and may be missing or malformed.
            Err(error) if !part.read => Err(error),
            _ => Ok(()),
        }
    }

    /// Like [`decode`](Protocol::decode), into an existing value whose allocations are reused.
    ///
    /// # Errors
    ///
    /// Like [`decode`](Protocol::decode).
    fn decode_into<'a, T: Decode<'a>>(
        self,
        input: impl Into<Input<'a>>,
        into: &mut T,
    ) -> Result<()> {
        let input = input.into();
        let end = self.read_value(input, &Limits::default(), into)?;
        input.ends_at(end)
    }
}
