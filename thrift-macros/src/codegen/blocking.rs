//! Services for programs without an async runtime: a trait, a client, and handlers that implement it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Cx, annotation, name::ServiceName, service::left_out};
use crate::{
    model::{ItemId, Service},
    options,
};

impl Cx<'_> {
    /// The synchronous counterpart of a service's trait and client, and what makes a processor of a
    /// handler that implements it.
    pub(super) fn blocking(
        &self,
        id: ItemId,
        service: &Service,
        names: &ServiceName,
    ) -> TokenStream {
        let contract = self.blocking_trait(service, names);
        let client = self.blocking_client(id, service, names);
        let handler = self.options.services.server.then(|| self.blocking_handler(service, names));
        quote!(#contract __thrift::blocking! { #client } #handler)
    }

    fn blocking_trait(&self, service: &Service, names: &ServiceName) -> TokenStream {
        let ServiceName { name, blocking, .. } = names;
        let text = format!(" As [`{name}`], with methods that block.");
        let bounds = match service.parent.and_then(|id| Some((id, self.names.service(id)?))) {
            Some((id, parent)) => self.path_to(id.module, &parent.blocking),
            None => quote!(__thrift::Send + __thrift::Sync),
        };
        let methods = service.functions.iter().zip(&names.methods).map(|(function, method)| {
            let doc = annotation::doc(&function.doc);
            let declared = self.declared_method(function);
            let arguments = self.arguments(function, method);
            let output = self.output(self.module, function, method);
            let name = &method.name;
            let answer = quote!(left_out_blocking);
            let body = left_out(options::is_partial(service), function, method, &answer);
            quote!(#doc #declared fn #name(&self, #(#arguments),*) -> #output #body)
        });
        quote! {
            #[doc = #text]
            pub trait #blocking: #bounds { #(#methods)* }
        }
    }

    fn blocking_client(&self, id: ItemId, service: &Service, names: &ServiceName) -> TokenStream {
        let ServiceName { blocking, blocking_client, .. } = names;
        let text = format!(" Calls a [`{blocking}`] through a channel.");
        let methods = service.functions.iter().zip(&names.methods).map(|(function, method)| {
            let arguments = self.arguments(function, method);
            let output = self.output(id.module, function, method);
            let (name, fields, args) = (&method.name, &method.arguments, &method.args);
            let call = match function.oneway {
                true => quote!(__thrift::call_blocking_oneway(&self.0, #args::METHOD, &args)),
                false => {
                    let result = self.result_type(function, method);
                    quote!(__thrift::call_blocking::<_, _, #result>(&self.0, #args::METHOD, &args))
                }
            };
            quote! {
                fn #name(&self, #(#arguments),*) -> #output {
                    let args = #args { #(#fields),* };
                    #call
                }
            }
        });
        let inherited = self.ancestors(service).into_iter().filter_map(|(id, ancestor)| {
            let names = self.names.service(id)?;
            let client = self.path_to(id.module, &names.blocking_client);
            let methods = self.forwarded(
                id,
                ancestor,
                names,
                &names.blocking,
                &quote!(&#client::new(&self.0)),
            );
            let contract = self.path_to(id.module, &names.blocking);
            Some(quote! {
                impl<__C: __thrift::BlockingChannel> #contract for #blocking_client<__C> {
                    #(fn #methods)*
                }
            })
        });
        quote! {
            #[doc = #text]
            #[derive(__thrift::Clone, __thrift::Debug)]
            pub struct #blocking_client<__C = __thrift::BlockingClient>(__C);

            impl<__C: __thrift::BlockingChannel> #blocking_client<__C> {
                /// Makes a client that calls through `channel`.
                pub fn new(channel: __C) -> Self {
                    Self(channel)
                }

                /// The channel that `client` calls through.
                pub fn channel(client: &Self) -> &__C {
                    &client.0
                }
            }

            __thrift::connect_blocking!(#blocking_client);

            impl<__C: __thrift::BlockingChannel> #blocking for #blocking_client<__C> {
                #(#methods)*
            }

            #(#inherited)*
        }
    }

    fn blocking_handler(&self, service: &Service, names: &ServiceName) -> TokenStream {
        let ServiceName { name, blocking, blocking_handler, processor, .. } = names;
        let text = format!(" A handler that implements [`{blocking}`], as a [`{name}`].");
        let own = self.item.into_iter().map(|id| (id, service));
        let contracts = own.chain(self.ancestors(service)).filter_map(|(id, service)| {
            let names = self.names.service(id)?;
            let contract = self.path_to(id.module, &names.name);
            let methods = self.forwarded(id, service, names, &names.blocking, &quote!(&self.0));
            Some(quote! {
                impl<__H: #blocking> #contract for #blocking_handler<__H> {
                    #(async fn #methods)*
                }
            })
        });
        quote! {
            #[doc = #text]
            #[derive(__thrift::Debug)]
            pub struct #blocking_handler<__H>(__H);

            #(#contracts)*

            impl<__H: #blocking> #processor<__thrift::OneHandler<#blocking_handler<__H>>> {
                /// Makes a processor of a handler whose methods block. A server on an async runtime
                /// can do nothing else in the thread meanwhile; the threaded server has one for each
                /// connection.
                pub fn blocking(handler: __H) -> Self {
                    Self(__thrift::OneHandler(#blocking_handler(handler)))
                }

                /// As `blocking`, with a handler for each call, made of the call's context.
                pub fn blocking_per_call<__F>(
                    handler: __F,
                ) -> #processor<__thrift::PerCall<
                    impl __thrift::Fn(&__thrift::Context) -> #blocking_handler<__H>
                        + __thrift::Send + __thrift::Sync + 'static
                >>
                where
                    __F: __thrift::Fn(&__thrift::Context) -> __H
                        + __thrift::Send + __thrift::Sync + 'static,
                {
                    #processor(__thrift::PerCall(move |cx: &__thrift::Context| {
                        #blocking_handler(handler(cx))
                    }))
                }
            }
        }
    }

    /// A service's methods, without the `fn`, each passing the call on to that of `contract`.
    pub(super) fn forwarded(
        &self,
        id: ItemId,
        service: &Service,
        names: &ServiceName,
        contract: &Ident,
        to: &TokenStream,
    ) -> Vec<TokenStream> {
        let contract = self.path_to(id.module, contract);
        let methods = service.functions.iter().zip(&names.methods);
        let forward = methods.map(|(function, method)| {
            let arguments = self.arguments(function, method);
            let output = self.output(id.module, function, method);
            let (name, fields) = (&method.name, &method.arguments);
            quote! {
                #name(&self, #(#arguments),*) -> #output {
                    #contract::#name(#to, #(#fields),*)
                }
            }
        });
        forward.collect()
    }
}
