//! The cursor over a file's tokens, on which the rules of the grammar are built.
//!
//! If a rule returns [`Reported`], the construct could not be read, and that has been reported; the
//! list that contains the construct then recovers, and continues with the next one.

use super::MAX_NESTING;
use super::ast::Document;
use super::keyword::Keyword;
use super::problem::{Problem, Span};
use super::token::{Lexed, Token, TokenKind};

/// Something could not be read, and that has been reported.
pub(super) struct Reported;

pub(super) type Parsed<T> = Result<T, Reported>;

/// Reads one file's tokens.
pub(super) struct Parser<'a> {
    pub(super) lexed: &'a Lexed<'a>,
    /// The index of the next token.
    pub(super) at: usize,
    /// The brackets that are currently open: `{`, `(` and `[`.
    pub(super) open: Vec<u8>,
    nesting: usize,
    /// The index of the first doc comment that has not been claimed, replaced or cleared.
    pub(super) doc: usize,
    pub(super) document: Document,
    /// The name of the definition being read, once it is known.
    pub(super) defining: Option<String>,
    pub(super) problems: Vec<Problem>,
    /// How many of the problems are errors.
    pub(super) errors: usize,
    /// Whether the rest of the file is in another language. Then there are no more errors.
    pub(super) stopped: bool,
}

const END: &Token<'static> =
    &Token { kind: TokenKind::End, span: Span { start: 0, end: 0 }, starts_line: true, indent: 0 };

impl<'a> Parser<'a> {
    pub(super) fn new(lexed: &'a Lexed<'a>) -> Self {
        Parser {
            lexed,
            at: 0,
            open: Vec::new(),
            nesting: 0,
            doc: 0,
            document: Document::default(),
            defining: None,
            problems: Vec::new(),
            errors: 0,
            stopped: false,
        }
    }

    pub(super) fn into_parts(self) -> (Document, Vec<Problem>) {
        (self.document, self.problems)
    }

    pub(super) fn peek(&self) -> &'a Token<'a> {
        self.peek_at(0)
    }

    /// The token that is `ahead` tokens after the next one.
    pub(super) fn peek_at(&self, ahead: usize) -> &'a Token<'a> {
        let tokens = &self.lexed.tokens;
        tokens.get(self.at + ahead).or(tokens.last()).unwrap_or(END)
    }

    pub(super) fn kind(&self) -> &'a TokenKind<'a> {
        &self.peek().kind
    }

    pub(super) fn is(&self, symbol: u8) -> bool {
        *self.kind() == TokenKind::Symbol(symbol)
    }

    pub(super) fn is_keyword(&self, keyword: Keyword) -> bool {
        *self.kind() == TokenKind::Keyword(keyword)
    }

    pub(super) fn at_end(&self) -> bool {
        *self.kind() == TokenKind::End
    }

    /// Takes the next token, unless it is the end of the file.
    pub(super) fn bump(&mut self) -> &'a Token<'a> {
        let token = self.peek();
        match token.kind {
            TokenKind::End => return token,
            TokenKind::Symbol(symbol) => self.track(symbol),
            _ => {}
        }
        self.at += 1;
        token
    }

    /// Keeps track of open brackets. A `}` also closes those that were left open inside it.
    fn track(&mut self, symbol: u8) {
        match symbol {
            b'{' | b'(' | b'[' => self.open.push(symbol),
            b')' | b']' => {
                let opener = if symbol == b')' { b'(' } else { b'[' };
                self.open.pop_if(|open| *open == opener);
            }
            b'}' => {
                while let Some(open) = self.open.pop() {
                    if open == b'{' {
                        break;
                    }
                }
            }
            _ => {}
        }
    }

    /// The span of the last token that was taken, or the start of the file if there is none.
    pub(super) fn last_span(&self) -> Span {
        let tokens = &self.lexed.tokens;
        let last = self.at.checked_sub(1).and_then(|last| tokens.get(last));
        last.unwrap_or(END).span
    }

    pub(super) fn eat(&mut self, symbol: u8) -> bool {
        let found = self.is(symbol);
        if found {
            self.bump();
        }
        found
    }

    pub(super) fn eat_keyword(&mut self, keyword: Keyword) -> Option<Span> {
        self.is_keyword(keyword).then(|| self.bump().span)
    }

    /// Takes at most one `,` or `;` after an element of a list.
    pub(super) fn separator(&mut self) {
        let _ = self.eat(b',') || self.eat(b';');
    }

    pub(super) fn expect(&mut self, symbol: u8, what: &str) -> Parsed<Span> {
        match self.is(symbol) {
            true => Ok(self.bump().span),
            false => Err(self.expected(what)),
        }
    }

    /// Reads something that may contain itself, up to a limited depth.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting == MAX_NESTING {
            let message = format!("nested too deep: the limit is {MAX_NESTING} levels");
            return Err(self.report(Problem::error(self.peek().span, message)));
        }
        self.nesting += 1;
        let result = read(self);
        self.nesting -= 1;
        result
    }
}
