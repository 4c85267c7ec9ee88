//! Names and string literals.

use super::ast::Name;
use super::keyword::Keyword;
use super::parser::{Parsed, Parser, Reported};
use super::problem::{Problem, Span};
use super::token::TokenKind;

/// The error for a string that must be text, but is not UTF-8.
pub(crate) const NOT_UTF_8: &str = "the string is not UTF-8";

impl Parser<'_> {
    /// A string literal.
    pub(super) fn text(&mut self, what: &str) -> Parsed<(String, Span)> {
        match self.kind() {
            TokenKind::Text(text) => Ok((text.clone(), self.bump().span)),
            TokenKind::Bytes(_) => {
                let problem = Problem::error(self.bump().span, NOT_UTF_8);
                Err(self.report(problem))
            }
            _ => Err(self.expected(what)),
        }
    }

    /// An identifier that may have dots and must not be a keyword.
    pub(super) fn reference(&mut self, what: &str) -> Parsed<Name> {
        match *self.kind() {
            TokenKind::Name(text) => Ok(Name { text: text.to_owned(), span: self.bump().span }),
            TokenKind::Keyword(keyword) => Err(self.keyword_as_name(keyword, what)),
            _ => Err(self.expected(what)),
        }
    }

    /// The name of something that is being defined: it is not a keyword, and has no dots.
    pub(super) fn name(&mut self, what: &str) -> Parsed<Name> {
        let name = self.reference(&format!("an identifier to name {what}"))?;
        self.without_dot(name, what)
    }

    fn without_dot(&mut self, name: Name, what: &str) -> Parsed<Name> {
        if !name.text.contains('.') {
            return Ok(name);
        }
        let message = format!("the name `{}` of {what} must not contain a dot", name.text);
        Err(self.report(Problem::error(name.span, message)))
    }

    fn keyword_as_name(&mut self, keyword: Keyword, what: &str) -> Reported {
        if keyword.begins_definition() && self.peek().starts_line {
            return self.expected(what);
        }
        let text = keyword.text();
        let message = format!("unexpected token `{text}`, expected {what}");
        let help = format!("`{text}` is a reserved keyword of Thrift");
        self.report(Problem::error(self.peek().span, message).help(help))
    }
}
