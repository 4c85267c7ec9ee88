//! Constant values.

use super::ast::{Value, ValueKind};
use super::parser::{Parsed, Parser};
use super::token::TokenKind;

impl Parser<'_> {
    /// An integer, a double, a string, a name, `[...]` or `{k: v, ...}`.
    pub(super) fn value(&mut self) -> Parsed<Value> {
        self.nested(Self::value_inside)
    }

    fn value_inside(&mut self) -> Parsed<Value> {
        let start = self.peek().span;
        let kind = match self.kind() {
            TokenKind::Integer(value) => ValueKind::Integer(*value),
            TokenKind::Double(value) => ValueKind::Double(*value),
            TokenKind::Text(text) => ValueKind::Text(text.clone()),
            TokenKind::Name(name) => {
                if self.peek_at(1).kind == TokenKind::Symbol(b'{') {
                    return Err(self.refuse_dialect(start, "a struct literal (`Name{...}`)"));
                }
                ValueKind::Name((*name).to_owned())
            }
            TokenKind::Symbol(b'[') => ValueKind::List(self.list()?),
            TokenKind::Symbol(b'{') => ValueKind::Map(self.map()?),
            _ => return Err(self.expected("a value")),
        };
        if !matches!(kind, ValueKind::List(_) | ValueKind::Map(_)) {
            self.bump();
        }
        let span = start.to(self.last_span());
        Ok(Value { kind, span })
    }

    fn list(&mut self) -> Parsed<Vec<Value>> {
        let opened = self.bump().span;
        let mut values = Vec::new();
        while !self.eat(b']') {
            if !self.at_value() {
                return Err(self.unclosed("a value or `]`", opened));
            }
            values.push(self.value()?);
            self.separator();
        }
        Ok(values)
    }

    fn map(&mut self) -> Parsed<Vec<(Value, Value)>> {
        let opened = self.bump().span;
        let mut entries = Vec::new();
        while !self.eat(b'}') {
            if !self.at_value() {
                return Err(self.unclosed("a value or `}`", opened));
            }
            let key = self.value()?;
            self.expect(b':', "`:` and the key's value")?;
            let value = self.value()?;
            entries.push((key, value));
            self.separator();
        }
        Ok(entries)
    }

    fn at_value(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Integer(_)
                | TokenKind::Double(_)
                | TokenKind::Text(_)
                | TokenKind::Name(_)
                | TokenKind::Symbol(b'[' | b'{')
        )
    }
}
