//! Errors and warnings: collected along the way, and drawn like rustc's own.

mod snippet;

use std::collections::HashSet;

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

    /// Only the beginning of each very long text, and of very many other places only the first.
    fn shortened(mut self) -> Self {
        shorten(&mut self.message);
        self.help.iter_mut().for_each(shorten);
        self.related.truncate(MOST_RELATED);
        self.related.iter_mut().for_each(|(_, words)| shorten(words));
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

/// How many errors are kept, and how many warnings. What comes after them is only counted, since a text
/// could have one for every few bytes.
const MOST: usize = 1000;

/// How many other places one error or warning shows.
const MOST_RELATED: usize = 100;

/// Shortens a text that quotes an absurdly long name.
pub(crate) fn cut(text: &str) -> &str {
    const LONGEST: usize = 1000;
    if text.len() <= LONGEST {
        return text;
    }
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

fn shorten(text: &mut String) {
    let end = cut(text).len();
    if end < text.len() {
        text.truncate(end);
        text.shrink_to_fit();
    }
}

/// The errors and warnings about some files: of each, the first thousand that were found.
#[derive(Debug, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
    errors: Count,
    warnings: Count,
}

/// How many diagnostics there are of a severity.
#[derive(Debug, Default)]
struct Count {
    kept: usize,
    left_out: usize,
}

impl Diagnostics {
    /// Adds an error or a warning. Of a very long message, only the beginning is kept.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.keep(diagnostic.shortened());
    }

    fn keep(&mut self, diagnostic: Diagnostic) {
        let count = self.count(diagnostic.severity);
        if count.kept < MOST {
            count.kept += 1;
            self.found.push(diagnostic);
        } else {
            count.left_out += 1;
        }
    }

    fn count(&mut self, severity: Severity) -> &mut Count {
        match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        }
    }

    /// The errors and warnings that are kept, in the order in which they were found.
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// The errors that are kept. If there are any errors, there is one here.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter().filter(|found| found.severity == Severity::Error)
    }

    /// The warnings that are kept.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter().filter(|found| found.severity == Severity::Warning)
    }

    /// How many errors and how many warnings were found besides those that are kept.
    pub fn left_out(&self) -> (usize, usize) {
        (self.errors.left_out, self.warnings.left_out)
    }

    /// Words for what is [left out](Self::left_out), if anything is: `12 more errors are not shown`.
    pub fn more(&self) -> Option<String> {
        let words = |count: usize, what: &str| match count {
            0 => None,
            1 => Some(format!("1 more {what}")),
            _ => Some(format!("{count} more {what}s")),
        };
        let (errors, warnings) = self.left_out();
        let more = [words(errors, "error"), words(warnings, "warning")];
        let more = more.into_iter().flatten().collect::<Vec<_>>().join(" and ");
        let verb = if errors + warnings == 1 { "is" } else { "are" };
        (!more.is_empty()).then(|| format!("{more} {verb} not shown"))
    }

    /// Adds an error or a warning that is kept however many there are, until [`soften`](Self::soften) is
    /// called: it may be an error that becomes a warning, and must not take the place of one.
    pub(crate) fn hold(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic.shortened());
    }

    /// Sorts by place.
    pub(crate) fn sort(&mut self) {
        self.found.sort_by_key(|found| (found.at.file, found.at.span.start));
    }

    /// Turns the errors at some places into warnings, once it is known which.
    pub(crate) fn soften(&mut self, places: &HashSet<Location>) {
        self.errors.kept = 0;
        self.warnings.kept = 0;
        for mut found in std::mem::take(&mut self.found) {
            if places.contains(&found.at) {
                found.severity = Severity::Warning;
            }
            self.keep(found);
        }
    }

    /// Keeps only the diagnostics that satisfy `keep`.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.found.retain(keep);
    }
}
