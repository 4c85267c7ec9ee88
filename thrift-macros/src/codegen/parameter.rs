//! The names of generic parameters of generated code, as documentation shows them.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::format_ident;

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
