//! Values to binary bytes.

use bytes::Bytes;

use super::{
    fixed::{Fixed, header},
    strings::{put_apart, put_field, put_long, put_string, put_strings},
};
use crate::{
    fast,
    protocol::{Output, TType, output::Tail, sizes::too_long},
    value::{Any, Encode, EncodeContainer, EncodeStruct, Run, StructWriter, ValueWriter},
};

/// Writes at the end of an [`Output`].
#[derive(Debug)]
pub(super) struct Writer<'o> {
    pub(super) tail: Tail<'o>,
    /// The type and id of a field that are still to be written, before its string.
    header: Option<[u8; 4]>,
}

impl<'o> Writer<'o> {
    #[inline(always)]
    pub(super) fn new(tail: Tail<'o>) -> Self {
        Writer { tail, header: None }
    }

    /// Whether a length fits an `i32`; if not, the message is an error.
    #[inline(always)]
    pub(super) fn fits(&mut self, what: &str, len: usize) -> bool {
        let fits = len <= i32::MAX as usize;
        if !fits {
            self.tail.fail(too_long(what, len));
        }
        fits
    }

    #[inline]
    fn numbers<T: Copy, const N: usize>(&mut self, values: &[T], bytes: impl Fn(T) -> [u8; N]) {
        self.tail.fill(size_of_val(values), |space| fast::write_numbers(values, space, bytes));
    }

    /// Writes what takes `size` bytes, in one go.
    #[inline(always)]
    fn fixed(&mut self, size: usize, write: impl FnOnce(&mut Fixed<'_>)) {
        self.tail.fill(size, |space| write(&mut Fixed { space, end: 0 }));
    }
}

// The functions that are not inlined take the parts of a writer and give back where they ended: calls
// pass these in registers.

/// Writes a struct.
#[inline(never)]
pub(super) fn fields<S: EncodeStruct>(out: &mut Output, end: u32, value: &S) -> u32 {
    let mut writer = Writer::new(Tail { out, end });
    if writer.tail.descend_to::<S>() {
        value.write(&mut writer);
        writer.tail.ascend();
        writer.tail.put([TType::Stop as u8]);
    }
    writer.tail.end
}

/// Writes a container.
#[inline(never)]
fn container<C: EncodeContainer>(out: &mut Output, end: u32, value: &C) -> u32 {
    let mut writer = Writer::new(Tail { out, end });
    value.write(&mut writer);
    writer.tail.end
}

/// A length or count, which fits, as an `i32`.
#[inline(always)]
pub(super) fn length(len: usize) -> [u8; 4] {
    (len as u32).to_be_bytes()
}

impl ValueWriter for Writer<'_> {
    #[inline(always)]
    fn has_failed(&self) -> bool {
        self.tail.has_failed()
    }

    #[inline(always)]
    fn container<C: EncodeContainer>(&mut self, value: &C) {
        self.tail.end = container(self.tail.out, self.tail.end, value);
    }

    #[inline(always)]
    fn bool(&mut self, value: bool) {
        self.tail.put([u8::from(value)]);
    }

    #[inline(always)]
    fn i8(&mut self, value: i8) {
        self.tail.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i16(&mut self, value: i16) {
        self.tail.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i32(&mut self, value: i32) {
        self.tail.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i64(&mut self, value: i64) {
        self.tail.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn double(&mut self, value: f64) {
        self.tail.put(value.to_bits().to_be_bytes());
    }

    #[inline(always)]
    fn uuid(&mut self, value: &[u8; 16]) {
        self.tail.put(*value);
    }

    #[inline(always)]
    fn string(&mut self, value: &str) {
        self.binary(value.as_bytes());
    }

    // "Binary is sent as: length (i32), bytes."
    #[inline(always)]
    fn binary(&mut self, value: &[u8]) {
        match self.header.take() {
            Some(header) => {
                let header = u32::from_ne_bytes(header);
                let put = |space: &mut [u8], end| put_field(space, end, header, value);
                self.tail.put_string(7, value.len(), put);
            }
            None => self.tail.put_short(value, put_string, put_long),
        }
    }

    #[inline(always)]
    fn bytes(&mut self, value: &Bytes) {
        if self.tail.keeps_apart(value) {
            self.tail.end = put_apart(self.tail.out, self.tail.end, self.header.take(), value);
        } else {
            self.binary(value);
        }
    }

    #[inline(always)]
    fn strings(&mut self, values: &[String]) {
        self.tail.end = put_strings(self.tail.out, self.tail.end, values);
    }

    // Lists and sets: element type (u8), size (i32), elements.
    #[inline]
    fn list(&mut self, element: TType, len: usize) {
        if self.fits("container", len) {
            let [a, b, c, d] = length(len);
            self.tail.put([element as u8, a, b, c, d]);
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
            self.tail.put([key as u8, value as u8, a, b, c, d]);
        }
    }

    #[inline(always)]
    fn end(&mut self) {}

    // Structs: fields, then a stop field, which is one byte of zero.
    #[inline(always)]
    fn structure<S: EncodeStruct>(&mut self, value: &S) {
        if const { S::FIXED != 0 } {
            return self.fixed(S::FIXED, |w| w.structure(value));
        }
        self.tail.end = fields(self.tail.out, self.tail.end, value);
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

impl StructWriter for Writer<'_> {
    // Fields: type (u8), id (i16), value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<V: Encode>(&mut self, id: i16, value: &V) {
        if const { V::FIXED != 0 } {
            return self.fixed(3 + V::FIXED, |w| w.field(id, value));
        }
        let header = header(V::TYPE, id);
        match V::TYPE {
            TType::String => self.header = Some(header),
            _ => self.tail.put_three(header),
        }
        value.encode(self);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn run<R: Run>(&mut self, run: R) {
        if const { R::FIXED != 0 } {
            self.fixed(R::FIXED, |w| run.write(w));
        } else {
            run.write(self);
        }
    }

    fn any(&mut self, id: i16, value: &Any) {
        self.tail.put_three(header(value.ty(), id));
        value.encode(self);
    }
}
