//! Errors and warnings about a text.

/// A range of bytes of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The index of the first byte.
    pub start: usize,
    /// The index after the last byte.
    pub end: usize,
}

impl Span {
    /// The span from the start of `self` to the end of `last`.
    pub fn to(self, last: Span) -> Span {
        Span { start: self.start, end: last.end.max(self.end) }
    }
}

/// Whether a problem stops the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It stops the build.
    Error,
    /// It does not stop the build.
    Warning,
}

/// One problem in the text of a file.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) span: Span,
    /// Other places that explain it, each with a few words.
    pub(crate) related: Vec<(Span, String)>,
    pub(crate) help: Option<String>,
}

impl Problem {
    pub(super) fn error(span: Span, message: impl Into<String>) -> Problem {
        Problem {
            severity: Severity::Error,
            message: message.into(),
            span,
            related: Vec::new(),
            help: None,
        }
    }

    pub(super) fn warning(span: Span, message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Warning, ..Problem::error(span, message) }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    pub(super) fn related(mut self, span: Span, words: impl Into<String>) -> Problem {
        self.related.push((span, words.into()));
        self
    }
}

/// Sorts problems by their place, and keeps only the first error on each line, since further ones are
/// mostly consequences of it.
pub(super) fn sort_and_thin(source: &[u8], problems: &mut Vec<Problem>) {
    problems.sort_by_key(|problem| problem.span.start);
    let mut last_error: Option<usize> = None;
    problems.retain(|problem| {
        if problem.severity == Severity::Warning {
            return true;
        }
        let start = problem.span.start;
        let same_line = last_error
            .and_then(|last| source.get(last..start))
            .is_some_and(|between| !between.contains(&b'\n'));
        last_error = Some(start);
        !same_line
    });
}
