//! What the macro expands to when there is nothing to generate from: the error alone.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::LitStr;

use crate::source;

/// The root file cannot be read.
pub(crate) fn unreadable(path: &LitStr, error: &std::io::Error) -> TokenStream {
    let shown = source::shown(&source::path_of(path));
    let message = format!(
        "cannot read `{shown}`: {error}\n\
         help: a path is relative to the package's folder, or, if it starts with `./` or `../`, \
         to the source file that it stands in"
    );
    quote_spanned!(path.span()=> ::core::compile_error! { #message })
}

/// The arguments make no sense.
pub(crate) fn arguments(error: &syn::Error) -> TokenStream {
    error.to_compile_error()
}
