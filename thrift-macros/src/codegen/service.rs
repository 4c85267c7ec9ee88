//! Services: the trait, and what is generated around it.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{
    Cx, annotation,
    name::{MethodName, ServiceName},
    types::Site,
};
use crate::{
    model::{Field, Function, Item, ItemId, Program, Service, wire::Held},
    options::{self, Kind},
};

impl Cx<'_> {
    pub(super) fn service(&self, id: ItemId, service: &Service) -> TokenStream {
        let Some(names) = self.names.service(id) else { return TokenStream::new() };
        let services = self.options.services;
        let contract = self.service_trait(id, service, names);
        let used = services.client || services.server || services.blocking;
        let methods = service.functions.iter().zip(&names.methods);
        let errors = methods.clone().map(|(function, method)| self.method_error(function, method));
        let messages = methods
            .filter(|_| used)
            .map(|(function, method)| self.method_messages(service, function, method));
        let client = services.client.then(|| self.client(id, service, names));
        let processor = services.server.then(|| self.processor(service, names));
        let blocking = services.blocking.then(|| self.blocking(id, service, names));
        let dynamic = services.dynamic.then(|| self.dynamic(service, names));
        quote!(#contract #(#errors)* #(#messages)* #client #processor #blocking #dynamic)
    }

    fn service_trait(&self, id: ItemId, service: &Service, names: &ServiceName) -> TokenStream {
        let Service { name: _, place: _, doc, annotations, parent, functions } = service;
        let name = &names.name;
        let doc = annotation::doc(doc);
        let deprecated = annotation::deprecated(annotations);
        let attributes = self.options.own_attributes(id, Some(Kind::Services));
        let bounds = match parent {
            Some(parent) => self.path(*parent),
            None => quote!(__thrift::Send + __thrift::Sync),
        };
        let methods = functions.iter().zip(&names.methods).enumerate();
        let methods = methods.map(|(index, (function, method))| {
            let doc = self.method_doc(function, method);
            let deprecated = annotation::deprecated(&function.annotations);
            let attributes = self.member_attributes(id, index);
            let name = &method.name;
            let arguments = self.arguments(function, method);
            let output = self.output(self.module, function, method);
            // An attribute's macro says `self` as the author would.
            let this = Ident::new("self", Span::call_site().resolved_at(self.author));
            let body = left_out(options::is_partial(service), function, method, &quote!(left_out));
            quote! {
                #doc #deprecated #attributes
                fn #name(&#this, #(#arguments),*)
                -> impl __thrift::Future<Output = #output> + __thrift::Send #body
            }
        });
        quote! {
            #doc #deprecated #(#attributes)*
            pub trait #name: #bounds { #(#methods)* }
        }
    }

    /// A method's text, and below it the texts of its arguments and exceptions.
    fn method_doc(&self, function: &Function, method: &MethodName) -> TokenStream {
        let doc = annotation::doc(&function.doc);
        let list = |heading: &str, fields: &[Field], names: &mut dyn Iterator<Item = String>| {
            let entries: Vec<String> = fields
                .iter()
                .zip(names)
                .filter_map(|(field, name)| {
                    let text = field.doc.as_ref()?;
                    let lines: Vec<&str> = text.lines().map(str::trim).collect();
                    Some(format!("- `{name}`: {}", lines.join(" ")))
                })
                .collect();
            match entries.is_empty() {
                true => TokenStream::new(),
                false => {
                    let heading = format!(" {heading}");
                    let entries = entries.into_iter().map(|entry| format!(" {entry}"));
                    quote!(#[doc = ""] #[doc = #heading] #[doc = ""] #(#[doc = #entries])*)
                }
            }
        };
        let mut names = method.arguments.iter().map(ToString::to_string);
        let arguments = list("# Arguments", &function.args, &mut names);
        let mut names = method.variants.iter().map(ToString::to_string);
        let throws = list("# Errors", &function.throws, &mut names);
        let declared = self.declared_method(function);
        quote!(#doc #declared #arguments #throws)
    }

    /// The arguments of a method, `name: Type`, as seen from the module that is generated now.
    pub(super) fn arguments(&self, function: &Function, method: &MethodName) -> Vec<TokenStream> {
        function
            .args
            .iter()
            .zip(&method.arguments)
            .map(|(field, name)| {
                let ty = self.argument_type(field);
                quote!(#name: #ty)
            })
            .collect()
    }

    /// The type of an argument.
    pub(super) fn argument_type(&self, field: &Field) -> TokenStream {
        let ty = self.value_type(field);
        match self.held_argument(field) {
            Held::Optional => quote!(__thrift::Option<#ty>),
            Held::Required | Held::Plain => ty,
        }
    }

    /// What a method gives: `Result<T>`, or with declared exceptions `Result<T, XError>`.
    pub(super) fn output(
        &self,
        module: usize,
        function: &Function,
        method: &MethodName,
    ) -> TokenStream {
        let value = self.returned(function);
        match function.fails {
            true => {
                let error = self.path_to(module, &method.error);
                quote!(__thrift::Result<#value, #error>)
            }
            false => quote!(__thrift::Result<#value>),
        }
    }

    pub(super) fn returned(&self, function: &Function) -> TokenStream {
        match &function.returns {
            Some(ty) => self.with_text(options::text(&function.annotations)).ty(ty, Site::Plain),
            None => quote!(()),
        }
    }

    /// A service's ancestors, nearest first.
    pub(super) fn ancestors(&self, service: &Service) -> Vec<(ItemId, &Service)> {
        ancestors(self.program, service)
    }
}

/// A service's ancestors, nearest first.
pub(super) fn ancestors<'p>(program: &'p Program, service: &Service) -> Vec<(ItemId, &'p Service)> {
    let mut ancestors = Vec::new();
    let mut seen = HashSet::new();
    let mut parent = service.parent;
    while let Some(id) = parent
        && let Item::Service(service) = program.item(id)
        // The resolver refuses cycles. Should it miss one, this does not loop for ever.
        && seen.insert(id)
    {
        ancestors.push((id, service));
        parent = service.parent;
    }
    ancestors
}

/// What a method does that a handler leaves out; `;` if a handler must have it.
pub(super) fn left_out(
    partial: bool,
    function: &Function,
    method: &MethodName,
    answer: &TokenStream,
) -> TokenStream {
    if !partial {
        return quote!(;);
    }
    let (name, arguments) = (&function.name, &method.arguments);
    quote!({
        let _ = (#(#arguments,)*);
        __thrift::#answer(#name)
    })
}
