//! `#[service]`: from a trait to the model of a service, the same as for a service of an IDL.

mod argument;
mod fallback;
mod kin;
mod method;
mod options;
mod output;
mod schema;
mod unfit;

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, ItemTrait, TraitItem, TraitItemFn, ext::IdentExt as _};

use self::options::Options;
pub(crate) use self::options::names;
use crate::{
    codegen::{self, Parts},
    derive::errors::Errors,
    identifier::ident_at,
    model::{
        annotation::THRIFT,
        service::{Contract, Kin, Method, Paths, Service},
    },
};

/// The stages of the macro, in order.
pub(crate) fn expand(arguments: TokenStream, input: TokenStream) -> TokenStream {
    let of: ItemTrait = match syn::parse2(input.clone()) {
        Ok(of) => of,
        Err(error) => {
            let told = match is_trait(&input) {
                true => error,
                false => {
                    syn::Error::new_spanned(first(input.clone()), "`#[service]` is for a `trait`")
                }
            };
            let told = told.to_compile_error();
            // An item that is not a trait may still be used by other code.
            return if is_trait(&input) { told } else { quote!(#told #input) };
        }
    };
    let errors = Errors::default();
    let options = Options::read(arguments, &of, &errors);
    let service = read(&of, &options, &errors);
    match errors.finish() {
        None => {
            let Parts { named, impls } = codegen::generate(&service);
            let impls = codegen::aside(&options.krate, &impls);
            let schema = options.schema.then(|| schema::describe(&of, &service, &options.krate));
            quote!(#named #impls #schema)
        }
        Some(told) => {
            let fallback = fallback::fallback(of, &options);
            quote!(#told #fallback)
        }
    }
}

/// Reads a trait, and reports what is wrong with it.
fn read(of: &ItemTrait, options: &Options, errors: &Errors) -> Service {
    unfit::check(of, errors);
    let mut methods = Vec::new();
    let mut taken = HashMap::new();
    for item in &of.items {
        let TraitItem::Fn(item) = item else {
            errors.at(item, "a service can only have methods");
            continue;
        };
        if let Some(method) = method::read(item, methods.len(), options, errors) {
            unique(item, &method, &mut taken, errors);
            methods.push(method);
        }
    }
    let krate = &options.krate;
    let docs = of.attrs.iter();
    let attributes = docs.filter(|attribute| !attribute.path().is_ident(THRIFT));
    let paths = paths(&of.ident.clone().into());
    Service {
        root: quote!(#krate::__private),
        visibility: of.vis.to_token_stream(),
        attributes: quote!(#(#attributes)*),
        kin: Kin::Named(kin::parent(of, options, errors)),
        own: Contract {
            wire_name: options.wire_name.clone(),
            paths,
            methods,
            // Each trait is implemented for the clients of all services below it.
            line: None,
        },
        partial: options.partial,
        made: options.made,
        // What is in scope of a trait is not known.
        surrounded: true,
    }
}

/// Reports a method that has the same name on the wire as another.
fn unique(
    item: &TraitItemFn,
    method: &Method,
    taken: &mut HashMap<String, String>,
    errors: &Errors,
) {
    let name = item.sig.ident.to_string();
    match taken.get(&method.wire_name) {
        Some(first) => {
            let message = format!("the name `{}` is taken by `{first}`", method.wire_name);
            errors.at(&item.sig.ident, message);
        }
        None => _ = taken.insert(method.wire_name.clone(), name),
    }
}

/// The paths of the parts of a service whose trait has this path.
fn paths(of: &syn::Path) -> Paths {
    let named = |what: &str| {
        let mut path = of.clone();
        if let Some(last) = path.segments.last_mut() {
            let name = format!("{}{what}", last.ident.unraw());
            last.ident = ident_at(&name, last.ident.span());
        }
        path.into_token_stream()
    };
    Paths {
        name: of.to_token_stream(),
        client: named("Client"),
        processor: named("Processor"),
        blocking: named("Blocking"),
        blocking_client: named("BlockingClient"),
        blocking_handler: named("BlockingHandler"),
        dynamic: named("Dyn"),
    }
}

/// The text of doc comments.
fn doc(attributes: &[Attribute]) -> Option<String> {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(of) if of.path.is_ident("doc") => match &of.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
                let line = text.value();
                Some(line.strip_prefix(' ').unwrap_or(&line).to_owned())
            }
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn is_trait(input: &TokenStream) -> bool {
    input
        .clone()
        .into_iter()
        .any(|token| matches!(token, proc_macro2::TokenTree::Ident(ident) if ident == "trait"))
}

/// The keyword that says what an item is.
fn first(input: TokenStream) -> TokenStream {
    const WORDS: [&str; 9] =
        ["struct", "enum", "fn", "impl", "mod", "const", "static", "type", "union"];
    let mut tokens = input.into_iter();
    let mut all = tokens.clone();
    let word = tokens.find(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => WORDS.iter().any(|word| ident == word),
        _ => false,
    });
    word.or_else(|| all.next()).into_iter().collect()
}
