//! Errors and warnings: collected along the way, rendered like rustc's own, and reported as
//! `compile_error!`s at the macro's path.

pub(crate) mod snippet;

use proc_macro2::{Span as RustSpan, TokenStream};
use quote::quote_spanned;

use crate::idl::{Problem, Severity, Span};
use crate::source::{FileId, Sources};

/// How many errors are shown at most. A file of garbage has one on each line.
const SHOWN: usize = 100;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) file: FileId,
    pub(crate) span: Span,
}

/// One error or warning.
#[derive(Debug)]
pub(crate) struct Diagnostic {
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) at: Location,
    /// Other places that explain it, each with a few words.
    pub(crate) related: Vec<(Location, String)>,
    pub(crate) help: Option<String>,
}

impl Diagnostic {
    pub(crate) fn error(at: Location, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            message: message.into(),
            at,
            related: Vec::new(),
            help: None,
        }
    }

    pub(crate) fn warning(at: Location, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(at, message) }
    }

    pub(crate) fn related(mut self, at: Location, words: impl Into<String>) -> Self {
        self.related.push((at, words.into()));
        self
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.help_if(Some(help.into()))
    }

    pub(crate) fn help_if(mut self, help: Option<String>) -> Self {
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

/// All errors and warnings of an invocation. It must end in [`Diagnostics::report`]: in a debug
/// build of the macros, dropping it panics, so that no error can be forgotten.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    found: Vec<Diagnostic>,
    reported: bool,
}

impl Diagnostics {
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// What was found so far, in the order it was found.
    pub(crate) fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// Makes a warning of the error at a place.
    pub(crate) fn soften(&mut self, at: Location) {
        for found in self.found.iter_mut().filter(|found| found.at == at) {
            found.severity = Severity::Warning;
        }
    }

    /// Removes what does not satisfy `keep`.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.found.retain(keep);
    }

    /// Tokens that make rustc show everything at `place`.
    pub(crate) fn report(
        mut self,
        sources: &Sources,
        place: RustSpan,
        warnings: bool,
    ) -> TokenStream {
        self.reported = true;
        let mut tokens = TokenStream::new();
        let errors = self.found.iter().filter(|found| found.severity == Severity::Error);
        for error in errors.clone().take(SHOWN) {
            let drawn = snippet::draw(error, sources);
            tokens.extend(quote_spanned!(place=> ::core::compile_error! { #drawn }));
        }
        let hidden = errors.count().saturating_sub(SHOWN);
        if hidden > 0 {
            let message = format!("{hidden} more errors are not shown");
            tokens.extend(quote_spanned!(place=> ::core::compile_error! { #message }));
        }
        if warnings {
            let warnings = self.found.iter().filter(|found| found.severity == Severity::Warning);
            for warning in warnings.take(SHOWN) {
                tokens.extend(warn(&snippet::draw(warning, sources), place));
            }
        }
        tokens
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        debug_assert!(
            self.reported || std::thread::panicking(),
            "diagnostics were dropped without being reported",
        );
    }
}

/// A warning. Stable Rust has no other way than to use something deprecated, whose note rustc
/// shows.
fn warn(note: &str, place: RustSpan) -> TokenStream {
    quote_spanned! {place=>
        const _: () = {
            #[allow(non_upper_case_globals)]
            #[deprecated(note = #note)]
            const idl_warning: () = ();
            idl_warning
        };
    }
}
