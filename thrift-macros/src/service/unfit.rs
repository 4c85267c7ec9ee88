//! Constructs that a trait or a method may not have as part of a service.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Generics, ItemTrait, ReceiverKind, Safety, Signature, TraitItemFn, Type,
    spanned::Spanned as _,
};

use crate::{derive::errors::Errors, model::annotation::THRIFT};

/// Reports what is wrong with the trait itself, apart from its methods.
pub(super) fn check(of: &ItemTrait, errors: &Errors) {
    if let Some(token) = &of.unsafety {
        errors.at(token, "a service cannot be `unsafe`");
    }
    if let Some(token) = &of.modifiers.auto_token {
        errors.at(token, "a service cannot be an `auto` trait");
    }
    parameters(
        &of.generics,
        "a service cannot have generic parameters or a `where` clause",
        errors,
    );
    for attribute in of.attrs.iter().filter(|attribute| attribute.path().is_ident(THRIFT)) {
        errors.at(attribute, "a service takes its options in `#[service(...)]`");
    }
}

/// Reports what is wrong with a method itself, apart from its arguments and its result.
pub(super) fn check_method(item: &TraitItemFn, errors: &Errors) {
    let Signature { constness, asyncness, safety, abi, fn_token, ident, generics, .. } = &item.sig;
    if let Some(token) = constness {
        errors.at(token, "a method of a service cannot be `const`");
    }
    match safety {
        Safety::Safe(token) => errors.at(token, "a method of a service cannot be `safe`"),
        Safety::Unsafe(token) => errors.at(token, "a method of a service cannot be `unsafe`"),
        Safety::Default => {}
    }
    if let Some(abi) = abi {
        errors.at(abi, "a method of a service cannot have an ABI");
    }
    if asyncness.is_none() && constness.is_none() {
        let message = format!(
            "a method of a service must be `async fn {ident}`; for blocking methods, use \
             `services = [client, server, blocking]`"
        );
        errors.at(fn_token, message);
    }
    if let Some(variadic) = &item.sig.variadic {
        errors.at(variadic.dots, "a method of a service cannot be variadic");
    }
    parameters(
        generics,
        "a method of a service cannot have generic parameters or a `where` clause",
        errors,
    );
    receiver(&item.sig, errors);
    if let Some(body) = &item.default {
        let message = "a method of a service cannot have a body here; with `partial`, handlers \
                       may leave methods out";
        errors.add(syn::Error::new(body.span(), message));
    }
    conditions(&item.attrs, errors);
}

/// Reports attributes that conditionally remove what they are on, such as `cfg`.
pub(super) fn conditions(attributes: &[Attribute], errors: &Errors) {
    for attribute in attributes {
        if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
            let message =
                "parts of a service cannot be conditional: put the condition on the trait";
            errors.at(attribute, message);
        }
    }
}

fn parameters(generics: &Generics, message: &str, errors: &Errors) {
    if !generics.params.is_empty() {
        errors.at(&generics.params, message);
    } else if let Some(clause) = &generics.where_clause {
        errors.at(clause, message);
    }
}

fn receiver(sig: &Signature, errors: &Errors) {
    let Some(receiver) = sig.receiver() else {
        let message =
            format!("a method of a service must take `&self`: `{}(&self, ...)`", sig.ident);
        errors.at(&sig.ident, message);
        return;
    };
    match &receiver.kind {
        ReceiverKind::Reference(_, Some(lifetime), None) => {
            errors.at(lifetime, "a method of a service cannot have lifetimes");
        }
        ReceiverKind::Reference(_, None, None) if receiver.attrs.is_empty() => {}
        _ => {
            let message = "a method of a service must take `&self`, as calls run concurrently";
            errors.at(receiver, message);
        }
    }
}

/// Reports a type that is borrowed, unnamed, or mentions `Self`. Returns whether it did.
pub(super) fn borrowed(ty: &Type, errors: &Errors) -> bool {
    let Some((at, message)) = unfit(ty.to_token_stream()) else { return false };
    errors.at(at, message);
    true
}

fn unfit(tokens: TokenStream) -> Option<(TokenStream, &'static str)> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                let message = "arguments and results must be owned: `String` in place of `&str`, \
                               `Vec<T>` in place of `&[T]`";
                return Some((quote!(#token), message));
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let name = tokens.next();
                return Some((quote!(#token #name), "a method of a service cannot have lifetimes"));
            }
            TokenTree::Ident(ident) if ident == "impl" => {
                let message = "arguments and results cannot be `impl Trait`: name the type";
                return Some((quote!(#token), message));
            }
            TokenTree::Ident(ident) if ident == "Self" => {
                let message =
                    "arguments and results cannot depend on `Self`, the type of the handler";
                return Some((quote!(#token), message));
            }
            TokenTree::Group(group) => {
                if let Some(found) = unfit(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}
