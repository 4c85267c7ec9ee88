//! Pointers, borrowed values and arrays.
//!
//! What a pointer points to takes memory, however few bytes it came in. It is there in the default
//! already, and claimed with that.

use std::{borrow::Cow, rc::Rc, sync::Arc};

use bytes::Bytes;

use super::{
    Decode, Encode, ValueReader, ValueWriter,
    container::{read_array, write_list},
};
use crate::{error::Result, protocol::TType};

/// What a pointer's default allocates.
const fn pointed_to<T: Encode>() -> usize {
    size_of::<T>().saturating_add(T::DEFAULT_HEAP)
}

impl<T: Encode> Encode for Box<T> {
    const TYPE: TType = T::TYPE;
    const FIXED: usize = T::FIXED;
    const DEFAULT_HEAP: usize = pointed_to::<T>();

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        (**self).encode(w);
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Box<T> {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        (**self).decode_into(r)
    }
}

macro_rules! shared {
    ($($pointer:ident)*) => {$(
        impl<T: Encode> Encode for $pointer<T> {
            const TYPE: TType = T::TYPE;
            const FIXED: usize = T::FIXED;
            const DEFAULT_HEAP: usize = pointed_to::<T>();

            #[inline]
            fn encode<W: ValueWriter>(&self, w: &mut W) {
                (**self).encode(w);
            }
        }

        impl<'de, T: Decode<'de>> Decode<'de> for $pointer<T> {
            /// Reads in place if nobody else holds the value.
            #[inline]
            fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
                match $pointer::get_mut(self) {
                    Some(value) => value.decode_into(r),
                    None => {
                        r.claim(1, pointed_to::<T>())?;
                        let mut value = T::default();
                        value.decode_into(r)?;
                        *self = $pointer::new(value);
                        Ok(())
                    }
                }
            }
        }
    )*};
}

shared!(Arc Rc);

macro_rules! text {
    ($($pointer:ty)*) => {$(
        impl Encode for $pointer {
            const TYPE: TType = TType::String;

            #[inline]
            fn encode<W: ValueWriter>(&self, w: &mut W) {
                w.string(self);
            }
        }

        impl<'de> Decode<'de> for $pointer {
            #[inline]
            fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
                let mut text = String::new();
                r.string(&mut text)?;
                *self = text.into();
                Ok(())
            }
        }
    )*};
}

text!(Box<str> Arc<str>);

/// Written without a copy, and read as owned.
impl Encode for Cow<'_, str> {
    const TYPE: TType = TType::String;

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.string(self);
    }
}

impl<'de> Decode<'de> for Cow<'_, str> {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        decode_owned(self, r, String::decode_into)
    }
}

/// Written without a copy, and read as owned.
impl Encode for Cow<'_, [u8]> {
    const TYPE: TType = TType::String;

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.binary(self);
    }
}

impl<'de> Decode<'de> for Cow<'_, [u8]> {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        let mut bytes = Bytes::new();
        r.binary(&mut bytes)?;
        *self = Cow::Owned(bytes.into());
        Ok(())
    }
}

/// Written without a copy, and read as owned.
impl<T: Encode + Clone> Encode for Cow<'_, [T]> {
    const TYPE: TType = TType::List;

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        write_list(self, w);
    }
}

impl<'de, T: Decode<'de> + Clone> Decode<'de> for Cow<'_, [T]> {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        decode_owned(self, r, Vec::decode_into)
    }
}

/// Reads into the owned value. A borrowed one is replaced, rather than cloned first.
#[inline]
fn decode_owned<B: ToOwned<Owned: Default> + ?Sized, R>(
    value: &mut Cow<'_, B>,
    r: &mut R,
    decode_into: impl FnOnce(&mut B::Owned, &mut R) -> Result<()>,
) -> Result<()> {
    if let Cow::Borrowed(_) = value {
        *value = Cow::Owned(B::Owned::default());
    }
    decode_into(value.to_mut(), r)
}

/// A list with this number of elements. Any other length is an error.
impl<T: Encode, const N: usize> Encode for [T; N]
where
    [T; N]: Default,
{
    const TYPE: TType = TType::List;
    const DEFAULT_HEAP: usize = T::DEFAULT_HEAP.saturating_mul(N);

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        write_list(self, w);
    }
}

impl<'de, T: Decode<'de>, const N: usize> Decode<'de> for [T; N]
where
    [T; N]: Default,
{
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        read_array(self, r)
    }
}
