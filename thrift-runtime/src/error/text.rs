//! What peers and callers wrote, as an error's text may show it.

use std::fmt::{self, Formatter, Write as _};

/// How many characters of a name, such as a method's, are shown.
const NAME: usize = 128;
/// How many characters of any other text are shown.
const TEXT: usize = 1000;

/// Shows bytes of a peer on one line: control characters, those that change the direction of
/// writing and bytes that are not UTF-8 appear escaped, and what is too long is cut.
///
/// What is escaped already stays as it is. Nothing is allocated, nor read beyond the cut.
#[derive(Clone, Copy)]
pub(crate) struct Escaped<'a> {
    bytes: &'a [u8],
    most: usize,
}

/// A text of a peer.
pub(crate) fn escaped<T: AsRef<[u8]> + ?Sized>(text: &T) -> Escaped<'_> {
    Escaped { bytes: text.as_ref(), most: TEXT }
}

/// A name that a peer sent, such as a method's.
pub(crate) fn escaped_name<T: AsRef<[u8]> + ?Sized>(name: &T) -> Escaped<'_> {
    escaped(name).up_to(NAME)
}

impl Escaped<'_> {
    /// Shows no more than `most` characters.
    pub(crate) fn up_to(self, most: usize) -> Self {
        Escaped { most, ..self }
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Escaped { bytes, most } = *self;
        let mut left = most;
        let mut take = || {
            let room = left > 0;
            left = left.saturating_sub(1);
            room
        };
        // A character has four bytes at most, so the cut comes before the end of these.
        for chunk in bytes.get(..4 * (most + 1)).unwrap_or(bytes).utf8_chunks() {
            for character in chunk.valid().chars() {
                match take() {
                    false => return f.write_char('…'),
                    true if is_harmful(character) => write!(f, "{}", character.escape_default())?,
                    true => f.write_char(character)?,
                }
            }
            for byte in chunk.invalid() {
                match take() {
                    false => return f.write_char('…'),
                    true => write!(f, "\\x{byte:02x}")?,
                }
            }
        }
        Ok(())
    }
}

/// Whether a character ends a line, moves a cursor, or changes the direction of writing.
fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_forges_lines_or_hides_text_is_escaped_and_the_rest_stays() {
        for (text, shown) in [
            (&b"getUser"[..], "getUser"),
            ("größer \\n „x“ 👩‍👧".as_bytes(), "größer \\n „x“ 👩‍👧"),
            (b"a\r\nERROR all is lost\t", r"a\r\nERROR all is lost\t"),
            (b"\x1b[2J\0\x7f", r"\u{1b}[2J\u{0}\u{7f}"),
            (b"\xc2\x9b2J\xc2\x85", r"\u{9b}2J\u{85}"),
            ("\u{202e}\u{2066}\u{200f}\u{61c}".as_bytes(), r"\u{202e}\u{2066}\u{200f}\u{61c}"),
            ("a\u{2028}b\u{2029}".as_bytes(), r"a\u{2028}b\u{2029}"),
            (b"\xff\xc3(", r"\xff\xc3("),
        ] {
            assert_eq!(escaped(text).to_string(), shown);
            assert_eq!(escaped(shown).to_string(), shown);
        }
    }

    #[test]
    fn what_is_long_is_cut_between_characters() {
        let cut = |text: &str| escaped(text).up_to(3).to_string();
        assert_eq!(cut("abc"), "abc");
        assert_eq!(cut("abcd"), "abc…");
        assert_eq!(cut("a\n\nd"), "a\\n\\n…");
        assert_eq!(cut("😀😀😀"), "😀😀😀");
        assert_eq!(cut("😀😀😀😀😀😀"), "😀😀😀…");
        assert_eq!(escaped(&b"\xff".repeat(5)).up_to(3).to_string(), r"\xff\xff\xff…");
        let name = "x".repeat(8 << 20);
        assert_eq!(escaped_name(&name).to_string().chars().count(), 129);
        assert_eq!(escaped(&name).to_string().chars().count(), 1001);
    }
}
