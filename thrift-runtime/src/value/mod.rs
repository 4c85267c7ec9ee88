//! Rust values and their wire form: the trait [`Value`] for all types, and [`Struct`] for structs.

mod any;
#[cfg(feature = "arbitrary")]
pub(crate) mod arbitrary;
mod base;
mod blob;
mod byte_str;
mod compare;
mod container;
mod enumeration;
mod fits;
mod foreign;
mod lent;
mod pointer;
mod shape;
mod skipped;
mod slice;
#[cfg(feature = "smallvec")]
mod small_vec;
mod str_list;
mod structure;
mod text;
mod unknown;

use crate::{error::Result, protocol::TType};

#[cfg(feature = "dynamic")]
pub(crate) use self::container::nested;
pub(crate) use self::container::{expect, make_room};
pub(crate) use self::slice::{Slice, part_of};
#[cfg(feature = "compact")]
pub(crate) use self::str_list::SHORT as SHORT_STRING;
pub(crate) use self::str_list::read_each;
pub(crate) use self::structure::struct_value;
#[cfg(feature = "dynamic")]
pub(crate) use self::unknown::NO_UNKNOWN_FIELDS;
pub use self::{
    any::{Any, AnyStruct},
    blob::Blob,
    byte_str::{ByteStr, LossyStr},
    enumeration::{Enumeration, UnknownName},
    skipped::Skipped,
    str_list::{StrList, StrListIter},
    structure::{
        DecodeStruct, EncodeStruct, Field, FieldHeader, Struct, StructReader, StructWriter,
    },
    text::Str,
    unknown::{UnknownFields, UnknownMember},
};
#[doc(hidden)]
pub use self::{
    compare::{TotalEq, TotalOrd},
    enumeration::{debug_enumeration, display_enumeration, name_of, value_of},
    fits::{Answers, Choice, Lacks, Needs, Pick, Probe, Unfit, Verdict},
    foreign::{
        binary, check, check_optional, check_optional_with, check_with, decode_with,
        next_optional_with, next_with, no_known_member, read_member_with, read_optional_with,
        read_with, unknown_number, wire_type,
    },
    shape::{Shaped, first_renumbered, first_unlike},
};
#[doc(hidden)]
pub use self::{
    container::{DecodeContainer, EncodeContainer},
    structure::{Late, Run},
    unknown::UnknownIndex,
};

/// The most bytes of a [`Str`] or [`Blob`] that are held inline.
pub(crate) const INLINE: usize = 22;

/// How many elements of a list are written before looking whether the message has failed.
const AT_ONCE: usize = 64;

/// A type that can be written in any Thrift protocol and read from it, and that owns what it holds: each
/// type with [`Encode`] and [`Decode`] that borrows nothing from a message.
///
/// This crate implements those for base types and containers, `thrift!` and the derive macros for
/// structs, unions, exceptions and enums. An `Option` is not a `Value`, since only a field can be
/// absent; see [`StructWriter::optional`].
///
/// | Thrift | Rust |
/// | --- | --- |
/// | `bool` | `bool` |
/// | `i8`, `byte` | `i8` |
/// | `i16`, `i32`, `i64` | `i16`, `i32`, `i64` |
/// | `double` | `f64`; [`OrderedFloat`](crate::OrderedFloat) as a key or in a set |
/// | `string` | `String`, [`Str`], `Box<str>`, `Arc<str>`, `Cow<str>`; [`ByteStr`] and [`LossyStr`], which need not come as UTF-8 |
/// | `binary` | [`Bytes`](crate::Bytes), [`Blob`] |
/// | `uuid` | [`Uuid`](crate::Uuid) |
/// | `list<T>` | `Vec<T>`; [`StrList`] for strings; `[T; N]`, which takes a list of that length only; `Cow<[T]>`; with the feature `smallvec`, its `SmallVec` |
/// | `set<T>` | `BTreeSet<T>`, `HashSet<T>` |
/// | `map<K, V>` | `BTreeMap<K, V>`, `HashMap<K, V>` |
///
/// `Box<T>`, `Rc<T>` and `Arc<T>` have the wire form of `T`, and [`Skipped<T>`](Skipped) passes over it.
/// `&str` and `&[u8]` are no `Value`, as they borrow from a message, but have both of the other traits.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Thrift wire form",
    label = "not a Thrift value",
    note = "Thrift's base types, `Vec`, `BTreeMap`, `BTreeSet`, `HashMap`, `HashSet`, `Box`, `Arc` and types made by `thrift!` or the derive macros have one",
    note = "a derive macro takes `#[thrift(with = \"module\")]` on a field of another type, and `#[thrift(binary)]` on a field of bytes",
    note = "an optional value is an `Option` field, not a type of its own"
)]
pub trait Value: Default + Encode + for<'de> Decode<'de> {}

impl<T: Default + Encode + for<'de> Decode<'de>> Value for T {}

/// A type that can be written in any Thrift protocol.
///
/// [`Value`] has a table of them. One of another crate's wire form is given by hand:
///
/// ```
/// use thrift_runtime::{
///     BinaryProtocol, Decode, Encode, Protocol, Result,
///     protocol::TType,
///     value::{ValueReader, ValueWriter},
/// };
///
/// /// Seconds, on the wire an `i64` of milliseconds.
/// #[derive(Debug, Default, PartialEq)]
/// struct Seconds(f64);
///
/// impl Encode for Seconds {
///     const TYPE: TType = TType::I64;
///
///     fn encode<W: ValueWriter>(&self, w: &mut W) {
///         w.i64((self.0 * 1e3) as i64);
///     }
/// }
///
/// impl<'de> Decode<'de> for Seconds {
///     fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
///         self.0 = r.i64()? as f64 / 1e3;
///         Ok(())
///     }
/// }
///
/// let bytes = BinaryProtocol::STRICT.encode(&Seconds(1.5))?;
/// assert_eq!(bytes, 1500_i64.to_be_bytes());
/// assert_eq!(BinaryProtocol::STRICT.decode::<Seconds>(&bytes)?, Seconds(1.5));
/// # Ok::<(), thrift_runtime::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Thrift wire form",
    label = "not a Thrift value",
    note = "Thrift's base types, `Vec`, `BTreeMap`, `BTreeSet`, `HashMap`, `HashSet`, `Box`, `Arc` and types made by `thrift!` or the derive macros have one",
    note = "a derive macro takes `#[thrift(with = \"module\")]` on a field of another type, and `#[thrift(binary)]` on a field of bytes",
    note = "an optional value is an `Option` field, not a type of its own"
)]
pub trait Encode {
    /// The wire type, as in the headers of fields and containers.
    const TYPE: TType;

    /// How many bytes every value takes in the binary protocol; 0 if that varies or is unknown.
    const FIXED: usize = 0;

    /// Whether it is better read where it is to stand: a processor waits for what has been written in
    /// pieces, as a text that is held inline is, if it is moved at once.
    #[doc(hidden)]
    const IN_PLACE: bool = false;

    /// Writes the value.
    fn encode<W: ValueWriter>(&self, w: &mut W);

    /// Writes the elements of a list, numbers all at once.
    #[doc(hidden)]
    #[inline]
    fn encode_elements<W: ValueWriter>(elements: &[Self], w: &mut W)
    where
        Self: Sized,
    {
        let mut elements = elements;
        loop {
            let (some, more) = elements.split_at(elements.len().min(AT_ONCE));
            for element in some {
                element.encode(w);
            }
            if more.is_empty() || w.has_failed() {
                return;
            }
            elements = more;
        }
    }
}

/// A type that can be read from a message of any Thrift protocol, which lives for `'de`.
///
/// What borrows from the message has a lifetime that is no longer:
///
/// ```
/// use thrift_runtime::{BinaryProtocol, Protocol, ThriftStruct};
///
/// #[derive(Debug, Default, PartialEq, ThriftStruct)]
/// struct Column<'a> {
///     #[thrift(id = 1)]
///     name: &'a str,
///     #[thrift(id = 2)]
///     path: Vec<&'a str>,
/// }
///
/// let bytes = BinaryProtocol::STRICT.encode(&Column { name: "price", path: vec!["item", "price"] })?;
/// let column: Column<'_> = BinaryProtocol::STRICT.decode(&bytes)?;
/// assert_eq!(column.path, ["item", "price"]);
/// assert!(bytes.as_ptr_range().contains(&column.name.as_ptr()));
/// # Ok::<(), thrift_runtime::Error>(())
/// ```
///
/// In JSON, text with escapes and binaries do not stand in the message as they are, and cannot be borrowed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Thrift wire form",
    label = "not a Thrift value",
    note = "Thrift's base types, `Vec`, `BTreeMap`, `BTreeSet`, `HashMap`, `HashSet`, `Box`, `Arc` and types made by `thrift!` or the derive macros have one",
    note = "a derive macro takes `#[thrift(with = \"module\")]` on a field of another type, and `#[thrift(binary)]` on a field of bytes",
    note = "an optional value is an `Option` field, not a type of its own"
)]
pub trait Decode<'de>: Encode + Default {
    /// Reads a value into this one, which it replaces completely while reusing its allocations.
    ///
    /// After an error the value is valid, but which of its parts were replaced is unspecified.
    ///
    /// # Errors
    ///
    /// If the input is not a value of this type, or exceeds a limit.
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()>;

    /// Reads a new value.
    #[doc(hidden)]
    #[inline]
    fn decode<R: ValueReader<'de>>(r: &mut R) -> Result<Self> {
        let mut value = Self::default();
        value.decode_into(r)?;
        Ok(value)
    }

    /// Reads the `count` elements of a list into `elements`, numbers all at once.
    #[doc(hidden)]
    #[inline]
    fn decode_elements<R: ValueReader<'de>>(
        elements: &mut Vec<Self>,
        count: usize,
        r: &mut R,
    ) -> Result<()> {
        container::decode_each(elements, count, r)
    }
}

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
    fn unchecked_string(&mut self, value: &bytes::Bytes) {
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
    fn bytes(&mut self, value: &bytes::Bytes) {
        self.binary(value);
    }
    /// Writes a value that may be a `string` or a `binary`.
    #[inline]
    fn opaque(&mut self, value: &bytes::Bytes) {
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
    fn unchecked_string(&mut self, into: &mut bytes::Bytes) -> Result<()> {
        self.binary(into)
    }
    /// Reads a `binary` into `into`, as a slice of the message if it is large and as a copy
    /// otherwise.
    fn binary(&mut self, into: &mut bytes::Bytes) -> Result<()>;
    /// Reads a `binary`, inline if it is short.
    #[inline]
    fn blob(&mut self, into: &mut Blob) -> Result<()> {
        let mut bytes = bytes::Bytes::new();
        self.binary(&mut bytes)?;
        *into = bytes.into();
        Ok(())
    }
    /// Reads a value that may be a `string` or a `binary`.
    #[inline]
    fn opaque(&mut self, into: &mut bytes::Bytes) -> Result<()> {
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
fn not_lent() -> crate::Error {
    crate::Error::malformed("text or bytes that do not stand in the message as they are")
}
