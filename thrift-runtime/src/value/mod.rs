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
mod reader;
mod shape;
mod skipped;
mod slice;
#[cfg(feature = "smallvec")]
mod small_vec;
mod str_list;
mod structure;
mod text;
mod unknown;
mod writer;

use crate::{error::Result, protocol::TType};

#[cfg(feature = "dynamic")]
pub(crate) use self::container::nested;
pub(crate) use self::container::{expect, make_room};
pub(crate) use self::slice::{Slice, part_of};
#[cfg(feature = "compact")]
pub(crate) use self::str_list::SHORT as SHORT_STRING;
pub(crate) use self::str_list::read_each;
pub(crate) use self::structure::{claim_default, struct_value};
#[cfg(feature = "dynamic")]
pub(crate) use self::unknown::NO_UNKNOWN_FIELDS;
pub use self::{
    any::{Any, AnyStruct},
    blob::Blob,
    byte_str::{ByteStr, LossyStr},
    enumeration::{Enumeration, UnknownName},
    reader::ValueReader,
    skipped::Skipped,
    str_list::{StrList, StrListIter},
    structure::{
        DecodeStruct, EncodeStruct, Field, FieldHeader, Struct, StructReader, StructWriter,
    },
    text::Str,
    unknown::{UnknownFields, UnknownMember},
    writer::ValueWriter,
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

    /// How many bytes the type's default value allocates at most; 0 if none, or if that is unknown.
    ///
    /// A peer gets a default for a byte, which is an empty struct. So these bytes are claimed of the
    /// message's [memory](crate::Limits::memory) wherever a value is made for what has come, beside the
    /// size of the type. Generated types count what their IDL says.
    const DEFAULT_HEAP: usize = 0;

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
