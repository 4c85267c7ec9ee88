//! Tokens.

use super::keyword::Keyword;
use super::problem::{Problem, Span};

/// One token and its place.
#[derive(Debug)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind<'a>,
    pub(crate) span: Span,
    /// Whether it is the first token on its line.
    pub(super) starts_line: bool,
    /// The indentation of the first token on its line, in bytes.
    pub(super) indent: usize,
}

/// The kind of a token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind<'a> {
    Keyword(Keyword),
    /// An identifier, with the dots that join its parts.
    Name(&'a str),
    /// Also `true` and `false`.
    Integer(i64),
    Double(f64),
    Text(String),
    /// A string that is not UTF-8.
    Bytes(Vec<u8>),
    /// One of `:;,{}()=<>[]*&`.
    Symbol(u8),
    /// `@`, which only fbthrift's dialect has.
    At,
    /// Text that is not a token, and has been reported.
    Invalid,
    End,
}

/// A comment of any kind.
#[derive(Debug)]
pub(crate) struct Comment {
    /// The index of the token after it.
    pub(crate) before: usize,
    /// Its span, without the line break that ends a `//` comment.
    pub(crate) span: Span,
}

/// A doc comment that nothing has claimed yet.
#[derive(Debug)]
pub(super) struct DocComment<'a> {
    /// The index of the token after it.
    pub(super) before: usize,
    /// The text between `/**` and `*/`.
    pub(super) text: &'a [u8],
}

/// A whole file as tokens; the last one is always [`TokenKind::End`]. The rest of the text, apart from
/// comments, is blank, except for a byte order mark.
#[derive(Debug)]
pub(crate) struct Lexed<'a> {
    pub(crate) source: &'a [u8],
    pub(crate) tokens: Vec<Token<'a>>,
    pub(crate) comments: Vec<Comment>,
    pub(super) docs: Vec<DocComment<'a>>,
    pub(super) problems: Vec<Problem>,
}
