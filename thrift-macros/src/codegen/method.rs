//! Methods: their errors, and the types in which arguments are sent.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{codec, service::Parts};
use crate::model::{
    service::{Argument, ErrorEnum, Method},
    wire::{Failures, Held, Record, Slot, Target},
};

/// The most arguments that are sent in one of the runtime's types.
const LONGEST_TUPLE: usize = 8;

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
            /// Any other error: of the connection, of the peer, or an undeclared one of the handler.
            #rest(__thrift::Error),
        }
    };
    Parts { named, impls: codec::failures(failures) }
}

/// The type that stands for a method (the struct of its arguments, or a type without values), and the
/// method's description.
pub(super) fn messages(service: &str, method: &Method) -> TokenStream {
    let Target { name, .. } = &method.args.target;
    let structure = match is_tuple(&method.args) {
        true => quote!(struct #name;),
        false => structure(method),
    };
    let signature = signature(service, method);
    quote!(#structure #signature)
}

/// The struct in which a method's arguments are sent, if it has one of its own.
fn structure(Method { arguments, args, .. }: &Method) -> TokenStream {
    let Record { target, slots, .. } = args;
    let fields = arguments.iter().map(|Argument { name, ty }| quote!(#name: #ty,));
    let default = match slots.iter().any(|slot| slot.default.is_some() || slot.checked) {
        true => (None, Some(codec::default_impl(args))),
        false => (Some(quote!(#[derive(__thrift::Default)])), None),
    };
    let (derive, default) = default;
    let (name, codec) = (&target.name, codec::record(args));
    quote! {
        #derive
        struct #name { #(#fields)* }
        #default
        #codec
    }
}

/// What the runtime, a channel, and a layer around a processor need to know about a method.
fn signature(service: &str, method: &Method) -> TokenStream {
    let Method { wire_name, oneway, idempotent, args, output, result, .. } = method;
    let Target { name, wire_name: whole_name, .. } = &args.target;
    let fields = match oneway {
        true => quote!(&[]),
        false => quote!(__thrift::results::<Self>()),
    };
    let (arguments, table) = match is_tuple(args) {
        true => {
            let in_order = in_order(method);
            let types = in_order.iter().map(|(_, Argument { ty, .. })| ty);
            let table = in_order.iter().map(|(of, _)| codec::table_entry(of.id, &of.wire_name));
            (quote!(__thrift::Args<Self, (#(#types,)*)>), quote!(&[#(#table),*]))
        }
        false => (quote!(Self), quote!(<Self as __thrift::EncodeStruct>::FIELDS)),
    };
    quote! {
        impl __thrift::Signature for #name {
            type Arguments = #arguments;
            type Output = #output;
            type Result = #result;
            const DECLARED: &'static __thrift::Declared = &__thrift::Declared::new(
                __thrift::Method::generated(#service, #wire_name, #oneway, #idempotent, #fields),
                #whole_name,
                #table,
            );
        }
    }
}

/// The arguments of a method, put into the type in which they are sent.
pub(super) fn arguments_given(method: &Method) -> TokenStream {
    match is_tuple(&method.args) {
        true => {
            let names = in_order(method).into_iter().map(|(_, argument)| &argument.name);
            quote!(__thrift::Args::new((#(#names,)*)))
        }
        false => {
            let (args, names) = (&method.args.target.name, method.names());
            quote!(#args { #(#names),* })
        }
    }
}

/// The arguments, in the order of the method, taken out of `__arguments`.
pub(super) fn arguments_taken(method: &Method) -> TokenStream {
    if !is_tuple(&method.args) {
        let names = method.names();
        return quote!(#(__arguments.#names),*);
    }
    let in_order = in_order(method);
    let places = method.names().filter_map(|name| {
        let place = in_order.iter().position(|(_, of)| of.name == *name)?;
        Some(Literal::usize_unsuffixed(place))
    });
    quote!(#(__arguments.0.#places),*)
}

/// Whether arguments are sent in one of the runtime's types. That is so if they are few, without
/// defaults or codecs of their own, none is required, and all have a wire form for certain (a struct
/// reports where one is missing). The exception is where some, but not all, of them are consecutive
/// and of a fixed size: a struct of their own writes these at once.
fn is_tuple(Record { slots, left_out, .. }: &Record) -> bool {
    let plain = slots.iter().all(|slot| {
        let Slot { default, with, held, checked, .. } = slot;
        default.is_none() && with.is_none() && !checked && *held != Held::Required
    });
    let mut in_order: Vec<&Slot> = slots.iter().collect();
    in_order.sort_by_key(|slot| slot.id);
    let run = in_order.chunk_by(|a, b| codec::is_fixed(a) && codec::is_fixed(b));
    let run = run.map(<[_]>::len).max();
    plain
        && left_out.is_empty()
        && slots.len() <= LONGEST_TUPLE
        && run.is_none_or(|run| run == 1 || run == slots.len())
}

/// The arguments of a method, ordered by their ids.
fn in_order(Method { args, arguments, .. }: &Method) -> Vec<(&Slot, &Argument)> {
    let mut in_order: Vec<_> = args.slots.iter().zip(arguments).collect();
    in_order.sort_by_key(|(slot, _)| slot.id);
    in_order
}
