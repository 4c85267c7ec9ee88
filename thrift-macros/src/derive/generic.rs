//! Generic parameters: which of them a type mentions, and bounds on them.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Generics, Ident, Lifetime, LifetimeParam, Type, TypeParamBound};

/// Adds a bound to each type parameter that `chosen` selects.
pub(super) fn add_to_each(
    generics: &mut Generics,
    chosen: impl Fn(&Ident) -> bool,
    bound: &TypeParamBound,
) {
    for parameter in generics.type_params_mut().filter(|parameter| chosen(&parameter.ident)) {
        parameter.bounds.push(bound.clone());
    }
}

/// The lifetimes with which fields may borrow from a message: all lifetimes that their types mention,
/// except that of a `Cow`, which is read as an owned value.
pub(super) fn lent<'a>(
    generics: &Generics,
    on_wire: impl Iterator<Item = &'a &'a Type> + Clone,
) -> Vec<Lifetime> {
    let mentioned = |lifetime: &&LifetimeParam| {
        on_wire.clone().any(|ty| borrows(ty.to_token_stream(), &lifetime.lifetime.ident))
    };
    generics.lifetimes().filter(mentioned).map(|lifetime| lifetime.lifetime.clone()).collect()
}

fn borrows(tokens: TokenStream, lifetime: &Ident) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    let mut before: [Option<String>; 2] = [None, None];
    while let Some(token) = tokens.next() {
        let found = match &token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let of_cow = before.iter().flatten().map(String::as_str).eq(["Cow", "<"]);
                let named =
                    |next: &TokenTree| matches!(next, TokenTree::Ident(ident) if ident == lifetime);
                !of_cow && tokens.peek().is_some_and(named)
            }
            TokenTree::Group(group) => borrows(group.stream(), lifetime),
            _ => false,
        };
        if found {
            return true;
        }
        before = [before[1].take(), Some(token.to_string())];
    }
    false
}

/// Whether a type mentions a parameter. It may in fact mention something else of the same name; then
/// an unnecessary bound is added.
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
