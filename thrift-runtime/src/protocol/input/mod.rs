//! Bytes to values.
//!
//! A [`Cursor`] is a place in a message, and a [`Reading`] what is left of the limits on it: all
//! protocols use them. Those that mark types in bytes share how values, fields and what is skipped
//! are read; each of them is a [`Layout`] and a [`Wire`] of its own.

mod cursor;
mod fields;
mod layout;
mod reader;
mod reading;
mod skip;
mod wire;

use bytes::Bytes;

use super::{Limits, TType};
use crate::error::{Error, Result};

pub(super) use self::{
    cursor::Cursor,
    layout::{Entry, FieldStep, Layout, Plain, Span},
    reader::{Left, Reader, read},
    reading::Reading,
    wire::{NextField, Wire},
};
#[cfg(feature = "json")]
pub(super) use self::{cursor::put_text, reading::Level};

/// Skips a struct from `at` on, and gives back where it ends.
#[inline]
pub(super) fn skip_struct<L: Layout>(input: &[u8], at: usize, limits: &Limits) -> Result<usize> {
    let reading = Reading::new(Input::from(input), limits);
    let rest = Cursor::new(input, at, &reading).rest;
    skip::value::<L>(rest, &reading, TType::Struct).map(|rest| input.len() - rest.len())
}

/// The bytes to read a value or message from. If they are a [`Bytes`], large `binary` values can be
/// slices of it.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) shared: Option<&'a Bytes>,
    /// Whether small values may be slices, too.
    pub(crate) all_shared: bool,
}

/// Messages of at least this size are cut out of their buffer, so that large `binary` values can be
/// slices of them. Smaller ones are read in place.
pub(crate) const LARGE_MESSAGE: usize = 16 << 10;

impl<'a> Input<'a> {
    /// The bytes of which whatever can be is a slice, however small: each [`Bytes`], and each [`Str`](crate::Str)
    /// and [`Blob`](crate::Blob) that is not held inline. Reading them neither allocates nor copies, and the message
    /// stays in memory as long as any of them does.
    ///
    /// In JSON, this goes for texts without escapes, and for no binaries. A [`StrList`](crate::value::StrList) is a
    /// slice in the compact protocol alone, and only if none of its strings has more than 63 bytes; other lists are
    /// copied.
    ///
    /// ```
    /// use thrift_runtime::{BinaryProtocol, Bytes, Protocol, Str, protocol::Input};
    ///
    /// let names = vec![Str::from("a name that is too long to be held inline"); 3];
    /// let message = Bytes::from(BinaryProtocol::STRICT.encode(&names)?);
    /// let read: Vec<Str> = BinaryProtocol::STRICT.decode(Input::shared(&message))?;
    /// assert_eq!(read, names);
    /// assert!(message.as_ptr_range().contains(&read[2].as_ptr()));
    /// # Ok::<(), thrift_runtime::Error>(())
    /// ```
    pub fn shared(message: &'a Bytes) -> Self {
        Input { all_shared: true, ..Input::from(message) }
    }

    /// A message to read: if it is large, with its `binary` values as slices of it.
    #[inline]
    pub(crate) fn of_message(message: &'a Bytes) -> Self {
        match message.len() {
            LARGE_MESSAGE.. => Input::from(message),
            _ => Input::from(&**message),
        }
    }

    /// Checks that a value that ends at `end` is all that it holds.
    #[inline]
    pub(crate) fn ends_at(self, end: usize) -> Result<()> {
        if end == self.bytes.len() { Ok(()) } else { Err(left_over(self.bytes.len() - end)) }
    }
}

#[cold]
fn left_over(bytes: usize) -> Error {
    Error::malformed(format!("{bytes} bytes are left over after the value"))
}

impl<'a> From<&'a [u8]> for Input<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Input { bytes, shared: None, all_shared: false }
    }
}

impl<'a> From<&'a Vec<u8>> for Input<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Input { bytes, shared: None, all_shared: false }
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Input<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Input { bytes, shared: None, all_shared: false }
    }
}

impl<'a> From<&'a Bytes> for Input<'a> {
    fn from(shared: &'a Bytes) -> Self {
        Input { bytes: shared, shared: Some(shared), all_shared: false }
    }
}
