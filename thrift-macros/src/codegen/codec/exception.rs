//! Exceptions: structs that are errors.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::wire::{Held, Record, Slot, Target};

/// `Display` and `Error` of an exception: its message, if it has a field for one.
pub(in crate::codegen) fn exception(Record { target, slots, .. }: &Record) -> TokenStream {
    let message = slots.iter().find(|slot| {
        slot.is_text
            && ["message", "msg", "errormessage", "error_message", "why", "reason", "what"]
                .contains(&slot.wire_name.to_lowercase().as_str())
    });
    let Target { name, generics, wire_name, lent: _ } = target;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let write = match message {
        Some(Slot { member, held: Held::Optional, .. }) => quote! {
            match &self.#member {
                __thrift::Some(__message) => __thrift::display_exception(__f, #wire_name, __message),
                __thrift::None => __f.write_str(#wire_name),
            }
        },
        Some(Slot { member, .. }) => {
            quote!(__thrift::display_exception(__f, #wire_name, &self.#member))
        }
        None => quote!(__thrift::Debug::fmt(self, __f)),
    };
    quote! {
        impl #parameters __thrift::Display for #name #arguments #bounds {
            fn fmt(&self, __f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
                #write
            }
        }

        impl #parameters __thrift::StdError for #name #arguments #bounds {}
    }
}
