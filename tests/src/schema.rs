//! What generated code says of its IDL, beside the file.

use std::path::{Path, PathBuf};

use thrift_runtime::{
    dynamic::idl::{self, diagnostic::draw, model::Program, print, source::Sources},
    schema::Module,
};

/// Compares the schema of a file with the model of that file, as it is and after it was printed and
/// loaded again.
///
/// # Errors
///
/// With what differs.
pub fn check(
    module: &'static Module,
    path: &Path,
    include_dirs: Vec<PathBuf>,
) -> Result<(), String> {
    let mut sources = Sources::new(include_dirs);
    let file = sources.open(path).map_err(|error| error.to_string())?;
    let (expected, _) = idl::load(file, &mut sources);
    let program = module.program();
    differing("the schema", &expected, &program)?;
    differing("what it prints", &expected, &reloaded(&program)?)
}

/// A program that was printed and loaded again.
///
/// # Errors
///
/// If what was printed has mistakes.
pub fn reloaded(program: &Program) -> Result<Program, String> {
    let mut sources = Sources::closed();
    let files: Vec<_> = print::program(program)
        .map(|(path, text)| sources.open_text(&path.to_string_lossy(), &text))
        .collect();
    for (file, module) in files.iter().zip(&program.modules) {
        for include in &module.includes {
            sources.tell_include(*file, &include.path, files[include.module]);
        }
    }
    let Some(root) = files.first() else { return Err("it prints nothing".to_owned()) };
    let (loaded, diagnostics) = idl::load(*root, &mut sources);
    match diagnostics.errors().next() {
        Some(error) => Err(draw(error, &sources)),
        None => Ok(loaded),
    }
}

fn differing(what: &str, expected: &Program, found: &Program) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let [expected, found] = [expected, found].map(|of| format!("{of:#?}"));
    let mut lines = expected.lines().zip(found.lines());
    let (a, b) = lines.find(|(a, b)| a != b).unwrap_or(("its end", "its end"));
    Err(format!("{what} has `{}` where the file has `{}`", b.trim(), a.trim()))
}
