//! What clients inherit: the methods of the services that theirs extends.

use proc_macro2::TokenStream;
use quote::quote;

use super::{blocking, client};
use crate::model::service::{Contract, Line, Method, Paths};

/// Which of a service's two clients is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Async,
    Blocking,
}

impl Side {
    fn contract(self, paths: &Paths) -> &TokenStream {
        match self {
            Side::Async => &paths.name,
            Side::Blocking => &paths.blocking,
        }
    }

    fn client(self, paths: &Paths) -> &TokenStream {
        match self {
            Side::Async => &paths.client,
            Side::Blocking => &paths.blocking_client,
        }
    }

    /// The hidden trait of the clients of services that extend the last of a line.
    fn descendant(self, line: &Line) -> &TokenStream {
        match self {
            Side::Async => &line.descendant,
            Side::Blocking => &line.blocking_descendant,
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

/// The traits of the services that a service extends, for its client; and, if it is part of a line, its
/// own for the clients below that.
pub(super) fn inherited(own: &Contract, ancestors: &[Contract], side: Side) -> TokenStream {
    let client = side.client(&own.paths);
    let is_below = |line: &Line| {
        let lines = ancestors.iter().filter_map(|ancestor| ancestor.line.as_ref());
        lines.filter(|of| of.is_end).any(|of| of.end == line.end)
    };
    let mut calls = false;
    let inherited: Vec<TokenStream> = ancestors
        .iter()
        .map(|ancestor| match ancestor.line.as_ref().filter(|line| is_below(line)) {
            Some(line) if line.is_end => {
                calls = true;
                descends(client, line, side)
            }
            Some(_) => TokenStream::new(),
            None => passes_on(client, ancestor, side),
        })
        .collect();
    let caller = calls.then(|| {
        let (channel, caller) = (side.channel(), side.caller());
        quote! {
            impl<__C: #channel> #caller for #client<__C> {
                type Channel = __C;

                fn channel(&self) -> &__C {
                    &self.0
                }
            }
        }
    });
    let line = own.line.as_ref().map(|line| in_line(own, line, ancestors, side));
    quote!(#(#inherited)* #caller #line)
}

/// What says that a client is that of a service that extends the last of a line.
fn descends(client: &TokenStream, line: &Line, side: Side) -> TokenStream {
    let (descendant, channel) = (side.descendant(line), side.channel());
    quote!(impl<__C: #channel> #descendant for #client<__C> {})
}

/// An ancestor's methods, called by that service's own client through the same channel.
fn passes_on(client: &TokenStream, ancestor: &Contract, side: Side) -> TokenStream {
    let (contract, to) = (side.contract(&ancestor.paths), side.client(&ancestor.paths));
    let methods = ancestor.methods.iter().map(|method| {
        let (parameters, fields) = (method.parameters(), method.names());
        let Method { name, output, .. } = method;
        let call = quote!(#contract::#name(&#to::new(&self.0), #(#fields),*));
        match side {
            Side::Async => quote! {
                async fn #name(&self, #(#parameters),*) -> #output { #call.await }
            },
            Side::Blocking => quote! {
                fn #name(&self, #(#parameters),*) -> #output { #call }
            },
        }
    });
    let channel = side.channel();
    quote!(impl<__C: #channel> #contract for #client<__C> { #(#methods)* })
}

/// What a service gives the clients below its line.
fn in_line(own: &Contract, line: &Line, ancestors: &[Contract], side: Side) -> TokenStream {
    let (contract, descendant, caller) =
        (side.contract(&own.paths), side.descendant(line), side.caller());
    let channel = quote!(#caller::channel(self));
    let methods = own.methods.iter().map(|method| match side {
        Side::Async => client::call(method, &channel),
        Side::Blocking => blocking::call(method, &channel),
    });
    let declared = line.is_end.then(|| descendants(line, ancestors, side));
    quote! {
        #declared

        #[doc(hidden)]
        #[diagnostic::do_not_recommend]
        impl<__T: #descendant> #contract for __T { #(#methods)* }
    }
}

/// The trait of the clients of services that extend the last of a line. They have that of the line
/// above, too.
fn descendants(line: &Line, ancestors: &[Contract], side: Side) -> TokenStream {
    let is_within = |of: &&Contract| of.line.as_ref().is_some_and(|of| of.end == line.end);
    let caller = side.caller();
    let bounds = match ancestors.iter().find(|of| !is_within(of)) {
        Some(Contract { line: Some(above), .. }) if above.is_end => side.descendant(above).clone(),
        Some(above) => {
            let contract = side.contract(&above.paths);
            quote!(#contract + #caller)
        }
        None => caller,
    };
    let descendant = side.descendant(line);
    quote! {
        #[doc(hidden)]
        pub trait #descendant: #bounds {}
    }
}
