//! All stages together, on small texts and on hostile ones.

mod choices;
mod hostile;
mod includes;
mod mistakes;
mod speed;
#[path = "../../idl/tests/all/table.rs"]
mod table;
#[path = "../../idl/tests/all/texts.rs"]
mod texts;
mod tokens;

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use thrift_idl::diagnostic::{self, Diagnostic, Diagnostics};
use thrift_idl::source::{FileId, Sources};

use crate::codegen;
use crate::input::Input;
use crate::model::{Item, Program};
use crate::options;

/// The outcome for a file.
struct Outcome {
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
        let (mut program, mut diagnostics) =
            thrift_idl::load_with(root, &mut sources, &options::readable);
        options::resolve(&mut input, &mut program, &mut diagnostics);
        Outcome { sources, diagnostics, input, program }
    }

    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.errors()
    }

    /// The messages of all errors and warnings.
    fn messages(&self) -> Vec<&str> {
        self.diagnostics.found().iter().map(|found| found.message.as_str()).collect()
    }

    fn draw(&self) -> String {
        let drawn = self.diagnostics.found().iter();
        let drawn = drawn.map(|found| diagnostic::draw(found, &self.sources));
        drawn.collect::<Vec<_>>().join("\n")
    }

    fn expand(&self) -> TokenStream {
        let Outcome { sources, input, program, .. } = self;
        codegen::expand(program, &input.options, sources, &input.root)
    }

    /// The items of the root file.
    fn items(&self) -> &[Item] {
        &self.program.modules[0].items
    }
}
