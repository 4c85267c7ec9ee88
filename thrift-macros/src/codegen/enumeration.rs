//! Enums: open numbers with names.

use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Cx, annotation};
use crate::{
    model::{Enum, ItemId},
    options::Kind,
};

impl Cx<'_> {
    pub(super) fn enumeration(&self, id: ItemId, of: &Enum) -> TokenStream {
        let Enum { name: idl_name, place: _, doc, annotations, members } = of;
        let name = self.names.name(id);
        let names = self.names.members(id);
        let doc = annotation::doc(doc);
        let deprecated = annotation::deprecated(annotations);
        let given =
            ["Clone", "Copy", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash", "Debug", "Default"];
        let asked_for = self.asked_for(id, Kind::Enums, annotations, &given);
        let constants = members.iter().zip(names).enumerate().map(|(index, (member, name))| {
            let doc = annotation::doc(&member.doc);
            let deprecated = annotation::deprecated(&member.annotations);
            let attributes = self.member_attributes(id, index);
            let value = Literal::i32_unsuffixed(member.value);
            quote!(#doc #deprecated #attributes pub const #name: Self = Self(#value);)
        });
        // If several members have the same number, the first gives the name.
        let mut seen = HashSet::new();
        let distinct: Vec<_> =
            members.iter().zip(names).filter(|(member, _)| seen.insert(member.value)).collect();
        let values = distinct.iter().map(|(_, name)| quote!(Self::#name));
        let texts = members.iter().map(|member| {
            let (text, value) = (&member.name, Literal::i32_unsuffixed(member.value));
            quote!((#text, #value))
        });
        let serde = self.idl_serde(id);
        let defined = self.defined(id, name);
        quote! {
            #doc #deprecated
            #[derive(
                __thrift::Clone, __thrift::Copy, __thrift::PartialEq, __thrift::Eq,
                __thrift::PartialOrd, __thrift::Ord, __thrift::Hash,
            )]
            #asked_for
            pub struct #name(pub i32);

            #[allow(deprecated)]
            impl #name {
                #(#constants)*

                /// The values that the IDL names, in its order.
                pub const fn values() -> &'static [Self] {
                    &[#(#values),*]
                }

                /// The name in the IDL, if this is a value that it names.
                pub fn name(self) -> __thrift::Option<&'static str> {
                    __thrift::name_of::<Self>(self.0)
                }
            }

            impl __thrift::Enumeration for #name {
                const NAME: &'static str = #idl_name;
                const MEMBERS: &'static [(&'static str, i32)] = &[#(#texts),*];
            }

            impl __thrift::Default for #name {
                fn default() -> Self {
                    Self(0)
                }
            }

            impl __thrift::From<i32> for #name {
                fn from(__value: i32) -> Self {
                    Self(__value)
                }
            }

            impl __thrift::From<#name> for i32 {
                fn from(__value: #name) -> Self {
                    __value.0
                }
            }

            impl __thrift::FromStr for #name {
                type Err = __thrift::UnknownName;

                fn from_str(__name: &str) -> ::core::result::Result<Self, Self::Err> {
                    __thrift::value_of::<Self>(__name).map(Self)
                }
            }

            impl __thrift::Debug for #name {
                fn fmt(&self, __f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
                    __thrift::debug_enumeration::<Self>(self.0, __f)
                }
            }

            impl __thrift::Display for #name {
                fn fmt(&self, __f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
                    __thrift::display_enumeration::<Self>(self.0, __f)
                }
            }

            __thrift::enum_value!(#name);
            __thrift::arbitrary!(#name);
            #serde
            #defined
        }
    }
}
