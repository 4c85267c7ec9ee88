//! Values of a size that is known when compiling, to binary bytes.

use crate::{
    protocol::TType,
    value::{Any, Encode, EncodeContainer, EncodeStruct, StructWriter, ValueWriter},
};

/// A field's header and a byte more, which is to be written over. As one number it is one store.
// Fields: type (u8), id (i16), value.
#[inline(always)]
pub(super) fn header(ty: TType, id: i16) -> [u8; 4] {
    (u32::from(ty as u8) | u32::from(id.cast_unsigned().swap_bytes()) << 8).to_le_bytes()
}

/// Writes into space of just the right size: where each part goes is known when compiling, and
/// nothing is left to be checked.
#[derive(Debug)]
pub(super) struct Fixed<'s> {
    pub(super) space: &'s mut [u8],
    pub(super) end: usize,
}

impl Fixed<'_> {
    #[inline(always)]
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some(space) = self.space.get_mut(self.end..self.end + N) {
            space.copy_from_slice(&bytes);
            self.end += N;
        }
    }
}

/// What varies in size is never written here.
impl ValueWriter for Fixed<'_> {
    #[inline(always)]
    fn bool(&mut self, value: bool) {
        self.put([u8::from(value)]);
    }

    #[inline(always)]
    fn i8(&mut self, value: i8) {
        self.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i16(&mut self, value: i16) {
        self.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i32(&mut self, value: i32) {
        self.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i64(&mut self, value: i64) {
        self.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn double(&mut self, value: f64) {
        self.put(value.to_bits().to_be_bytes());
    }

    #[inline(always)]
    fn uuid(&mut self, value: &[u8; 16]) {
        self.put(*value);
    }

    fn container<C: EncodeContainer>(&mut self, _value: &C) {}

    fn string(&mut self, _value: &str) {}

    fn binary(&mut self, _value: &[u8]) {}

    fn list(&mut self, _element: TType, _len: usize) {}

    fn set(&mut self, _element: TType, _len: usize) {}

    fn map(&mut self, _key: TType, _value: TType, _len: usize) {}

    fn end(&mut self) {}

    #[inline(always)]
    fn structure<S: EncodeStruct>(&mut self, value: &S) {
        value.write(self);
        self.put([TType::Stop as u8]);
    }
}

impl StructWriter for Fixed<'_> {
    #[inline(always)]
    fn field<V: Encode>(&mut self, id: i16, value: &V) {
        // One store of four bytes, the last of which the value is written over.
        if let Some(space) = self.space.get_mut(self.end..self.end + 4) {
            space.copy_from_slice(&header(V::TYPE, id));
            self.end += 3;
        }
        value.encode(self);
    }

    fn any(&mut self, _id: i16, _value: &Any) {}
}
