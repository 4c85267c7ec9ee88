//! Methods: their errors, and the structs that their arguments travel in.

use proc_macro2::TokenStream;
use quote::quote;

use super::{codec, service::Parts};
use crate::model::{
    service::{Argument, ErrorEnum, Method},
    wire::{Failures, Record},
};

/// The enum of a method's declared exceptions.
pub(super) fn error(method: &Method) -> Parts {
    let Some(ErrorEnum { doc, docs, failures }) = &method.error else { return Parts::default() };
    let Failures { name, arms, rest } = failures;
    let variants = arms.iter().zip(docs).map(|(arm, doc)| {
        let (variant, ty) = (&arm.variant, &arm.ty);
        quote!(#doc #variant(#ty),)
    });
    let named = quote! {
        #[doc = #doc]
        #[derive(__thrift::Debug)]
        pub enum #name {
            #(#variants)*
            /// Anything else: the connection, the peer, or the handler of its own accord.
            #rest(__thrift::Error),
        }
    };
    Parts { named, impls: codec::failures(failures) }
}

/// The struct that a method's arguments travel in, and what is told of the method.
pub(super) fn messages(service: &str, method: &Method) -> TokenStream {
    let Method { wire_name, oneway, idempotent, arguments, args, result, .. } = method;
    let Record { target, slots, .. } = args;
    let fields = arguments.iter().map(|Argument { name, ty }| quote!(#name: #ty,));
    let default = match slots.iter().any(|slot| slot.default.is_some()) {
        true => (None, Some(codec::default_impl(args))),
        false => (Some(quote!(#[derive(__thrift::Default)])), None),
    };
    let (derive, default) = default;
    let (name, codec) = (&target.name, codec::record(args));
    let table = match oneway {
        true => quote!(&[]),
        false => quote!(<#result as __thrift::Struct>::FIELDS),
    };
    quote! {
        #derive
        struct #name { #(#fields)* }
        #default
        #codec

        impl #name {
            const METHOD: &'static __thrift::Method =
                &__thrift::Method::generated(#service, #wire_name, #oneway, #idempotent, #table);
        }
    }
}
