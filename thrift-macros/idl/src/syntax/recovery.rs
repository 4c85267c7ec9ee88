//! Recovery after mistakes, so that none hides another and few cause further errors.

use super::parser::Parser;
use super::token::TokenKind;

/// Where a construct began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    at: usize,
    /// How many brackets were open.
    open: usize,
    /// How far the line was indented.
    indent: usize,
}

impl Parser<'_> {
    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.at, open: self.open.len(), indent: self.peek().indent }
    }

    /// Whether a definition's keyword begins a line that is indented no more than `mark`'s: the
    /// construct before it was not closed.
    pub(super) fn at_definition_outside(&self, mark: Mark) -> bool {
        let token = self.peek();
        token.starts_line
            && token.indent <= mark.indent
            && matches!(token.kind, TokenKind::Keyword(keyword) if keyword.begins_definition())
    }

    /// After an element of a list that ends with `close`, begun at `mark`, could not be read: goes
    /// on to where the next one seems to begin, or to the list's end.
    pub(super) fn recover(&mut self, mark: Mark, close: u8) {
        loop {
            let token = self.peek();
            let inside = self.open.len() > mark.open;
            let closes = matches!(token.kind, TokenKind::Symbol(b'}' | b')' | b']'));
            match token.kind {
                TokenKind::End => return,
                TokenKind::Symbol(symbol) if symbol == close && !inside => return,
                TokenKind::Symbol(b'}') if !self.opened_since(mark, b'{') => return,
                TokenKind::Symbol(b',' | b';') if !inside => {
                    self.bump();
                    return;
                }
                _ => {}
            }
            let at_next = token.starts_line && (!inside || token.indent <= mark.indent);
            if at_next && !closes && self.at > mark.at {
                self.close_to(mark);
                return;
            }
            self.bump();
        }
    }

    fn opened_since(&self, mark: Mark, bracket: u8) -> bool {
        self.open.iter().skip(mark.open).rev().any(|&open| open == bracket)
    }

    fn close_to(&mut self, mark: Mark) {
        self.open.truncate(mark.open);
    }

    /// After a definition could not be read: goes on after its body, or on the next line
    /// that begins one.
    pub(super) fn recover_definition(&mut self, mark: Mark) {
        if self.at == mark.at {
            self.bump();
        }
        while !self.at_end() {
            let token = self.peek();
            let inside = self.open.len() > mark.open && token.indent > mark.indent;
            let begins = match token.kind {
                TokenKind::Keyword(keyword) => keyword.begins_definition(),
                TokenKind::At => true,
                _ => false,
            };
            if begins && token.starts_line && !inside {
                break;
            }
            self.bump();
            let body_ends = token.kind == TokenKind::Symbol(b'}');
            if body_ends && self.open.len() <= mark.open {
                break;
            }
        }
        self.close_to(mark);
    }

    /// Whether something may have been defined in what was passed over since `mark`: what has a
    /// keyword, a body, or more than one line.
    pub(super) fn defined_since(&self, mark: Mark) -> bool {
        let passed = self.lexed.tokens.get(mark.at..self.at).unwrap_or_default();
        let more_lines = passed.iter().skip(1).any(|token| token.starts_line);
        let tells =
            |kind: &TokenKind<'_>| matches!(kind, TokenKind::Keyword(_) | TokenKind::Symbol(b'{'));
        more_lines || passed.iter().any(|token| tells(&token.kind))
    }
}
