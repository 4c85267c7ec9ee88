//! Tokens.

use super::keyword::Keyword;
use super::problem::{Problem, Span};

/// One token and where it stands.
#[derive(Debug)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind<'a>,
    pub(crate) span: Span,
    /// Whether no other token stands before it on its line.
    pub(super) starts_line: bool,
    /// How far the first token of its line is indented, in bytes.
    pub(super) indent: usize,
}

/// What a token is.
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
    /// Only in fbthrift's dialect.
    At,
    /// Text that is no token, and has been reported.
    Invalid,
    End,
}

/// A comment of any kind.
#[derive(Debug)]
pub(crate) struct Comment {
    /// The number of the token that it stands before.
    pub(crate) before: usize,
    /// From its opening to its end; without the line break that ends a `//` comment.
    pub(crate) span: Span,
}

/// A doc comment that nothing has claimed yet.
#[derive(Debug)]
pub(super) struct DocComment<'a> {
    /// The number of the token that it stands before.
    pub(super) before: usize,
    /// What stands between `/**` and `*/`.
    pub(super) text: &'a [u8],
}

/// A whole file in tokens, of which the last is always [`TokenKind::End`]. What is neither in a
/// token nor in a comment is blank, but for a byte order mark.
#[derive(Debug)]
pub(crate) struct Lexed<'a> {
    pub(crate) source: &'a [u8],
    pub(crate) tokens: Vec<Token<'a>>,
    pub(crate) comments: Vec<Comment>,
    pub(super) docs: Vec<DocComment<'a>>,
    pub(super) problems: Vec<Problem>,
}
