#![doc = include_str!("../README.md")]
//!
//! A model can be [printed](mod@print), and a file [formatted](mod@format).

pub mod compat;
pub mod diagnostic;
pub mod format;
pub mod model;
pub mod print;
mod resolve;
pub mod source;
pub mod suggest;
mod syntax;

use self::diagnostic::Diagnostics;
use self::model::Program;
use self::source::{FileId, Sources};

/// Reads a file and all that it includes.
///
/// Mistakes are reported in the [`Diagnostics`]. Parts with a mistake, and everything that refers to
/// them, are left out of the program.
pub fn load(root: FileId, sources: &mut Sources) -> (Program, Diagnostics) {
    load_with(root, sources, &|_, _| Ok(()))
}

/// Like [`load`], with a check of the values of annotations that have a meaning here: `readable` gets
/// an annotation's key and value, and returns an error if the value is not valid.
pub fn load_with(
    root: FileId,
    sources: &mut Sources,
    readable: &dyn Fn(&str, &str) -> Result<(), String>,
) -> (Program, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let units = resolve::load(root, sources, &mut diagnostics);
    let program = resolve::resolve(&units, readable, &mut diagnostics);
    (program, diagnostics)
}
