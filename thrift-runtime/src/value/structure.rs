//! Structs, as `thrift!` and the derive macros generate them and protocols write and read them.

use super::{Any, Decode, Encode, Value};
use crate::{
    error::{Error, Result},
    protocol::TType,
};

/// A struct, union or exception, as it is written.
///
/// Implementations are generated. They know ids and requiredness, while the fields' types know
/// their wire form and the protocol knows the rest.
pub trait EncodeStruct: Encode {
    /// The name in the IDL.
    const NAME: &'static str;

    /// All known fields, for error messages.
    const FIELDS: &'static [Field];

    /// Writes the fields that are set, in ascending order of ids.
    fn write<W: StructWriter>(&self, w: &mut W);
}

/// A struct, union or exception, as it is read from a message, which lives for `'de`.
pub trait DecodeStruct<'de>: EncodeStruct + Decode<'de> {
    /// Reads the fields into this value: first in the order in which they were most likely written,
    /// then by their headers. A field that is absent becomes its default.
    ///
    /// # Errors
    ///
    /// If a field cannot be read, or a required one is absent.
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()>;
}

/// A struct, union or exception that borrows nothing from a message: what calls take and return.
pub trait Struct: Value + EncodeStruct + for<'de> DecodeStruct<'de> {}

impl<T: Value + EncodeStruct + for<'de> DecodeStruct<'de>> Struct for T {}

/// A field's id and its name in the IDL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The id, which is what is on the wire.
    pub id: i16,
    /// The name in the IDL.
    pub name: &'static str,
}

impl Field {
    /// Makes an entry of [`EncodeStruct::FIELDS`].
    pub const fn new(id: i16, name: &'static str) -> Self {
        Field { id, name }
    }
}

/// The header of a field: its wire type and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldHeader {
    /// The type of the value that follows.
    pub ty: TType,
    /// The field's id.
    pub id: i16,
}

/// A protocol's writer of a struct's fields.
// Not inlined without optimization: each inlined field would take stack of its own then, and nested
// structs with many fields would soon use it up.
pub trait StructWriter: Sized {
    /// Writes a field.
    fn field<V: Encode>(&mut self, id: i16, value: &V);

    /// Writes several fields.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn run<R: Run>(&mut self, fields: R) {
        fields.write(self);
    }

    /// Writes a field whose type is known from the value.
    fn any(&mut self, id: i16, value: &Any);

    /// Writes a field if it is set.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<V: Encode>(&mut self, id: i16, value: &Option<V>) {
        if let Some(value) = value {
            self.field(id, value);
        }
    }
}

/// Successive fields, `((1, &self.x), (2, &self.y))`. A protocol that knows how long they are makes
/// room for them once.
pub trait Run {
    /// How many bytes they take in the binary protocol; 0 if that varies, or is too many.
    const FIXED: usize;

    /// Writes them.
    fn write<W: StructWriter>(&self, w: &mut W);
}

/// How many bytes a run may be, since it is written by one straight piece of code.
const LONGEST_RUN: usize = 128;

macro_rules! runs {
    ($(($($ty:ident $id:ident $value:ident),*))*) => {$(
        impl<$($ty: Encode),*> Run for ($((i16, &$ty),)*) {
            const FIXED: usize = {
                let (mut sum, mut varies) = (0, false);
                $(
                    sum += 3 + $ty::FIXED;
                    varies |= $ty::FIXED == 0;
                )*
                if varies || sum > LONGEST_RUN { 0 } else { sum }
            };

            #[inline(always)]
            fn write<W: StructWriter>(&self, w: &mut W) {
                let ($(($id, $value),)*) = *self;
                $(w.field($id, $value);)*
            }
        }
    )*};
}

runs! {
    (A a x, B b y)
    (A a x, B b y, C c z)
    (A a x, B b y, C c z, D d t)
    (A a x, B b y, C c z, D d t, E e u)
    (A a x, B b y, C c z, D d t, E e u, F f v)
    (A a x, B b y, C c z, D d t, E e u, F f v, G g p)
    (A a x, B b y, C c z, D d t, E e u, F f v, G g p, H h q)
}

/// A protocol's reader of a struct's fields.
// Not inlined without optimization, like `StructWriter`.
#[allow(clippy::missing_errors_doc)]
pub trait StructReader<'de>: Sized {
    /// Takes the next field's header, if it is this field.
    fn take(&mut self, id: i16, ty: TType) -> bool;

    /// Takes the next field's header, whichever it is. `None` is the end of the struct.
    fn header(&mut self) -> Result<Option<FieldHeader>>;

    /// Reads the value of the field whose header was taken. If it, or its elements, have another
    /// wire type, it is skipped like an unknown field and the result is `false`. What `value` is
    /// then is unspecified.
    fn read<V: Decode<'de>>(&mut self, header: FieldHeader, value: &mut V) -> Result<bool>;

    /// Skips the value of the field whose header was taken.
    fn skip(&mut self, header: FieldHeader) -> Result<bool>;

    /// Reads the value of the field whose header was taken, of any type.
    fn any(&mut self, header: FieldHeader) -> Result<Any>;

    /// The error for a required field that is absent.
    fn missing(&mut self, id: i16) -> Error;

    /// Claims memory, as [`ValueReader::claim`](super::ValueReader::claim) does, for what a struct holds of fields whose number
    /// is not known when compiling.
    fn claim(&mut self, count: usize, size: usize) -> Result<()>;

    /// Reads the field if it is the next one, and returns whether it was.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next<V: Decode<'de>>(&mut self, id: i16, value: &mut V) -> Result<bool> {
        if self.take(id, V::TYPE) {
            self.read(FieldHeader { ty: V::TYPE, id }, value)
        } else {
            Ok(false)
        }
    }

    /// Passes over the field, of which nothing is kept, if it is the next one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn pass(&mut self, id: i16, ty: TType) -> Result<()> {
        if self.take(id, ty) {
            self.skip(FieldHeader { ty, id })?;
        }
        Ok(())
    }

    /// Like [`next`](StructReader::next). If another field is next, this one becomes its type's
    /// default.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next_or_default<V: Decode<'de>>(&mut self, id: i16, value: &mut V) -> Result<()> {
        if !self.next(id, value)? {
            *value = V::default();
        }
        Ok(())
    }

    /// Like [`next`](StructReader::next), for an optional field. If another is next, it becomes `None`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next_optional<V: Decode<'de>>(&mut self, id: i16, value: &mut Option<V>) -> Result<bool> {
        let read = self.take(id, V::TYPE) && {
            claim_default::<V, Self>(self)?;
            self.read(FieldHeader { ty: V::TYPE, id }, value.get_or_insert_default())?
        };
        if !read {
            *value = None;
        }
        Ok(read)
    }

    /// Like [`read`](StructReader::read), for a field that came out of order. If it is skipped, the
    /// value stays as it is.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read_late<V: Decode<'de>>(&mut self, header: FieldHeader, value: &mut V) -> Result<bool> {
        self.late(header, Plain(value))
    }

    /// Like [`read_late`](StructReader::read_late), for an optional field.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read_optional<V: Decode<'de>>(
        &mut self,
        header: FieldHeader,
        value: &mut Option<V>,
    ) -> Result<bool> {
        self.late(header, Optional(value))
    }

    /// Reads a field that came out of order, in a function for each type rather than each field,
    /// since most fields come in order.
    #[doc(hidden)]
    #[inline(never)]
    fn late<L: Late<'de>>(&mut self, header: FieldHeader, into: L) -> Result<bool> {
        into.read(self, header)
    }
}

/// Claims what the default of a type allocates, for one that is made for a field which has come.
#[inline(always)]
pub(crate) fn claim_default<'de, V: Decode<'de>, R: StructReader<'de>>(r: &mut R) -> Result<()> {
    if const { V::DEFAULT_HEAP > 0 } {
        r.claim(1, V::DEFAULT_HEAP)?;
    }
    Ok(())
}

/// A field that came out of order.
pub trait Late<'de> {
    /// Reads the field. If it is skipped, it stays as it is.
    ///
    /// # Errors
    ///
    /// As [`StructReader::read`].
    fn read<R: StructReader<'de>>(self, r: &mut R, header: FieldHeader) -> Result<bool>;
}

struct Plain<'v, V>(&'v mut V);

impl<'de, V: Decode<'de>> Late<'de> for Plain<'_, V> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read<R: StructReader<'de>>(self, r: &mut R, header: FieldHeader) -> Result<bool> {
        // Of an optional field, too, whose value was made for this.
        claim_default::<V, R>(r)?;
        if !V::TYPE.is_container() {
            return r.read(header, self.0);
        }
        // A container is overwritten before it is known whether all its elements have the right
        // type.
        let mut late = V::default();
        let read = r.read(header, &mut late)?;
        if read {
            *self.0 = late;
        }
        Ok(read)
    }
}

struct Optional<'v, V>(&'v mut Option<V>);

impl<'de, V: Decode<'de>> Late<'de> for Optional<'_, V> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read<R: StructReader<'de>>(self, r: &mut R, header: FieldHeader) -> Result<bool> {
        let absent = self.0.is_none();
        let read = Plain(self.0.get_or_insert_default()).read(r, header)?;
        if absent && !read {
            *self.0 = None;
        }
        Ok(read)
    }
}

/// Makes a struct a [`Value`].
macro_rules! struct_value {
    ($name:ty) => {
        impl $crate::value::Encode for $name {
            const TYPE: $crate::protocol::TType = $crate::protocol::TType::Struct;

            #[inline]
            fn encode<W: $crate::value::ValueWriter>(&self, w: &mut W) {
                w.structure(self);
            }
        }

        impl<'de> $crate::value::Decode<'de> for $name {
            #[inline]
            fn decode_into<R: $crate::value::ValueReader<'de>>(
                &mut self,
                r: &mut R,
            ) -> $crate::error::Result<()> {
                r.structure(self)
            }
        }
    };
}
pub(crate) use struct_value;
