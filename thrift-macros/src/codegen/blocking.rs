//! Services for programs without an async runtime: a trait, a client, and handlers that implement it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    Cx, annotation,
    inherited::Side,
    name::{MethodName, ServiceName},
    service::left_out,
};
use crate::{
    model::{Function, ItemId, Service},
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
        let handler =
            self.options.services.server.then(|| self.blocking_handler(id, service, names));
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
        let channel = quote!(&self.0);
        let methods = service.functions.iter().zip(&names.methods);
        let methods =
            methods.map(|(function, method)| self.blocking_call(id, function, method, &channel));
        let inherited = self.inherited(id, service, names, Side::Blocking);
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

            #inherited
        }
    }

    /// A method that sends its arguments through a channel.
    pub(super) fn blocking_call(
        &self,
        id: ItemId,
        function: &Function,
        method: &MethodName,
        channel: &TokenStream,
    ) -> TokenStream {
        let arguments = self.arguments(function, method);
        let output = self.output(id.module, function, method);
        let (name, args) = (&method.name, &method.args);
        let given = self.arguments_given(function, method);
        let call = match function.oneway {
            true => quote!(call_blocking_oneway),
            false => quote!(call_blocking),
        };
        quote! {
            fn #name(&self, #(#arguments),*) -> #output {
                __thrift::#call::<_, #args>(#channel, #given)
            }
        }
    }

    /// The service's trait for handlers whose methods block. What they are wrapped in is the same for
    /// all services, so that it has the traits of ancestors, too.
    fn blocking_handler(&self, id: ItemId, service: &Service, names: &ServiceName) -> TokenStream {
        let ServiceName { name, blocking, blocking_handler, processor, .. } = names;
        let text = format!(" A handler that implements [`{blocking}`], as a [`{name}`].");
        let methods = self.forwarded(id, service, names, blocking, &quote!(&self.0));
        quote! {
            #[doc = #text]
            pub type #blocking_handler<__H> = __thrift::BlockingHandler<__H>;

            impl<__H: #blocking> #name for #blocking_handler<__H> { #(async fn #methods)* }

            impl<__H: #blocking> #processor<__thrift::OneHandler<#blocking_handler<__H>>> {
                /// Makes a processor of a handler whose methods block. A server on an async runtime
                /// can do nothing else in the thread meanwhile; the threaded server has one for each
                /// connection.
                pub fn blocking(handler: __H) -> Self {
                    Self(__thrift::OneHandler(__thrift::BlockingHandler(handler)))
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
                        __thrift::BlockingHandler(handler(cx))
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
