//! Clients.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Cx, name::ServiceName, service::ancestors};
use crate::model::{Item, ItemId, Program, Service};
use crate::options::Options;

/// How many ancestors a client implements the traits of one by one. What it is to ancestors beyond
/// that is only said: to implement them, too, would make as many impls as the square of the levels.
const NEAREST: usize = 4;

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
        let ancestors = self.ancestors(service);
        let inherited =
            ancestors.iter().enumerate().map(|(distance, (id, ancestor))| {
                match distance < NEAREST || !self.has_distant(*id) {
                    true => self.inherited(client, *id, ancestor),
                    false => self.descends(client, *id),
                }
            });
        let caller = (ancestors.len() > NEAREST).then(|| {
            quote! {
                impl<__C: __thrift::Channel> __thrift::Caller for #client<__C> {
                    type Channel = __C;

                    fn channel(&self) -> &__C {
                        &self.0
                    }
                }
            }
        });
        let distant = self.has_distant(id).then(|| self.distant(id, service, names));
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
            #caller
            #distant
        }
    }

    /// Whether a service has descendants further away than the nearest.
    fn has_distant(&self, id: ItemId) -> bool {
        self.distant.contains(&id)
    }

    /// The services with distant descendants, of those that are generated here.
    pub(super) fn find_distant(program: &Program, options: &Options) -> HashSet<ItemId> {
        let mut distant = HashSet::new();
        let is_here = |module: usize| options.existing.module(module).is_none();
        let here = program.modules.iter().enumerate().filter(|(module, _)| is_here(*module));
        for item in here.flat_map(|(_, module)| &module.items) {
            let Item::Service(service) = item else { continue };
            let far = ancestors(program, service).into_iter().skip(NEAREST);
            distant.extend(far.map(|(id, _)| id).filter(|id| is_here(id.module)));
        }
        distant
    }

    /// What says that a client is that of a descendant.
    fn descends(&self, client: &proc_macro2::Ident, id: ItemId) -> TokenStream {
        let Some(names) = self.names.service(id) else { return TokenStream::new() };
        let descendant = self.path_to(id.module, &names.descendant);
        quote!(impl<__C: __thrift::Channel> #descendant for #client<__C> {})
    }

    /// A service's trait for the clients of all of its distant descendants.
    fn distant(&self, id: ItemId, service: &Service, names: &ServiceName) -> TokenStream {
        let ServiceName { name, client, descendant, .. } = names;
        let above = match service.parent.and_then(|id| Some((id, self.names.service(id)?))) {
            Some((id, parent)) if self.has_distant(id) => {
                self.path_to(id.module, &parent.descendant)
            }
            Some((id, _)) => {
                let parent = self.path(id);
                quote!(#parent + __thrift::Caller)
            }
            None => quote!(__thrift::Caller),
        };
        let methods = service.functions.iter().zip(&names.methods).map(|(function, method)| {
            let arguments = self.arguments(function, method);
            let output = self.output(id.module, function, method);
            let (method, fields) = (&method.name, &method.arguments);
            quote! {
                async fn #method(&self, #(#arguments),*) -> #output {
                    let client = #client::new(__thrift::Caller::channel(self));
                    #name::#method(&client, #(#fields),*).await
                }
            }
        });
        quote! {
            #[doc(hidden)]
            pub trait #descendant: #above {}

            #[doc(hidden)]
            #[diagnostic::do_not_recommend]
            impl<__T: #descendant> #name for __T { #(#methods)* }
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
