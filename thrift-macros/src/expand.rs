//! The stages of `thrift!`, in order.

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostic::Diagnostics;
use crate::input::Input;
use crate::source::{self, Sources};
use crate::{codegen, fallback, resolve};

/// Expands arguments to items, with a `compile_error!` for each mistake.
pub(crate) fn thrift(arguments: TokenStream) -> TokenStream {
    let mut input: Input = match syn::parse2(arguments) {
        Ok(input) => input,
        Err(error) => return fallback::arguments(&error),
    };
    let include_dirs = input.include_dirs.iter().map(source::path_of).collect();
    let mut sources = Sources::new(include_dirs);
    let root = match sources.open(&source::path_of(&input.path)) {
        Ok(root) => root,
        Err(error) => return fallback::unreadable(&input.path, &error),
    };
    let mut diagnostics = Diagnostics::default();
    let units = resolve::load(root, &mut sources, &mut diagnostics);
    let program = resolve::resolve(&units, &mut input, &mut diagnostics);
    let items = codegen::expand(&program, &input.options, &input.path);
    let arguments = input.errors.iter().map(fallback::arguments);
    let reports = diagnostics.report(&sources, input.path.span(), input.warnings);
    let tracked = sources.tracked();
    quote!(#items #tracked #(#arguments)* #reports)
}
