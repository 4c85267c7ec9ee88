//! All stages together, on small texts, on hostile ones, and on other people's files.

mod corpus;
mod cpu;
mod diagnostics;
mod hostile;
mod includes;
mod mistakes;
mod resolved;
mod speed;

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use crate::diagnostic::{Diagnostic, Diagnostics, snippet};
use crate::idl::Severity;
use crate::input::Input;
use crate::model::{Item, Program};
use crate::resolve::{self, Unit};
use crate::source::{FileId, Sources};

/// What became of a file.
struct Outcome {
    units: Vec<Unit>,
    sources: Sources,
    diagnostics: Diagnostics,
    input: Input,
    program: Program,
}

impl Outcome {
    fn of_file(path: &Path, include_dirs: Vec<PathBuf>) -> Outcome {
        let mut sources = Sources::new(include_dirs);
        let root = sources.open(path).unwrap();
        Outcome::new(root, sources, syn::parse_quote!([krate] "root.thrift"))
    }

    fn of_text(text: impl AsRef<[u8]>) -> Outcome {
        let mut sources = Sources::new(Vec::new());
        let root = sources.open_text("root.thrift", text.as_ref());
        Outcome::new(root, sources, syn::parse_quote!([krate] "root.thrift"))
    }

    fn new(root: FileId, mut sources: Sources, mut input: Input) -> Outcome {
        let mut diagnostics = Diagnostics::default();
        let units = resolve::load(root, &mut sources, &mut diagnostics);
        let program = resolve::resolve(&units, &mut input, &mut diagnostics);
        Outcome { units, sources, diagnostics, input, program }
    }

    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        let found = self.diagnostics.found().iter();
        found.filter(|found| found.severity == Severity::Error)
    }

    /// The messages of all errors and warnings.
    fn messages(&self) -> Vec<&str> {
        self.diagnostics.found().iter().map(|found| found.message.as_str()).collect()
    }

    fn draw(&self) -> String {
        let drawn = self.diagnostics.found().iter();
        let drawn = drawn.map(|found| snippet::draw(found, &self.sources));
        drawn.collect::<Vec<_>>().join("\n")
    }

    /// The items of the root file.
    fn items(&self) -> &[Item] {
        &self.program.modules[0].items
    }

    /// Reports what was found, which must be done.
    fn finish(self) -> TokenStream {
        let place = proc_macro2::Span::call_site();
        self.diagnostics.report(&self.sources, place, true)
    }
}

/// The model of a text that has neither errors nor warnings.
fn resolved(text: &str) -> Program {
    let mut outcome = Outcome::of_text(text);
    assert!(outcome.messages().is_empty(), "{}", outcome.draw());
    let program = std::mem::take(&mut outcome.program);
    outcome.finish();
    program
}

/// The messages of all errors and warnings of a text.
fn messages(text: &str) -> Vec<String> {
    let outcome = Outcome::of_text(text);
    let messages = outcome.messages().into_iter().map(str::to_owned).collect();
    outcome.finish();
    messages
}
