//! JSON's strings.

use std::borrow::Cow;

use crate::{
    error::{Error, Result},
    fast,
    protocol::output::Tail,
};

/// Writes a string with its quotes. Bytes that are not UTF-8, as a method's name may have them, are
/// written as they are.
pub(super) fn write(text: &[u8], out: &mut Tail<'_>) {
    let Some(first) = first_of(text, needs_escape) else {
        return out.put_around([b'"'], text, [b'"']);
    };
    out.put([b'"']);
    let mut start = 0;
    for (at, byte) in text.iter().enumerate().skip(first) {
        let escaped = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..0x20 => b'u',
            _ => continue,
        };
        out.put_slice(text.get(start..at).unwrap_or_default());
        start = at + 1;
        out.put([b'\\', escaped]);
        if escaped == b'u' {
            out.put([b'0', b'0', hex(byte >> 4), hex(byte & 0xf)]);
        }
    }
    out.put_slice(text.get(start..).unwrap_or_default());
    out.put([b'"']);
}

/// Which bytes of a word need an escape: the lowest such has its highest bit set, and none below it.
fn needs_escape(word: u64) -> u64 {
    let control = word.wrapping_sub(EACH * 0x20) & !word;
    (control | equal(word, b'"') | equal(word, b'\\')) & HIGH
}

/// Which bytes of a word end a text, or are an escape.
fn is_special(word: u64) -> u64 {
    (equal(word, b'"') | equal(word, b'\\')) & HIGH
}

/// One in each byte.
const EACH: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte.
const HIGH: u64 = EACH * 0x80;

fn equal(word: u64, byte: u8) -> u64 {
    let differs = word ^ (EACH * u64::from(byte));
    differs.wrapping_sub(EACH) & !differs
}

/// Where the first byte is that `of` finds in a word.
#[inline]
fn first_of(text: &[u8], of: impl Fn(u64) -> u64) -> Option<usize> {
    let (words, rest) = text.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let found = of(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(8 * index + found.trailing_zeros() as usize / 8);
        }
    }
    // What fills the last word is no special character.
    let mut last = [b'x'; 8];
    fast::copy(rest, &mut last);
    let found = of(u64::from_le_bytes(last));
    (found != 0).then(|| text.len() - rest.len() + found.trailing_zeros() as usize / 8)
}

fn hex(digit: u8) -> u8 {
    if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }
}

/// How far a string's end is looked for by words.
const LOOKED_AT: usize = 256;

/// The length of a string's text, up to its closing quote, and whether it has escapes.
pub(super) fn extent(input: &[u8]) -> Result<(usize, bool)> {
    let mut at = first_of(input.get(..LOOKED_AT).unwrap_or(input), is_special).unwrap_or(0);
    if let Some(b'"') = input.get(at) {
        return Ok((at, false));
    }
    let mut escapes = false;
    while let Some(byte) = input.get(at) {
        match byte {
            b'"' => return Ok((at, escapes)),
            b'\\' => {
                escapes = true;
                at += 2;
            }
            _ => at += 1,
        }
    }
    Err(Error::truncated())
}

/// The text that a string's raw text means.
pub(super) fn unescape(raw: &[u8], escapes: bool) -> Result<Cow<'_, [u8]>> {
    if !escapes {
        return Ok(Cow::Borrowed(raw));
    }
    let mut text = Vec::with_capacity(raw.len());
    each_piece(raw, unicode, |piece| text.extend_from_slice(piece))?;
    Ok(Cow::Owned(text))
}

/// As [`unescape`]; half a surrogate pair becomes U+FFFD.
pub(super) fn unescape_unchecked(raw: &[u8], escapes: bool) -> Result<Cow<'_, [u8]>> {
    if !escapes {
        return Ok(Cow::Borrowed(raw));
    }
    let mut text = Vec::with_capacity(raw.len());
    let character = |rest| match unicode(rest) {
        Err(_) => unit(rest).map(|(_, rest)| (char::REPLACEMENT_CHARACTER, rest)),
        character => character,
    };
    each_piece(raw, character, |piece| text.extend_from_slice(piece))?;
    Ok(Cow::Owned(text))
}

/// Checks that a string's raw text means one.
pub(super) fn check(raw: &[u8], escapes: bool) -> Result<()> {
    if escapes { each_piece(raw, unicode, |_| ()) } else { Ok(()) }
}

/// Gives the pieces of the text that a string's raw text means; `unicode` reads what stands behind
/// `\u`.
fn each_piece<'r>(
    raw: &'r [u8],
    unicode: impl Fn(&'r [u8]) -> Result<(char, &'r [u8])>,
    mut give: impl FnMut(&[u8]),
) -> Result<()> {
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        give(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        let Some((escape, behind)) = rest.split_first() else { return Err(Error::truncated()) };
        rest = behind;
        give(&[match escape {
            b'"' | b'\\' | b'/' => *escape,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let (character, behind) = unicode(rest)?;
                give(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = behind;
                continue;
            }
            _ => return Err(bad_escape()),
        }]);
    }
    give(rest);
    Ok(())
}

/// The character of `XXXX`, or of a surrogate pair `XXXX\uXXXX`.
fn unicode(rest: &[u8]) -> Result<(char, &[u8])> {
    let (unit, rest) = unit(rest)?;
    if !(0xd800..0xe000).contains(&unit) {
        return Ok((char::from_u32(unit).ok_or_else(bad_escape)?, rest));
    }
    let low = rest.strip_prefix(b"\\u").ok_or_else(bad_escape)?;
    let (low, rest) = self::unit(low)?;
    if unit >= 0xdc00 || !(0xdc00..0xe000).contains(&low) {
        return Err(bad_escape());
    }
    let character = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    Ok((char::from_u32(character).ok_or_else(bad_escape)?, rest))
}

fn unit(rest: &[u8]) -> Result<(u32, &[u8])> {
    let (digits, rest) = rest.split_first_chunk::<4>().ok_or_else(bad_escape)?;
    let mut unit = 0;
    for digit in digits {
        unit = unit << 4 | char::from(*digit).to_digit(16).ok_or_else(bad_escape)?;
    }
    Ok((unit, rest))
}

#[cold]
fn bad_escape() -> Error {
    Error::malformed("a string has an escape that JSON does not know")
}
