//! From bytes to tokens.
//!
//! The lexer never gives up: text that is not a token is reported and becomes [`TokenKind::Invalid`],
//! which the parser skips without a report.

use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_until, take_while, take_while1};
use nom::character::complete::{digit1, one_of};
use nom::combinator::{map, opt, peek, recognize, rest, success, verify};
use nom::multi::many0_count;
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser as _};

use super::keyword::Keyword;
use super::problem::{Problem, Span};
use super::token::{Comment, DocComment, Lexed, Token, TokenKind};
use super::wrong::{Wrong, problem, utf8_width};

/// What is found at a position of the text.
enum Lexeme<'a> {
    Blank,
    Token(TokenKind<'a>),
    /// A comment, with its text if it is a doc comment.
    Comment(Option<&'a [u8]>),
    /// Not a token: the span of the mistake, relative to the start of the lexeme, and its kind.
    Wrong(Span, Wrong),
}

/// Splits a file into tokens.
pub(super) fn lex(source: &[u8]) -> Lexed<'_> {
    let mut lexed = Lexed {
        source,
        tokens: Vec::new(),
        comments: Vec::new(),
        docs: Vec::new(),
        problems: Vec::new(),
    };
    let mut input = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    if source.starts_with(b"\xFF\xFE") || source.starts_with(b"\xFE\xFF") {
        let place = Span { start: 0, end: 2 };
        let message = "unexpected character: the file is UTF-16, but Thrift files must be UTF-8";
        lexed.problems.push(Problem::error(place, message));
        lexed.push(TokenKind::Invalid, place, Line::default());
        input = &[];
    }
    let mut line = Line::default();
    loop {
        let start = source.len() - input.len();
        let (after, lexeme) = lexeme(input);
        if after.len() == input.len() {
            break;
        }
        let span = Span { start, end: source.len() - after.len() };
        match lexeme {
            Lexeme::Token(kind) => {
                lexed.push(kind, span, line);
                line.seen = true;
            }
            Lexeme::Blank => line.pass(&input[..span.end - span.start]),
            Lexeme::Comment(doc) => {
                let before = lexed.tokens.len();
                lexed.comments.push(Comment { before, span });
                if let Some(text) = doc {
                    lexed.docs.push(DocComment { before, text });
                }
                line.pass(&input[..span.end - span.start]);
            }
            Lexeme::Wrong(place, wrong) => {
                let place = Span { start: start + place.start, end: start + place.end };
                lexed.problems.push(problem(source, place, &wrong));
                lexed.push(TokenKind::Invalid, span, line);
                line.seen = true;
            }
        }
        input = after;
    }
    let end = Span { start: source.len(), end: source.len() };
    lexed.push(TokenKind::End, end, line);
    lexed
}

/// The current line of the lexer.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    /// The width of the whitespace before the first token.
    indent: usize,
    /// Whether there has been a token on it.
    seen: bool,
}

impl Line {
    /// Moves past text that is not a token.
    fn pass(&mut self, text: &[u8]) {
        if let Some(newline) = text.iter().rposition(|&byte| byte == b'\n') {
            self.indent = text.len() - newline - 1;
            self.seen = false;
        } else if !self.seen {
            self.indent += text.len();
        }
    }
}

impl<'a> Lexed<'a> {
    fn push(&mut self, kind: TokenKind<'a>, span: Span, line: Line) {
        self.tokens.push(Token { kind, span, starts_line: !line.seen, indent: line.indent });
    }
}

/// Reads the next lexeme. At the end of the text, nothing is consumed.
fn lexeme(input: &[u8]) -> (&[u8], Lexeme<'_>) {
    let found = match input.first() {
        Some(b' ' | b'\t' | b'\r' | b'\n') => blanks(input),
        Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => name(input),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number(input),
        Some(b'"' | b'\'') => string(input),
        Some(b'/' | b'#') => alt((line_comment, block_comment)).parse(input),
        _ => symbol(input),
    };
    found.unwrap_or_else(|_| stray(input))
}

/// Space, tab, CR and LF; other characters are not blanks.
fn blanks(input: &[u8]) -> IResult<&[u8], Lexeme<'_>> {
    let blanks = take_while1(|byte| b" \t\r\n".contains(&byte));
    map(blanks, |_| Lexeme::Blank).parse(input)
}

/// `[A-Za-z_]`, then letters, digits, `_`, and dots that are followed by another part.
fn name(input: &[u8]) -> IResult<&[u8], Lexeme<'_>> {
    let first = take_while1(|byte: u8| byte.is_ascii_alphabetic() || byte == b'_');
    let joint = recognize((tag("."), peek(take_while1(is_name_part))));
    let text = recognize((first, many0_count(alt((take_while1(is_name_part), joint)))));
    map(text, |text: &[u8]| {
        let text = std::str::from_utf8(text).unwrap_or_default();
        Lexeme::Token(match text {
            "true" => TokenKind::Integer(1),
            "false" => TokenKind::Integer(0),
            _ => match Keyword::from_text(text) {
                Some(keyword) => TokenKind::Keyword(keyword),
                None => TokenKind::Name(text),
            },
        })
    })
    .parse(input)
}

fn is_name_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn symbol(input: &[u8]) -> IResult<&[u8], Lexeme<'_>> {
    let symbol = map(one_of(":;,{}()=<>[]*&@"), |symbol| match symbol {
        '@' => TokenKind::At,
        _ => TokenKind::Symbol(symbol as u8),
    });
    map(symbol, Lexeme::Token).parse(input)
}

/// A hexadecimal integer, a double or an integer, each with an optional sign that belongs to it.
fn number(input: &[u8]) -> IResult<&[u8], Lexeme<'_>> {
    let sign = || opt(one_of("+-"));
    let hex = recognize((sign(), tag("0x"), take_while(|b: u8| b.is_ascii_hexdigit())));
    let binary = recognize((sign(), tag("0b"), take_while1(|b: u8| b.is_ascii_digit())));
    let exponent = || recognize((one_of("eE"), sign(), digit1));
    let fraction = recognize((opt(digit1), tag("."), digit1, opt(exponent())));
    let double = recognize((sign(), alt((fraction, recognize((digit1, exponent()))))));
    let dangling = recognize((sign(), digit1, tag(".")));
    let integer = recognize((sign(), digit1));
    alt((
        map(hex, hexadecimal),
        map(binary, |text| wrong(text, Wrong::BinaryLiteral)),
        map(double, |text| match ascii(text).parse() {
            Ok(value) => Lexeme::Token(TokenKind::Double(value)),
            Err(_) => wrong(text, Wrong::TooBig),
        }),
        map(dangling, |text| wrong(text, Wrong::NoFraction)),
        map(integer, |text| match ascii(text).parse() {
            Ok(value) => Lexeme::Token(TokenKind::Integer(value)),
            Err(_) => wrong(text, Wrong::TooBig),
        }),
    ))
    .parse(input)
}

fn hexadecimal(text: &[u8]) -> Lexeme<'_> {
    let digits = ascii(text).replacen("0x", "", 1);
    if !digits.ends_with(|digit: char| digit.is_ascii_hexdigit()) {
        return wrong(text, Wrong::NoHexDigits);
    }
    match i64::from_str_radix(&digits, 16) {
        Ok(value) => Lexeme::Token(TokenKind::Integer(value)),
        Err(_) => wrong(text, Wrong::TooBig),
    }
}

fn ascii(text: &[u8]) -> &str {
    std::str::from_utf8(text).unwrap_or_default()
}

/// A part of a string literal.
enum Piece<'a> {
    Plain(&'a [u8]),
    Escape(u8),
}

/// `"..."` or `'...'` on one line. Each kind of quote ends with the same kind.
fn string(input: &[u8]) -> IResult<&[u8], Lexeme<'_>> {
    let (mut inside, quote) = alt((tag("\""), tag("'"))).parse(input)?;
    let mut value = Vec::new();
    let mut bad_escape = None;
    while let Ok((after, piece)) = piece(inside, quote[0]) {
        match piece {
            Piece::Plain(text) => value.extend_from_slice(text),
            Piece::Escape(letter) => match unescape(letter) {
                Some(byte) => value.push(byte),
                None => {
                    let start = input.len() - inside.len();
                    let end = start + 1 + utf8_width(&inside[1..]);
                    bad_escape.get_or_insert(Span { start, end });
                }
            },
        }
        inside = after;
    }
    let (after, closed) = alt((map(tag(quote), |_| true), success(false))).parse(inside)?;
    let length = input.len() - after.len();
    let whole = Span { start: 0, end: length };
    let lexeme = match (closed, bad_escape, String::from_utf8(value)) {
        (false, ..) => Lexeme::Wrong(whole, Wrong::UnclosedString),
        (true, Some(place), _) => Lexeme::Wrong(place, Wrong::Escape),
        (true, None, Err(error)) => Lexeme::Token(TokenKind::Bytes(error.into_bytes())),
        (true, None, Ok(value)) => Lexeme::Token(TokenKind::Text(value)),
    };
    Ok((after, lexeme))
}

fn piece(input: &[u8], quote: u8) -> IResult<&[u8], Piece<'_>> {
    let plain = take_while1(|byte: u8| byte != quote && byte != b'\\' && byte != b'\n');
    let escaped = verify(take(1usize), |byte: &[u8]| byte != b"\n");
    let escape = map(preceded(tag("\\"), escaped), |byte: &[u8]| Piece::Escape(byte[0]));
    alt((map(plain, Piece::Plain), escape)).parse(input)
}

fn unescape(letter: u8) -> Option<u8> {
    match letter {
        b'r' => Some(b'\r'),
        b'n' => Some(b'\n'),
        b't' => Some(b'\t'),
        b'"' | b'\'' | b'\\' => Some(letter),
        _ => None,
    }
}

/// `// ...` or `# ...`, up to the next LF (a CR does not end it).
fn line_comment(input: &[u8]) -> IResult<&[u8], Lexeme<'_>> {
    let comment = (alt((tag("//"), tag("#"))), take_while(|byte| byte != b'\n'));
    map(comment, |_| Lexeme::Comment(None)).parse(input)
}

/// `/* ... */`, which does not nest, or `/** ... */`, which documents what follows.
fn block_comment(input: &[u8]) -> IResult<&[u8], Lexeme<'_>> {
    let closed = map(terminated(take_until("*/"), tag("*/")), |text: &[u8]| {
        let only_stars = text.iter().all(|&byte| byte == b'*');
        Lexeme::Comment(text.strip_prefix(b"*").filter(|_| !only_stars))
    });
    let unclosed = map(rest, |_| Lexeme::Wrong(Span { start: 0, end: 2 }, Wrong::UnclosedComment));
    preceded(tag("/*"), alt((closed, unclosed))).parse(input)
}

/// One character that does not begin any token.
fn stray(input: &[u8]) -> (&[u8], Lexeme<'_>) {
    let (text, after) = input.split_at(utf8_width(input));
    (after, wrong(text, Wrong::Character))
}

fn wrong(text: &[u8], wrong: Wrong) -> Lexeme<'_> {
    let whole = Span { start: 0, end: text.len() };
    Lexeme::Wrong(whole, wrong)
}
