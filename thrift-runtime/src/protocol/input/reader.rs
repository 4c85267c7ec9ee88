//! Bytes to values: what the protocols that mark types in bytes have in common.

use bytes::Bytes;

use super::{Cursor, Reading, Wire, cursor::put_text, fields::fields, skip};
use crate::{
    error::{Result, Segment},
    fast,
    protocol::{
        Input, Limits, TType,
        sizes::{check_count, check_room, check_typed, not_utf8},
    },
    value::{
        Blob, DecodeContainer, DecodeStruct, Str, StrList, ValueReader, expect, make_room,
        read_each,
    },
};

/// Reads from the start of what is left.
#[derive(Debug)]
pub(in crate::protocol) struct Reader<'a, 's, W: Wire> {
    pub(in crate::protocol) cursor: Cursor<'a, 's>,
    /// What a field's header told of the value that comes next.
    pub(in crate::protocol) early: W::Early,
}

impl<W: Wire> Clone for Reader<'_, '_, W> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<W: Wire> Copy for Reader<'_, '_, W> {}

impl<'a, 's, W: Wire> Reader<'a, 's, W> {
    #[inline(always)]
    pub(in crate::protocol) fn new(cursor: Cursor<'a, 's>) -> Self {
        Reader { cursor, early: W::Early::default() }
    }

    /// A string's bytes.
    #[inline]
    pub(in crate::protocol) fn bytes(&mut self, what: &str) -> Result<&'a [u8]> {
        let length = W::length(&mut self.cursor)?;
        self.cursor.sized(what, length)
    }

    /// A string's text.
    #[inline(always)]
    fn text(&mut self) -> Result<&'a str> {
        fast::utf8(self.bytes("string")?).map_err(not_utf8)
    }

    /// The number of a container's entries, each of which takes at least `size` bytes.
    #[inline]
    fn count(&self, count: u32, size: usize) -> Result<usize> {
        let count = check_count(count, self.cursor.limits())?;
        check_room(count, size, self.cursor.rest.len())?;
        Ok(count)
    }

    #[inline]
    fn elements(&mut self) -> Result<(TType, usize)> {
        let (element, count) = W::elements(&mut self.cursor)?;
        let count = self.count(count, W::min_size(element))?;
        check_typed(element, count)?;
        Ok((element, count))
    }
}

/// Reads from `at` on and gives back where the reading ended.
#[inline]
pub(in crate::protocol) fn read<'a, W: Wire>(
    input: Input<'a>,
    at: usize,
    limits: &Limits,
    read: impl FnOnce(&mut Reader<'a, '_, W>) -> Result<()>,
) -> Result<usize> {
    let reading = Reading::new(input, limits);
    let mut reader = Reader::new(Cursor::new(input.bytes, at, &reading));
    read(&mut reader)?;
    Ok(input.bytes.len() - reader.remaining())
}

// The functions that are not inlined take the parts of a reader and give back what is left: calls
// pass these in registers.

pub(in crate::protocol) type Left<'a> = Option<&'a [u8]>;

/// Reads with a reader of its own, and gives back what is left.
#[inline(always)]
pub(in crate::protocol) fn apart<'a, 's, W: Wire>(
    rest: &'a [u8],
    reading: &'s Reading<'s>,
    read: impl FnOnce(&mut Reader<'a, 's, W>) -> Result<()>,
) -> Left<'a> {
    let mut reader = Reader::new(Cursor { rest, reading });
    let result = read(&mut reader);
    reading.keep(result.map(|()| reader.cursor.rest))
}

#[inline(never)]
fn string<'a, W: Wire>(rest: &'a [u8], reading: &Reading<'_>, into: &mut String) -> Left<'a> {
    apart::<W>(rest, reading, |reader| put_text(reader.bytes("string")?, into))
}

#[inline(never)]
fn str<'a, W: Wire>(rest: &'a [u8], reading: &Reading<'_>, into: &mut Str) -> Left<'a> {
    apart::<W>(rest, reading, |reader| reading.str(reader.bytes("string")?, into))
}

#[inline(never)]
fn binary<'a, W: Wire>(rest: &'a [u8], reading: &Reading<'_>, into: &mut Bytes) -> Left<'a> {
    apart::<W>(rest, reading, |reader| {
        *into = reading.blob(reader.bytes("string")?);
        Ok(())
    })
}

#[inline(never)]
fn blob<'a, W: Wire>(rest: &'a [u8], reading: &Reading<'_>, into: &mut Blob) -> Left<'a> {
    apart::<W>(rest, reading, |reader| {
        reading.short_blob(reader.bytes("string")?, into);
        Ok(())
    })
}

#[inline(never)]
fn container<'a, W: Wire, C: DecodeContainer<'a>>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    into: &mut C,
) -> Left<'a> {
    apart::<W>(rest, reading, |reader| into.read(reader))
}

impl<'a, W: Wire> ValueReader<'a> for Reader<'a, '_, W> {
    #[inline(always)]
    fn bool(&mut self) -> Result<bool> {
        W::bool(&mut self.cursor, &mut self.early)
    }

    #[inline(always)]
    fn i8(&mut self) -> Result<i8> {
        self.cursor.array().map(i8::from_be_bytes)
    }

    #[inline(always)]
    fn i16(&mut self) -> Result<i16> {
        W::i16(&mut self.cursor)
    }

    #[inline(always)]
    fn i32(&mut self) -> Result<i32> {
        W::i32(&mut self.cursor)
    }

    #[inline(always)]
    fn i64(&mut self) -> Result<i64> {
        W::i64(&mut self.cursor)
    }

    #[inline(always)]
    fn double(&mut self) -> Result<f64> {
        W::double(&mut self.cursor)
    }

    #[inline(always)]
    fn uuid(&mut self) -> Result<[u8; 16]> {
        self.cursor.array()
    }

    #[inline(always)]
    fn string(&mut self, into: &mut String) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(string::<W>(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn new_string(&mut self) -> Result<String> {
        self.text().map(String::from)
    }

    #[inline(always)]
    fn str(&mut self, into: &mut Str) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(str::<W>(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn lent_str(&mut self) -> Result<&'a str> {
        self.text()
    }

    #[inline(always)]
    fn lent_bytes(&mut self) -> Result<&'a [u8]> {
        self.bytes("string")
    }

    #[inline(always)]
    fn binary(&mut self, into: &mut Bytes) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(binary::<W>(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn blob(&mut self, into: &mut Blob) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(blob::<W>(rest, reading, into))?;
        Ok(())
    }

    #[inline]
    fn list(&mut self) -> Result<(TType, usize)> {
        self.elements()
    }

    #[inline(always)]
    fn list_of(&mut self, element: TType) -> Result<usize> {
        if let Some(count) = W::list_of(&mut self.cursor, element) {
            return Ok(count);
        }
        let (found, count) = self.list()?;
        expect::<Self>(found, element, count, "element")?;
        Ok(count)
    }

    #[inline]
    fn set(&mut self) -> Result<(TType, usize)> {
        self.elements()
    }

    #[inline]
    fn map(&mut self) -> Result<(TType, TType, usize)> {
        let (key, value, count) = W::pairs(&mut self.cursor)?;
        let count = self.count(count, W::min_size(key) + W::min_size(value))?;
        check_typed(key, count)?;
        check_typed(value, count)?;
        Ok((key, value, count))
    }

    #[inline(always)]
    fn end(&mut self) -> Result<()> {
        Ok(())
    }

    #[inline(always)]
    fn structure<S: DecodeStruct<'a>>(&mut self, into: &mut S) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(fields::<W, S>(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn container<C: DecodeContainer<'a>>(&mut self, into: &mut C) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(container::<W, C>(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn skip(&mut self, ty: TType) -> Result<()> {
        if W::is_early(&mut self.early, ty) {
            return Ok(());
        }
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = skip::value::<W>(rest, reading, ty)?;
        Ok(())
    }

    #[inline(always)]
    fn descend(&mut self) -> Result<()> {
        self.cursor.reading.descend()
    }

    #[inline(always)]
    fn ascend(&mut self) {
        self.cursor.reading.ascend();
    }

    #[inline]
    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        self.cursor.reading.claim(count, size)
    }

    #[inline]
    fn remaining(&self) -> usize {
        self.cursor.rest.len()
    }

    #[inline]
    fn strings(&mut self, into: &mut Vec<String>, count: usize) -> Result<()> {
        into.truncate(count);
        for (index, text) in into.iter_mut().enumerate() {
            self.string(text).map_err(|error| error.within(Segment::Index(index)))?;
        }
        make_room(into, count - into.len());
        for index in into.len()..count {
            let text = self.new_string().map_err(|error| error.within(Segment::Index(index)))?;
            into.push(text);
        }
        Ok(())
    }

    #[inline]
    fn str_list(&mut self, count: usize, into: &mut StrList) -> Result<()> {
        let mut cursor = self.cursor;
        if let Some(texts) = W::short_strings(&mut cursor, count)
            && let Ok(texts) = fast::utf8(texts)
        {
            self.cursor = cursor;
            self.cursor.reading.text(texts, into.text_mut());
            return Ok(());
        }
        read_each(count, into, |push| {
            push(self.text()?);
            Ok(())
        })
    }

    fn i16s(&mut self, into: &mut Vec<i16>, count: usize) -> Result<()> {
        W::i16s(&mut self.cursor, into, count)
    }

    fn i32s(&mut self, into: &mut Vec<i32>, count: usize) -> Result<()> {
        W::i32s(&mut self.cursor, into, count)
    }

    fn i64s(&mut self, into: &mut Vec<i64>, count: usize) -> Result<()> {
        W::i64s(&mut self.cursor, into, count)
    }

    fn doubles(&mut self, into: &mut Vec<f64>, count: usize) -> Result<()> {
        W::doubles(&mut self.cursor, into, count)
    }
}
