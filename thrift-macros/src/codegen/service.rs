//! Services: the trait, and the items that are generated with it.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Cx, blocking, client, dynamic, inherited::Side, method, processor};
use crate::model::{
    Item, ItemId, Program,
    service::{Kin, Method, Paths, Service},
};

/// The code that is generated for a service: the items that others can name, and their impls.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) named: TokenStream,
    pub(crate) impls: TokenStream,
}

impl Parts {
    fn add(&mut self, Parts { named, impls }: Parts) {
        self.named.extend(named);
        self.impls.extend(impls);
    }
}

impl Cx<'_> {
    pub(super) fn service(&self, id: ItemId, service: &crate::model::Service) -> TokenStream {
        let Some(plan) = self.plan(id, service) else { return TokenStream::new() };
        let Parts { named, impls } = generate(&plan);
        let name = self.names.name(id);
        let defined = self.defined_service(id, name, &format!("[`{name}`](trait@{name})"));
        quote!(#named #impls #defined)
    }
}

/// Generates everything for a service.
pub(crate) fn generate(service: &Service) -> Parts {
    let made = service.made;
    let mut parts = Parts { named: contract(service), impls: TokenStream::new() };
    for method in &service.own.methods {
        parts.add(method::error(method));
    }
    if made.client || made.server || made.blocking {
        let methods = &service.own.methods;
        parts.impls.extend(methods.iter().map(|of| method::messages(&service.own.wire_name, of)));
    }
    if made.client {
        parts.add(client::client(service, Side::Async));
    }
    if made.server {
        parts.add(processor::processor(service));
    }
    if made.blocking {
        parts.add(blocking::blocking(service));
    }
    if made.dynamic {
        parts.add(dynamic::dynamic(service));
    }
    parts
}

/// The service's trait.
fn contract(service: &Service) -> TokenStream {
    let Service { root, visibility, attributes, own, kin, partial, made: _, surrounded: _ } =
        service;
    let name = &own.paths.name;
    let sent = quote!(#root::Send + #root::Sync);
    let bounds = match (kin, kin.parent()) {
        (_, None) => sent,
        (Kin::Known(_), Some(Paths { name, .. })) => name.clone(),
        // A supertrait that is not a service need not be `Send` or `Sync`.
        (Kin::Named(_), Some(Paths { name, .. })) => quote!(#name + #sent),
    };
    let methods = own.methods.iter().map(|method| {
        let Method { name, this, attributes, output, .. } = method;
        let parameters = method.parameters();
        let body = left_out(*partial, method, &quote!(#root::left_out));
        quote! {
            #attributes
            fn #name(&#this, #(#parameters),*)
            -> impl #root::Future<Output = #output> + #root::Send #body
        }
    });
    quote!(#attributes #visibility trait #name: #bounds { #(#methods)* })
}

/// A service's ancestors, nearest first.
pub(super) fn ancestors<'p>(
    program: &'p Program,
    service: &crate::model::Service,
) -> Vec<(ItemId, &'p crate::model::Service)> {
    let mut ancestors = Vec::new();
    let mut seen = HashSet::new();
    let mut parent = service.parent;
    while let Some(id) = parent
        && let Item::Service(service) = program.item(id)
        // The resolver refuses cycles. This ends even if one were missed.
        && seen.insert(id)
    {
        ancestors.push((id, service));
        parent = service.parent;
    }
    ancestors
}

/// The default body of a method that a handler may leave out; `;` if the handler must have it.
pub(super) fn left_out(partial: bool, method: &Method, answer: &TokenStream) -> TokenStream {
    if !partial {
        return quote!(;);
    }
    let (name, arguments) = (&method.wire_name, method.names());
    quote!({
        let _ = (#(#arguments,)*);
        #answer(#name)
    })
}
