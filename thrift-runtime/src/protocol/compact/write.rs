//! Values to compact bytes.

use std::mem;

use bytes::Bytes;

use super::{
    PROTOCOL_ID, VERSION,
    strings::{put_apart, put_field, put_long, put_string, put_strings},
    types::{FALSE, TRUE, number},
    varint::{self, zigzag},
};
use crate::{
    fast,
    protocol::{Output, TType, output::Tail, sizes::too_long},
    value::{Any, Encode, EncodeContainer, EncodeStruct, StructWriter, ValueWriter},
};

/// Writes at the end of an [`Output`].
#[derive(Debug)]
pub(super) struct Writer<'o> {
    pub(super) tail: Tail<'o>,
    /// The id of the field before, in the struct that is written.
    last: i16,
    /// The id of a field whose header waits for its value: a boolean goes into it, and others are
    /// written with it.
    waiting: Waiting,
}

/// A field's id, or none: in one number, so that it is read by as wide a load as it was stored, even
/// where a long struct's writer does not stay in registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Waiting(i32);

impl Waiting {
    const NONE: Self = Waiting(i32::MAX);

    #[inline(always)]
    fn field(id: i16) -> Self {
        Waiting(id.into())
    }

    #[inline(always)]
    fn take(&mut self) -> Option<i16> {
        i16::try_from(mem::replace(self, Self::NONE).0).ok()
    }
}

impl<'o> Writer<'o> {
    #[inline(always)]
    pub(super) fn new(tail: Tail<'o>) -> Self {
        Writer { tail, last: 0, waiting: Waiting::NONE }
    }

    pub(super) fn begin_message(&mut self, kind: u8, seqid: i32) {
        self.tail.put([PROTOCOL_ID, kind << 5 | VERSION]);
        self.varint(u64::from(seqid.cast_unsigned()));
    }

    #[inline(always)]
    fn varint(&mut self, value: u64) {
        self.tail.fill_up_to(|space| varint::put(value, space));
    }

    /// Writes a number, and the header of its field if it is one.
    #[inline(always)]
    fn number(&mut self, ty: TType, value: i64) {
        if let Some(header) = self.header(number(ty)) {
            return self.tail.fill_up_to::<{ 1 + varint::MOST }>(|space| {
                let [first, rest @ ..] = space;
                *first = header;
                1 + varint::put(zigzag(value), rest)
            });
        }
        self.varint(zigzag(value));
    }

    /// Writes bytes whose number is known when compiling, and the header of their field.
    #[inline(always)]
    fn bytes<const N: usize>(&mut self, ty: TType, bytes: [u8; N]) {
        match self.header(number(ty)) {
            Some(header) => self.tail.fill(1 + N, |space| {
                if let Some((first, rest)) = space.split_first_mut() {
                    *first = header;
                    rest.copy_from_slice(&bytes);
                }
            }),
            None => self.tail.put(bytes),
        }
    }

    /// The header of the field that waits for its value, if there is one and it is one byte; a longer
    /// one is written here.
    // "Short form: id delta (4 bits), type (4 bits). Long form: 0 (4 bits), type (4 bits), id (zigzag
    // varint)."
    #[inline(always)]
    fn header(&mut self, ty: u8) -> Option<u8> {
        let id = self.waiting.take()?;
        let delta = i32::from(id) - i32::from(mem::replace(&mut self.last, id));
        if (1..=15).contains(&delta) {
            return Some((delta as u8) << 4 | ty);
        }
        self.tail.end = put_long_header(self.tail.out, self.tail.end, id, ty);
        None
    }

    /// Writes a field's header, before what is not written with it.
    #[inline(always)]
    fn field_header(&mut self, id: i16, ty: TType) {
        self.waiting = Waiting::field(id);
        if let Some(header) = self.header(number(ty)) {
            self.tail.put([header]);
        }
    }

    /// A length or count; one that does not fit makes the message an error.
    #[inline]
    pub(super) fn length(&mut self, what: &str, len: usize) -> bool {
        let fits = len <= i32::MAX as usize;
        if fits {
            self.varint(len as u64);
        } else {
            self.tail.fail(too_long(what, len));
        }
        fits
    }

    // "Short form: size (4 bits, 0 to 14), type (4 bits). Long form: 15 (4 bits), type (4 bits),
    // size (varint)."
    #[inline]
    fn elements(&mut self, element: TType, len: usize) {
        if len < 15 {
            self.tail.put([(len as u8) << 4 | number(element)]);
        } else {
            self.tail.put([0xf0 | number(element)]);
            self.length("container", len);
        }
    }

    /// Writes numbers of at most 32 bits, for each sixteen of which room is looked for once.
    #[inline]
    fn numbers<T: Copy + Into<i64>>(&mut self, values: &[T]) {
        for values in values.chunks(16) {
            self.tail.fill_up_to::<{ 16 * 8 }>(|space| {
                let mut end = 0;
                for value in values {
                    let value = zigzag((*value).into()) as u32;
                    let space = space.get_mut(end..).and_then(|space| space.first_chunk_mut());
                    end += space.map_or(0, |space| varint::put_any_32(value, space));
                }
                end
            });
        }
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
        writer.tail.put([0]);
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

/// Writes a field's header that does not fit a byte.
#[cold]
#[inline(never)]
fn put_long_header(out: &mut Output, end: u32, id: i16, ty: u8) -> u32 {
    let mut writer = Writer::new(Tail { out, end });
    writer.tail.put([ty]);
    writer.varint(zigzag(id.into()));
    writer.tail.end
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

    // "Boolean values are encoded in the field header" of a field; as elements in a byte.
    #[inline(always)]
    fn bool(&mut self, value: bool) {
        let byte = if value { TRUE } else { FALSE };
        if self.waiting == Waiting::NONE {
            self.tail.put([byte]);
        } else if let Some(header) = self.header(byte) {
            self.tail.put([header]);
        }
    }

    #[inline(always)]
    fn i8(&mut self, value: i8) {
        self.bytes(TType::I8, value.to_be_bytes());
    }

    #[inline(always)]
    fn i16(&mut self, value: i16) {
        self.number(TType::I16, value.into());
    }

    #[inline(always)]
    fn i32(&mut self, value: i32) {
        self.number(TType::I32, value.into());
    }

    #[inline(always)]
    fn i64(&mut self, value: i64) {
        self.number(TType::I64, value);
    }

    #[inline(always)]
    fn double(&mut self, value: f64) {
        self.bytes(TType::Double, value.to_bits().to_le_bytes());
    }

    #[inline(always)]
    fn uuid(&mut self, value: &[u8; 16]) {
        self.bytes(TType::Uuid, *value);
    }

    #[inline(always)]
    fn string(&mut self, value: &str) {
        self.binary(value.as_bytes());
    }

    #[inline(always)]
    fn binary(&mut self, value: &[u8]) {
        let before = 1 + varint::MOST;
        match self.header(number(TType::String)) {
            Some(header) => {
                let put = |space: &mut [u8], end| put_field(space, end, header, value);
                self.tail.put_string(before, value.len(), put);
            }
            None => self.tail.put_short(value, put_string, put_long),
        }
    }

    #[inline(always)]
    fn bytes(&mut self, value: &Bytes) {
        if self.tail.keeps_apart(value) {
            let header = self.header(number(TType::String));
            self.tail.end = put_apart(self.tail.out, self.tail.end, header, value);
        } else {
            self.binary(value);
        }
    }

    #[inline(always)]
    fn strings(&mut self, values: &[String]) {
        self.tail.end = put_strings(self.tail.out, self.tail.end, values);
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
            self.tail.put([number(key) << 4 | number(value)]);
        }
    }

    #[inline(always)]
    fn end(&mut self) {}

    #[inline(always)]
    fn structure<S: EncodeStruct>(&mut self, value: &S) {
        self.tail.end = fields(self.tail.out, self.tail.end, value);
    }

    fn i16s(&mut self, values: &[i16]) {
        self.numbers(values);
    }

    fn i32s(&mut self, values: &[i32]) {
        self.numbers(values);
    }

    fn i64s(&mut self, values: &[i64]) {
        for value in values {
            self.tail.fill_up_to(|space| varint::put_any(zigzag(*value), space));
        }
    }

    fn doubles(&mut self, values: &[f64]) {
        self.tail.fill(size_of_val(values), |space| {
            fast::write_numbers(values, space, |value| value.to_bits().to_le_bytes());
        });
    }
}

impl StructWriter for Writer<'_> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<V: Encode>(&mut self, id: i16, value: &V) {
        match V::TYPE {
            TType::Struct | TType::List | TType::Set | TType::Map => {
                self.field_header(id, V::TYPE);
            }
            _ => self.waiting = Waiting::field(id),
        }
        value.encode(self);
    }

    fn any(&mut self, id: i16, value: &Any) {
        match value.ty() {
            ty @ (TType::Struct | TType::List | TType::Set | TType::Map) => {
                self.field_header(id, ty);
            }
            _ => self.waiting = Waiting::field(id),
        }
        value.encode(self);
    }
}
