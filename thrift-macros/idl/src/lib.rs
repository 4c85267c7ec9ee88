//! Reads Thrift's interface definition language: from text to a resolved model, with a location for
//! every mistake.
//!
//! ```
//! use thrift_idl::{diagnostic, model::Item, source::Sources};
//!
//! let mut sources = Sources::new(Vec::new());
//! let file = sources.open_text("message.thrift", b"struct Message { 1: strng text }");
//! let (program, diagnostics) = thrift_idl::load(file, &mut sources);
//! let error = diagnostics.errors().next().unwrap();
//! assert_eq!(error.message, "undefined type `strng`");
//! assert!(diagnostic::draw(error, &sources).contains("did you mean `string`?"));
//! // Parts with a mistake are left out.
//! let Item::Struct(message) = &program.modules[0].items[0] else { panic!() };
//! assert!(message.fields.is_empty());
//! ```
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
