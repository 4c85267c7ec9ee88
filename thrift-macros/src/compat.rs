//! `compatible_with`: compares the IDL with an old version, and reports what the new one breaks.

use proc_macro2::TokenStream;
use thrift_idl::compat;
use thrift_idl::diagnostic::Severity;
use thrift_idl::model::Program;
use thrift_idl::source::Sources;

use crate::input::PathText;
use crate::{fallback, path, report};

/// Tokens that make rustc show what is incompatible with the file that `old` names, and errors in that
/// file. `errors` says whether the new version has errors. In that case it is not compared, as parts
/// with an error would seem to have been removed.
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
    // Warnings about the old version were shown when it was new.
    found.retain(|found| found.severity == Severity::Error);
    if found.found().is_empty() && !errors {
        found = compat::compare(&program, new);
    }
    report::report(&found, sources, old.span(), warnings)
}
