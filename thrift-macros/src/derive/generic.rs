//! Type parameters: which a type mentions, and bounds on them.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Generics, Ident, Type, TypeParamBound};

/// Adds a bound to each type parameter that is chosen.
pub(super) fn add_to_each(
    generics: &mut Generics,
    chosen: impl Fn(&Ident) -> bool,
    bound: &TypeParamBound,
) {
    for parameter in generics.type_params_mut().filter(|parameter| chosen(&parameter.ident)) {
        parameter.bounds.push(bound.clone());
    }
}

/// Whether a type mentions a parameter; it may also be something else of that name, in which case a
/// bound too many is asked for.
pub(super) fn mentions(ty: &Type, parameter: &Ident) -> bool {
    holds(ty.to_token_stream(), parameter)
}

fn holds(tokens: TokenStream, parameter: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *parameter,
        TokenTree::Group(group) => holds(group.stream(), parameter),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
