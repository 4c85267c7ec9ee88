//! What the generic parameters of generated code are called where documentation shows them.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::format_ident;

/// The name of a generic parameter: `letter`, unless that may be something else in `scope`, the names of
/// the author's that stand in reach of the parameter.
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
        // What a macro expands to is not known here.
        TokenTree::Punct(punct) => punct.as_char() == '!',
        TokenTree::Literal(_) => false,
    })
}
