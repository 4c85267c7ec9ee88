//! Methods as they are declared, and the struct that the arguments of most of them travel in.
//!
//! That struct is the same generic type for all methods: a type for each would be as much again for
//! rustc to check as all the rest that is generated of a method.

use std::marker::PhantomData;

use super::{Method, MethodResult};
use crate::{
    __private::fixed_size,
    error::Result,
    protocol::TType,
    value::{
        Decode, DecodeStruct, Encode, EncodeStruct, Field, FieldHeader, Run, Struct, StructReader,
        StructWriter, Value, ValueReader, ValueWriter,
    },
};

/// A method of a generated service, as a type that has no values.
#[doc(hidden)]
pub trait Signature {
    /// What the arguments travel in: [`Args`], or a struct of its own.
    type Arguments: Struct;
    /// What the method gives.
    type Output;
    /// The struct that the result travels in. All other code names `Output`, so that a type without a
    /// wire form is an error here alone.
    type Result: MethodResult<Output = Self::Output>;
    /// What the IDL says.
    const DECLARED: &'static Declared;
}

/// The fields of a method's result.
#[doc(hidden)]
pub const fn results<S: Signature>() -> &'static [Field] {
    S::Result::FIELDS
}

/// What an IDL says of a method.
#[doc(hidden)]
#[derive(Debug)]
pub struct Declared {
    /// What channels and layers are told.
    pub method: Method,
    /// The name with that of the service.
    name: &'static str,
    /// The arguments, by their ids.
    arguments: &'static [Field],
}

impl Declared {
    /// A method with its whole name, and its arguments.
    pub const fn new(method: Method, name: &'static str, arguments: &'static [Field]) -> Self {
        Declared { method, name, arguments }
    }
}

/// The arguments of a method, a tuple of their values by their ids.
#[doc(hidden)]
#[derive(Debug)]
pub struct Args<S, T>(pub T, PhantomData<fn() -> S>);

impl<S, T> Args<S, T> {
    /// The arguments with these values.
    #[inline]
    pub fn new(values: T) -> Self {
        Args(values, PhantomData)
    }
}

impl<S, T: Default> Default for Args<S, T> {
    #[inline]
    fn default() -> Self {
        Args::new(T::default())
    }
}

impl<S: Signature, T: Tuple> EncodeStruct for Args<S, T> {
    const NAME: &'static str = S::DECLARED.name;
    const FIELDS: &'static [Field] = S::DECLARED.arguments;

    #[inline]
    fn write<W: StructWriter>(&self, w: &mut W) {
        if const { T::RUN != 0 } {
            w.run(Together::<S, T>(&self.0, PhantomData));
        } else {
            self.0.write::<S, W>(w);
        }
    }
}

impl<'de, S: Signature, T: Tuple> DecodeStruct<'de> for Args<S, T> {
    #[inline]
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        self.0.read::<S, R>(r)
    }
}

impl<S: Signature, T: Tuple> Encode for Args<S, T> {
    const TYPE: TType = TType::Struct;
    const FIXED: usize = T::FIXED;

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de, S: Signature, T: Tuple> Decode<'de> for Args<S, T> {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.structure(self)
    }
}

/// Arguments whose sizes never vary, to be written at once.
struct Together<'a, S, T>(&'a T, PhantomData<S>);

impl<S: Signature, T: Tuple> Run for Together<'_, S, T> {
    const FIXED: usize = T::RUN;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn write<W: StructWriter>(&self, w: &mut W) {
        self.0.write::<S, W>(w);
    }
}

/// An argument: a value, or one that may be absent.
#[doc(hidden)]
pub trait Argument: Default {
    /// As [`Value::FIXED`].
    const FIXED: usize;

    /// Writes it.
    fn write<W: StructWriter>(&self, id: i16, w: &mut W);

    /// Reads it if it comes next, or else makes it its default.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn next<'de, R: StructReader<'de>>(&mut self, id: i16, r: &mut R) -> Result<()>;

    /// Reads it out of order.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn late<'de, R: StructReader<'de>>(&mut self, header: FieldHeader, r: &mut R) -> Result<bool>;
}

impl<T: Value> Argument for T {
    const FIXED: usize = T::FIXED;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn write<W: StructWriter>(&self, id: i16, w: &mut W) {
        w.field(id, self);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next<'de, R: StructReader<'de>>(&mut self, id: i16, r: &mut R) -> Result<()> {
        r.next_or_default(id, self)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn late<'de, R: StructReader<'de>>(&mut self, header: FieldHeader, r: &mut R) -> Result<bool> {
        r.read_late(header, self)
    }
}

impl<T: Value> Argument for Option<T> {
    const FIXED: usize = 0;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn write<W: StructWriter>(&self, id: i16, w: &mut W) {
        w.optional(id, self);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next<'de, R: StructReader<'de>>(&mut self, id: i16, r: &mut R) -> Result<()> {
        r.next_optional(id, self).map(drop)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn late<'de, R: StructReader<'de>>(&mut self, header: FieldHeader, r: &mut R) -> Result<bool> {
        r.read_optional(header, self)
    }
}

/// The values of a method's arguments.
#[doc(hidden)]
pub trait Tuple: Default {
    /// As [`Value::FIXED`], of the struct of all.
    const FIXED: usize;
    /// As [`Run::FIXED`]; 0 if there is nothing to gain by writing them at once.
    const RUN: usize;

    /// Writes them.
    fn write<S: Signature, W: StructWriter>(&self, w: &mut W);

    /// Reads them: each in order, then whichever comes.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    fn read<'de, S: Signature, R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()>;
}

/// The id of an argument of a method.
const fn id<S: Signature>(index: usize) -> i16 {
    S::DECLARED.arguments[index].id
}

macro_rules! tuples {
    ($(($($ty:ident $index:tt)*))*) => {$(
        impl<$($ty: Argument),*> Tuple for ($($ty,)*) {
            const FIXED: usize = match &[$($ty::FIXED),*] as &[usize] {
                [] => 0,
                sizes => fixed_size(sizes),
            };
            // The struct's stop is no field of the run.
            const RUN: usize = match &[$($ty::FIXED),*] as &[usize] {
                [] | [_] => 0,
                _ => Self::FIXED.saturating_sub(1),
            };

            #[allow(unused_variables)]
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn write<Of: Signature, Writer: StructWriter>(&self, w: &mut Writer) {
                $(self.$index.write(const { id::<Of>($index) }, w);)*
            }

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn read<'de, Of: Signature, Reader: StructReader<'de>>(&mut self, r: &mut Reader) -> Result<()> {
                $(self.$index.next(const { id::<Of>($index) }, r)?;)*
                while let Some(header) = r.header()? {
                    match header.id {
                        $(it if it == const { id::<Of>($index) } => {
                            self.$index.late(header, r)?;
                        })*
                        _ => _ = r.skip(header)?,
                    }
                }
                Ok(())
            }
        }
    )*};
}

tuples! {
    ()
    (A 0)
    (A 0 B 1)
    (A 0 B 1 C 2)
    (A 0 B 1 C 2 D 3)
    (A 0 B 1 C 2 D 3 E 4)
    (A 0 B 1 C 2 D 3 E 4 F 5)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
}
