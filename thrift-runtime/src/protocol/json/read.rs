//! JSON to values.

use std::borrow::Cow;

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use uuid::Uuid;

use super::{fields::FieldReader, text, types::ttype, write::Place};
use crate::{
    error::{Error, Result, Segment},
    protocol::{
        TType,
        cursor::{Cursor, Reading, put_text},
        sizes::{check_count, check_length, check_room},
    },
    value::{In, Struct, StructIn},
};

/// Some peers pad and some do not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Reads from the start of what is left.
#[derive(Debug)]
pub(super) struct Reader<'a, 's> {
    cursor: Cursor<'a, 's>,
    place: Place,
    /// The places around this one.
    outer: Vec<Place>,
}

/// A place that was read from.
#[derive(Debug)]
pub(super) struct Mark<'a, 's> {
    cursor: Cursor<'a, 's>,
    depth: u32,
    place: Place,
    outer: usize,
}

impl<'a, 's> Reader<'a, 's> {
    pub(super) fn new(bytes: &'a [u8], at: usize, reading: &'s Reading<'s>) -> Self {
        Reader { cursor: Cursor::new(bytes, at, reading), place: Place::Alone, outer: Vec::new() }
    }

    /// Remembers this place, to come back to when what follows turns out to be something else.
    pub(super) fn mark(&self) -> Mark<'a, 's> {
        Mark {
            cursor: self.cursor,
            depth: self.cursor.reading.depth(),
            place: self.place,
            outer: self.outer.len(),
        }
    }

    /// Comes back to a place from within what follows it.
    pub(super) fn go_back(&mut self, mark: Mark<'a, 's>) {
        self.cursor = mark.cursor;
        self.cursor.reading.ascend_to(mark.depth);
        self.place = mark.place;
        self.outer.truncate(mark.outer);
    }

    /// The next byte that is no blank, which stays.
    fn peek(&mut self) -> Result<u8> {
        let blanks = self.cursor.rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.cursor.slice(blanks)?;
        self.cursor.rest.first().copied().ok_or_else(Error::truncated)
    }

    /// Takes a byte that must come next.
    pub(super) fn expect(&mut self, expected: u8) -> Result<()> {
        let found = self.peek()?;
        if found != expected {
            return Err(unexpected(expected, found));
        }
        self.cursor.byte().map(drop)
    }

    /// Takes a byte if it comes next.
    pub(super) fn accept(&mut self, expected: u8) -> Result<bool> {
        let found = self.peek()? == expected;
        if found {
            self.cursor.byte()?;
        }
        Ok(found)
    }

    /// Takes what stands before a value.
    pub(super) fn separate(&mut self) -> Result<()> {
        let (separator, next) = self.place.step();
        self.place = next;
        separator.map_or(Ok(()), |separator| self.expect(separator))
    }

    pub(super) fn enter(&mut self, place: Place) {
        self.outer.push(self.place);
        self.place = place;
    }

    pub(super) fn leave(&mut self) {
        self.place = self.outer.pop().unwrap_or(Place::Alone);
    }

    pub(super) fn begin_array(&mut self) -> Result<()> {
        self.separate()?;
        self.expect(b'[')?;
        self.enter(Place::First);
        Ok(())
    }

    pub(super) fn end_message(&mut self) -> Result<()> {
        self.expect(b']')
    }

    /// A method's name.
    pub(super) fn name(&mut self) -> Result<Cow<'a, [u8]>> {
        self.separate()?;
        self.quoted("method name")
    }

    /// A string's text, without looking at what stands before it.
    pub(super) fn quoted(&mut self, what: &str) -> Result<Cow<'a, [u8]>> {
        let (raw, escapes) = self.raw(what)?;
        text::unescape(raw, escapes)
    }

    /// A string's text as it stands between its quotes, and whether it has escapes.
    fn raw(&mut self, what: &str) -> Result<(&'a [u8], bool)> {
        self.expect(b'"')?;
        let (length, escapes) = text::extent(self.cursor.rest)?;
        check_length(what, u32::try_from(length).unwrap_or(u32::MAX), self.cursor.limits())?;
        let raw = self.cursor.slice(length)?;
        self.expect(b'"')?;
        Ok((raw, escapes))
    }

    fn text(&mut self) -> Result<Cow<'a, [u8]>> {
        self.separate()?;
        self.quoted("string")
    }

    /// A number's characters, quoted in a key.
    fn token(&mut self) -> Result<&'a str> {
        // By itself, a number may end where the input does; elsewhere, more of it may come.
        let by_itself = self.place == Place::Alone && self.outer.is_empty();
        self.separate()?;
        let bytes = if self.peek()? == b'"' {
            self.raw("number")?.0
        } else {
            let of_number = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
            let length = self.cursor.rest.iter().take_while(of_number).count();
            let bytes = self.cursor.slice(length)?;
            if self.cursor.rest.is_empty() && !by_itself {
                return Err(Error::truncated());
            }
            bytes
        };
        str::from_utf8(bytes).map_err(|_| not_a_number(""))
    }

    fn integer<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let token = self.token()?;
        token
            .parse()
            .ok()
            .and_then(|value| T::try_from(value).ok())
            .ok_or_else(|| not_a_number(token))
    }

    /// The number of entries, each of which takes a byte at least.
    fn count(&mut self) -> Result<usize> {
        let count: i64 = self.integer()?;
        let count = match u32::try_from(count) {
            Ok(count) => check_count(count, self.cursor.limits())?,
            Err(_) if count < 0 => {
                return Err(Error::malformed(format!("a container has the negative size {count}")));
            }
            Err(_) => check_count(u32::MAX >> 1, self.cursor.limits())?,
        };
        check_room(count, 1, self.cursor.rest.len())?;
        Ok(count)
    }

    fn type_name(&mut self) -> Result<TType> {
        let name = self.text()?;
        ttype(&name)
    }

    fn elements(&mut self) -> Result<(TType, usize)> {
        self.begin_array()?;
        let element = self.type_name()?;
        Ok((element, self.count()?))
    }

    /// Skips a value; containers directly in one another are levels of their own.
    fn skip_value(&mut self, ty: TType, in_container: bool) -> Result<()> {
        match ty {
            TType::Stop => Err(Error::malformed("a value of type stop")),
            TType::Bool => self.bool().map(drop),
            TType::I8 => self.i8().map(drop),
            TType::I16 => self.i16().map(drop),
            TType::I32 => self.i32().map(drop),
            TType::I64 => self.i64().map(drop),
            TType::Double => self.double().map(drop),
            TType::String | TType::Uuid => self.text().map(drop),
            TType::Struct => self.structure(&mut Skipped),
            TType::List | TType::Set => {
                let (element, count) = self.elements()?;
                self.skip_entries(count, &[element], in_container)
            }
            TType::Map => {
                let (key, value, count) = self.map()?;
                self.skip_entries(count, &[key, value], in_container)
            }
        }
    }

    fn skip_entries(&mut self, count: usize, entry: &[TType], in_container: bool) -> Result<()> {
        if in_container {
            self.descend()?;
        }
        for _ in 0..count {
            for ty in entry {
                self.skip_value(*ty, true)?;
            }
        }
        if in_container {
            self.ascend();
        }
        self.end()
    }
}

/// A struct of which nothing is kept.
#[derive(Debug, Default)]
struct Skipped;

impl Struct for Skipped {
    const NAME: &'static str = "(unknown struct)";
    const FIELDS: &'static [crate::value::Field] = &[];

    fn write<W: crate::value::StructOut>(&self, _w: &mut W) {}

    fn read<R: StructIn>(&mut self, r: &mut R) -> Result<()> {
        while let Some(header) = r.header()? {
            r.skip(header)?;
        }
        Ok(())
    }
}

crate::value::struct_value!(Skipped);

impl In for Reader<'_, '_> {
    // 1 or 0; `true` and `false` are read too.
    fn bool(&mut self) -> Result<bool> {
        match self.token()? {
            "1" | "true" => Ok(true),
            "0" | "false" => Ok(false),
            token => Err(Error::malformed(format!("{token:?} is no boolean"))),
        }
    }

    fn i8(&mut self) -> Result<i8> {
        self.integer()
    }

    fn i16(&mut self) -> Result<i16> {
        self.integer()
    }

    fn i32(&mut self) -> Result<i32> {
        self.integer()
    }

    fn i64(&mut self) -> Result<i64> {
        self.integer()
    }

    fn double(&mut self) -> Result<f64> {
        match self.token()? {
            "NaN" => Ok(f64::NAN),
            "Infinity" => Ok(f64::INFINITY),
            "-Infinity" => Ok(f64::NEG_INFINITY),
            // Rust's parser takes words for infinity and NaN that JSON's peers do not.
            token if token.contains(['i', 'I', 'n', 'N']) => Err(not_a_number(token)),
            token => token.parse().map_err(|_| not_a_number(token)),
        }
    }

    fn uuid(&mut self) -> Result<[u8; 16]> {
        let text = self.text()?;
        Uuid::try_parse_ascii(&text)
            .map(Uuid::into_bytes)
            .map_err(|_| Error::malformed("the text is no UUID"))
    }

    fn string(&mut self, into: &mut String) -> Result<()> {
        put_text(&self.text()?, into)
    }

    fn binary(&mut self, into: &mut Bytes) -> Result<()> {
        let bytes = BASE64
            .decode(self.text()?)
            .map_err(|error| Error::malformed(format!("the text is not base64 ({error})")))?;
        *into = bytes.into();
        Ok(())
    }

    fn opaque(&mut self, into: &mut Bytes) -> Result<()> {
        *into = self.text()?.into_owned().into();
        Ok(())
    }

    fn list(&mut self) -> Result<(TType, usize)> {
        self.elements()
    }

    fn set(&mut self) -> Result<(TType, usize)> {
        self.elements()
    }

    fn map(&mut self) -> Result<(TType, TType, usize)> {
        self.begin_array()?;
        let (key, value) = (self.type_name()?, self.type_name()?);
        let count = self.count()?;
        self.separate()?;
        self.expect(b'{')?;
        self.enter(Place::FirstKey);
        Ok((key, value, count))
    }

    fn end(&mut self) -> Result<()> {
        if self.place.is_key() || self.place == Place::Value {
            self.expect(b'}')?;
            self.leave();
        }
        self.expect(b']')?;
        self.leave();
        Ok(())
    }

    fn structure<S: Struct>(&mut self, into: &mut S) -> Result<()> {
        self.descend()?;
        self.separate()?;
        self.expect(b'{')?;
        self.enter(Place::FirstKey);
        let mut fields = FieldReader::new(self);
        if let Err(error) = into.read(&mut fields) {
            let field = fields.field();
            return Err(error.within(Segment::of::<S>(field)));
        }
        self.leave();
        self.ascend();
        Ok(())
    }

    fn skip(&mut self, ty: TType) -> Result<()> {
        self.skip_value(ty, false)
    }

    fn descend(&mut self) -> Result<()> {
        self.cursor.reading.descend()
    }

    fn ascend(&mut self) {
        self.cursor.reading.ascend();
    }

    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        self.cursor.reading.claim(count, size)
    }

    fn remaining(&self) -> usize {
        self.cursor.rest.len()
    }
}

#[cold]
fn unexpected(expected: u8, found: u8) -> Error {
    let (expected, found) = (char::from(expected), char::from(found));
    Error::malformed(format!("{expected:?} was expected and {found:?} found"))
}

#[cold]
fn not_a_number(token: &str) -> Error {
    let token: String = token.chars().take(40).collect();
    Error::malformed(format!("{token:?} is no number of this type"))
}
