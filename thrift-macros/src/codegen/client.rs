//! Clients.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Cx, name::ServiceName};
use crate::model::{ItemId, Service};

impl Cx<'_> {
    pub(super) fn client(&self, id: ItemId, service: &Service, names: &ServiceName) -> TokenStream {
        let ServiceName { name, client, .. } = names;
        let doc = format!(" Calls a [`{name}`] through a channel.");
        let methods = service.functions.iter().zip(&names.methods).map(|(function, method)| {
            let arguments = self.arguments(function, method);
            let output = self.output(id.module, function, method);
            let (name, fields, args) = (&method.name, &method.arguments, &method.args);
            if function.oneway {
                return quote! {
                    fn #name(&self, #(#arguments),*)
                    -> impl __thrift::Future<Output = #output> + __thrift::Send {
                        __thrift::call_oneway(&self.0, #args::METHOD, #args { #(#fields),* })
                    }
                };
            }
            let result = self.result_type(function, method);
            quote! {
                fn #name(&self, #(#arguments),*)
                -> impl __thrift::Future<Output = #output> + __thrift::Send {
                    __thrift::call::<_, _, #result>(&self.0, #args::METHOD, #args { #(#fields),* })
                }
            }
        });
        let inherited = self
            .ancestors(service)
            .into_iter()
            .map(|(id, ancestor)| self.inherited(client, id, ancestor));
        quote! {
            #[doc = #doc]
            #[derive(__thrift::Clone, __thrift::Debug)]
            pub struct #client<__C = __thrift::Client>(__C);

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

            impl<__C: __thrift::Channel> #name for #client<__C> { #(#methods)* }

            #(#inherited)*
        }
    }

    /// An ancestor's methods, called by that service's own client through the same channel.
    fn inherited(
        &self,
        client: &proc_macro2::Ident,
        id: ItemId,
        ancestor: &Service,
    ) -> TokenStream {
        let Some(names) = self.names.service(id) else { return TokenStream::new() };
        let contract = self.path(id);
        let ancestor_client = self.path_to(id.module, &names.client);
        let methods = ancestor.functions.iter().zip(&names.methods).map(|(function, method)| {
            let arguments = self.arguments(function, method);
            let output = self.output(id.module, function, method);
            let (name, fields) = (&method.name, &method.arguments);
            quote! {
                async fn #name(&self, #(#arguments),*) -> #output {
                    #contract::#name(&#ancestor_client::new(&self.0), #(#fields),*).await
                }
            }
        });
        quote!(impl<__C: __thrift::Channel> #contract for #client<__C> { #(#methods)* })
    }
}
