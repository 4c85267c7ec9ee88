//! Clients.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    inherited::{Side, inherited},
    method::arguments_given,
    service::Parts,
};
use crate::model::service::{Kin, Method, Paths, Service};

/// A service's client.
pub(super) fn client(service: &Service) -> Parts {
    let Service { root, visibility, own, kin, .. } = service;
    let Paths { name, client, .. } = &own.paths;
    let doc = format!(" Calls a [`{name}`] through a channel.");
    let named = quote! {
        #[doc = #doc]
        #[derive(#root::Clone, #root::Debug)]
        #visibility struct #client<__C = #root::Client>(__C);
    };
    let calls = match kin {
        Kin::Known(ancestors) => {
            let methods = own.methods.iter().map(|method| call(method, &quote!(&self.0)));
            let related = inherited(own, ancestors, Side::Async);
            quote! {
                impl<__C: __thrift::Channel> #name for #client<__C> { #(#methods)* }
                #related
            }
        }
        Kin::Named(parent) => {
            let channel = quote!(<Self as __thrift::Calls<#client<()>>>::channel(self));
            let methods = own.methods.iter().map(|method| call(method, &channel));
            let above = parent.as_deref().map(|Paths { name, .. }| quote!(+ #name));
            let parent = parent.as_deref().map(|Paths { client, .. }| quote!(, #client));
            quote! {
                impl<__T: __thrift::Calls<#client<()>> #above> #name for __T { #(#methods)* }
                __thrift::kin!(#client #parent);
            }
        }
    };
    let impls = quote! {
        impl<__C: __thrift::Channel> #client<__C> {
            /// Makes a client that calls through `channel`.
            pub fn new(channel: __C) -> Self {
                Self(channel)
            }

            /// The channel that `client` calls through.
            pub fn channel(client: &Self) -> &__C {
                &client.0
            }
        }

        __thrift::connect!(#client);

        #calls
    };
    Parts { named, impls }
}

/// A method that sends its arguments through a channel.
pub(super) fn call(method: &Method, channel: &TokenStream) -> TokenStream {
    let Method { name, oneway, args, output, .. } = method;
    let (parameters, given, args) =
        (method.parameters(), arguments_given(method), &args.target.name);
    let call = match oneway {
        true => quote!(call_oneway),
        false => quote!(call),
    };
    quote! {
        fn #name(&self, #(#parameters),*)
        -> impl __thrift::Future<Output = #output> + __thrift::Send {
            __thrift::#call::<_, #args>(#channel, #given)
        }
    }
}
