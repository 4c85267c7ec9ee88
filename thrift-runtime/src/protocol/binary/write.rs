//! Values to binary bytes.

use super::fixed::Fixed;
use crate::{
    fast,
    protocol::{Output, TType, output::Tail, sizes::too_long},
    value::{Any, Container, Out, Struct, StructOut, Value},
};

/// Writes at the end of an [`Output`].
#[derive(Debug)]
pub(super) struct Writer<'o>(pub(super) Tail<'o>);

impl Writer<'_> {
    /// Whether `len` fits an `i32`; if not, the message is an error.
    #[inline(always)]
    fn fits(&mut self, what: &str, len: usize) -> bool {
        let fits = len <= i32::MAX as usize;
        if !fits {
            self.0.fail(too_long(what, len));
        }
        fits
    }

    #[inline]
    fn numbers<T: Copy, const N: usize>(&mut self, values: &[T], bytes: impl Fn(T) -> [u8; N]) {
        self.0.fill(size_of_val(values), |space| fast::write_numbers(values, space, bytes));
    }

    /// Writes what takes `size` bytes, in one go.
    #[inline(always)]
    fn fixed(&mut self, size: usize, write: impl FnOnce(&mut Fixed<'_>)) {
        self.0.fill(size, |space| write(&mut Fixed { space, end: 0 }));
    }
}

// The functions that are not inlined take the parts of a writer and give back where they ended: calls
// pass these in registers.

/// Writes a struct.
#[inline(never)]
fn fields<S: Struct>(out: &mut Output, end: u32, value: &S) -> u32 {
    let mut writer = Writer(Tail { out, end });
    if writer.0.descend() {
        value.write(&mut writer);
        writer.0.ascend();
        writer.0.put([TType::Stop as u8]);
    }
    writer.0.end
}

/// Writes a container.
#[inline(never)]
fn container<C: Container>(out: &mut Output, end: u32, value: &C) -> u32 {
    let mut writer = Writer(Tail { out, end });
    value.write(&mut writer);
    writer.0.end
}

/// A length or count, which fits, as an `i32`.
#[inline(always)]
fn length(len: usize) -> [u8; 4] {
    (len as u32).to_be_bytes()
}

/// Writes a string's length and bytes behind `end`, and tells where they end; `None` if there is not
/// enough room.
#[inline(never)]
fn put_string(space: &mut [u8], end: u32, bytes: &[u8]) -> Option<u32> {
    let size = 4 + bytes.len();
    let space = space.get_mut(end as usize..end as usize + size)?;
    let (prefix, space) = space.split_first_chunk_mut()?;
    *prefix = length(bytes.len());
    fast::copy(bytes, space);
    Some(end.wrapping_add(size as u32))
}

impl Out for Writer<'_> {
    #[inline(always)]
    fn container<C: Container>(&mut self, value: &C) {
        self.0.end = container(self.0.out, self.0.end, value);
    }

    #[inline(always)]
    fn bool(&mut self, value: bool) {
        self.0.put([u8::from(value)]);
    }

    #[inline(always)]
    fn i8(&mut self, value: i8) {
        self.0.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i16(&mut self, value: i16) {
        self.0.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i32(&mut self, value: i32) {
        self.0.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i64(&mut self, value: i64) {
        self.0.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn double(&mut self, value: f64) {
        self.0.put(value.to_bits().to_be_bytes());
    }

    #[inline(always)]
    fn uuid(&mut self, value: &[u8; 16]) {
        self.0.put(*value);
    }

    #[inline(always)]
    fn string(&mut self, value: &str) {
        self.binary(value.as_bytes());
    }

    // "Binary is sent as: length (i32), bytes."
    #[inline(always)]
    fn binary(&mut self, value: &[u8]) {
        if self.fits("string", value.len()) {
            self.0.fill_behind(4 + value.len(), |space, end| put_string(space, end, value));
        }
    }

    // Lists and sets: element type (u8), size (i32), elements.
    #[inline]
    fn list(&mut self, element: TType, len: usize) {
        if self.fits("container", len) {
            let [a, b, c, d] = length(len);
            self.0.put([element as u8, a, b, c, d]);
        }
    }

    #[inline]
    fn set(&mut self, element: TType, len: usize) {
        self.list(element, len);
    }

    // Maps: key type (u8), value type (u8), size (i32), pairs.
    #[inline]
    fn map(&mut self, key: TType, value: TType, len: usize) {
        if self.fits("container", len) {
            let [a, b, c, d] = length(len);
            self.0.put([key as u8, value as u8, a, b, c, d]);
        }
    }

    #[inline(always)]
    fn end(&mut self) {}

    // Structs: fields, then a stop field, which is one byte of zero.
    #[inline(always)]
    fn structure<S: Struct>(&mut self, value: &S) {
        if S::FIXED != 0 {
            return self.fixed(S::FIXED, |w| w.structure(value));
        }
        self.0.end = fields(self.0.out, self.0.end, value);
    }

    fn i16s(&mut self, values: &[i16]) {
        self.numbers(values, i16::to_be_bytes);
    }

    fn i32s(&mut self, values: &[i32]) {
        self.numbers(values, i32::to_be_bytes);
    }

    fn i64s(&mut self, values: &[i64]) {
        self.numbers(values, i64::to_be_bytes);
    }

    fn doubles(&mut self, values: &[f64]) {
        self.numbers(values, |value| value.to_bits().to_be_bytes());
    }
}

impl StructOut for Writer<'_> {
    // Fields: type (u8), id (i16), value.
    #[inline(always)]
    fn field<V: Value>(&mut self, id: i16, value: &V) {
        if V::FIXED != 0 {
            return self.fixed(3 + V::FIXED, |w| w.field(id, value));
        }
        let [high, low] = id.to_be_bytes();
        self.0.put([V::TYPE as u8, high, low]);
        value.encode(self);
    }

    fn any(&mut self, id: i16, value: &Any) {
        let [high, low] = id.to_be_bytes();
        self.0.put([value.ty() as u8, high, low]);
        value.encode(self);
    }
}
