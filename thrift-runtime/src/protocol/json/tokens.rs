//! What JSON consists of: punctuation, texts and numbers, and where in it they stand.

use std::borrow::Cow;

use super::{text, types::ttype, write::Slot};
use crate::{
    error::{Error, Result, escaped},
    protocol::{
        TType,
        input::{Cursor, Level, Reading},
        sizes::{check_count, check_length, check_room},
    },
};

/// Reads from the start of what is left.
#[derive(Debug)]
pub(super) struct Reader<'a, 's> {
    pub(super) cursor: Cursor<'a, 's>,
    pub(super) slot: Slot,
    /// The slots around this one.
    outer: Vec<Slot>,
}

/// A place that was read from.
#[derive(Debug)]
pub(super) struct Mark<'a, 's> {
    cursor: Cursor<'a, 's>,
    level: Level,
    slot: Slot,
    outer: usize,
}

impl<'a, 's> Reader<'a, 's> {
    pub(super) fn new(bytes: &'a [u8], at: usize, reading: &'s Reading<'s>) -> Self {
        Reader { cursor: Cursor::new(bytes, at, reading), slot: Slot::Alone, outer: Vec::new() }
    }

    /// Remembers this place, to come back to when what follows turns out to be something else.
    pub(super) fn mark(&self) -> Mark<'a, 's> {
        Mark {
            cursor: self.cursor,
            level: self.cursor.reading.level(),
            slot: self.slot,
            outer: self.outer.len(),
        }
    }

    /// Comes back to a place from within what follows it.
    pub(super) fn go_back(&mut self, mark: Mark<'a, 's>) {
        self.cursor = mark.cursor;
        self.cursor.reading.ascend_to(mark.level);
        self.slot = mark.slot;
        self.outer.truncate(mark.outer);
    }

    /// The next byte that is no blank, which stays.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<u8> {
        match self.cursor.rest.first() {
            // Blanks are below.
            Some(byte @ b'!'..) => Ok(*byte),
            _ => self.peek_behind_blanks(),
        }
    }

    fn peek_behind_blanks(&mut self) -> Result<u8> {
        let blanks = self.cursor.rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.cursor.slice(blanks)?;
        self.cursor.rest.first().copied().ok_or_else(Error::truncated)
    }

    /// Takes a byte that must come next.
    #[inline]
    pub(super) fn expect(&mut self, expected: u8) -> Result<()> {
        match self.cursor.rest.split_first() {
            Some((found, rest)) if *found == expected => {
                self.cursor.rest = rest;
                Ok(())
            }
            _ => self.expect_behind_blanks(expected),
        }
    }

    fn expect_behind_blanks(&mut self, expected: u8) -> Result<()> {
        let found = self.peek()?;
        if found != expected {
            return Err(unexpected(expected, found));
        }
        self.cursor.byte().map(drop)
    }

    /// Takes a byte if it comes next.
    #[inline]
    pub(super) fn accept(&mut self, expected: u8) -> Result<bool> {
        let found = self.peek()? == expected;
        if found {
            self.cursor.byte()?;
        }
        Ok(found)
    }

    /// Takes what stands before a value.
    #[inline]
    pub(super) fn separate(&mut self) -> Result<()> {
        let (separator, next) = self.slot.step();
        self.slot = next;
        separator.map_or(Ok(()), |separator| self.expect(separator))
    }

    #[inline]
    pub(super) fn enter(&mut self, slot: Slot) {
        self.outer.push(self.slot);
        self.slot = slot;
    }

    #[inline]
    pub(super) fn leave(&mut self) {
        self.slot = self.outer.pop().unwrap_or(Slot::Alone);
    }

    pub(super) fn begin_array(&mut self) -> Result<()> {
        self.separate()?;
        self.expect(b'[')?;
        self.enter(Slot::First);
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
    pub(super) fn raw(&mut self, what: &str) -> Result<(&'a [u8], bool)> {
        self.expect(b'"')?;
        let (length, escapes) = text::extent(self.cursor.rest)?;
        check_length(what, u32::try_from(length).unwrap_or(u32::MAX), self.cursor.limits())?;
        let raw = self.cursor.slice(length)?;
        self.expect(b'"')?;
        Ok((raw, escapes))
    }

    pub(super) fn text(&mut self) -> Result<Cow<'a, [u8]>> {
        self.separate()?;
        self.quoted("string")
    }

    /// The text of a string that need not be one.
    pub(super) fn unchecked_text(&mut self) -> Result<Cow<'a, [u8]>> {
        self.separate()?;
        let (raw, escapes) = self.raw("string")?;
        text::unescape_unchecked(raw, escapes)
    }

    /// A number's characters, quoted in a key.
    pub(super) fn token(&mut self) -> Result<&'a str> {
        // By itself, a number may end where the input does; elsewhere, more of it may come.
        let by_itself = self.slot == Slot::Alone;
        self.separate()?;
        let bytes = if self.peek()? == b'"' {
            self.raw("number")?.0
        } else {
            let length = self.cursor.rest.iter().take_while(|byte| is_of_number(**byte)).count();
            let bytes = self.cursor.slice(length)?;
            if self.cursor.rest.is_empty() && !by_itself {
                return Err(Error::truncated());
            }
            bytes
        };
        str::from_utf8(bytes).map_err(|_| not_a_number(""))
    }

    #[inline]
    pub(super) fn integer<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let (cursor, slot) = (self.cursor, self.slot);
        self.separate()?;
        if let Some((value, rest)) = short_integer(self.cursor.rest)
            && let Ok(value) = T::try_from(value)
        {
            self.cursor.rest = rest;
            return Ok(value);
        }
        (self.cursor, self.slot) = (cursor, slot);
        self.long_integer()
    }

    fn long_integer<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let token = self.token()?;
        token
            .parse()
            .ok()
            .and_then(|value| T::try_from(value).ok())
            .ok_or_else(|| not_a_number(token))
    }

    /// The number of entries, each of which takes a byte at least.
    pub(super) fn count(&mut self) -> Result<usize> {
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

    pub(super) fn type_name(&mut self) -> Result<TType> {
        let name = self.text()?;
        ttype(&name)
    }
}

/// Whether a number may hold this character, or a word for one.
#[inline]
pub(super) fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// A whole number of so few digits that it fits, and what follows, which must not belong to it. One in
/// quotes, with more digits, or at the end of the input is left to others.
#[inline]
fn short_integer(input: &[u8]) -> Option<(i64, &[u8])> {
    let (negative, digits) = match input {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let (value, rest) = short_digits(digits)?;
    let ends = rest.first().is_some_and(|next| !is_of_number(*next));
    ends.then_some((if negative { -value } else { value }, rest))
}

/// One to 18 digits, and what follows.
#[inline]
pub(super) fn short_digits(input: &[u8]) -> Option<(i64, &[u8])> {
    let mut value = 0;
    let mut rest = input;
    while let Some((digit @ b'0'..=b'9', behind)) = rest.split_first() {
        if input.len() - rest.len() == 18 {
            return None;
        }
        value = value * 10 + i64::from(digit - b'0');
        rest = behind;
    }
    (rest.len() < input.len()).then_some((value, rest))
}

#[cold]
fn unexpected(expected: u8, found: u8) -> Error {
    let (expected, found) = (char::from(expected), char::from(found));
    Error::malformed(format!("expected {expected:?}, found {found:?}"))
}

#[cold]
pub(super) fn not_a_number(token: &str) -> Error {
    let token = escaped(token).up_to(40);
    Error::malformed(format!("\"{token}\" is no number of this type"))
}
