//! Errors and warnings about the IDL, which rustc shows at the macro's path argument.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use thrift_idl::diagnostic::{Diagnostics, draw};
use thrift_idl::source::Sources;

/// How many are shown at most. A file of garbage would have an error on each line.
const SHOWN: usize = 100;

/// Tokens that make rustc show everything at `place`.
pub(crate) fn report(
    diagnostics: &Diagnostics,
    sources: &Sources,
    place: Span,
    warnings: bool,
) -> TokenStream {
    let mut tokens = TokenStream::new();
    for error in diagnostics.errors().take(SHOWN) {
        let drawn = draw(error, sources);
        tokens.extend(quote_spanned!(place=> ::core::compile_error! { #drawn }));
    }
    let (left_out, _) = diagnostics.left_out();
    let hidden = diagnostics.errors().count().saturating_sub(SHOWN) + left_out;
    if hidden > 0 {
        let message = format!("{hidden} more errors are not shown");
        tokens.extend(quote_spanned!(place=> ::core::compile_error! { #message }));
    }
    if warnings {
        for warning in diagnostics.warnings().take(SHOWN) {
            tokens.extend(warn(&draw(warning, sources), place));
        }
    }
    tokens
}

/// A warning. On stable Rust, the only way to show one is to use something deprecated, whose note
/// rustc displays.
pub(crate) fn warn(note: &str, place: Span) -> TokenStream {
    quote_spanned! {place=>
        const _: () = {
            #[allow(non_upper_case_globals)]
            #[deprecated(note = #note)]
            const idl_warning: () = ();
            idl_warning
        };
    }
}
