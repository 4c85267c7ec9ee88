//! Enums that are Rust enums: each variant has a number on the wire.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::wire::{Number, Numbers, Target};

/// How an enum is written and read.
pub(in crate::codegen) fn numbers(numbers: &Numbers) -> TokenStream {
    let Numbers { target, variants, unknown } = numbers;
    let Target { name, generics, wire_name, lent: _ } = target;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let (decoding, message) = target.decoding();
    let (decoding, _, lent) = decoding.split_for_impl();
    let table =
        variants.iter().map(|Number { wire_name, value, variant: _ }| quote!((#wire_name, #value)));
    let writes = variants
        .iter()
        .map(|Number { variant, value, wire_name: _ }| quote!(Self::#variant => #value,));
    let reads = variants.iter().map(|Number { variant, value, wire_name: _ }| {
        quote!(__number if __number == #value => Self::#variant,)
    });
    let write_unknown =
        unknown.as_ref().map(|unknown| quote!(Self::#unknown(__number) => *__number,));
    let read_unknown = match unknown {
        Some(unknown) => quote!(__number => Self::#unknown(__number),),
        None => quote! {
            __number => return __thrift::Err(__thrift::unknown_number(#wire_name, __number)),
        },
    };
    quote! {
        const __MEMBERS: &[(&str, i32)] = &[#(#table),*];

        impl #parameters __thrift::Encode for #name #arguments #bounds {
            const TYPE: __thrift::TType = __thrift::TType::I32;
            const FIXED: usize = 4;

            #[inline]
            fn encode<__W: __thrift::ValueWriter>(&self, __w: &mut __W) {
                let __number = match self {
                    #(#writes)*
                    #write_unknown
                };
                __w.member(__number, __MEMBERS);
            }
        }

        impl #decoding __thrift::Decode<#message> for #name #arguments #lent {
            #[inline]
            fn decode_into<__R: __thrift::ValueReader<#message>>(&mut self, __r: &mut __R) -> __thrift::Result<()> {
                *self = match __r.member(__MEMBERS)? {
                    #(#reads)*
                    #read_unknown
                };
                __thrift::Ok(())
            }
        }
    }
}
