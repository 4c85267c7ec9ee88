//! What a client inherits: the methods of the services that its service extends.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{blocking, client, parameter::parameter};
use crate::model::service::{Contract, Kin, Line, Method, Paths, Service};

/// Which of the two clients of a service is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Async,
    Blocking,
}

impl Side {
    pub(super) fn contract(self, paths: &Paths) -> &TokenStream {
        match self {
            Side::Async => &paths.name,
            Side::Blocking => &paths.blocking,
        }
    }

    pub(super) fn client(self, paths: &Paths) -> &TokenStream {
        match self {
            Side::Async => &paths.client,
            Side::Blocking => &paths.blocking_client,
        }
    }

    /// The form of the trait that is `dyn`-compatible: its twin, or the blocking trait itself.
    pub(super) fn twin(self, paths: &Paths) -> &TokenStream {
        match self {
            Side::Async => &paths.dynamic,
            Side::Blocking => &paths.blocking,
        }
    }

    /// The trait that says which services a client can call.
    fn calls(self) -> TokenStream {
        match self {
            Side::Async => quote!(Calls),
            Side::Blocking => quote!(CallsBlocking),
        }
    }

    /// The hidden trait of the clients of services that extend the last of a line.
    fn descendant(self, line: &Line) -> &TokenStream {
        match self {
            Side::Async => &line.descendant,
            Side::Blocking => &line.blocking_descendant,
        }
    }

    pub(super) fn channel(self) -> TokenStream {
        match self {
            Side::Async => quote!(Channel),
            Side::Blocking => quote!(BlockingChannel),
        }
    }

    /// A method that sends its arguments through `channel`.
    fn call(self, method: &Method, channel: &TokenStream) -> TokenStream {
        match self {
            Side::Async => client::call(method, channel),
            Side::Blocking => blocking::call(method, channel),
        }
    }

    fn caller(self) -> TokenStream {
        match self {
            Side::Async => quote!(__thrift::Caller),
            Side::Blocking => quote!(__thrift::BlockingCaller),
        }
    }
}

/// The impls for a service's client of the service's trait, and of the traits of the services that it
/// extends.
pub(super) fn contracts(service: &Service, side: Side) -> TokenStream {
    let Service { own, kin, made, .. } = service;
    let (client, calls, channel) = (side.client(&own.paths), side.calls(), side.channel());
    let twin = match (made.dynamic, side.twin(&own.paths)) {
        (true, twin) => quote!(dyn #twin),
        (false, _) => quote!(__thrift::Nobody),
    };
    match kin {
        Kin::Known(ancestors) => {
            let related = inherited(own, ancestors, side);
            if !is_open(service) {
                let contract = side.contract(&own.paths);
                let methods = own.methods.iter().map(|of| side.call(of, &quote!(&self.0)));
                let parameter = channel_of(client, contract, own);
                return quote! {
                    impl<#parameter: __thrift::#channel> #contract for #client<#parameter> {
                        #(#methods)*
                    }
                    #related
                };
            }
            let open = open(service, side);
            let above = ancestors.iter().rev().fold(quote!(()), |above, ancestor| {
                let client = side.client(&ancestor.paths);
                quote!(__thrift::Line<#client<()>, #above>)
            });
            quote!(#open __thrift::known_kin!(#calls #channel #client, #twin, #above); #related)
        }
        Kin::Named(parent) => {
            let open = open(service, side);
            let parent = parent.as_deref().map(|paths| side.client(paths));
            // The error for a service that cannot be extended appears at that service's name.
            let checked = parent.map(|parent| {
                let span =
                    parent.clone().into_iter().last().map_or_else(Span::call_site, |of| of.span());
                let checked = quote_spanned!(span=> __thrift::extends::<#parent<()>>());
                quote!(const _: () = #checked;)
            });
            let parent = parent.map(|parent| quote!(, #parent));
            quote!(#checked #open __thrift::kin!(#calls #channel #client, #twin #parent);)
        }
    }
}

/// Whether services in Rust may extend it. A service of an IDL allows that if an option asks for it,
/// unless the service or one above it is in a line (see `lines.rs`).
pub(super) fn is_open(Service { own, kin, made, .. }: &Service) -> bool {
    match kin {
        Kin::Known(ancestors) => {
            let mut contracts = std::iter::once(own).chain(ancestors);
            made.extended && contracts.all(|contract| contract.line.is_none())
        }
        Kin::Named(_) => true,
    }
}

/// Implements the service's trait for its own client, and for clients of services in Rust that extend
/// it, about which nothing is known here.
fn open(Service { own, kin, made, .. }: &Service, side: Side) -> TokenStream {
    let (contract, client, calls) =
        (side.contract(&own.paths), side.client(&own.paths), side.calls());
    let calls = quote!(__thrift::#calls<#client<()>>);
    let above = kin.parent().map(|paths| {
        let contract = side.contract(paths);
        quote!(+ #contract)
    });
    let twin = side.twin(&own.paths);
    let types = own.methods.iter().flat_map(Method::types);
    let caller = parameter("T", types.chain([contract, client, twin]).chain(&above));
    if !made.dynamic {
        let channel = quote!(<Self as #calls>::channel(self));
        let methods = own.methods.iter().map(|method| side.call(method, &channel));
        let client = quote!(#client<()>, Twin = __thrift::Nobody);
        let calls = side.calls();
        return quote! {
            impl<#caller: __thrift::#calls<#client> #above> #contract for #caller { #(#methods)* }
        };
    }
    let reached = quote!(<Self as #calls>::reached(self));
    let methods = own.methods.iter().map(|method| match side {
        Side::Async => client::call_reached(method, &reached, &own.paths),
        Side::Blocking => blocking::call_reached(method, &reached, &own.paths),
    });
    quote! {
        impl<#caller: #calls #above> #contract for #caller
        where
            <#caller as #calls>::Twin: #twin,
        {
            #(#methods)*
        }
    }
}

/// Implements the traits of the services that a service extends for its client and, if the service is
/// part of a line, its own trait for the clients below that line.
fn inherited(own: &Contract, ancestors: &[Contract], side: Side) -> TokenStream {
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
        let parameter = parameter("C", [client]);
        quote! {
            #[doc(hidden)]
            impl<#parameter: __thrift::#channel> #caller for #client<#parameter> {
                type Channel = #parameter;

                fn channel(&self) -> &#parameter {
                    &self.0
                }
            }
        }
    });
    let line = own.line.as_ref().map(|line| in_line(own, line, ancestors, side));
    quote!(#(#inherited)* #caller #line)
}

/// Marks a client as that of a service that extends the last of a line.
fn descends(client: &TokenStream, line: &Line, side: Side) -> TokenStream {
    let (descendant, channel) = (side.descendant(line), side.channel());
    let parameter = parameter("C", [client, descendant]);
    quote! {
        #[doc(hidden)]
        impl<#parameter: __thrift::#channel> #descendant for #client<#parameter> {}
    }
}

/// Implements an ancestor's trait by calling the ancestor's own client through the same channel.
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
    let parameter = channel_of(client, contract, ancestor);
    quote! {
        impl<#parameter: __thrift::#channel> #contract for #client<#parameter> { #(#methods)* }
    }
}

/// The name of the parameter for a client's channel in the impl of a service's trait.
fn channel_of(client: &TokenStream, contract: &TokenStream, of: &Contract) -> Ident {
    parameter("C", of.methods.iter().flat_map(Method::types).chain([client, contract]))
}

/// What a service generates for the clients below its line.
fn in_line(own: &Contract, line: &Line, ancestors: &[Contract], side: Side) -> TokenStream {
    let (contract, descendant, caller) =
        (side.contract(&own.paths), side.descendant(line), side.caller());
    let channel = quote!(#caller::channel(self));
    let methods = own.methods.iter().map(|method| side.call(method, &channel));
    let declared = line.is_end.then(|| descendants(line, ancestors, side));
    quote! {
        #declared

        #[doc(hidden)]
        impl<__T: #descendant> #contract for __T { #(#methods)* }
    }
}

/// The trait of the clients of services that extend the last of a line. Such clients have the trait of
/// the line above, too.
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
