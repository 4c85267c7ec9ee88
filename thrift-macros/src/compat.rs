//! `compatible_with`: the old version of the IDL, and what the new one breaks.

use proc_macro2::TokenStream;
use thrift_idl::compat;
use thrift_idl::diagnostic::Severity;
use thrift_idl::model::Program;
use thrift_idl::source::Sources;

use crate::input::PathText;
use crate::{fallback, path, report};

/// Tokens that make rustc show what is incompatible with the file that `old` names, or wrong with that
/// file. `errors` says whether the new version has any: it is not compared then, as what has an error
/// would seem to have been removed.
pub(crate) fn check(
    old: &PathText,
    new: &Program,
    errors: bool,
    sources: &mut Sources,
    warnings: bool,
) -> TokenStream {
    let root = match sources.open(&path::path_of(&old.literal)) {
        Ok(root) => root,
        Err(error) => return fallback::arguments(&fallback::unreadable(&old.literal, &error)),
    };
    let (program, mut found) = thrift_idl::load(root, sources);
    // Its warnings were shown when it was new.
    found.retain(|found| found.severity == Severity::Error);
    if found.found().is_empty() && !errors {
        found = compat::compare(&program, new);
    }
    report::report(&found, sources, old.span(), warnings)
}
