//! `#[service(schema)]`: the description that an IDL would give of a service.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, ItemTrait, Member, Pat, TraitItem, TraitItemFn, Type};

use super::output;
use crate::{
    derive::{
        field::ungrouped,
        schema::{described, described_field, notes},
    },
    model::{
        service::{Method, Service},
        wire::{Held, Slot},
    },
};

/// The description of a service: a constant with the same name as its trait.
pub(super) fn describe(of: &ItemTrait, service: &Service, krate: &TokenStream) -> TokenStream {
    let functions = service.own.methods.iter().filter_map(|method| {
        let item = of.items.iter().find_map(|item| match item {
            TraitItem::Fn(item) if item.sig.ident == method.name => Some(item),
            _ => None,
        });
        Some(function(method, item?))
    });
    let (functions, notes) = (quote!(&[#(#functions),*]), notes(&of.attrs));
    let parent = service.kin.parent().map(|parent| {
        let name = &parent.name;
        quote!(.extends(#name))
    });
    constant(of, &service.own.wire_name, &functions, &quote!(#parent #notes), krate)
}

/// The constant of a trait that has a mistake in it, so that code that uses it does not cause further
/// errors.
pub(super) fn fallback(of: &ItemTrait, wire_name: &str, krate: &TokenStream) -> TokenStream {
    constant(of, wire_name, &quote!(&[]), &TokenStream::new(), krate)
}

fn constant(
    of: &ItemTrait,
    wire_name: &str,
    functions: &TokenStream,
    more: &TokenStream,
    krate: &TokenStream,
) -> TokenStream {
    let (visibility, name) = (&of.vis, &of.ident);
    let doc = format!(" The IDL of the service [`{name}`](trait@{name}).");
    quote! {
        #[doc = #doc]
        #[allow(dead_code, non_upper_case_globals)]
        #visibility const #name: #krate::schema::Definition = {
            use #krate::__private as __thrift;

            struct __Schema;

            #[allow(deprecated, clippy::all, clippy::pedantic, clippy::nursery)]
            impl __thrift::schema::Standalone for __Schema {
                const ITEM: __thrift::schema::Item = __thrift::schema::Item::Service(
                    __thrift::schema::Service::new(#wire_name, #functions) #more
                );
            }

            __thrift::schema::Definition::alone::<__Schema>()
        };
    }
}

fn function(method: &Method, item: &TraitItemFn) -> TokenStream {
    let Method { wire_name, oneway, idempotent, args, .. } = method;
    let inputs = args.slots.iter().filter_map(|slot| {
        item.sig.inputs.iter().find_map(|input| match input {
            FnArg::Typed(of) => is_of(slot, &of.pat).then(|| {
                // An IDL has no optional arguments.
                let field = described_field(slot, &of.ty, &of.attrs);
                match slot.held {
                    Held::Optional => quote!(#field.plain()),
                    Held::Required | Held::Plain => field,
                }
            }),
            FnArg::Receiver(_) => None,
        })
    });
    let inputs: Vec<_> = inputs.collect();
    let (value, error) = output::types(&item.sig).unzip();
    let returns = value.filter(|value| !is_void(value)).map(|value| {
        let ty = described(value, None);
        quote!(.returns(#ty))
    });
    let throws = error
        .flatten()
        .map(|error| quote!(.throwing(<#error as __thrift::schema::DescribedError>::THROWS)));
    let oneway = oneway.then(|| quote!(.oneway()));
    let idempotent = idempotent.then(|| quote!(.idempotent()));
    let notes = notes(&item.attrs);
    quote! {
        __thrift::schema::Function::new(#wire_name, &[#(#inputs),*])
            #returns #throws #oneway #notes #idempotent
    }
}

fn is_of(slot: &Slot, pat: &Pat) -> bool {
    match (&slot.member, pat) {
        (Member::Named(name), Pat::Ident(pat)) => *name == pat.ident,
        _ => false,
    }
}

fn is_void(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}
