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
    pub(super) fn peek(&mut self) -> Result<u8> {
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
        let (separator, next) = self.slot.step();
        self.slot = next;
        separator.map_or(Ok(()), |separator| self.expect(separator))
    }

    pub(super) fn enter(&mut self, slot: Slot) {
        self.outer.push(self.slot);
        self.slot = slot;
    }

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

    pub(super) fn integer<T: TryFrom<i64>>(&mut self) -> Result<T> {
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

#[cold]
fn unexpected(expected: u8, found: u8) -> Error {
    let (expected, found) = (char::from(expected), char::from(found));
    Error::malformed(format!("{expected:?} was expected and {found:?} found"))
}

#[cold]
pub(super) fn not_a_number(token: &str) -> Error {
    let token = escaped(token).up_to(40);
    Error::malformed(format!("\"{token}\" is no number of this type"))
}
