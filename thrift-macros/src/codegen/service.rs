//! Services: the trait, the errors of its methods, and the structs that calls travel in.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Cx, annotation,
    name::{MethodName, ServiceName},
    structure::Named,
    types::Place,
};
use crate::model::{Field, Function, Item, ItemId, Requiredness, Service, Type, wire::Held};

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
        quote!(#contract #(#errors)* #(#messages)* #client #processor #blocking)
    }

    fn service_trait(&self, id: ItemId, service: &Service, names: &ServiceName) -> TokenStream {
        let Service { name: _, doc, annotations, parent, functions } = service;
        let name = &names.name;
        let doc = annotation::doc(doc);
        let deprecated = annotation::deprecated(annotations);
        let attributes = self.options.own_attributes(id);
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
            quote! {
                #doc #deprecated #attributes
                fn #name(&self, #(#arguments),*)
                -> impl __thrift::Future<Output = #output> + __thrift::Send;
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
        quote!(#doc #arguments #throws)
    }

    /// The arguments of a method, `name: Type`, as seen from the module that is generated now.
    pub(super) fn arguments(&self, function: &Function, method: &MethodName) -> Vec<TokenStream> {
        function
            .args
            .iter()
            .zip(&method.arguments)
            .map(|(field, name)| {
                let ty = self.value_type(field);
                quote!(#name: #ty)
            })
            .collect()
    }

    /// What a method gives: `Result<T>`, or with declared exceptions `Result<T, XError>`.
    pub(super) fn output(
        &self,
        module: usize,
        function: &Function,
        method: &MethodName,
    ) -> TokenStream {
        let value = self.returned(function);
        match function.throws.is_empty() {
            true => quote!(__thrift::Result<#value>),
            false => {
                let error = self.path_to(module, &method.error);
                quote!(__thrift::Result<#value, #error>)
            }
        }
    }

    fn returned(&self, function: &Function) -> TokenStream {
        match &function.returns {
            Some(ty) => self.ty(ty, Place::Plain),
            None => quote!(()),
        }
    }

    /// The enum of a method's declared exceptions.
    fn method_error(&self, function: &Function, method: &MethodName) -> TokenStream {
        let [exceptions @ .., rest] = &method.variants[..] else { return TokenStream::new() };
        if function.throws.is_empty() {
            return TokenStream::new();
        }
        let error = &method.error;
        let doc = format!(" What `{}` fails with.", method.name);
        let types: Vec<_> = function.throws.iter().map(|field| self.value_type(field)).collect();
        let variants =
            function.throws.iter().zip(exceptions).zip(&types).map(|((field, variant), ty)| {
                let doc = match &field.doc {
                    Some(_) => annotation::doc(&field.doc),
                    None => {
                        let doc = format!(" The declared exception `{}`.", field.name);
                        quote!(#[doc = #doc])
                    }
                };
                quote!(#doc #variant(#ty),)
            });
        // Of a type that stands twice, which variant is meant cannot be told.
        let resolved: Vec<&Type> =
            function.throws.iter().map(|field| self.resolved(&field.ty)).collect();
        let once = (0..types.len())
            .filter(|index| resolved.iter().filter(|ty| **ty == resolved[*index]).count() == 1);
        let conversions = once.map(|index| {
            let (ty, variant) = (&types[index], &exceptions[index]);
            quote! {
                impl __thrift::From<#ty> for #error {
                    fn from(exception: #ty) -> Self {
                        Self::#variant(exception)
                    }
                }
            }
        });
        quote! {
            #[doc = #doc]
            #[derive(__thrift::Debug)]
            pub enum #error {
                #(#variants)*
                /// Anything else: the connection, the peer, or the handler of its own accord.
                #rest(__thrift::Error),
            }

            #(#conversions)*

            impl __thrift::From<__thrift::Error> for #error {
                fn from(error: __thrift::Error) -> Self {
                    Self::#rest(error)
                }
            }

            impl __thrift::Display for #error {
                fn fmt(&self, f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
                    match self {
                        #(Self::#exceptions(exception) => __thrift::Display::fmt(exception, f),)*
                        Self::#rest(error) => __thrift::Display::fmt(error, f),
                    }
                }
            }

            impl __thrift::StdError for #error {}
        }
    }

    /// The structs that a method's arguments and its result travel in.
    fn method_messages(
        &self,
        service: &Service,
        function: &Function,
        method: &MethodName,
    ) -> TokenStream {
        let idl_name = format!("{}.{}", service.name, function.name);
        let args: Vec<_> = function
            .args
            .iter()
            .zip(&method.arguments)
            .map(|(field, name)| Named {
                name,
                field,
                held: match field.requiredness {
                    Requiredness::Required => Held::Required,
                    // `optional` says nothing on an argument.
                    Requiredness::Optional | Requiredness::Default => Held::Plain,
                },
            })
            .collect();
        let args = self.hidden_structure(&method.args, &idl_name, &args);
        let result = match function.throws.is_empty() {
            true => TokenStream::new(),
            false => self.method_result(&idl_name, function, method),
        };
        quote!(#args #result)
    }

    /// The struct of a result with declared exceptions: field 0, or one of the exceptions.
    fn method_result(
        &self,
        idl_name: &str,
        function: &Function,
        method: &MethodName,
    ) -> TokenStream {
        let [exceptions @ .., rest] = &method.variants[..] else { return TokenStream::new() };
        let (result, error) = (&method.result, &method.error);
        let success = function.returns.clone().map(success_field);
        let names: Vec<_> = std::iter::once(super::name::ident("success"))
            .chain((0..exceptions.len()).map(|index| quote::format_ident!("exception_{index}")))
            .collect();
        let fields = success.iter().zip(&names).chain(function.throws.iter().zip(&names[1..]));
        let named: Vec<_> =
            fields.map(|(field, name)| Named { name, field, held: Held::Optional }).collect();
        let structure = self.hidden_structure(result, idl_name, &named);
        let thrown = &names[1..];
        let value = self.returned(function);
        let (ok, store) = match success {
            Some(_) => (
                quote!(match self.success {
                    __thrift::Some(value) => __thrift::Ok(value),
                    __thrift::None => __thrift::Err(#error::#rest(__thrift::missing_result(method))),
                }),
                quote!(__thrift::Ok(value) => result.success = __thrift::Some(value),),
            ),
            None => (
                quote!({
                    let _ = method;
                    __thrift::Ok(())
                }),
                quote!(__thrift::Ok(()) => {}),
            ),
        };
        quote! {
            #structure

            impl __thrift::MethodResult for #result {
                type Value = #value;
                type Error = #error;

                fn from_outcome(outcome: __thrift::Result<#value, #error>) -> __thrift::Result<Self> {
                    let mut result = <Self as __thrift::Default>::default();
                    match outcome {
                        #store
                        #(__thrift::Err(#error::#exceptions(exception)) => {
                            result.#thrown = __thrift::Some(exception);
                        })*
                        __thrift::Err(#error::#rest(error)) => return __thrift::Err(error),
                    }
                    __thrift::Ok(result)
                }

                fn into_outcome(self, method: &'static str) -> __thrift::Result<#value, #error> {
                    #(if let __thrift::Some(exception) = self.#thrown {
                        return __thrift::Err(#error::#exceptions(exception));
                    })*
                    #ok
                }
            }
        }
    }

    /// The type of the struct that a method's result travels in.
    pub(super) fn result_type(&self, function: &Function, method: &MethodName) -> TokenStream {
        let result = &method.result;
        match (&function.returns, function.throws.is_empty()) {
            (_, false) => quote!(#result),
            (Some(ty), true) => {
                let ty = self.ty(ty, Place::Plain);
                quote!(__thrift::Reply<#ty>)
            }
            (None, true) => quote!(__thrift::Void),
        }
    }

    /// A service's ancestors, nearest first.
    pub(super) fn ancestors(&self, service: &Service) -> Vec<(ItemId, &Service)> {
        let mut ancestors = Vec::new();
        let mut parent = service.parent;
        while let Some(id) = parent
            && let Item::Service(service) = self.program.item(id)
            // The resolver refuses cycles; this only keeps a mistake there from hanging here.
            && ancestors.iter().all(|(known, _)| *known != id)
        {
            ancestors.push((id, service));
            parent = service.parent;
        }
        ancestors
    }
}

fn success_field(ty: Type) -> Field {
    Field {
        id: 0,
        name: "success".to_owned(),
        doc: None,
        annotations: Vec::new(),
        requiredness: Requiredness::Optional,
        ty,
        default: None,
        boxed: false,
    }
}
