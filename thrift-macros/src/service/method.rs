//! Methods.

use proc_macro2::{Ident, Span};
use quote::{ToTokens as _, format_ident, quote};
use syn::{Generics, TraitItemFn};

use super::{Options, argument, output, unfit};
use crate::{
    codegen,
    derive::{
        attribute::{Attributes, IDEMPOTENT, ONEWAY, RENAME, THRIFT},
        errors::Errors,
    },
    model::{
        service::Method,
        wire::{Record, Target},
    },
};

const KEYS: &[&str] = &[ONEWAY, IDEMPOTENT, RENAME];

/// Reads a method, and reports what is wrong with it. `index` is the number of methods before it.
pub(super) fn read(
    item: &TraitItemFn,
    index: usize,
    options: &Options,
    errors: &Errors,
) -> Option<Method> {
    unfit::check_method(item, errors);
    let attributes = Attributes::read(&item.attrs, KEYS, "a method", errors);
    let oneway = attributes.flag(ONEWAY, errors);
    let idempotent = attributes.flag(IDEMPOTENT, errors);
    let sig = &item.sig;
    let wire_name = options.name(&attributes, &sig.ident.to_string(), errors);
    let argument::Arguments { arguments, slots, docs } = argument::read(sig, options, errors);
    let output = output::read(sig, oneway, errors)?;
    let own = || item.attrs.iter().filter(|attribute| !attribute.path().is_ident(THRIFT));
    let docs = codegen::list("# Arguments", docs);
    let said = own().filter(|attribute| {
        ["doc", "deprecated"].iter().any(|known| attribute.path().is_ident(known))
    });
    let (all, said) = (own(), quote!(#(#said)* #docs));
    Some(Method {
        this: sig.receiver().map_or_else(
            || Ident::new("self", Span::call_site()),
            |of| Ident::new("self", of.self_token.span),
        ),
        name: sig.ident.clone(),
        attributes: quote!(#(#all)* #docs),
        blocking_attributes: said,
        oneway,
        idempotent,
        arguments,
        args: Record {
            target: Target {
                // A type of the author's cannot have such a name, so it hides none of them.
                name: format_ident!("__Args{}", index),
                generics: Generics::default(),
                wire_name: format!("{}.{wire_name}", options.wire_name),
                lent: Vec::new(),
            },
            slots,
            skipped: Vec::new(),
            left_out: Vec::new(),
            unknown: None,
            default_heap: None,
        },
        wire_name,
        output: output.ty.to_token_stream(),
        result: output.result,
        // The author has defined it.
        error: None,
    })
}
