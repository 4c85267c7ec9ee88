//! Values to JSON.

use std::{fmt, io::Write as _};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use uuid::Uuid;

use super::{text, types::name};
use crate::{
    protocol::{TType, output::Tail, sizes::too_long},
    value::{Any, Encode, EncodeStruct, StructWriter, ValueWriter},
};

/// How many slots are around one another in most messages; each takes a byte.
const USUAL_DEPTH: usize = 64;

/// The numbers that are written without an exponent.
const POSITIONAL: std::ops::Range<f64> = 1e-4..1e16;

/// Writes at the end of an [`Output`](crate::protocol::Output).
#[derive(Debug)]
pub(super) struct Writer<'o> {
    out: Tail<'o>,
    slot: Slot,
    /// The slots around this one.
    outer: Vec<Slot>,
}

/// Where the next value stands, by which it is told what is written before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Alone: at the top, or in a field.
    Alone,
    Field,
    /// In an array, the first element or a later one.
    First,
    Next,
    /// In an object: the first key, a later one, or a value.
    FirstKey,
    NextKey,
    Value,
}

impl Slot {
    /// Whether numbers are quoted here.
    pub(super) fn is_key(self) -> bool {
        matches!(self, Slot::FirstKey | Slot::NextKey)
    }

    /// What separates a value here from what is before it, and where the next one stands.
    pub(super) fn step(self) -> (Option<u8>, Slot) {
        match self {
            Slot::Alone | Slot::Field => (None, self),
            Slot::First => (None, Slot::Next),
            Slot::Next => (Some(b','), Slot::Next),
            Slot::FirstKey => (None, Slot::Value),
            Slot::NextKey => (Some(b','), Slot::Value),
            Slot::Value => (Some(b':'), Slot::NextKey),
        }
    }
}

impl<'o> Writer<'o> {
    pub(super) fn new(out: Tail<'o>) -> Self {
        Writer { out, slot: Slot::Alone, outer: Vec::with_capacity(USUAL_DEPTH) }
    }

    /// Where the output ends now.
    pub(super) fn end_of_output(&self) -> u32 {
        self.out.end
    }

    /// Writes what stands before a value, and says whether it is a key.
    fn separate(&mut self) -> bool {
        let key = self.slot.is_key();
        let (separator, next) = self.slot.step();
        self.slot = next;
        if let Some(separator) = separator {
            self.out.put([separator]);
        }
        key
    }

    fn enter(&mut self, slot: Slot) {
        self.outer.push(self.slot);
        self.slot = slot;
    }

    fn leave(&mut self) {
        self.slot = self.outer.pop().unwrap_or(Slot::Alone);
    }

    pub(super) fn begin_array(&mut self) {
        self.separate();
        self.out.put([b'[']);
        self.enter(Slot::First);
    }

    /// Writes a string.
    pub(super) fn text(&mut self, value: &[u8]) {
        self.separate();
        if value.len() > i32::MAX as usize {
            return self.out.fail(too_long("string", value.len()));
        }
        text::write(value, &mut self.out);
    }

    /// Writes a value that is JSON already.
    pub(super) fn encoded(&mut self, value: &[u8]) {
        self.separate();
        self.out.put_slice(value);
    }

    fn number(&mut self, value: i64) {
        let key = self.separate();
        self.digits(key, itoa::Buffer::new().format(value));
    }

    /// Writes a number, in quotes if it is a key.
    fn digits(&mut self, key: bool, digits: &str) {
        match key {
            true => self.out.put_around([b'"'], digits.as_bytes(), [b'"']),
            false => self.out.put_around([], digits.as_bytes(), []),
        }
    }

    /// Writes a number that is rare; none takes more than 32 bytes, quotes included.
    fn display(&mut self, number: fmt::Arguments<'_>) {
        let mut digits = [0; 32];
        let left = {
            let mut space = &mut digits[..];
            // Within the buffer, writing cannot fail.
            let _ = space.write_fmt(number);
            space.len()
        };
        self.out.put_slice(digits.get(..digits.len() - left).unwrap_or_default());
    }

    fn elements(&mut self, element: TType, len: usize) {
        if len > i32::MAX as usize {
            self.out.fail(too_long("container", len));
        }
        self.begin_array();
        self.text(name(element).as_bytes());
        self.i64(len as i64);
    }

    fn begin_field(&mut self, id: i16, ty: TType) {
        let mut buffer = itoa::Buffer::new();
        let id = buffer.format(id).as_bytes();
        // `,"1":{"i32":`
        match self.slot {
            Slot::NextKey => self.out.put_around([b',', b'"'], id, *b"\":{\""),
            _ => self.out.put_around([b'"'], id, *b"\":{\""),
        }
        self.out.put_around([], name(ty).as_bytes(), [b'"', b':']);
        self.slot = Slot::NextKey;
        self.enter(Slot::Field);
    }

    fn end_field(&mut self) {
        self.leave();
        self.out.put([b'}']);
    }
}

impl ValueWriter for Writer<'_> {
    #[inline(always)]
    fn has_failed(&self) -> bool {
        self.out.has_failed()
    }

    fn bool(&mut self, value: bool) {
        self.number(value.into());
    }

    fn i8(&mut self, value: i8) {
        self.number(value.into());
    }

    fn i16(&mut self, value: i16) {
        self.number(value.into());
    }

    fn i32(&mut self, value: i32) {
        self.number(value.into());
    }

    fn i64(&mut self, value: i64) {
        self.number(value);
    }

    // "NaN", "Infinity" and "-Infinity" stand in quotes.
    fn double(&mut self, value: f64) {
        let key = self.separate();
        match value {
            value if value.is_nan() => self.out.put_slice(b"\"NaN\""),
            f64::INFINITY => self.out.put_slice(b"\"Infinity\""),
            f64::NEG_INFINITY => self.out.put_slice(b"\"-Infinity\""),
            value if value == 0.0 || POSITIONAL.contains(&value.abs()) => {
                self.digits(key, zmij::Buffer::new().format_finite(value));
            }
            value if key => self.display(format_args!("\"{value:?}\"")),
            value => self.display(format_args!("{value:?}")),
        }
    }

    fn uuid(&mut self, value: &[u8; 16]) {
        let mut buffer = Uuid::encode_buffer();
        let value = Uuid::from_bytes(*value).hyphenated().encode_lower(&mut buffer);
        self.text(value.as_bytes());
    }

    fn string(&mut self, value: &str) {
        self.text(value.as_bytes());
    }

    fn unchecked_string(&mut self, value: &Bytes) {
        self.text(value);
    }

    fn binary(&mut self, value: &[u8]) {
        self.separate();
        let len = base64::encoded_len(value.len(), true);
        let Some(len) = len.filter(|len| *len <= i32::MAX as usize) else {
            return self.out.fail(too_long("string", value.len()));
        };
        self.out.put([b'"']);
        self.out.fill(len, |space| {
            // There is room for exactly so much.
            let _ = STANDARD.encode_slice(value, space);
        });
        self.out.put([b'"']);
    }

    fn opaque(&mut self, value: &Bytes) {
        match str::from_utf8(value) {
            Ok(text) => self.string(text),
            Err(_) => self.binary(value),
        }
    }

    // `["i32",2,1,-1]`
    fn list(&mut self, element: TType, len: usize) {
        self.elements(element, len);
    }

    fn set(&mut self, element: TType, len: usize) {
        self.elements(element, len);
    }

    // `["str","i32",1,{"key":5}]`
    fn map(&mut self, key: TType, value: TType, len: usize) {
        if len > i32::MAX as usize {
            self.out.fail(too_long("container", len));
        }
        self.begin_array();
        self.text(name(key).as_bytes());
        self.text(name(value).as_bytes());
        self.i64(len as i64);
        self.separate();
        self.out.put([b'{']);
        self.enter(Slot::FirstKey);
    }

    fn end(&mut self) {
        if self.slot.is_key() || self.slot == Slot::Value {
            self.out.put([b'}']);
            self.leave();
        }
        self.out.put([b']']);
        self.leave();
    }

    // `{"1":{"i32":5},"2":{"str":"text"}}`
    fn structure<S: EncodeStruct>(&mut self, value: &S) {
        if !self.out.descend_to::<S>() {
            return;
        }
        self.separate();
        self.out.put([b'{']);
        self.enter(Slot::FirstKey);
        value.write(self);
        self.leave();
        self.out.put([b'}']);
        self.out.ascend();
    }
}

impl StructWriter for Writer<'_> {
    fn field<V: Encode>(&mut self, id: i16, value: &V) {
        self.begin_field(id, V::TYPE);
        value.encode(self);
        self.end_field();
    }

    fn any(&mut self, id: i16, value: &Any) {
        self.begin_field(id, value.ty());
        value.encode(self);
        self.end_field();
    }
}
