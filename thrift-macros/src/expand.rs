//! The stages of `thrift!`, in order.

use proc_macro2::TokenStream;
use quote::quote;
use thrift_idl::source::Sources;

use crate::input::Input;
use crate::{codegen, compat, fallback, options, path, report, written};

/// Expands arguments to items, with a `compile_error!` for each mistake.
pub(crate) fn thrift(arguments: TokenStream) -> TokenStream {
    let mut input: Input = match syn::parse2(arguments) {
        Ok(input) => input,
        Err(error) => return fallback::arguments(&error),
    };
    let include_dirs = input.include_dirs.iter().map(path::path_of).collect();
    let mut sources = Sources::new(include_dirs);
    let root = match sources.open(&path::path_of(&input.path)) {
        Ok(root) => root,
        Err(error) => return fallback::unreadable(&input.path, &error),
    };
    let (mut program, mut diagnostics) =
        thrift_idl::load_with(root, &mut sources, &options::readable);
    let errors = diagnostics.errors().next().is_some();
    let incompatible = input
        .compatible_with
        .as_ref()
        .map(|old| compat::check(old, &program, errors, &mut sources, input.warnings));
    options::resolve(&mut input, &mut program, &mut diagnostics);
    let items = codegen::expand(&program, &input.options, &input.path);
    let arguments: Vec<_> = input.errors.iter().map(fallback::arguments).collect();
    let broken = !input.errors.is_empty() || diagnostics.errors().next().is_some();
    let unwritten = written::folder().filter(|_| !broken).and_then(|folder| {
        input.options.krate = written::krate();
        let items = codegen::expand(&program, &input.options, &input.path);
        let error = written::write(&folder, &input.path, &items).err()?;
        Some(fallback::arguments(&error))
    });
    let reports = report::report(&diagnostics, &sources, input.path.span(), input.warnings);
    let (tracked, asked) = (path::tracked(&sources), written::tracked());
    quote!(#items #tracked #asked #(#arguments)* #unwritten #reports #incompatible)
}
