//! How types are written and read: the impls that both front ends, the IDL and the derive macros, lead
//! to.

mod choice;
mod exception;
mod failures;
mod fields;
mod newtype;
mod numbers;
mod record;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(super) use self::{
    choice::{choice, default_choice},
    exception::exception,
    failures::failures,
    fields::is_fixed,
    newtype::{default_newtype, newtype},
    numbers::numbers,
    record::{default_impl, record},
};
use crate::model::wire::{Skipped, Target};

/// The parts from which the impls of a struct are made.
pub(super) struct Body {
    /// The entries of `FIELDS`.
    pub(super) table: Vec<TokenStream>,
    /// An attribute for both functions, the one that writes and the one that reads.
    pub(super) inline: Option<TokenStream>,
    pub(super) write: TokenStream,
    /// The code before the first header is read.
    pub(super) begin: TokenStream,
    /// The arms for the field whose header `__h` came.
    pub(super) arms: TokenStream,
    /// The code after the last field.
    pub(super) end: TokenStream,
    /// The size in the binary protocol, if it is the same for every value.
    pub(super) size: Option<TokenStream>,
    /// How many bytes the default value allocates, if any.
    pub(super) default_heap: Option<TokenStream>,
}

/// The impls that write and read a struct, and those that make it usable as a value.
pub(super) fn implement(target: &Target, body: Body) -> TokenStream {
    let Body { table, inline, write, begin, arms, end, size, default_heap } = body;
    let value = struct_value(target, size, default_heap);
    let Target { name, generics, wire_name, lent: _ } = target;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let (decoding, message) = target.decoding();
    let (decoding, _, lent) = decoding.split_for_impl();
    quote! {
        impl #parameters __thrift::EncodeStruct for #name #arguments #bounds {
            const NAME: &'static str = #wire_name;
            const FIELDS: &'static [__thrift::Field] = &[#(#table),*];

            #inline
            fn write<__W: __thrift::StructWriter>(&self, __w: &mut __W) {
                #write
            }
        }

        impl #decoding __thrift::DecodeStruct<#message> for #name #arguments #lent {
            #inline
            fn read<__R: __thrift::StructReader<#message>>(&mut self, __r: &mut __R) -> __thrift::Result<()> {
                #begin
                while let __thrift::Some(__h) = __r.header()? {
                    match __h.id {
                        #arms
                    }
                }
                #end
                __thrift::Ok(())
            }
        }

        #value
    }
}

/// The impls that make a struct usable as a value. `size` is its size in the binary protocol, if that
/// is the same for every value, and `heap` what its default allocates.
fn struct_value(
    target: &Target,
    size: Option<TokenStream>,
    heap: Option<TokenStream>,
) -> TokenStream {
    let Target { name, generics, wire_name: _, lent: _ } = target;
    // An IDL has many types, and they are never generic; a macro call is less for rustc to compile.
    if generics.params.is_empty() && generics.where_clause.is_none() {
        let size = size.map(|size| quote!(, FIXED: #size));
        let heap = heap.map(|heap| quote!(, DEFAULT_HEAP: #heap));
        return quote!(__thrift::struct_value!(#name #size #heap););
    }
    let size = size.map(|size| quote!(const FIXED: usize = #size;));
    let heap = heap.map(|heap| quote!(const DEFAULT_HEAP: usize = #heap;));
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let (decoding, message) = target.decoding();
    let (decoding, _, lent) = decoding.split_for_impl();
    quote! {
        impl #parameters __thrift::Encode for #name #arguments #bounds {
            const TYPE: __thrift::TType = __thrift::TType::Struct;
            #size
            #heap

            #[inline]
            fn encode<__W: __thrift::ValueWriter>(&self, __w: &mut __W) {
                __w.structure(self);
            }
        }

        impl #decoding __thrift::Decode<#message> for #name #arguments #lent {
            #[inline]
            fn decode_into<__R: __thrift::ValueReader<#message>>(&mut self, __r: &mut __R) -> __thrift::Result<()> {
                __r.structure(self)
            }
        }
    }
}

/// An entry of `FIELDS`.
pub(super) fn table_entry(id: i16, name: &str) -> TokenStream {
    let id = Literal::i16_unsuffixed(id);
    quote!(__thrift::Field::new(#id, #name))
}

/// Resets a field that is not on the wire to its default.
fn reset(Skipped { member, default }: &Skipped) -> TokenStream {
    let value = default.clone().unwrap_or_else(|| quote!(__thrift::Default::default()));
    quote!(self.#member = #value;)
}
