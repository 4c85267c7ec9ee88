//! Clients.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Cx,
    inherited::Side,
    name::{MethodName, ServiceName},
};
use crate::model::{Function, ItemId, Service};

impl Cx<'_> {
    pub(super) fn client(&self, id: ItemId, service: &Service, names: &ServiceName) -> TokenStream {
        let ServiceName { name, client, .. } = names;
        let doc = format!(" Calls a [`{name}`] through a channel.");
        let channel = quote!(&self.0);
        let methods = service.functions.iter().zip(&names.methods);
        let methods = methods.map(|(function, method)| self.call(id, function, method, &channel));
        let inherited = self.inherited(id, service, names, Side::Async);
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

            #inherited
        }
    }

    /// A method that sends its arguments through a channel.
    pub(super) fn call(
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
            true => quote!(call_oneway),
            false => quote!(call),
        };
        quote! {
            fn #name(&self, #(#arguments),*)
            -> impl __thrift::Future<Output = #output> + __thrift::Send {
                __thrift::#call::<_, #args>(#channel, #given)
            }
        }
    }
}
