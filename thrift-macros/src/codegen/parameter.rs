//! The names of parameters of generated code.
//!
//! Whatever generated code binds has a name that begins with `__`: rustc takes a plain name for that of a
//! static, a constant, a unit struct or a tuple struct, if the author has one of that name in scope.
//! Documentation should show plain names, though.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use crate::model::service::Service;

/// What parameters of functions are called that documentation shows.
pub(super) const DOCUMENTED: [&str; 4] = ["address", "channel", "client", "handler"];

/// Puts impls with functions that documentation shows where their parameters may have plain names, if
/// something else may have one of them: the functions in the runtime's `parameters` hide that, and a
/// parameter may be called like a function.
pub(super) fn documented(service: &Service, impls: &TokenStream) -> TokenStream {
    if !service.surrounded {
        return impls.clone();
    }
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use __thrift::parameters::*;
            #impls
        };
    }
}

/// The name of a generic parameter: `letter`, unless `scope` may use that for something else. `scope`
/// is the tokens with the author's names that the parameter could shadow.
pub(super) fn parameter<'a>(
    letter: &str,
    scope: impl IntoIterator<Item = &'a TokenStream>,
) -> Ident {
    match scope.into_iter().any(|tokens| may_name(tokens, letter)) {
        true => format_ident!("__{letter}"),
        false => Ident::new(letter, Span::call_site()),
    }
}

fn may_name(tokens: &TokenStream, letter: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => may_name(&group.stream(), letter),
        TokenTree::Ident(name) => name.to_string().trim_start_matches("r#") == letter,
        // It is not known here what a macro expands to.
        TokenTree::Punct(punct) => punct.as_char() == '!',
        TokenTree::Literal(_) => false,
    })
}
