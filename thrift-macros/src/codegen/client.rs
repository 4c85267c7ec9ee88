//! Clients.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Cx,
    service::{Parts, ancestors},
};
use crate::model::service::{Contract, Kin, Method, Paths, Service};
use crate::model::{Item, ItemId, Program};
use crate::options::Options;

/// How many ancestors a client implements the traits of one by one. What it is to ancestors beyond
/// that is only said: to implement them, too, would make as many impls as the square of the levels.
const NEAREST: usize = 4;

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
            let related = known(own, ancestors);
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
fn call(method: &Method, channel: &TokenStream) -> TokenStream {
    let Method { name, oneway, args, output, result, .. } = method;
    let (parameters, fields, args) = (method.parameters(), method.names(), &args.target.name);
    let call = match oneway {
        true => quote!(__thrift::call_oneway),
        false => quote!(__thrift::call::<_, _, #result>),
    };
    quote! {
        fn #name(&self, #(#parameters),*)
        -> impl __thrift::Future<Output = #output> + __thrift::Send {
            #call(#channel, #args::METHOD, #args { #(#fields),* })
        }
    }
}

/// What makes a client that of its service's ancestors, and of all clients below it those of the
/// service.
fn known(own: &Contract, ancestors: &[Contract]) -> TokenStream {
    let client = &own.paths.client;
    let inherited = ancestors.iter().enumerate().map(|(distance, ancestor)| {
        match distance < NEAREST || !ancestor.has_distant {
            true => inherited(client, ancestor),
            false => descends(client, ancestor),
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
    let distant = own.has_distant.then(|| distant(own, ancestors.first()));
    quote!(#(#inherited)* #caller #distant)
}

/// What says that a client is that of a descendant.
fn descends(client: &TokenStream, ancestor: &Contract) -> TokenStream {
    let descendant = &ancestor.paths.descendant;
    quote!(impl<__C: __thrift::Channel> #descendant for #client<__C> {})
}

/// A service's trait for the clients of all of its distant descendants.
fn distant(own: &Contract, parent: Option<&Contract>) -> TokenStream {
    let Paths { name, client, descendant, .. } = &own.paths;
    let above = match parent {
        Some(Contract { paths, has_distant: true, .. }) => paths.descendant.clone(),
        Some(Contract { paths, has_distant: false, .. }) => {
            let parent = &paths.name;
            quote!(#parent + __thrift::Caller)
        }
        None => quote!(__thrift::Caller),
    };
    let methods = own.methods.iter().map(|method| {
        let (parameters, fields) = (method.parameters(), method.names());
        let Method { name: method, output, .. } = method;
        quote! {
            async fn #method(&self, #(#parameters),*) -> #output {
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
fn inherited(client: &TokenStream, ancestor: &Contract) -> TokenStream {
    let Paths { name, client: ancestor_client, .. } = &ancestor.paths;
    let methods = ancestor.methods.iter().map(|method| {
        let (parameters, fields) = (method.parameters(), method.names());
        let Method { name: method, output, .. } = method;
        quote! {
            async fn #method(&self, #(#parameters),*) -> #output {
                #name::#method(&#ancestor_client::new(&self.0), #(#fields),*).await
            }
        }
    });
    quote!(impl<__C: __thrift::Channel> #name for #client<__C> { #(#methods)* })
}

impl Cx<'_> {
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
}
