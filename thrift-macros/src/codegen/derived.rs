//! Types that already exist: only their impls are generated.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::codec;
use crate::model::wire::{Derived, Record, Shape, Target};

/// The impls of a type.
pub(crate) fn derived(
    Derived { krate, default, serde, described, shape }: &Derived,
) -> TokenStream {
    let impls = match shape {
        Shape::Struct(of) => codec::record(of),
        Shape::Exception(of) => {
            let (error, codec) = (codec::exception(of), codec::record(of));
            quote!(#error #codec)
        }
        Shape::Union(of) => codec::choice(of),
        Shape::Enum(of) => codec::numbers(of),
        Shape::Newtype(of) => codec::newtype(of),
        Shape::Failures(of) => codec::failures(of),
    };
    let default = default.then(|| match shape {
        Shape::Struct(of) | Shape::Exception(of) => codec::default_impl(of),
        Shape::Union(of) => codec::default_choice(of),
        Shape::Newtype(of) => codec::default_newtype(of),
        // `#[derive(Default)]` does it.
        Shape::Enum(_) | Shape::Failures(_) => TokenStream::new(),
    });
    let serde = serde.then(|| match shape {
        Shape::Struct(Record { target, .. }) | Shape::Exception(Record { target, .. }) => {
            idl_serde(target)
        }
        Shape::Union(of) => idl_serde(&of.target),
        Shape::Enum(of) => idl_serde(&of.target),
        Shape::Newtype(of) => idl_serde(&of.target),
        Shape::Failures(_) => TokenStream::new(),
    });
    within(krate, &quote!(#default #impls #serde #described))
}

/// Serde's traits for a type, with values spelled as in the IDL.
fn idl_serde(target: &Target) -> TokenStream {
    let Target { name, generics, wire_name: _, lent: _ } = target;
    if generics.params.is_empty() && generics.where_clause.is_none() {
        return quote!(__thrift::idl_serde!(#name););
    }
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let (decoding, message) = target.decoding();
    let (decoding, ..) = decoding.split_for_impl();
    quote! {
        impl #parameters __thrift::Serialize for #name #arguments #bounds {
            fn serialize<__S: __thrift::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                __thrift::idl::serialize(self, __serializer)
            }
        }

        impl #decoding __thrift::Deserialize<#message> for #name #arguments #bounds {
            fn deserialize<__D: __thrift::Deserializer<#message>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                __thrift::idl::deserialize(__deserializer)
            }
        }
    }
}

/// Impls that compile and do nothing, for a type whose attributes are wrong, so that code that uses
/// the type does not cause further errors.
pub(crate) fn fallback(
    krate: &TokenStream,
    target: &Target,
    default: bool,
    is_exception: bool,
) -> TokenStream {
    let Target { name, generics, wire_name: _, lent: _ } = target;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let (decoding, message) = target.decoding();
    let (decoding, _, lent) = decoding.split_for_impl();
    let default = default.then(|| {
        quote! {
            impl #parameters __thrift::Default for #name #arguments #bounds {
                fn default() -> Self {
                    ::core::unreachable!()
                }
            }
        }
    });
    let error = is_exception.then(|| {
        quote! {
            impl #parameters __thrift::Display for #name #arguments #bounds {
                fn fmt(&self, _: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
                    ::core::unreachable!()
                }
            }

            impl #parameters __thrift::StdError for #name #arguments #bounds {}
        }
    });
    let impls = quote! {
        #default
        #error

        impl #parameters __thrift::EncodeStruct for #name #arguments #bounds {
            const NAME: &'static str = "";
            const FIELDS: &'static [__thrift::Field] = &[];

            fn write<__W: __thrift::StructWriter>(&self, _: &mut __W) {}
        }

        impl #decoding __thrift::DecodeStruct<#message> for #name #arguments #lent {
            fn read<__R: __thrift::StructReader<#message>>(&mut self, _: &mut __R) -> __thrift::Result<()> {
                __thrift::Ok(())
            }
        }

        impl #parameters __thrift::Encode for #name #arguments #bounds {
            const TYPE: __thrift::TType = __thrift::TType::Struct;

            fn encode<__W: __thrift::ValueWriter>(&self, _: &mut __W) {}
        }

        impl #decoding __thrift::Decode<#message> for #name #arguments #lent {
            fn decode_into<__R: __thrift::ValueReader<#message>>(&mut self, _: &mut __R) -> __thrift::Result<()> {
                __thrift::Ok(())
            }
        }
    };
    within(krate, &impls)
}

/// The same for an enum of declared exceptions.
pub(crate) fn fallback_failures(krate: &TokenStream, name: &Ident) -> TokenStream {
    let impls = quote! {
        impl __thrift::From<__thrift::Error> for #name {
            fn from(_: __thrift::Error) -> Self {
                ::core::unreachable!()
            }
        }

        impl __thrift::From<#name> for __thrift::Error {
            fn from(_: #name) -> Self {
                ::core::unreachable!()
            }
        }

        impl __thrift::Display for #name {
            fn fmt(&self, _: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
                ::core::unreachable!()
            }
        }

        impl __thrift::StdError for #name {}

        impl __thrift::Throws for #name {
            const VOID: &'static [__thrift::Field] = &[];
            const RETURNING: &'static [__thrift::Field] = &[];

            fn write<__W: __thrift::StructWriter>(&self, _: &mut __W) {}

            fn read<'__de, __R: __thrift::StructReader<'__de>>(
                __r: &mut __R,
                __h: __thrift::FieldHeader,
            ) -> __thrift::Result<__thrift::Option<Self>> {
                __r.skip(__h).map(|_| __thrift::None)
            }

            fn outcome(&self) -> __thrift::Outcome {
                __thrift::Outcome::Returned
            }

            fn declared(self) -> __thrift::Result<Self> {
                __thrift::Ok(self)
            }
        }
    };
    within(krate, &impls)
}

/// The private part of a service: impls and helper types, apart from the types that others can name.
/// Parts that the author does not use are not dead code to warn about.
pub(crate) fn aside(krate: &TokenStream, impls: &TokenStream) -> TokenStream {
    let impls = within(krate, impls);
    quote!(#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)] #impls)
}

fn within(krate: &TokenStream, impls: &TokenStream) -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(
            clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction, deprecated,
            non_local_definitions, unused_qualifications,
        )]
        const _: () = {
            use #krate::__private as __thrift;
            #impls
        };
    }
}
