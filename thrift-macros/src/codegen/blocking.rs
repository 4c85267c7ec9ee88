//! Services for programs without an async runtime: a trait, a client, and a processor for handlers
//! that implement the trait.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    client::client,
    inherited::Side,
    method::arguments_given,
    parameter::{documented, parameter},
    service::{Parts, left_out},
};
use crate::model::service::{Contract, Method, Paths, Service};

/// The synchronous counterpart of a service's trait and client, and the functions that make a
/// processor from a handler that implements the trait.
pub(super) fn blocking(service: &Service) -> Parts {
    let (contract, client) = (contract(service), client(service, Side::Blocking));
    let handler = handler(service);
    let (root, declared, impls) = (&service.root, client.named, client.impls);
    let aside = handler.named;
    let made = handler.impls;
    Parts {
        named: quote!(#contract #root::blocking! { #declared } #aside),
        impls: quote!(__thrift::blocking_impls! { #impls } #made),
    }
}

fn contract(service: &Service) -> TokenStream {
    let Service { root, visibility, own, kin, partial, .. } = service;
    let Paths { name, blocking, .. } = &own.paths;
    let text = format!(" The blocking version of [`{name}`].");
    let bounds = match kin.parent() {
        Some(parent) => parent.blocking.clone(),
        None => quote!(#root::Send + #root::Sync),
    };
    let methods = own.methods.iter().map(|method| {
        let Method { name, blocking_attributes, output, .. } = method;
        let parameters = method.parameters();
        let body = left_out(*partial, method, &quote!(#root::left_out_blocking));
        quote!(#blocking_attributes fn #name(&self, #(#parameters),*) -> #output #body)
    });
    quote! {
        #[doc = #text]
        #visibility trait #blocking: #bounds { #(#methods)* }
    }
}

/// A method that is called through a channel or through a pointer.
pub(super) fn call_reached(method: &Method, reached: &TokenStream, paths: &Paths) -> TokenStream {
    let Method { name, output, .. } = method;
    let (parameters, names, blocking) = (method.parameters(), method.names(), &paths.blocking);
    let sent = sent(method, &quote!(__channel));
    quote! {
        fn #name(&self, #(#parameters),*) -> #output {
            match #reached {
                __thrift::Reached::Channel(__channel) => #sent,
                __thrift::Reached::Twin(__twin) => #blocking::#name(__twin, #(#names),*),
            }
        }
    }
}

/// A method that sends its arguments through a channel.
pub(super) fn call(method: &Method, channel: &TokenStream) -> TokenStream {
    let Method { name, output, .. } = method;
    let (parameters, sent) = (method.parameters(), sent(method, channel));
    quote!(fn #name(&self, #(#parameters),*) -> #output { #sent })
}

/// A call of a method through a channel.
fn sent(method: &Method, channel: &TokenStream) -> TokenStream {
    let (given, args) = (arguments_given(method), &method.args.target.name);
    let call = match method.oneway {
        true => quote!(call_blocking_oneway),
        false => quote!(call_blocking),
    };
    quote!(__thrift::#call::<_, #args>(#channel, #given))
}

/// The service's trait for handlers whose methods block. One wrapper type serves all services, so it
/// implements the traits of ancestors, too.
fn handler(service: &Service) -> Parts {
    let Service { root, visibility, own, made, .. } = service;
    let Paths { name, blocking, blocking_handler, processor, .. } = &own.paths;
    let text = format!(" Wraps a handler of [`{blocking}`] so that it implements [`{name}`].");
    let to = quote!(&self.0);
    let methods = forwarded(own, blocking, &to);
    let scope = [root, name, blocking, blocking_handler, processor];
    let [handler, made_by] = ["H", "F"].map(|letter| parameter(letter, scope));
    let types = own.methods.iter().flat_map(Method::types);
    let forwarding = parameter("H", types.chain(scope));
    let processor = made.server.then(|| {
        documented(service, &quote! {
            impl<#handler: #blocking> #processor<__thrift::OneHandler<#blocking_handler<#handler>>> {
                /// Makes a processor of a handler whose methods block. On a server with an async
                /// runtime, the thread does nothing else meanwhile; a blocking server has a thread
                /// for each connection.
                pub fn blocking(handler: #handler) -> Self {
                    Self(__thrift::OneHandler(__thrift::BlockingHandler(handler)))
                }

                /// Like `blocking`, but with a handler for each call, made from the call's context.
                pub fn blocking_per_call<#made_by>(
                    handler: #made_by,
                ) -> #processor<__thrift::PerCall<
                    impl __thrift::Fn(&__thrift::Context) -> #blocking_handler<#handler>
                        + __thrift::Send + __thrift::Sync + 'static
                >>
                where
                    #made_by: __thrift::Fn(&__thrift::Context) -> #handler
                        + __thrift::Send + __thrift::Sync + 'static,
                {
                    #processor(__thrift::PerCall(move |__cx: &__thrift::Context| {
                        __thrift::BlockingHandler(handler(__cx))
                    }))
                }
            }
        })
    });
    Parts {
        named: quote! {
            #[doc = #text]
            #visibility type #blocking_handler<#handler> = #root::BlockingHandler<#handler>;
        },
        impls: quote! {
            impl<#forwarding: #blocking> #name for #blocking_handler<#forwarding> {
                #(async fn #methods)*
            }

            #processor
        },
    }
}

/// The methods of a service, without the `fn`, each of which passes the call on to the method of
/// `contract`.
pub(super) fn forwarded<'a>(
    service: &'a Contract,
    contract: &'a TokenStream,
    to: &'a TokenStream,
) -> impl Iterator<Item = TokenStream> + 'a {
    service.methods.iter().map(move |method| {
        let (parameters, fields) = (method.parameters(), method.names());
        let Method { name, output, .. } = method;
        quote! {
            #name(&self, #(#parameters),*) -> #output {
                #contract::#name(#to, #(#fields),*)
            }
        }
    })
}
