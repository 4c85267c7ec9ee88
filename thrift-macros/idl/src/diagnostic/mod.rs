//! Errors and warnings: collected along the way, and drawn like rustc's own.

mod snippet;

pub use self::snippet::{draw, position};
use crate::source::FileId;
use crate::syntax::Problem;
pub use crate::syntax::{Severity, Span};

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Location {
    /// Which file.
    pub file: FileId,
    /// Which bytes of it.
    pub span: Span,
}

/// One error or warning.
#[derive(Debug)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The mistake, in one line.
    pub message: String,
    /// The place that it is about.
    pub at: Location,
    /// Other places that explain it, each with a few words.
    pub related: Vec<(Location, String)>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without other places or help.
    pub fn error(at: Location, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            message: message.into(),
            at,
            related: Vec::new(),
            help: None,
        }
    }

    /// A warning without other places or help.
    pub fn warning(at: Location, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(at, message) }
    }

    /// Adds a place that explains it.
    pub fn related(mut self, at: Location, words: impl Into<String>) -> Self {
        self.related.push((at, words.into()));
        self
    }

    /// Adds what to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.help_if(Some(help.into()))
    }

    /// Adds what to do, if that is known.
    pub fn help_if(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// A problem of `file`'s text.
    pub(crate) fn of(file: FileId, problem: Problem) -> Self {
        let within = |span| Location { file, span };
        let related = problem.related.into_iter();
        Diagnostic {
            severity: problem.severity,
            message: problem.message,
            at: within(problem.span),
            related: related.map(|(span, words)| (within(span), words)).collect(),
            help: problem.help,
        }
    }
}

/// All errors and warnings about some files.
#[derive(Debug, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds an error or a warning.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// All errors and warnings so far, in the order in which they were found.
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// All errors so far.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter().filter(|found| found.severity == Severity::Error)
    }

    /// All warnings so far.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter().filter(|found| found.severity == Severity::Warning)
    }

    /// Turns the error at a place into a warning.
    pub(crate) fn soften(&mut self, at: Location) {
        for found in self.found.iter_mut().filter(|found| found.at == at) {
            found.severity = Severity::Warning;
        }
    }

    /// Keeps only the diagnostics that satisfy `keep`.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.found.retain(keep);
    }
}
