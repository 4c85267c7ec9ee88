//! The outcome of reading a text or a file, and a folder to write files to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use thrift_idl::diagnostic::{self, Diagnostic, Diagnostics};
use thrift_idl::model::{Item, Program};
use thrift_idl::source::{FileId, Sources};

use super::table::Row;

/// The outcome of reading a file.
pub(crate) struct Outcome {
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) program: Program,
}

impl Outcome {
    pub(crate) fn of_file(path: &Path, include_dirs: Vec<PathBuf>) -> Outcome {
        let mut sources = Sources::new(include_dirs);
        let root = sources.open(path).unwrap();
        Outcome::new(root, sources)
    }

    pub(crate) fn of_row(row: &Row<'_>) -> Outcome {
        Outcome::of_file(&row.path(), row.include_dirs())
    }

    pub(crate) fn of_text(text: impl AsRef<[u8]>) -> Outcome {
        let mut sources = Sources::default();
        let root = sources.open_text("root.thrift", text.as_ref());
        Outcome::new(root, sources)
    }

    fn new(root: FileId, mut sources: Sources) -> Outcome {
        let (program, diagnostics) = thrift_idl::load(root, &mut sources);
        Outcome { sources, diagnostics, program }
    }

    pub(crate) fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.errors()
    }

    pub(crate) fn is_right(&self) -> bool {
        self.errors().next().is_none()
    }

    /// The messages of all errors and warnings.
    pub(crate) fn messages(&self) -> Vec<&str> {
        self.diagnostics.found().iter().map(|found| found.message.as_str()).collect()
    }

    /// All errors and warnings, rendered.
    pub(crate) fn draw(&self) -> String {
        let drawn = self.diagnostics.found().iter();
        let drawn = drawn.map(|found| diagnostic::draw(found, &self.sources));
        drawn.collect::<Vec<_>>().join("\n")
    }

    /// The items of the root file.
    pub(crate) fn items(&self) -> &[Item] {
        &self.program.modules[0].items
    }

    /// The program, if it has no mistakes, or the rendered mistakes.
    pub(crate) fn program(self) -> Result<Program, String> {
        if self.is_right() { Ok(self.program) } else { Err(self.draw()) }
    }
}

/// The model of a text that has neither errors nor warnings.
pub(crate) fn resolved(text: &str) -> Program {
    let outcome = Outcome::of_text(text);
    assert!(outcome.messages().is_empty(), "{}", outcome.draw());
    outcome.program
}

/// The messages of all errors and warnings of a text.
pub(crate) fn messages(text: &str) -> Vec<String> {
    let outcome = Outcome::of_text(text);
    outcome.messages().into_iter().map(str::to_owned).collect()
}

/// A temporary folder, removed when dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("thrift-idl-{}-{count}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Folder(folder.canonicalize().unwrap())
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, text: &[u8]) -> PathBuf {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
