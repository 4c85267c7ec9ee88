//! Types that are there already: their impls alone.

use proc_macro2::TokenStream;
use quote::quote;

use super::codec;
use crate::model::wire::{Derived, Shape, Target};

/// The impls of a type.
pub(crate) fn derived(Derived { krate, default, shape }: &Derived) -> TokenStream {
    let impls = match shape {
        Shape::Struct(of) => codec::record(of),
        Shape::Exception(of) => {
            let (error, codec) = (codec::exception(of), codec::record(of));
            quote!(#error #codec)
        }
        Shape::Union(of) => codec::choice(of),
        Shape::Enum(of) => codec::numbers(of),
        Shape::Newtype(of) => codec::newtype(of),
    };
    let default = default.then(|| match shape {
        Shape::Struct(of) | Shape::Exception(of) => codec::default_impl(of),
        Shape::Union(of) => codec::default_choice(of),
        Shape::Newtype(of) => codec::default_newtype(of),
        // `#[derive(Default)]` does it.
        Shape::Enum(_) => TokenStream::new(),
    });
    within(krate, &quote!(#default #impls))
}

/// Impls that compile and do nothing, for a type whose attributes are wrong: those who use it are
/// not told once more.
pub(crate) fn fallback(
    krate: &TokenStream,
    target: &Target,
    default: bool,
    is_exception: bool,
) -> TokenStream {
    let Target { name, generics, wire_name: _ } = target;
    let (parameters, arguments, bounds) = generics.split_for_impl();
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

        impl #parameters __thrift::Struct for #name #arguments #bounds {
            const NAME: &'static str = "";
            const FIELDS: &'static [__thrift::Field] = &[];

            fn write<__W: __thrift::StructWriter>(&self, _: &mut __W) {}

            fn read<__R: __thrift::StructReader>(&mut self, _: &mut __R) -> __thrift::Result<()> {
                __thrift::Ok(())
            }
        }

        impl #parameters __thrift::Value for #name #arguments #bounds {
            const TYPE: __thrift::TType = __thrift::TType::Struct;

            fn encode<__W: __thrift::ValueWriter>(&self, _: &mut __W) {}

            fn decode_into<__R: __thrift::ValueReader>(&mut self, _: &mut __R) -> __thrift::Result<()> {
                __thrift::Ok(())
            }
        }
    };
    within(krate, &impls)
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
