//! Rust types that the author writes and that borrow from the message that is read.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;

/// The lifetime of the message in generated types, `'a`.
const MESSAGE: &str = "a";

/// The lifetimes that a type mentions, without their `'`.
fn lifetimes(ty: TokenStream) -> Vec<Ident> {
    let mut found = Vec::new();
    let mut is_lifetime = false;
    for token in ty {
        let is_name = std::mem::replace(&mut is_lifetime, is_punct(&token, &['\'']));
        match token {
            TokenTree::Ident(name) if is_name => found.push(name),
            TokenTree::Group(group) => found.extend(lifetimes(group.stream())),
            _ => {}
        }
    }
    found
}

/// Whether a type has the lifetime of the message.
pub(crate) fn borrows(ty: TokenStream) -> bool {
    lifetimes(ty).iter().any(|lifetime| lifetime == MESSAGE)
}

/// The error about a lifetime that generated types do not have, if a type mentions one.
pub(crate) fn unknown(ty: TokenStream) -> Option<syn::Error> {
    let lifetimes = lifetimes(ty);
    let unknown = lifetimes.iter().find(|it| *it != MESSAGE && *it != "static")?;
    let message = format!(
        "unknown lifetime `'{unknown}`: a type that borrows from the message has the lifetime `'{MESSAGE}`"
    );
    Some(syn::Error::new(unknown.span(), message))
}

/// Gives the names of generated types that borrow their lifetime, where the author left it out.
pub(crate) fn completed(ty: TokenStream, is_lent: &impl Fn(&Ident) -> bool) -> TokenStream {
    let mut tokens = ty.into_iter().peekable();
    let mut completed = TokenStream::new();
    // After `::` or `'`, a name is not that of a type in scope.
    let mut is_part = false;
    while let Some(token) = tokens.next() {
        let is_followed = |next: &TokenTree| is_punct(next, &['<', ':']);
        let lends = match &token {
            TokenTree::Ident(name) => {
                !is_part && !tokens.peek().is_some_and(is_followed) && is_lent(name)
            }
            _ => false,
        };
        is_part = is_punct(&token, &[':', '\'']);
        match token {
            TokenTree::Group(group) => {
                let inner = self::completed(group.stream(), is_lent);
                completed.extend([TokenTree::Group(Group::new(group.delimiter(), inner))]);
            }
            token => completed.extend([token]),
        }
        if lends {
            completed.extend(quote!(<'a>));
        }
    }
    completed
}

fn is_punct(token: &TokenTree, any: &[char]) -> bool {
    matches!(token, TokenTree::Punct(punct) if any.contains(&punct.as_char()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_types_in_scope_get_the_lifetime() {
        let is_lent = |name: &Ident| name == "Item";
        let ty = quote!(SmallVec<[Item; 2], Map<other::Item, Item<'b>, (Item, &'Item Owned)>>);
        let expected =
            quote!(SmallVec<[Item<'a>; 2], Map<other::Item, Item<'b>, (Item<'a>, &'Item Owned)>>);
        assert_eq!(completed(ty, &is_lent).to_string(), expected.to_string());
    }

    #[test]
    fn types_mention_lifetimes() {
        assert!(borrows(quote!(Vec<[Item<'a>; 2]>)));
        assert!(!borrows(quote!(Vec<(a, &'static str)>)));
        assert!(unknown(quote!(Pair<'a, 'static>)).is_none());
        assert!(unknown(quote!(Pair<'a, 'b>)).is_some());
    }
}
