//! Structs: the fields that are set are written in the order of their ids, and fields are read in
//! place.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};

use super::{
    Body,
    fields::{Reads, reads, writes},
    implement, reset, table_entry,
};
use crate::model::wire::{Held, LeftOut, Record, Skipped, Slot, Target};

/// How a struct is written and read.
pub(in crate::codegen) fn record(record: &Record) -> TokenStream {
    let Record { target, slots, skipped, left_out, unknown, default_heap } = record;
    let mut in_order: Vec<&Slot> = slots.iter().collect();
    in_order.sort_by_key(|slot| slot.id);

    let table = in_order.iter().map(|slot| table_entry(slot.id, &slot.wire_name));
    let writes = writes(&in_order, unknown.is_some());
    let begin_unknown =
        unknown.as_ref().map(|name| quote!(let mut __unknown = self.#name.iter_to_write();));
    let end_unknown = unknown.as_ref().map(|_| quote!(__unknown.rest(__w);));
    // An empty struct writes nothing.
    let unused = (in_order.is_empty() && unknown.is_none()).then(|| quote!(let _ = __w;));

    let Reads { expected, general, declare, check } = reads(&in_order, left_out);
    let resets = skipped.iter().map(reset);
    let clear_unknown = unknown.as_ref().map(|name| {
        quote! {
            self.#name.clear();
            let mut __unknown = __thrift::UnknownIndex::default();
        }
    });
    let otherwise = match unknown {
        Some(name) => {
            // A field that is left out of the type is known all the same.
            let known = left_out.iter().map(|field| Literal::i16_unsuffixed(field.id));
            quote!(#(#known => _ = __r.skip(__h)?,)* _ => self.#name.read(&mut __unknown, __h, __r)?,)
        }
        None => quote!(_ => _ = __r.skip(__h)?,),
    };
    let size = (unknown.is_none() && left_out.is_empty()).then(|| size(slots)).flatten();
    let write = match only_read(target, left_out) {
        Some(message) => quote! {
            let _ = __w;
            const { ::core::panic!("{}", #message) }
        },
        None => quote!(#unused #begin_unknown #writes #end_unknown),
    };
    let body = Body {
        table: table.collect(),
        inline: Some(quote!(#[inline])),
        write,
        begin: quote!(#declare #(#resets)* #clear_unknown #(#expected)*),
        arms: quote!(#(#general)* #otherwise),
        end: check,
        size,
        default_heap: default_heap.clone(),
    };
    implement(target, body)
}

/// The message for code that writes a struct which can only be read.
fn only_read(target: &Target, left_out: &[LeftOut]) -> Option<String> {
    let missing = left_out.iter().filter(|field| !field.written);
    let missing: Vec<String> = missing.map(|field| format!("`{}`", field.wire_name)).collect();
    let (what, them) = match missing.len() {
        0 => return None,
        1 => ("field", "it"),
        _ => ("fields", "them"),
    };
    let name = &target.wire_name;
    Some(format!(
        "`{name}` cannot be written: the option `skip` leaves out its {what} {}, so \
         readers would lose {them}\n\
         help: `skip: {{ \"{name}.{}\": written }}` allows it \
         for a field that is not required",
        missing.join(", "),
        missing.first().map_or("", |name| name.trim_matches('`')),
    ))
}

/// The size of a struct in the binary protocol, if none of its fields varies in size.
fn size(slots: &[Slot]) -> Option<TokenStream> {
    let sizes = slots.iter().map(|slot| match slot.held {
        Held::Optional => None,
        Held::Required | Held::Plain => slot.size.as_ref(),
    });
    let sizes: Vec<&TokenStream> = sizes.collect::<Option<_>>()?;
    (!sizes.is_empty()).then(|| quote!(__thrift::fixed_size(&[#(#sizes),*])))
}

/// `Default` of a struct: that of each field.
pub(in crate::codegen) fn default_impl(
    Record { target, slots, skipped, unknown, .. }: &Record,
) -> TokenStream {
    // A type with a wire form has a default, too. Checking for the wire form, as all other code does,
    // leads to a single error.
    let by_check = target.generics.params.is_empty();
    let fields = slots.iter().map(|Slot { member, held, default, with, checked, span, .. }| {
        let value = match (default, held) {
            (Some(value), Held::Optional) => quote!(__thrift::Some(#value)),
            (Some(value), Held::Required | Held::Plain) => quote!(#value),
            (None, Held::Required | Held::Plain) if *checked && with.is_none() && by_check => {
                quote_spanned!(*span=> __thrift::check(__thrift::None)())
            }
            (None, _) => quote!(__thrift::Default::default()),
        };
        quote!(#member: #value,)
    });
    let skipped = skipped.iter().map(|Skipped { member, default }| match default {
        Some(value) => quote!(#member: #value,),
        None => quote!(#member: __thrift::Default::default(),),
    });
    let unknown = unknown.as_ref().map(|member| quote!(#member: __thrift::Default::default(),));
    let Target { name, generics, wire_name: _, lent: _ } = target;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    quote! {
        impl #parameters __thrift::Default for #name #arguments #bounds {
            fn default() -> Self {
                Self { #(#fields)* #(#skipped)* #unknown }
            }
        }
    }
}
