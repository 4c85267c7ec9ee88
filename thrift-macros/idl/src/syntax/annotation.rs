//! Annotations.

use super::ast::Annotation;
use super::parser::{Parsed, Parser};
use super::token::TokenKind;

impl Parser<'_> {
    /// The optional annotations at this place: `(key = "value", ...)`.
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
}
