//! Recovery after mistakes, so that no mistake hides another, and few cause further errors.

use super::parser::Parser;
use super::token::TokenKind;

/// The place where a construct began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    at: usize,
    /// How many brackets were open there.
    open: usize,
    /// The indentation of the line.
    indent: usize,
}

impl Parser<'_> {
    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.at, open: self.open.len(), indent: self.peek().indent }
    }

    /// Whether a line begins here with the keyword of a definition, and is indented no more than the
    /// line of `mark`. If so, the construct before it was not closed.
    pub(super) fn at_definition_outside(&self, mark: Mark) -> bool {
        let token = self.peek();
        token.starts_line
            && token.indent <= mark.indent
            && matches!(token.kind, TokenKind::Keyword(keyword) if keyword.begins_definition())
    }

    /// Recovers after an element, which began at `mark`, of a list that ends with `close`: skips to
    /// the probable beginning of the next element, or to the end of the list.
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

    /// Recovers after a definition that could not be read: skips to the end of its body, or to the
    /// next line that begins a definition.
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

    /// Whether the text that was skipped since `mark` may contain a definition: it has a keyword, a
    /// body, or more than one line.
    pub(super) fn defined_since(&self, mark: Mark) -> bool {
        let passed = self.lexed.tokens.get(mark.at..self.at).unwrap_or_default();
        let more_lines = passed.iter().skip(1).any(|token| token.starts_line);
        let tells =
            |kind: &TokenKind<'_>| matches!(kind, TokenKind::Keyword(_) | TokenKind::Symbol(b'{'));
        more_lines || passed.iter().any(|token| tells(&token.kind))
    }
}
