//! Values to compact bytes.

use super::{
    PROTOCOL_ID, VERSION,
    types::{FALSE, TRUE, number},
    varint::zigzag,
};
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
pub(super) struct Writer {
    out: Output,
    depth: u32,
    /// The id of the field before, in the struct that is written.
    last: i16,
    /// The id of a field whose header waits for the boolean that goes into it.
    boolean: Option<i16>,
    /// The first thing that could not be written.
    error: Option<Error>,
}

impl Writer {
    #[inline]
    pub(super) fn new(out: Output) -> Self {
        Writer { out, depth: 0, last: 0, boolean: None, error: None }
    }

    #[inline]
    pub(super) fn finish(self) -> (Output, Option<Error>) {
        (self.out, self.error)
    }

    pub(super) fn begin_message(&mut self, kind: u8, seqid: i32) {
        self.out.put([PROTOCOL_ID, kind << 5 | VERSION]);
        self.varint(u64::from(seqid.cast_unsigned()));
    }

    #[inline]
    fn varint(&mut self, mut value: u64) {
        if value < 0x80 {
            return self.out.put([value as u8]);
        }
        let mut bytes = [0; 10];
        let mut length = 0;
        for byte in &mut bytes {
            length += 1;
            *byte = value as u8 & 0x7f;
            value >>= 7;
            if value == 0 {
                break;
            }
            *byte |= 0x80;
        }
        self.out.put_slice(bytes.get(..length).unwrap_or_default());
    }

    /// A length or count; one that does not fit makes the message an error.
    #[inline]
    fn length(&mut self, what: &str, len: usize) -> bool {
        let fits = len <= i32::MAX as usize;
        if fits {
            self.varint(len as u64);
        } else {
            self.fail(too_long(what, len));
        }
        fits
    }

    // "Short form: id delta (4 bits), type (4 bits). Long form: 0 (4 bits), type (4 bits), id
    // (zigzag varint)."
    #[inline]
    fn field_header(&mut self, id: i16, ty: u8) {
        let delta = i32::from(id) - i32::from(self.last);
        self.last = id;
        if (1..=15).contains(&delta) {
            self.out.put([(delta as u8) << 4 | ty]);
        } else {
            self.out.put([ty]);
            self.varint(zigzag(i64::from(id)));
        }
    }

    // "Short form: size (4 bits, 0 to 14), type (4 bits). Long form: 15 (4 bits), type (4 bits),
    // size (varint)."
    #[inline]
    fn elements(&mut self, element: TType, len: usize) {
        if len < 15 {
            self.out.put([(len as u8) << 4 | number(element)]);
        } else {
            self.out.put([0xf0 | number(element)]);
            self.length("container", len);
        }
    }

    #[cold]
    fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }
}

impl Out for Writer {
    // "Boolean values are encoded in the field header" of a field; as elements in a byte.
    #[inline]
    fn bool(&mut self, value: bool) {
        let byte = if value { TRUE } else { FALSE };
        match self.boolean.take() {
            Some(id) => self.field_header(id, byte),
            None => self.out.put([byte]),
        }
    }

    #[inline(always)]
    fn i8(&mut self, value: i8) {
        self.out.put(value.to_be_bytes());
    }

    #[inline(always)]
    fn i16(&mut self, value: i16) {
        self.varint(zigzag(value.into()));
    }

    #[inline(always)]
    fn i32(&mut self, value: i32) {
        self.varint(zigzag(value.into()));
    }

    #[inline(always)]
    fn i64(&mut self, value: i64) {
        self.varint(zigzag(value));
    }

    #[inline(always)]
    fn double(&mut self, value: f64) {
        self.out.put(value.to_bits().to_le_bytes());
    }

    #[inline(always)]
    fn uuid(&mut self, value: &[u8; 16]) {
        self.out.put(*value);
    }

    #[inline(always)]
    fn string(&mut self, value: &str) {
        self.binary(value.as_bytes());
    }

    #[inline]
    fn binary(&mut self, value: &[u8]) {
        if self.length("string", value.len()) {
            self.out.put_slice(value);
        }
    }

    #[inline]
    fn list(&mut self, element: TType, len: usize) {
        self.elements(element, len);
    }

    #[inline]
    fn set(&mut self, element: TType, len: usize) {
        self.elements(element, len);
    }

    // "Size (varint); types of key and value (4 bits each), unless the map is empty."
    #[inline]
    fn map(&mut self, key: TType, value: TType, len: usize) {
        if self.length("container", len) && len > 0 {
            self.out.put([number(key) << 4 | number(value)]);
        }
    }

    #[inline(always)]
    fn end(&mut self) {}

    #[inline]
    fn structure<S: Struct>(&mut self, value: &S) {
        if self.depth == Limits::MAX_DEPTH {
            return self.fail(nested_too_deep());
        }
        self.depth += 1;
        let last = std::mem::take(&mut self.last);
        value.write(self);
        self.last = last;
        self.depth -= 1;
        self.out.put([0]);
    }
}

impl StructOut for Writer {
    #[inline]
    fn field<V: Value>(&mut self, id: i16, value: &V) {
        if V::TYPE == TType::Bool {
            self.boolean = Some(id);
        } else {
            self.field_header(id, number(V::TYPE));
        }
        value.encode(self);
    }

    fn any(&mut self, id: i16, value: &Any) {
        if value.ty() == TType::Bool {
            self.boolean = Some(id);
        } else {
            self.field_header(id, number(value.ty()));
        }
        value.encode(self);
    }
}
