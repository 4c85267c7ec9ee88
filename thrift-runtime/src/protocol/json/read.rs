//! JSON to values.

use std::borrow::Cow;

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use uuid::Uuid;

use super::{
    fields::FieldReader,
    tokens::{Reader, is_of_number, not_a_number},
    write::Slot,
};
use crate::{
    error::{Error, Result, escaped},
    fast,
    protocol::{TType, input::put_text, sizes::not_utf8},
    value::{DecodeStruct, Str, ValueReader},
};

/// Some peers pad and some do not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Reader<'_, '_> {
    /// What stands in an array before the elements of a list or set.
    pub(super) fn elements(&mut self) -> Result<(TType, usize)> {
        Ok((self.type_name()?, self.count()?))
    }

    /// The bytes of a text, as a slice of the message where that pays.
    fn slice_or_copy(&self, text: Cow<'_, [u8]>) -> Bytes {
        match text {
            Cow::Borrowed(text) => self.cursor.reading.blob(text),
            Cow::Owned(text) => text.into(),
        }
    }

    /// What stands in an array before the keys and values of a map.
    pub(super) fn pairs(&mut self) -> Result<(TType, TType, usize)> {
        let pairs = (self.type_name()?, self.type_name()?, self.count()?);
        self.separate()?;
        self.expect(b'{')?;
        Ok(pairs)
    }
}

impl<'a> ValueReader<'a> for Reader<'a, '_> {
    // 1 or 0; `true` and `false` are read too.
    fn bool(&mut self) -> Result<bool> {
        let (cursor, slot) = (self.cursor, self.slot);
        self.separate()?;
        if let [digit @ (b'0' | b'1'), rest @ ..] = self.cursor.rest
            && rest.first().is_some_and(|next| !is_of_number(*next))
        {
            self.cursor.rest = rest;
            return Ok(*digit == b'1');
        }
        (self.cursor, self.slot) = (cursor, slot);
        match self.token()? {
            "1" | "true" => Ok(true),
            "0" | "false" => Ok(false),
            token => {
                let token = escaped(token).up_to(40);
                Err(Error::malformed(format!("\"{token}\" is no boolean")))
            }
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
            token
                if token.bytes().all(|byte| !byte.is_ascii_alphabetic() || byte | 0x20 == b'e') =>
            {
                token.parse().map_err(|_| not_a_number(token))
            }
            token => Err(not_a_number(token)),
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

    fn str(&mut self, into: &mut Str) -> Result<()> {
        let text = self.text()?;
        self.cursor.reading.str(&text, into)
    }

    fn lent_str(&mut self) -> Result<&'a str> {
        match self.text()? {
            Cow::Borrowed(text) => fast::utf8(text).map_err(not_utf8),
            Cow::Owned(_) => Err(Error::malformed("a string with escapes cannot be borrowed")),
        }
    }

    fn lent_bytes(&mut self) -> Result<&'a [u8]> {
        Err(Error::malformed("bytes are base64 text in JSON and cannot be borrowed"))
    }

    fn unchecked_string(&mut self, into: &mut Bytes) -> Result<()> {
        let text = self.unchecked_text()?;
        *into = self.slice_or_copy(text);
        Ok(())
    }

    fn binary(&mut self, into: &mut Bytes) -> Result<()> {
        let bytes = BASE64
            .decode(self.text()?)
            .map_err(|error| Error::malformed(format!("the text is not base64 ({error})")))?;
        *into = bytes.into();
        Ok(())
    }

    fn opaque(&mut self, into: &mut Bytes) -> Result<()> {
        let text = self.text()?;
        *into = self.slice_or_copy(text);
        Ok(())
    }

    fn list(&mut self) -> Result<(TType, usize)> {
        self.begin_array()?;
        self.elements()
    }

    fn set(&mut self) -> Result<(TType, usize)> {
        self.begin_array()?;
        self.elements()
    }

    fn map(&mut self) -> Result<(TType, TType, usize)> {
        self.begin_array()?;
        let pairs = self.pairs()?;
        self.enter(Slot::FirstKey);
        Ok(pairs)
    }

    fn end(&mut self) -> Result<()> {
        if self.slot.is_key() || self.slot == Slot::Value {
            self.expect(b'}')?;
            self.leave();
        }
        self.expect(b']')?;
        self.leave();
        Ok(())
    }

    fn structure<S: DecodeStruct<'a>>(&mut self, into: &mut S) -> Result<()> {
        let reading = self.cursor.reading;
        reading.descend_to::<S>()?;
        self.separate()?;
        self.expect(b'{')?;
        self.enter(Slot::FirstKey);
        let mut fields = FieldReader::new(self);
        if let Err(error) = into.read(&mut fields) {
            let field = fields.field();
            return Err(error.within_field::<S>(field));
        }
        self.leave();
        reading.ascend_from::<S>();
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
