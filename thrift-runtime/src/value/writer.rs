//! What every protocol writes values with.

use bytes::Bytes;

use super::{EncodeContainer, EncodeStruct};
use crate::protocol::TType;

/// A protocol's writer.
///
/// Its methods do not fail. A length that the protocol cannot express, or nesting deeper than any
/// reader allows, makes the whole message an error in the end.
pub trait ValueWriter: Sized {
    /// Writes a `bool`.
    fn bool(&mut self, value: bool);
    /// Writes an `i8`.
    fn i8(&mut self, value: i8);
    /// Writes an `i16`.
    fn i16(&mut self, value: i16);
    /// Writes an `i32`.
    fn i32(&mut self, value: i32);
    /// Writes an `i64`.
    fn i64(&mut self, value: i64);
    /// Writes a `double`.
    fn double(&mut self, value: f64);
    /// Writes a `uuid`, most significant byte first.
    fn uuid(&mut self, value: &[u8; 16]);
    /// Writes a `string`.
    fn string(&mut self, value: &str);
    /// Writes a `string` that need not be UTF-8.
    #[inline]
    fn unchecked_string(&mut self, value: &Bytes) {
        self.bytes(value);
    }
    /// Writes an enum's number. `members` are the names and numbers of its members.
    #[doc(hidden)]
    #[inline(always)]
    fn member(&mut self, value: i32, members: &'static [(&'static str, i32)]) {
        let _ = members;
        self.i32(value);
    }
    /// Writes a `binary`.
    fn binary(&mut self, value: &[u8]);
    /// Writes a `binary`, which need not be copied.
    #[inline]
    fn bytes(&mut self, value: &Bytes) {
        self.binary(value);
    }
    /// Writes a value that may be a `string` or a `binary`.
    #[inline]
    fn opaque(&mut self, value: &Bytes) {
        self.bytes(value);
    }
    /// Begins a `list`; its elements and [`end`](ValueWriter::end) follow.
    fn list(&mut self, element: TType, len: usize);
    /// Begins a `set`; its elements and [`end`](ValueWriter::end) follow.
    fn set(&mut self, element: TType, len: usize);
    /// Begins a `map`; keys and values in turn and [`end`](ValueWriter::end) follow.
    fn map(&mut self, key: TType, value: TType, len: usize);
    /// Ends the list, set or map that was begun last.
    fn end(&mut self);
    /// Whether the message is an error already, so that what follows need not be written.
    #[doc(hidden)]
    #[inline(always)]
    fn has_failed(&self) -> bool {
        false
    }
    /// Writes a whole struct.
    fn structure<S: EncodeStruct>(&mut self, value: &S);
    /// Writes a whole container, in a function of its own for each type and protocol.
    #[doc(hidden)]
    #[inline(never)]
    fn container<C: EncodeContainer>(&mut self, value: &C) {
        value.write(self);
    }

    /// Writes the elements of a list of `string`.
    #[inline]
    fn strings(&mut self, values: &[String]) {
        values.iter().for_each(|value| self.string(value));
    }
    /// Writes the elements of a list of `i16`.
    #[inline]
    fn i16s(&mut self, values: &[i16]) {
        values.iter().for_each(|value| self.i16(*value));
    }
    /// Writes the elements of a list of `i32`.
    #[inline]
    fn i32s(&mut self, values: &[i32]) {
        values.iter().for_each(|value| self.i32(*value));
    }
    /// Writes the elements of a list of `i64`.
    #[inline]
    fn i64s(&mut self, values: &[i64]) {
        values.iter().for_each(|value| self.i64(*value));
    }
    /// Writes the elements of a list of `double`.
    #[inline]
    fn doubles(&mut self, values: &[f64]) {
        values.iter().for_each(|value| self.double(*value));
    }
}
