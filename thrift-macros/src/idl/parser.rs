//! The cursor over a file's tokens: what the grammar is written with.
//!
//! A construct that cannot be read has been reported when [`Reported`] comes back; the list that it
//! stands in then recovers and goes on with the next one.

use super::MAX_NESTING;
use super::ast::{Annotation, Document, Name};
use super::dialect;
use super::doc;
use super::keyword::Keyword;
use super::problem::{Problem, Span};
use super::token::{Lexed, Token, TokenKind};

/// Why something was not read: the reader has been told.
pub(super) struct Reported;

pub(super) type Parsed<T> = Result<T, Reported>;

/// Reads one file's tokens.
pub(super) struct Parser<'a> {
    lexed: &'a Lexed<'a>,
    /// The number of the next token.
    pub(super) at: usize,
    /// The brackets that are open, `{`, `(` and `[`.
    pub(super) open: Vec<u8>,
    nesting: usize,
    /// The first doc comment that is neither claimed nor replaced nor cleared.
    doc: usize,
    pub(super) document: Document,
    /// The name of the definition being read, once it is known.
    pub(super) defining: Option<String>,
    problems: Vec<Problem>,
    /// The rest of the file is another language: no more errors.
    stopped: bool,
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
            stopped: false,
        }
    }

    pub(super) fn into_parts(self) -> (Document, Vec<Problem>) {
        (self.document, self.problems)
    }

    pub(super) fn peek(&self) -> &'a Token<'a> {
        self.peek_at(0)
    }

    /// The token `ahead` of the next one.
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

    /// Takes the next token; the end of the file is never passed.
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

    /// Keeps count of the brackets that are open. A `}` closes what was left open inside it.
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

    /// Where the last token taken ends, or where the next one starts if that is before.
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

    /// At most one `,` or `;` after an element of a list.
    pub(super) fn separator(&mut self) {
        let _ = self.eat(b',') || self.eat(b';');
    }

    pub(super) fn expect(&mut self, symbol: u8, what: &str) -> Parsed<Span> {
        match self.is(symbol) {
            true => Ok(self.bump().span),
            false => Err(self.expected(what)),
        }
    }

    /// A string literal.
    pub(super) fn text(&mut self, what: &str) -> Parsed<(String, Span)> {
        match self.kind() {
            TokenKind::Text(text) => Ok((text.clone(), self.bump().span)),
            _ => Err(self.expected(what)),
        }
    }

    /// An identifier that may be dotted and must not be a keyword.
    pub(super) fn reference(&mut self, what: &str) -> Parsed<Name> {
        match *self.kind() {
            TokenKind::Name(text) => Ok(Name { text: text.to_owned(), span: self.bump().span }),
            TokenKind::Keyword(keyword) => Err(self.keyword_as_name(keyword, what)),
            _ => Err(self.expected(what)),
        }
    }

    /// The name of what is being defined: no keyword, no dots.
    pub(super) fn name(&mut self, what: &str) -> Parsed<Name> {
        let name = self.reference(&format!("an identifier to name {what}"))?;
        self.without_dot(name, what)
    }

    pub(super) fn without_dot(&mut self, name: Name, what: &str) -> Parsed<Name> {
        if !name.text.contains('.') {
            return Ok(name);
        }
        let message = format!("the name `{}` of {what} must not have a dot", name.text);
        Err(self.report(Problem::error(name.span, message)))
    }

    fn keyword_as_name(&mut self, keyword: Keyword, what: &str) -> Reported {
        if keyword.begins_definition() && self.peek().starts_line {
            return self.expected(what);
        }
        let text = keyword.text();
        let message = format!("unexpected token `{text}`, expected {what}");
        let help = format!("`{text}` is a keyword of Thrift, reserved");
        self.report(Problem::error(self.peek().span, message).help(help))
    }

    /// The annotations that may stand here, `(key = "value", ...)`.
    pub(super) fn annotations(&mut self) -> Parsed<Vec<Annotation>> {
        let mut annotations = Vec::new();
        if !self.is(b'(') {
            return Ok(annotations);
        }
        let opened = self.bump().span;
        while !self.eat(b')') {
            let key = match *self.kind() {
                TokenKind::Name(key) => key.to_owned(),
                _ => return Err(self.unclosed("an annotation or `)`", opened)),
            };
            let key_span = self.bump().span;
            let (value, value_span) = match self.eat(b'=') {
                true => self.text("a string as the annotation's value")?,
                false => ("1".to_owned(), key_span),
            };
            annotations.push(Annotation { key, value, key_span, value_span });
            self.separator();
        }
        Ok(annotations)
    }

    /// Reads something that may contain itself, up to a fixed depth.
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

    /// The doc comment that what begins here claims. It is the last one before this place that
    /// nothing has claimed, even where another construct should have.
    pub(super) fn claim_doc(&mut self) -> Option<String> {
        let mut text = None;
        while let Some(comment) = self.lexed.docs.get(self.doc) {
            if comment.before > self.at {
                break;
            }
            text = Some(comment.text);
            self.doc += 1;
        }
        text.and_then(doc::clean)
    }

    /// The file's own documentation: its first doc comment, if a header follows, or another doc
    /// comment before the first definition.
    pub(super) fn claim_file_doc(&mut self, before_header: bool) {
        let comments = &self.lexed.docs;
        if self.doc != 0 || comments.first().is_none_or(|first| first.before > self.at) {
            return;
        }
        if before_header || comments.get(1).is_some_and(|next| next.before <= self.at) {
            self.document.doc = comments.first().and_then(|first| doc::clean(first.text));
            self.doc = 1;
        }
    }

    /// Reports that `what` should stand here.
    pub(super) fn expected(&mut self, what: &str) -> Reported {
        let token = self.peek();
        let problem = match token.kind {
            TokenKind::Invalid => return Reported,
            TokenKind::At => {
                let construct = "unexpected character `@`: a structured annotation";
                return self.refuse_dialect(token.span, construct);
            }
            TokenKind::End => {
                let message = format!("unexpected end of file, expected {what}");
                Problem::error(token.span, message)
            }
            _ => {
                let shown = self.source(token.span);
                let message = format!("unexpected token `{shown}`, expected {what}");
                Problem::error(token.span, message)
            }
        };
        let separator = matches!(token.kind, TokenKind::Symbol(b',' | b';'));
        let twice = separator && matches!(self.source(self.last_span()).as_str(), "," | ";");
        self.report(match twice {
            true => problem.help("one separator is enough"),
            false => problem,
        })
    }

    /// Reports that a bracket that was `opened` is not closed before this place.
    pub(super) fn unclosed(&mut self, what: &str, opened: Span) -> Reported {
        let problems = self.problems.len();
        let reported = self.expected(what);
        let separator = self.is(b',') || self.is(b';');
        if self.problems.len() > problems
            && !separator
            && let Some(problem) = self.problems.pop()
        {
            self.problems.push(problem.related(opened, "opened here"));
        }
        reported
    }

    pub(super) fn report(&mut self, problem: Problem) -> Reported {
        if !self.stopped {
            self.problems.push(problem);
        }
        Reported
    }

    /// Reports a construct of fbthrift's and reads no further.
    pub(super) fn refuse_dialect(&mut self, span: Span, construct: &str) -> Reported {
        self.report(dialect::fbthrift(span, construct));
        self.stopped = true;
        self.document.lost = true;
        self.at = self.lexed.tokens.len().saturating_sub(1);
        Reported
    }

    /// How many problems there are: whether some were added can be told from it.
    pub(super) fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// The text of a token, cut if it is very long.
    pub(super) fn source(&self, span: Span) -> String {
        const SHOWN: usize = 60;
        let text = self.lexed.source.get(span.start..span.end).unwrap_or_default();
        let text = String::from_utf8_lossy(text);
        match text.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
            None => text.into_owned(),
        }
    }
}
