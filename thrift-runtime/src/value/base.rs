//! The base types.

use bytes::Bytes;
use ordered_float::OrderedFloat;
use uuid::Uuid;

use super::{Decode, Encode, ValueReader, ValueWriter};
use crate::{error::Result, protocol::TType};

macro_rules! base {
    ($($rust:ty: $ty:ident, $size:literal, $method:ident $(, $elements:ident)?;)*) => {$(
        impl Encode for $rust {
            const TYPE: TType = TType::$ty;
            const FIXED: usize = $size;

            #[inline(always)]
            fn encode<W: ValueWriter>(&self, w: &mut W) {
                w.$method(*self);
            }

            $(
                #[inline]
                fn encode_elements<W: ValueWriter>(elements: &[Self], w: &mut W) {
                    w.$elements(elements);
                }
            )?
        }

        impl<'de> Decode<'de> for $rust {
            #[inline(always)]
            fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
                *self = r.$method()?;
                Ok(())
            }

            $(
                #[inline]
                fn decode_elements<R: ValueReader<'de>>(
                    elements: &mut Vec<Self>,
                    count: usize,
                    r: &mut R,
                ) -> Result<()> {
                    r.$elements(elements, count)
                }
            )?
        }
    )*};
}

base! {
    bool: Bool, 1, bool;
    i8: I8, 1, i8;
    i16: I16, 2, i16, i16s;
    i32: I32, 4, i32, i32s;
    i64: I64, 8, i64, i64s;
    f64: Double, 8, double, doubles;
}

/// A `double` that is a key or a set's element.
impl Encode for OrderedFloat<f64> {
    const TYPE: TType = TType::Double;
    const FIXED: usize = 8;

    #[inline(always)]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.double(self.0);
    }
}

impl<'de> Decode<'de> for OrderedFloat<f64> {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        self.0 = r.double()?;
        Ok(())
    }
}

impl Encode for String {
    const TYPE: TType = TType::String;

    #[inline(always)]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.string(self);
    }

    #[inline]
    fn encode_elements<W: ValueWriter>(elements: &[Self], w: &mut W) {
        w.strings(elements);
    }
}

impl<'de> Decode<'de> for String {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.string(self)
    }

    #[inline(always)]
    fn decode<R: ValueReader<'de>>(r: &mut R) -> Result<Self> {
        r.new_string()
    }

    #[inline]
    fn decode_elements<R: ValueReader<'de>>(
        elements: &mut Vec<Self>,
        count: usize,
        r: &mut R,
    ) -> Result<()> {
        r.strings(elements, count)
    }
}

impl Encode for Bytes {
    const TYPE: TType = TType::String;

    #[inline(always)]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.bytes(self);
    }
}

impl<'de> Decode<'de> for Bytes {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.binary(self)
    }
}

impl Encode for Uuid {
    const TYPE: TType = TType::Uuid;
    const FIXED: usize = 16;

    #[inline(always)]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.uuid(self.as_bytes());
    }
}

impl<'de> Decode<'de> for Uuid {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        *self = Uuid::from_bytes(r.uuid()?);
        Ok(())
    }
}
