//! The stages of `thrift!`, in order.

use proc_macro2::TokenStream;
use quote::quote;
use thrift_idl::source::Sources;

use crate::input::Input;
use crate::{codegen, compat, fallback, open, options, path, report, written};

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
    let errors = diagnostics.errors().next().is_some();
    let incompatible = input
        .compatible_with
        .as_ref()
        .map(|old| compat::check(old, &program, errors, &mut sources, input.warnings));
    options::resolve(&mut input, &mut program, &mut diagnostics);
    let items = codegen::expand(&program, &input.options, &sources, &input.root);
    let arguments: Vec<_> = input.errors.iter().map(fallback::arguments).collect();
    let broken = !input.errors.is_empty() || diagnostics.errors().next().is_some();
    let unwritten = written::folder().filter(|_| !broken).and_then(|folder| {
        input.options.krate = written::krate();
        let items = codegen::expand(&program, &input.options, &sources, &input.root);
        let error = written::write(&folder, &input.root, &items).err()?;
        Some(fallback::arguments(&error))
    });
    let place = input.root.place();
    let reports = report::report(&diagnostics, &sources, place, input.warnings);
    let warned = input.warned.iter().filter(|_| input.warnings);
    let warned = warned.map(|note| report::warn(note, place));
    let (tracked, asked) = (path::tracked(&sources, &input), written::tracked());
    quote!(
        #items #tracked #asked #(#arguments)* #unwritten #(#warned)* #reports #incompatible
    )
}
