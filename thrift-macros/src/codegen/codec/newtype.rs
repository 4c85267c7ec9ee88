//! Newtypes: they are written like the type that they wrap.

use proc_macro2::TokenStream;
use quote::quote;

use super::reset;
use crate::model::wire::{Newtype, Skipped, Target};

/// How a newtype is written and read.
pub(in crate::codegen) fn newtype(newtype: &Newtype) -> TokenStream {
    let Newtype { target, member, ty, with, skipped, default: _, default_heap } = newtype;
    let Target { name, generics, wire_name: _, lent: _ } = target;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let (decoding, message) = target.decoding();
    let (decoding, _, lent) = decoding.split_for_impl();
    let resets = skipped.iter().map(reset);
    let heap = default_heap.as_ref().map(|heap| quote!(const DEFAULT_HEAP: usize = #heap;));
    let (wire_type, encode, decode) = match with {
        None => (
            quote!(<#ty as __thrift::Encode>::TYPE),
            quote!(__thrift::Encode::encode(&self.#member, __w);),
            quote!(__thrift::Decode::decode_into(&mut self.#member, __r)),
        ),
        Some(with) => (
            quote!(__thrift::wire_type::<_, #ty, _>(#with::from_wire)),
            quote!(__thrift::Encode::encode(&#with::to_wire(&self.#member), __w);),
            quote!(__thrift::decode_with(__r, &mut self.#member, #with::from_wire)),
        ),
    };
    quote! {
        impl #parameters __thrift::Encode for #name #arguments #bounds {
            const TYPE: __thrift::TType = #wire_type;
            #heap

            #[inline]
            fn encode<__W: __thrift::ValueWriter>(&self, __w: &mut __W) {
                #encode
            }
        }

        impl #decoding __thrift::Decode<#message> for #name #arguments #lent {
            #[inline]
            fn decode_into<__R: __thrift::ValueReader<#message>>(&mut self, __r: &mut __R) -> __thrift::Result<()> {
                #(#resets)*
                #decode
            }
        }
    }
}

/// `Default` of a newtype.
pub(in crate::codegen) fn default_newtype(newtype: &Newtype) -> TokenStream {
    let Newtype { target, member, skipped, default, .. } = newtype;
    let value = default.clone().unwrap_or_else(|| quote!(__thrift::Default::default()));
    let skipped = skipped.iter().map(|Skipped { member, default }| match default {
        Some(value) => quote!(#member: #value,),
        None => quote!(#member: __thrift::Default::default(),),
    });
    let Target { name, generics, wire_name: _, lent: _ } = target;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    quote! {
        impl #parameters __thrift::Default for #name #arguments #bounds {
            fn default() -> Self {
                Self { #member: #value, #(#skipped)* }
            }
        }
    }
}
