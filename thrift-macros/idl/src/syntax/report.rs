//! Reports errors at the cursor.

use super::dialect;
use super::keyword::Keyword;
use super::parser::{Parser, Reported};
use super::problem::{Problem, Severity, Span};
use super::token::TokenKind;

impl Parser<'_> {
    /// Reports that `what` was expected here.
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

    /// Reports that `what` is missing within a construct. If the next line begins something else, the
    /// error is after the last token.
    pub(super) fn missing(&mut self, what: &str) -> Reported {
        if !self.peek().starts_line || *self.kind() == TokenKind::Invalid {
            return self.expected(what);
        }
        let last = self.last_span();
        let message = format!("expected {what} after `{}`", self.source(last));
        self.report(Problem::error(Span { start: last.end, end: last.end }, message))
    }

    /// Reports that the word here should be `meant`; the caller then continues as if it were.
    pub(super) fn misspelt(&mut self, meant: Keyword, what: &str) {
        let shown = self.source(self.peek().span);
        let message = format!("unexpected token `{shown}`, expected {what}");
        let problem = Problem::error(self.peek().span, message);
        self.report(problem.help(format!("did you mean `{}`?", meant.text())));
    }

    /// Takes the word here if it is a misspelling of `keyword`, and reports it.
    pub(super) fn eat_misspelt(&mut self, keyword: Keyword, what: &str) -> bool {
        let TokenKind::Name(word) = *self.kind() else {
            return false;
        };
        let is_meant = Keyword::meant(word, |meant| *meant == keyword).is_some();
        if is_meant {
            self.misspelt(keyword, what);
            self.bump();
        }
        is_meant
    }

    /// Reports that a bracket, which was `opened` there, is not closed before this place.
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
            self.errors += usize::from(problem.severity == Severity::Error);
            self.problems.push(problem);
        }
        Reported
    }

    /// Reports a construct of fbthrift, and stops parsing.
    pub(super) fn refuse_dialect(&mut self, span: Span, construct: &str) -> Reported {
        self.report(dialect::fbthrift(span, construct));
        self.stopped = true;
        self.document.lost = true;
        self.at = self.lexed.tokens.len().saturating_sub(1);
        Reported
    }

    /// The text of a token, shortened if it is very long.
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
