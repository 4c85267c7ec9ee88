//! Rust values and their wire form: one trait for every type, one for structs.

mod any;
#[cfg(feature = "arbitrary")]
pub(crate) mod arbitrary;
mod base;
mod compare;
mod container;
mod enumeration;
mod foreign;
mod pointer;
mod structure;
mod text;
mod unknown;

use crate::{error::Result, protocol::TType};

pub(crate) use self::container::{decode_each, expect, make_room};
pub(crate) use self::structure::struct_value;
pub use self::{
    any::{Any, AnyStruct},
    enumeration::{Enumeration, UnknownName},
    structure::{Field, FieldHeader, Struct, StructIn, StructOut},
    text::Str,
    unknown::{UnknownFields, UnknownMember},
};
#[doc(hidden)]
pub use self::{
    compare::{TotalEq, TotalOrd},
    enumeration::{debug_enumeration, display_enumeration, name_of, value_of},
    foreign::{
        binary, check, check_optional, check_optional_with, check_with, decode_with,
        next_optional_with, next_with, no_known_member, read_member_with, read_optional_with,
        read_with, unknown_number, wire_type,
    },
};
#[doc(hidden)]
pub use self::{
    container::Container,
    structure::{Late, Run},
    unknown::UnknownIndex,
};

/// A type that can be written in any Thrift protocol and read from it.
///
/// It is implemented once a type: here for the base types and the containers, by `thrift!` and the
/// derive macros for structs, unions, exceptions and enums. A field that is not there is `None` or
/// its default, so an `Option` is no `Value`; see [`StructOut::optional`].
///
/// | Thrift | Rust |
/// | --- | --- |
/// | `bool` | `bool` |
/// | `i8`, `byte` | `i8` |
/// | `i16`, `i32`, `i64` | `i16`, `i32`, `i64` |
/// | `double` | `f64`; [`OrderedFloat`](crate::OrderedFloat) as a key or in a set |
/// | `string` | `String`, [`Str`], `Box<str>`, `Arc<str>`, `Cow<str>` |
/// | `binary` | [`Bytes`](crate::Bytes) |
/// | `uuid` | [`Uuid`](crate::Uuid) |
/// | `list<T>` | `Vec<T>`; `[T; N]`, which takes a list of that length only; `Cow<[T]>` |
/// | `set<T>` | `BTreeSet<T>`, `HashSet<T>` |
/// | `map<K, V>` | `BTreeMap<K, V>`, `HashMap<K, V>` |
///
/// `Box<T>`, `Rc<T>` and `Arc<T>` are what they point to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Thrift wire form",
    label = "not a Thrift value",
    note = "Thrift's base types, `Vec`, `BTreeMap`, `BTreeSet`, `HashMap`, `HashSet`, `Box`, `Arc` and types made by `thrift!` or the derive macros have one",
    note = "for others a derive macro takes `#[thrift(with = \"module\")]` on the field, and `#[thrift(binary)]` for bytes",
    note = "an optional value is an `Option` field, not a type of its own"
)]
pub trait Value: Default {
    /// The type as it stands in field and container headers.
    const TYPE: TType;

    /// The bytes that every value takes in the binary protocol; 0 where that varies, or is not known.
    const FIXED: usize = 0;

    /// Writes the value.
    fn encode<W: Out>(&self, w: &mut W);

    /// Reads a value in the place of this one, which it replaces whole, reusing what it has allocated.
    ///
    /// After an error the value is valid, but which parts of it were replaced is not said.
    ///
    /// # Errors
    ///
    /// Where the input is not a value of this type, or exceeds a limit.
    fn decode_into<R: In>(&mut self, r: &mut R) -> Result<()>;

    /// Writes the elements of a list; numbers do it in one go.
    #[doc(hidden)]
    #[inline]
    fn encode_elements<W: Out>(elements: &[Self], w: &mut W) {
        for element in elements {
            element.encode(w);
        }
    }

    /// Reads the `count` elements of a list in the place of `elements`; numbers do it in one go.
    #[doc(hidden)]
    #[inline]
    fn decode_elements<R: In>(elements: &mut Vec<Self>, count: usize, r: &mut R) -> Result<()> {
        container::decode_each(elements, count, r)
    }
}

/// Where values are written to: a protocol's writer.
///
/// Writing cannot fail at each step: a length that the protocol has no room for, or nesting beyond
/// any reader's limit, makes the whole message an error when it is finished.
pub trait Out: Sized {
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
    /// Writes a `uuid`, in the order of its text.
    fn uuid(&mut self, value: &[u8; 16]);
    /// Writes a `string`.
    fn string(&mut self, value: &str);
    /// Writes a `binary`.
    fn binary(&mut self, value: &[u8]);
    /// Writes a `binary` that need not be copied.
    #[inline]
    fn bytes(&mut self, value: &bytes::Bytes) {
        self.binary(value);
    }
    /// Writes what is a `string` or a `binary`, nobody knows which.
    #[inline]
    fn opaque(&mut self, value: &bytes::Bytes) {
        self.bytes(value);
    }
    /// Begins a `list`; its elements and [`end`](Out::end) follow.
    fn list(&mut self, element: TType, len: usize);
    /// Begins a `set`; its elements and [`end`](Out::end) follow.
    fn set(&mut self, element: TType, len: usize);
    /// Begins a `map`; keys and values in turn, and [`end`](Out::end), follow.
    fn map(&mut self, key: TType, value: TType, len: usize);
    /// Ends the list, set or map that was begun last.
    fn end(&mut self);
    /// Writes a struct whole.
    fn structure<S: Struct>(&mut self, value: &S);
    /// Writes a container whole: it is a function of its own, once a type and protocol.
    #[doc(hidden)]
    #[inline(never)]
    fn container<C: Container>(&mut self, value: &C) {
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

/// Where values are read from: a protocol's reader.
///
/// Every method fails where the input ends early, breaks the protocol's rules or exceeds a limit.
#[allow(missing_docs, clippy::missing_errors_doc)]
pub trait In: Sized {
    /// Whether elements have whatever type the reader of a container expects: there are no bytes
    /// that could say otherwise.
    #[doc(hidden)]
    const TYPE_IS_GIVEN: bool = false;

    fn bool(&mut self) -> Result<bool>;
    fn i8(&mut self) -> Result<i8>;
    fn i16(&mut self) -> Result<i16>;
    fn i32(&mut self) -> Result<i32>;
    fn i64(&mut self) -> Result<i64>;
    fn double(&mut self) -> Result<f64>;
    fn uuid(&mut self) -> Result<[u8; 16]>;
    /// Reads an enum's number; `members` are those that have names.
    #[doc(hidden)]
    #[inline(always)]
    fn member(&mut self, members: &'static [(&'static str, i32)]) -> Result<i32> {
        let _ = members;
        self.i32()
    }
    /// Reads a `string` in the place of `into`; its UTF-8 is checked.
    fn string(&mut self, into: &mut String) -> Result<()>;
    /// Reads a `string` to be kept as it is; its UTF-8 is checked.
    #[inline]
    fn str(&mut self, into: &mut Str) -> Result<()> {
        let mut text = String::new();
        self.string(&mut text)?;
        *into = text.into();
        Ok(())
    }
    /// Reads a `binary` in the place of `into`: a slice of the message where that pays, a copy
    /// elsewhere.
    fn binary(&mut self, into: &mut bytes::Bytes) -> Result<()>;
    /// Reads what is a `string` or a `binary`, nobody knows which.
    #[inline]
    fn opaque(&mut self, into: &mut bytes::Bytes) -> Result<()> {
        self.binary(into)
    }
    /// Begins a `list`: the type of its elements and how many there are. No more are announced
    /// than the bytes that are there can hold.
    fn list(&mut self) -> Result<(TType, usize)>;
    /// Begins a `list` of elements of this type: how many there are.
    #[doc(hidden)]
    #[inline]
    fn list_of(&mut self, element: TType) -> Result<usize> {
        let (found, count) = self.list()?;
        container::expect::<Self>(found, element, count, "element")?;
        Ok(count)
    }
    /// Begins a `set`, likewise.
    fn set(&mut self) -> Result<(TType, usize)>;
    /// Begins a `map`: the types of keys and values, and how many pairs there are. Types that the
    /// protocol leaves out of an empty map are [`TType::Stop`].
    fn map(&mut self) -> Result<(TType, TType, usize)>;
    /// Ends the list, set or map that was begun last.
    fn end(&mut self) -> Result<()>;
    /// Reads a struct whole, in the place of `into`.
    fn structure<S: Struct>(&mut self, into: &mut S) -> Result<()>;
    /// Reads a container whole, in the place of `into`: it is a function of its own, once a type and
    /// protocol.
    #[doc(hidden)]
    #[inline(never)]
    fn container<C: Container>(&mut self, into: &mut C) -> Result<()> {
        into.read(self)
    }
    /// Reads a value of a type and drops it. UTF-8 is not checked.
    fn skip(&mut self, ty: TType) -> Result<()>;

    /// Goes one level deeper, to the elements of a container that are containers themselves.
    fn descend(&mut self) -> Result<()>;
    /// Comes back from [`descend`](In::descend).
    fn ascend(&mut self);
    /// Takes `count` values of `size` bytes each from the memory that this message's containers
    /// may use.
    fn claim(&mut self, count: usize, size: usize) -> Result<()>;
    /// How many bytes of input are left; containers do not allocate far beyond it at once.
    fn remaining(&self) -> usize;

    /// Reads `count` elements of a list of `i16`, in the place of `into`.
    #[inline]
    fn i16s(&mut self, into: &mut Vec<i16>, count: usize) -> Result<()> {
        container::decode_each(into, count, self)
    }
    /// Reads `count` elements of a list of `i32`, in the place of `into`.
    #[inline]
    fn i32s(&mut self, into: &mut Vec<i32>, count: usize) -> Result<()> {
        container::decode_each(into, count, self)
    }
    /// Reads `count` elements of a list of `i64`, in the place of `into`.
    #[inline]
    fn i64s(&mut self, into: &mut Vec<i64>, count: usize) -> Result<()> {
        container::decode_each(into, count, self)
    }
    /// Reads `count` elements of a list of `double`, in the place of `into`.
    #[inline]
    fn doubles(&mut self, into: &mut Vec<f64>, count: usize) -> Result<()> {
        container::decode_each(into, count, self)
    }
}
