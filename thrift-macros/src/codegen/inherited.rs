//! What clients inherit: the methods of the services that theirs extends.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Cx, name::ServiceName};
use crate::model::{ItemId, Service};

/// Which of a service's two clients is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Async,
    Blocking,
}

impl Side {
    fn contract(self, names: &ServiceName) -> &Ident {
        match self {
            Side::Async => &names.name,
            Side::Blocking => &names.blocking,
        }
    }

    fn client(self, names: &ServiceName) -> &Ident {
        match self {
            Side::Async => &names.client,
            Side::Blocking => &names.blocking_client,
        }
    }

    /// The hidden trait of the clients of services that extend the last of a line.
    fn descendant(self, names: &ServiceName) -> &Ident {
        match self {
            Side::Async => &names.descendant,
            Side::Blocking => &names.blocking_descendant,
        }
    }

    fn channel(self) -> TokenStream {
        match self {
            Side::Async => quote!(__thrift::Channel),
            Side::Blocking => quote!(__thrift::BlockingChannel),
        }
    }

    fn caller(self) -> TokenStream {
        match self {
            Side::Async => quote!(__thrift::Caller),
            Side::Blocking => quote!(__thrift::BlockingCaller),
        }
    }
}

impl Cx<'_> {
    /// The traits of the services that a service extends, for its client; and, if it is part of a line,
    /// its own for the clients below that.
    pub(super) fn inherited(
        &self,
        id: ItemId,
        service: &Service,
        names: &ServiceName,
        side: Side,
    ) -> TokenStream {
        let ancestors = self.ancestors(service);
        let above: HashSet<ItemId> = ancestors.iter().map(|(id, _)| *id).collect();
        let mut calls = false;
        let inherited: Vec<TokenStream> = ancestors
            .iter()
            .map(|(id, ancestor)| match self.lines.end(*id).filter(|end| above.contains(end)) {
                Some(end) if end == *id => {
                    calls = true;
                    self.descends(side.client(names), *id, side)
                }
                Some(_) => TokenStream::new(),
                None => self.passes_on(side.client(names), *id, ancestor, side),
            })
            .collect();
        let caller = calls.then(|| {
            let (client, channel, caller) = (side.client(names), side.channel(), side.caller());
            quote! {
                impl<__C: #channel> #caller for #client<__C> {
                    type Channel = __C;

                    fn channel(&self) -> &__C {
                        &self.0
                    }
                }
            }
        });
        let line = self.line(id, service, names, side);
        quote!(#(#inherited)* #caller #line)
    }

    /// What says that a client is that of a service that extends the last of a line.
    fn descends(&self, client: &Ident, id: ItemId, side: Side) -> TokenStream {
        let Some(names) = self.names.service(id) else { return TokenStream::new() };
        let (descendant, channel) =
            (self.path_to(id.module, side.descendant(names)), side.channel());
        quote!(impl<__C: #channel> #descendant for #client<__C> {})
    }

    /// An ancestor's methods, called by that service's own client through the same channel.
    fn passes_on(&self, client: &Ident, id: ItemId, ancestor: &Service, side: Side) -> TokenStream {
        let Some(names) = self.names.service(id) else { return TokenStream::new() };
        let contract = self.path_to(id.module, side.contract(names));
        let ancestor_client = self.path_to(id.module, side.client(names));
        let methods = ancestor.functions.iter().zip(&names.methods).map(|(function, method)| {
            let arguments = self.arguments(function, method);
            let output = self.output(id.module, function, method);
            let (name, fields) = (&method.name, &method.arguments);
            let call = quote!(#contract::#name(&#ancestor_client::new(&self.0), #(#fields),*));
            match side {
                Side::Async => quote! {
                    async fn #name(&self, #(#arguments),*) -> #output { #call.await }
                },
                Side::Blocking => quote! {
                    fn #name(&self, #(#arguments),*) -> #output { #call }
                },
            }
        });
        let channel = side.channel();
        quote!(impl<__C: #channel> #contract for #client<__C> { #(#methods)* })
    }

    /// What a service gives the clients below its line.
    fn line(&self, id: ItemId, service: &Service, names: &ServiceName, side: Side) -> TokenStream {
        let Some(end) = self.lines.end(id) else { return TokenStream::new() };
        let Some(last) = self.names.service(end) else { return TokenStream::new() };
        let contract = side.contract(names);
        let descendant = self.path_to(end.module, side.descendant(last));
        let channel = {
            let caller = side.caller();
            quote!(#caller::channel(self))
        };
        let methods =
            service.functions.iter().zip(&names.methods).map(|(function, method)| match side {
                Side::Async => self.call(id, function, method, &channel),
                Side::Blocking => self.blocking_call(id, function, method, &channel),
            });
        let declared = self.lines.is_end(id).then(|| self.descendants(service, names, side));
        quote! {
            #declared

            #[doc(hidden)]
            #[diagnostic::do_not_recommend]
            impl<__T: #descendant> #contract for __T { #(#methods)* }
        }
    }

    /// The trait of the clients of services that extend the last of a line. They have that of the line
    /// above, too.
    fn descendants(&self, service: &Service, names: &ServiceName, side: Side) -> TokenStream {
        let end = self.item;
        let mut above = self.ancestors(service).into_iter();
        let above = above.find(|(id, _)| self.lines.end(*id) != end);
        let caller = side.caller();
        let bounds = above.and_then(|(id, _)| {
            let names = self.names.service(id)?;
            Some(match self.lines.is_end(id) {
                true => self.path_to(id.module, side.descendant(names)),
                false => {
                    let contract = self.path_to(id.module, side.contract(names));
                    quote!(#contract + #caller)
                }
            })
        });
        let bounds = bounds.unwrap_or(caller);
        let descendant = side.descendant(names);
        quote! {
            #[doc(hidden)]
            pub trait #descendant: #bounds {}
        }
    }
}
