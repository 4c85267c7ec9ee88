//! Values to binary bytes.

use crate::{
    error::Error,
    protocol::{
        Limits, Output, TType,
        sizes::{nested_too_deep, too_long},
    },
    value::{Any, Out, Struct, StructOut, Value},
};

/// Writes at the end of an [`Output`], which it owns meanwhile.
#[derive(Debug)]
pub(crate) struct Writer {
    out: Output,
    depth: u32,
    /// The first thing that could not be written.
    error: Option<Error>,
}

impl Writer {
    #[inline]
    pub(super) fn new(out: Output) -> Self {
        Writer { out, depth: 0, error: None }
    }

    #[inline]
    pub(super) fn finish(self) -> (Output, Option<Error>) {
        (self.out, self.error)
    }

    /// A length or count, as an `i32`.
    #[inline(always)]
    fn length(&self, len: usize) -> [u8; 4] {
        (len as u32).to_be_bytes()
    }

    /// Whether `len` fits an `i32`; if not, the message is an error.
    #[inline(always)]
    fn fits(&mut self, what: &str, len: usize) -> bool {
        let fits = len <= i32::MAX as usize;
        if !fits {
            self.fail(too_long(what, len));
        }
        fits
    }

    #[cold]
    fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    #[inline]
    fn numbers<T: Copy, const N: usize>(&mut self, values: &[T], bytes: impl Fn(T) -> [u8; N]) {
        let space = self.out.put_space(values.len() * N);
        for (space, value) in space.chunks_exact_mut(N).zip(values) {
            space.copy_from_slice(&bytes(*value));
        }
    }

    #[inline]
    fn elements(&mut self, element: TType, len: usize) {
        if self.fits("container", len) {
            let [a, b, c, d] = self.length(len);
            self.out.put([element as u8, a, b, c, d]);
        }
    }
}

impl Out for Writer {
    #[inline(always)]
    fn bool(&mut self, value: bool) {
        self.out.put([u8::from(value)]);
    }

    #[inline(always)]
    fn i8(&mut self, value: i8) {
        self.out.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i16(&mut self, value: i16) {
        self.out.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i32(&mut self, value: i32) {
        self.out.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i64(&mut self, value: i64) {
        self.out.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn double(&mut self, value: f64) {
        self.out.put(value.to_bits().to_be_bytes());
    }

    #[inline(always)]
    fn uuid(&mut self, value: &[u8; 16]) {
        self.out.put(*value);
    }

    #[inline(always)]
    fn string(&mut self, value: &str) {
        self.binary(value.as_bytes());
    }

    // "Binary is sent as: length (i32), bytes."
    #[inline]
    fn binary(&mut self, value: &[u8]) {
        if self.fits("string", value.len()) {
            self.out.put(self.length(value.len()));
            self.out.put_slice(value);
        }
    }

    // Lists and sets: element type (u8), size (i32), elements.
    #[inline]
    fn list(&mut self, element: TType, len: usize) {
        self.elements(element, len);
    }

    #[inline]
    fn set(&mut self, element: TType, len: usize) {
        self.elements(element, len);
    }

    // Maps: key type (u8), value type (u8), size (i32), pairs.
    #[inline]
    fn map(&mut self, key: TType, value: TType, len: usize) {
        if self.fits("container", len) {
            let [a, b, c, d] = self.length(len);
            self.out.put([key as u8, value as u8, a, b, c, d]);
        }
    }

    #[inline(always)]
    fn end(&mut self) {}

    // Structs: fields, then a stop field, which is one byte of zero.
    #[inline]
    fn structure<S: Struct>(&mut self, value: &S) {
        if self.depth == Limits::MAX_DEPTH {
            return self.fail(nested_too_deep());
        }
        self.depth += 1;
        value.write(self);
        self.depth -= 1;
        self.out.put([TType::Stop as u8]);
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

impl StructOut for Writer {
    // Fields: type (u8), id (i16), value.
    // As the methods of `StructOut`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<V: Value>(&mut self, id: i16, value: &V) {
        let [high, low] = id.to_be_bytes();
        self.out.put([V::TYPE as u8, high, low]);
        value.encode(self);
    }

    fn any(&mut self, id: i16, value: &Any) {
        let [high, low] = id.to_be_bytes();
        self.out.put([value.ty() as u8, high, low]);
        value.encode(self);
    }
}
