//! The services of an IDL, turned into the model that code is generated from.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};

use super::{
    Cx, annotation,
    name::{MethodName, ServiceName},
    parameter::DOCUMENTED,
    service::ancestors,
    structure::Named,
    types::Site,
};
use crate::{
    model::{
        Field, Function, ItemId, Service, Type,
        service::{self as plan, Argument, Contract, ErrorEnum, Kin, Line, Method, Paths},
        wire::{Failure, Failures, Held},
    },
    options::{self, Kind},
};

impl Cx<'_> {
    /// The model that a service is generated from.
    pub(super) fn plan(&self, id: ItemId, service: &Service) -> Option<plan::Service> {
        let doc = annotation::doc(&service.doc);
        let deprecated = annotation::deprecated(&service.annotations);
        let attributes = self.options.own_attributes(id, Some(Kind::Services));
        let ancestors = ancestors(self.program, service).into_iter();
        Some(plan::Service {
            root: quote!(__thrift),
            visibility: quote!(pub),
            attributes: quote!(#doc #deprecated #(#attributes)*),
            own: self.contract(id, service)?,
            kin: Kin::Known(ancestors.filter_map(|(id, of)| self.contract(id, of)).collect()),
            partial: options::is_partial(service),
            made: self.options.services,
            surrounded: DOCUMENTED.iter().any(|name| self.names.has_value(name)),
        })
    }

    /// A service, named as it is seen from the module that is being generated.
    fn contract(&self, id: ItemId, service: &Service) -> Option<Contract> {
        let names = self.names.service(id)?;
        let methods = service.functions.iter().zip(&names.methods).enumerate();
        let method =
            |(index, (function, name))| self.method(Place { id, index }, service, function, name);
        Some(Contract {
            wire_name: service.name.clone(),
            paths: self.paths(id, names),
            methods: methods.map(method).collect(),
            line: self.line(id),
        })
    }

    fn line(&self, id: ItemId) -> Option<Line> {
        let end = self.lines.end(id)?;
        let last = self.names.service(end)?;
        Some(Line {
            end,
            is_end: self.lines.is_end(id),
            descendant: self.path_to(end.module, &last.descendant),
            blocking_descendant: self.path_to(end.module, &last.blocking_descendant),
        })
    }

    fn paths(&self, id: ItemId, names: &ServiceName) -> Paths {
        let path = |name: &Ident| self.path_to(id.module, name);
        Paths {
            name: self.path(id),
            client: path(&names.client),
            processor: path(&names.processor),
            blocking: path(&names.blocking),
            blocking_client: path(&names.blocking_client),
            blocking_handler: path(&names.blocking_handler),
            dynamic: path(&names.dynamic),
        }
    }

    fn method(
        &self,
        Place { id, index }: Place,
        service: &Service,
        function: &Function,
        method: &MethodName,
    ) -> Method {
        let doc = self.method_doc(function, method);
        let deprecated = annotation::deprecated(&function.annotations);
        let attributes = self.member_attributes(id, index);
        let (text, declared) = (annotation::doc(&function.doc), self.declared_method(function));
        let arguments = function.args.iter().zip(&method.arguments);
        let named: Vec<Named<'_>> = arguments
            .map(|(field, name)| Named { name, field, held: self.held_argument(field) })
            .collect();
        let value = self.returned(function);
        let error = self.path_to(id.module, &method.error);
        let (output, result) = match (&function.returns, function.fails) {
            (Some(_), true) => (
                quote!(__thrift::Result<#value, #error>),
                quote!(__thrift::ReturnedOr<#value, #error>),
            ),
            (None, true) => {
                (quote!(__thrift::Result<(), #error>), quote!(__thrift::VoidOr<#error>))
            }
            (Some(_), false) => {
                (quote!(__thrift::Result<#value>), quote!(__thrift::Returned<#value>))
            }
            (None, false) => (quote!(__thrift::Result<()>), quote!(__thrift::Void)),
        };
        let idl_name = format!("{}.{}", service.name, function.name);
        Method {
            name: method.name.clone(),
            wire_name: function.name.clone(),
            // The macro of an attribute refers to `self` with the author's hygiene.
            this: Ident::new("self", Span::call_site().resolved_at(self.author)),
            attributes: quote!(#doc #deprecated #attributes),
            blocking_attributes: quote!(#text #declared),
            oneway: function.oneway,
            idempotent: function.idempotent,
            arguments: named.iter().map(|named| self.argument(named)).collect(),
            args: self.record(&method.args, &idl_name, &named, None),
            output,
            result,
            error: function.fails.then(|| self.error_enum(function, method)).flatten(),
        }
    }

    fn argument(&self, Named { name, field, held }: &Named<'_>) -> Argument {
        let ty = self.value_type(field);
        let ty = match held {
            Held::Optional => quote!(__thrift::Option<#ty>),
            Held::Required | Held::Plain => ty,
        };
        Argument { name: (*name).clone(), ty }
    }

    fn returned(&self, function: &Function) -> TokenStream {
        match &function.returns {
            Some(ty) => self.with_text(options::text(&function.annotations)).ty(ty, Site::Plain),
            None => quote!(()),
        }
    }

    /// The enum of a method's declared exceptions.
    fn error_enum(&self, function: &Function, method: &MethodName) -> Option<ErrorEnum> {
        let [exceptions @ .., rest] = &method.variants[..] else { return None };
        let docs = function.throws.iter().map(|field| match &field.doc {
            Some(_) => annotation::doc(&field.doc),
            None => {
                let doc = format!(" The declared exception `{}`.", field.name);
                quote!(#[doc = #doc])
            }
        });
        // If two exceptions have the same type, the type does not say which variant is meant.
        let resolved: Vec<&Type> =
            function.throws.iter().map(|field| self.resolved(&field.ty)).collect();
        let arms = function.throws.iter().zip(exceptions).zip(&resolved);
        let arms = arms.map(|((field, variant), ty)| Failure {
            id: field.id,
            wire_name: field.name.clone(),
            variant: variant.clone(),
            ty: self.value_type(field).into_token_stream(),
            once: resolved.iter().filter(|other| *other == ty).count() == 1,
            span: Span::call_site(),
        });
        Some(ErrorEnum {
            doc: format!(" The error type of the method `{}`.", method.name),
            docs: docs.collect(),
            failures: Failures {
                name: method.error.clone(),
                arms: arms.collect(),
                rest: rest.clone(),
            },
        })
    }

    /// A method's text, and below it the texts of its arguments and exceptions.
    fn method_doc(&self, function: &Function, method: &MethodName) -> TokenStream {
        let doc = annotation::doc(&function.doc);
        let texts = |fields: &[Field], names: &[Ident]| -> Vec<(String, String)> {
            let named = fields.iter().zip(names);
            named.filter_map(|(of, name)| Some((name.to_string(), of.doc.clone()?))).collect()
        };
        let arguments = annotation::list("# Arguments", texts(&function.args, &method.arguments));
        let throws = annotation::list("# Errors", texts(&function.throws, &method.variants));
        let declared = self.declared_method(function);
        quote!(#doc #declared #arguments #throws)
    }
}

/// The place of a method: its service, and its index there.
struct Place {
    id: ItemId,
    index: usize,
}
