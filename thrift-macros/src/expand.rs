//! The stages of `thrift!`, in order.

use proc_macro2::TokenStream;
use quote::quote;
use thrift_idl::source::Sources;

use crate::input::Input;
use crate::{codegen, fallback, open, options, path, report};

/// Expands arguments to items, with a `compile_error!` for each mistake.
pub(crate) fn thrift(arguments: TokenStream) -> TokenStream {
    let mut input: Input = match syn::parse2(arguments) {
        Ok(input) => input,
        Err(error) => return fallback::arguments(&error),
    };
    let include_dirs = input.include_dirs.iter().map(|folder| path::path_of(&folder.literal));
    let mut sources = Sources::new(include_dirs.collect());
    let Some(root) = open::root(&mut input, &mut sources) else {
        return input.errors.iter().map(fallback::arguments).collect();
    };
    let (mut program, mut diagnostics) =
        thrift_idl::load_with(root, &mut sources, &options::readable);
    options::resolve(&mut input, &mut program, &mut diagnostics);
    let items = codegen::expand(&program, &input.options, &sources, &input.root);
    let arguments = input.errors.iter().map(fallback::arguments);
    let place = input.root.place();
    let reports = report::report(&diagnostics, &sources, place, input.warnings);
    let warned = input.warned.iter().filter(|_| input.warnings);
    let warned = warned.map(|note| report::warn(note, place));
    let tracked = path::tracked(&sources, &input);
    quote!(#items #tracked #(#arguments)* #(#warned)* #reports)
}
