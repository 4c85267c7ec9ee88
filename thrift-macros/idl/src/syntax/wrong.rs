//! The lexer's errors.

use super::dialect;
use super::problem::{Problem, Span};

/// Why a text is not a token.
#[derive(Debug)]
pub(super) enum Wrong {
    UnclosedComment,
    UnclosedString,
    Escape,
    TooBig,
    NoHexDigits,
    NoFraction,
    BinaryLiteral,
    Character,
}

/// The first character of `text`, unless it is not UTF-8.
fn first_char(text: &[u8]) -> Option<char> {
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next()
}

/// The width of the first character of `text` in bytes; one if it is not UTF-8.
pub(super) fn utf8_width(text: &[u8]) -> usize {
    first_char(text).map_or(text.len().min(1), char::len_utf8)
}

/// The problem for the text at `place`.
pub(super) fn problem(source: &[u8], place: Span, wrong: &Wrong) -> Problem {
    let text = source.get(place.start..place.end).unwrap_or_default();
    let shown = String::from_utf8_lossy(text);
    match wrong {
        Wrong::UnclosedComment => Problem::error(place, "unterminated comment: `*/` is missing"),
        Wrong::UnclosedString => Problem::error(place, "unterminated string")
            .help("a string ends on its line; write a line break as `\\n`"),
        Wrong::Escape => Problem::error(place, format!("unknown escape `{shown}`"))
            .help("the escapes are `\\r`, `\\n`, `\\t`, `\\\"`, `\\'` and `\\\\`"),
        Wrong::TooBig => Problem::error(place, format!("the integer `{shown}` is too big"))
            .help("integers are signed and have 64 bits"),
        Wrong::NoHexDigits => Problem::error(place, format!("unexpected token `{shown}`"))
            .help("hexadecimal digits must follow `0x`"),
        Wrong::NoFraction => Problem::error(place, format!("unexpected token `{shown}`"))
            .help("a digit must follow the dot of a double: `1.0`"),
        Wrong::BinaryLiteral => dialect::fbthrift(place, "a binary integer (`0b...`)"),
        Wrong::Character => stray_problem(place, text),
    }
}

fn stray_problem(place: Span, text: &[u8]) -> Problem {
    let Some(character) = first_char(text) else {
        let byte = text.first().copied().unwrap_or_default();
        let message = format!("unexpected character: the byte 0x{byte:02X} is not UTF-8");
        return Problem::error(place, message);
    };
    let name = match character {
        '\0' => "U+0000 (NUL)".to_owned(),
        '\u{b}' => "U+000B (vertical tab)".to_owned(),
        '\u{c}' => "U+000C (form feed)".to_owned(),
        '\u{a0}' => "U+00A0 (non-breaking space)".to_owned(),
        '\u{200b}' => "U+200B (zero width space)".to_owned(),
        '\u{feff}' => "U+FEFF (byte order mark)".to_owned(),
        _ if character.is_control() || character.is_whitespace() => {
            format!("U+{:04X}", u32::from(character))
        }
        _ => format!("`{character}`"),
    };
    let problem = Problem::error(place, format!("unexpected character {name}"));
    match character {
        '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => {
            problem.help("strings are written in straight quotes, `\"` or `'`")
        }
        _ if character.is_control() || character.is_whitespace() => {
            problem.help("only space, tab, CR and LF may separate tokens")
        }
        '-' | '$' => problem.help("an identifier has letters `A-Z` `a-z`, digits and `_`"),
        _ if character.is_alphabetic() => {
            problem.help("an identifier has letters `A-Z` `a-z`, digits and `_`")
        }
        _ => problem,
    }
}
