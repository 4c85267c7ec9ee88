//! Clients.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    dynamic,
    inherited::{Side, contracts, is_open},
    method::arguments_given,
    parameter::{documented, parameter},
    service::Parts,
};
use crate::model::service::{Method, Paths, Service};

/// A service's client, of which there are two.
pub(super) fn client(service: &Service, side: Side) -> Parts {
    let Service { root, visibility, own, .. } = service;
    let (contract, client) = (side.contract(&own.paths), side.client(&own.paths));
    let (default, connect) = match side {
        Side::Async => (quote!(Client), quote!(connect)),
        Side::Blocking => (quote!(BlockingClient), quote!(connect_blocking)),
    };
    let channels = side.channel();
    let text = format!(" Calls a [`{contract}`] through a channel.");
    let channel = parameter("C", [root, client]);
    let named = quote! {
        #[doc = #text]
        #[derive(#root::Clone, #root::Debug)]
        #visibility struct #client<#channel = #root::#default>(#channel);
    };
    let calls = contracts(service, side);
    let open = is_open(service).then(|| quote!(open));
    let made = documented(
        service,
        &quote! {
            impl<#channel: __thrift::#channels> #client<#channel> {
                /// Makes a client that calls through `channel`.
                pub fn new(channel: #channel) -> Self {
                    Self(channel)
                }

                /// The channel that `client` calls through.
                pub fn channel(client: &Self) -> &#channel {
                    &client.0
                }
            }

            __thrift::#connect!(#client #open);
        },
    );
    let impls = quote! {
        #made

        #calls
    };
    Parts { named, impls }
}

/// A method that is called through a channel or through a pointer.
pub(super) fn call_reached(method: &Method, reached: &TokenStream, paths: &Paths) -> TokenStream {
    let Method { name, output, .. } = method;
    let (parameters, names, dynamic) = (method.parameters(), method.names(), &paths.dynamic);
    let (sent, boxed) = (sent(method, &quote!(__channel)), dynamic::boxed(method));
    quote! {
        fn #name(&self, #(#parameters),*)
        -> impl __thrift::Future<Output = #output> + __thrift::Send {
            let __reached = #reached;
            async move {
                match __reached {
                    __thrift::Reached::Channel(__channel) => #sent.await,
                    __thrift::Reached::Twin(__twin) => {
                        #dynamic::#boxed(__twin, #(#names),*).await
                    }
                }
            }
        }
    }
}

/// A method that sends its arguments through a channel.
pub(super) fn call(method: &Method, channel: &TokenStream) -> TokenStream {
    let Method { name, output, .. } = method;
    let (parameters, sent) = (method.parameters(), sent(method, channel));
    quote! {
        fn #name(&self, #(#parameters),*)
        -> impl __thrift::Future<Output = #output> + __thrift::Send {
            #sent
        }
    }
}

/// A call of a method through a channel.
fn sent(method: &Method, channel: &TokenStream) -> TokenStream {
    let (given, args) = (arguments_given(method), &method.args.target.name);
    let call = match method.oneway {
        true => quote!(call_oneway),
        false => quote!(call),
    };
    quote!(__thrift::#call::<_, #args>(#channel, #given))
}
