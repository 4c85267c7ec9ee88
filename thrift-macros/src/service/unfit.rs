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
        errors.at(token, "a service is not `unsafe`");
    }
    if let Some(token) = &of.modifiers.auto_token {
        errors.at(token, "a service is no `auto` trait");
    }
    parameters(
        &of.generics,
        "a service has no parameters: what is on the wire does not depend on them",
        errors,
    );
    for attribute in of.attrs.iter().filter(|attribute| attribute.path().is_ident(THRIFT)) {
        errors.at(attribute, "what a service is said to be is in `#[service(...)]`");
    }
}

/// Reports what is wrong with a method itself, apart from its arguments and its result.
pub(super) fn check_method(item: &TraitItemFn, errors: &Errors) {
    let Signature { constness, asyncness, safety, abi, fn_token, ident, generics, .. } = &item.sig;
    if let Some(token) = constness {
        errors.at(token, "a method of a service is not `const`");
    }
    match safety {
        Safety::Safe(token) => errors.at(token, "a method of a service is not `safe`"),
        Safety::Unsafe(token) => errors.at(token, "a method of a service is not `unsafe`"),
        Safety::Default => {}
    }
    if let Some(abi) = abi {
        errors.at(abi, "a method of a service has no ABI");
    }
    if asyncness.is_none() && constness.is_none() {
        let message = format!(
            "a method of a service is `async fn {ident}`; for one that blocks, there is \
             `services = [client, server, blocking]`"
        );
        errors.at(fn_token, message);
    }
    if let Some(variadic) = &item.sig.variadic {
        errors.at(variadic.dots, "a method of a service has a fixed number of arguments");
    }
    parameters(generics, "a method of a service has no parameters", errors);
    receiver(&item.sig, errors);
    if let Some(body) = &item.default {
        let message = "a method of a service has no body here: handlers have it; with `partial`, \
                       they may leave methods out";
        errors.add(syn::Error::new(body.span(), message));
    }
    conditions(&item.attrs, errors);
}

/// Reports attributes that conditionally remove what they are on, such as `cfg`.
pub(super) fn conditions(attributes: &[Attribute], errors: &Errors) {
    for attribute in attributes {
        if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
            let message =
                "all of a service is there, or nothing of it: put the condition on the trait";
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
        let message = format!("a method of a service takes `&self`: `{}(&self, ...)`", sig.ident);
        errors.at(&sig.ident, message);
        return;
    };
    match &receiver.kind {
        ReceiverKind::Reference(_, Some(lifetime), None) => {
            errors.at(lifetime, "a method of a service has no lifetimes");
        }
        ReceiverKind::Reference(_, None, None) if receiver.attrs.is_empty() => {}
        _ => {
            let message = "a method of a service takes `&self`, as calls run at the same time";
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
                let message = "what is on the wire is owned: `String` in place of `&str`, \
                               `Vec<T>` in place of `&[T]`";
                return Some((quote!(#token), message));
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let name = tokens.next();
                return Some((quote!(#token #name), "a method of a service has no lifetimes"));
            }
            TokenTree::Ident(ident) if ident == "impl" => {
                let message =
                    "a method of a service has types with a name, as they are on the wire";
                return Some((quote!(#token), message));
            }
            TokenTree::Ident(ident) if ident == "Self" => {
                let message = "what is on the wire does not depend on who implements the service";
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
