//! What every protocol reads values with.

use bytes::Bytes;

use super::{Blob, DecodeContainer, DecodeStruct, Str, StrList, container, read_each};
use crate::{
    error::{Error, Result},
    protocol::TType,
};

/// A protocol's reader.
///
/// Every method fails if the input ends early, breaks the protocol's rules or exceeds a limit.
#[allow(missing_docs, clippy::missing_errors_doc)]
pub trait ValueReader<'de>: Sized {
    /// Whether elements have whatever type is expected of them, because no bytes say otherwise.
    #[doc(hidden)]
    const TYPE_IS_GIVEN: bool = false;

    fn bool(&mut self) -> Result<bool>;
    fn i8(&mut self) -> Result<i8>;
    fn i16(&mut self) -> Result<i16>;
    fn i32(&mut self) -> Result<i32>;
    fn i64(&mut self) -> Result<i64>;
    fn double(&mut self) -> Result<f64>;
    fn uuid(&mut self) -> Result<[u8; 16]>;
    /// Reads an enum's number. `members` are the names and numbers of its members.
    #[doc(hidden)]
    #[inline(always)]
    fn member(&mut self, members: &'static [(&'static str, i32)]) -> Result<i32> {
        let _ = members;
        self.i32()
    }
    /// Reads a `string` into `into`, checking its UTF-8.
    fn string(&mut self, into: &mut String) -> Result<()>;
    /// Reads a `string`, checking its UTF-8.
    #[doc(hidden)]
    #[inline]
    fn new_string(&mut self) -> Result<String> {
        let mut text = String::new();
        self.string(&mut text)?;
        Ok(text)
    }
    /// Reads a `string` as an immutable text, checking its UTF-8.
    #[inline]
    fn str(&mut self, into: &mut Str) -> Result<()> {
        let mut text = String::new();
        self.string(&mut text)?;
        *into = text.into();
        Ok(())
    }
    /// Reads a `string` that is borrowed from the message, checking its UTF-8.
    #[inline]
    fn lent_str(&mut self) -> Result<&'de str> {
        Err(not_lent())
    }
    /// Reads a `binary` that is borrowed from the message.
    #[inline]
    fn lent_bytes(&mut self) -> Result<&'de [u8]> {
        Err(not_lent())
    }
    /// Reads a `string` as its bytes, without checking its UTF-8.
    #[inline]
    fn unchecked_string(&mut self, into: &mut Bytes) -> Result<()> {
        self.binary(into)
    }
    /// Reads a `binary` into `into`, as a slice of the message if it is large and as a copy
    /// otherwise.
    fn binary(&mut self, into: &mut Bytes) -> Result<()>;
    /// Reads a `binary`, inline if it is short.
    #[inline]
    fn blob(&mut self, into: &mut Blob) -> Result<()> {
        let mut bytes = Bytes::new();
        self.binary(&mut bytes)?;
        *into = bytes.into();
        Ok(())
    }
    /// Reads a value that may be a `string` or a `binary`.
    #[inline]
    fn opaque(&mut self, into: &mut Bytes) -> Result<()> {
        self.binary(into)
    }
    /// Begins a `list`, and returns the type and number of its elements. There are never more than
    /// the rest of the input can hold.
    fn list(&mut self) -> Result<(TType, usize)>;
    /// Begins a `list` of elements of this type, and returns their number.
    #[doc(hidden)]
    #[inline]
    fn list_of(&mut self, element: TType) -> Result<usize> {
        let (found, count) = self.list()?;
        container::expect::<Self>(found, element, count, "element")?;
        Ok(count)
    }
    /// Begins a `set`, like [`list`](ValueReader::list).
    fn set(&mut self) -> Result<(TType, usize)>;
    /// Begins a `map`, and returns the types of keys and values and the number of pairs. If the
    /// protocol leaves the types out of an empty map, they are [`TType::Stop`].
    fn map(&mut self) -> Result<(TType, TType, usize)>;
    /// Ends the list, set or map that was begun last.
    fn end(&mut self) -> Result<()>;
    /// Reads a whole struct into `into`.
    fn structure<S: DecodeStruct<'de>>(&mut self, into: &mut S) -> Result<()>;
    /// Reads a whole container into `into`, in a function of its own for each type and protocol.
    #[doc(hidden)]
    #[inline(never)]
    fn container<C: DecodeContainer<'de>>(&mut self, into: &mut C) -> Result<()> {
        into.read(self)
    }
    /// Skips a value of a type, without checking UTF-8.
    fn skip(&mut self, ty: TType) -> Result<()>;

    /// Goes one level deeper, to elements that are containers themselves.
    fn descend(&mut self) -> Result<()>;
    /// Comes back from [`descend`](ValueReader::descend).
    fn ascend(&mut self);
    /// Claims memory for `count` values of `size` bytes each, out of what the containers of this
    /// message may use.
    fn claim(&mut self, count: usize, size: usize) -> Result<()>;
    /// How many bytes of input are left. Containers do not allocate much more than that at once.
    fn remaining(&self) -> usize;

    /// Reads `count` elements of a list of `string` into `into`.
    #[doc(hidden)]
    #[inline]
    fn strings(&mut self, into: &mut Vec<String>, count: usize) -> Result<()> {
        container::decode_each(into, count, self)
    }
    /// Reads `count` elements of a list of `string` in the place of those of `into`.
    #[doc(hidden)]
    #[inline]
    fn str_list(&mut self, count: usize, into: &mut StrList) -> Result<()> {
        let mut text = String::new();
        read_each(count, into, |push| {
            self.string(&mut text)?;
            push(&text);
            Ok(())
        })
    }
    /// Reads `count` elements of a list of `i16` into `into`.
    #[inline]
    fn i16s(&mut self, into: &mut Vec<i16>, count: usize) -> Result<()> {
        container::decode_each(into, count, self)
    }
    /// Reads `count` elements of a list of `i32` into `into`.
    #[inline]
    fn i32s(&mut self, into: &mut Vec<i32>, count: usize) -> Result<()> {
        container::decode_each(into, count, self)
    }
    /// Reads `count` elements of a list of `i64` into `into`.
    #[inline]
    fn i64s(&mut self, into: &mut Vec<i64>, count: usize) -> Result<()> {
        container::decode_each(into, count, self)
    }
    /// Reads `count` elements of a list of `double` into `into`.
    #[inline]
    fn doubles(&mut self, into: &mut Vec<f64>, count: usize) -> Result<()> {
        container::decode_each(into, count, self)
    }
}

#[cold]
fn not_lent() -> Error {
    Error::malformed("text or bytes that do not stand in the message as they are")
}
