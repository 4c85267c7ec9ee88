//! Tokens.

use super::keyword::Keyword;
use super::problem::{Problem, Span};

/// One token and where it stands.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) span: Span,
    /// Whether no other token stands before it on its line.
    pub(super) starts_line: bool,
    /// How far the first token of its line is indented, in bytes.
    pub(super) indent: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind<'a> {
    Keyword(Keyword),
    /// An identifier, with the dots that join its parts.
    Name(&'a str),
    /// Also `true` and `false`.
    Integer(i64),
    Double(f64),
    Text(String),
    /// One of `:;,{}()=<>[]*&`.
    Symbol(u8),
    /// Only in fbthrift's dialect.
    At,
    /// Text that is no token, and has been reported.
    Invalid,
    End,
}

/// A doc comment that nothing has claimed yet.
#[derive(Debug)]
pub(super) struct DocComment<'a> {
    /// The number of the token that it stands before.
    pub(super) before: usize,
    /// What stands between `/**` and `*/`.
    pub(super) text: &'a [u8],
}

/// A whole file in tokens, of which the last is always [`TokenKind::End`].
#[derive(Debug)]
pub(super) struct Lexed<'a> {
    pub(super) source: &'a [u8],
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) docs: Vec<DocComment<'a>>,
    pub(super) problems: Vec<Problem>,
}
