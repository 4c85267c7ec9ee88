//! A place in the bytes of a message.

use super::Reading;
use crate::{
    error::{Error, Result},
    fast,
    protocol::{
        Limits,
        sizes::{check_length, not_utf8},
    },
    value::make_room,
};

/// What is left of a message's bytes.
///
/// It is small and copied freely: a function that is not inlined works on a copy and gives back
/// what is left, so that this one's place stays in registers.
#[derive(Debug, Clone, Copy)]
pub(in crate::protocol) struct Cursor<'a, 's> {
    pub(in crate::protocol) rest: &'a [u8],
    pub(in crate::protocol) reading: &'s Reading<'s>,
}

impl<'a, 's> Cursor<'a, 's> {
    #[inline]
    pub(in crate::protocol) fn new(bytes: &'a [u8], at: usize, reading: &'s Reading<'s>) -> Self {
        Cursor { rest: bytes.get(at..).unwrap_or_default(), reading }
    }

    #[inline(always)]
    pub(in crate::protocol) fn limits(&self) -> &'s Limits {
        self.reading.limits
    }

    /// The next bytes, whose number is known when compiling.
    #[inline(always)]
    pub(in crate::protocol) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk().ok_or_else(Error::truncated)?;
        self.rest = rest;
        Ok(*array)
    }

    /// The next byte.
    #[inline(always)]
    pub(in crate::protocol) fn byte(&mut self) -> Result<u8> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    /// The next `length` bytes.
    #[inline]
    pub(in crate::protocol) fn slice(&mut self, length: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(Error::truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// The next `length` bytes, which are a string's.
    #[inline]
    pub(in crate::protocol) fn sized(&mut self, what: &str, length: u32) -> Result<&'a [u8]> {
        let length = check_length(what, length, self.limits())?;
        self.slice(length)
    }

    /// So many numbers of a fixed size, in the place of those in `into`.
    #[inline]
    pub(in crate::protocol) fn numbers<T, const N: usize>(
        &mut self,
        into: &mut Vec<T>,
        count: usize,
        number: impl Fn([u8; N]) -> T,
    ) -> Result<()> {
        let bytes = self.slice(count.checked_mul(N).ok_or_else(Error::truncated)?)?;
        into.clear();
        make_room(into, count);
        fast::read_numbers(bytes, into, number);
        Ok(())
    }
}

/// Puts text in the place of `into`, reusing its space.
#[inline(always)]
pub(in crate::protocol) fn put_text(bytes: &[u8], into: &mut String) -> Result<()> {
    let text = fast::utf8(bytes).map_err(not_utf8)?;
    if text.len() <= into.capacity() {
        into.clear();
        into.push_str(text);
    } else {
        // Of just this size, while growing would round up.
        *into = String::from(text);
    }
    Ok(())
}
