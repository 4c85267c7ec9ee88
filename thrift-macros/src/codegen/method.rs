//! Methods: their errors, and the structs that their arguments and results travel in.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Cx, annotation, codec,
    name::MethodName,
    structure::{Named, target},
    types::Site,
};
use crate::{
    model::{Function, Service, Type},
    options,
};

impl Cx<'_> {
    /// The enum of a method's declared exceptions.
    pub(super) fn method_error(&self, function: &Function, method: &MethodName) -> TokenStream {
        let [exceptions @ .., rest] = &method.variants[..] else { return TokenStream::new() };
        if !function.fails {
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
        // If a type is declared twice, the variant cannot be told from it.
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

            impl __thrift::From<#error> for __thrift::Error {
                fn from(error: #error) -> Self {
                    match error {
                        #(#error::#exceptions(exception) => __thrift::declared(exception),)*
                        #error::#rest(error) => error,
                    }
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
    pub(super) fn method_messages(
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
            .map(|(field, name)| Named { name, field, held: self.held_argument(field) })
            .collect();
        let args = self.hidden_structure(&method.args, &idl_name, &args);
        let result = match function.fails {
            true => self.method_result(&idl_name, function, method),
            false => TokenStream::new(),
        };
        let services = self.options.services;
        let described = (services.client || services.blocking || services.server)
            .then(|| self.described(service, function, method));
        quote!(#args #result #described)
    }

    /// What a channel, and a layer around a processor, is told of a method.
    fn described(
        &self,
        service: &Service,
        function: &Function,
        method: &MethodName,
    ) -> TokenStream {
        let (args, service, name) = (&method.args, &service.name, &function.name);
        let (oneway, idempotent) = (function.oneway, function.idempotent);
        let fields = match function.oneway {
            true => quote!(&[]),
            false => {
                let result = self.result_type(function, method);
                quote!(<#result as __thrift::Struct>::FIELDS)
            }
        };
        quote! {
            impl #args {
                const METHOD: &'static __thrift::Method =
                    &__thrift::Method::generated(#service, #name, #oneway, #idempotent, #fields);
            }
        }
    }

    /// The struct of a result with declared exceptions: field 0, or one of the exceptions. Of several
    /// fields, the last that comes counts.
    fn method_result(
        &self,
        idl_name: &str,
        function: &Function,
        method: &MethodName,
    ) -> TokenStream {
        let [exceptions @ .., rest] = &method.variants[..] else { return TokenStream::new() };
        let (result, error) = (&method.result, &method.error);
        let value = self.returned(function);
        // The id and the name of a field, and what the method gave if it is there.
        let success =
            function.returns.as_ref().map(|_| (0, "success", quote!(__thrift::Ok(value))));
        let thrown = function.throws.iter().zip(exceptions).map(|(field, variant)| {
            (field.id, &*field.name, quote!(__thrift::Err(#error::#variant(value))))
        });
        let mut fields: Vec<_> = success.into_iter().chain(thrown).collect();
        fields.sort_by_key(|(id, ..)| *id);
        let table = fields.iter().map(|(id, name, _)| codec::table_entry(*id, name));
        let writes = fields.iter().map(|(id, _, outcome)| {
            let id = Literal::i16_unsuffixed(*id);
            quote!(__thrift::Some(#outcome) => w.field(#id, value),)
        });
        let reads = fields.iter().map(|(id, _, outcome)| {
            let id = Literal::i16_unsuffixed(*id);
            quote! {
                #id => if let __thrift::Some(value) = __thrift::read_member(r, h)? {
                    self.0 = __thrift::Some(#outcome);
                },
            }
        });
        let body = codec::Body {
            table: table.collect(),
            inline: None,
            write: quote!(match &self.0 { #(#writes)* _ => {} }),
            begin: quote!(self.0 = __thrift::None;),
            arms: quote!(#(#reads)* _ => _ = r.skip(h)?,),
            end: TokenStream::new(),
            size: None,
        };
        let structure = codec::implement(&target(result, idl_name), body);
        let declared = function.throws.iter().zip(exceptions).map(|(field, variant)| {
            let (id, name) = (Literal::i16_unsuffixed(field.id), &field.name);
            quote! {
                __thrift::Some(__thrift::Err(#error::#variant(_))) => {
                    __thrift::Outcome::Declared { id: #id, name: #name }
                }
            }
        });
        let absent = match function.returns {
            Some(_) => quote!(__thrift::Err(#error::#rest(__thrift::missing_result(method)))),
            None => quote!({
                let _ = method;
                __thrift::Ok(())
            }),
        };
        quote! {
            #[derive(__thrift::Default)]
            struct #result(__thrift::Option<__thrift::Result<#value, #error>>);

            #structure

            impl __thrift::MethodResult for #result {
                type Value = #value;
                type Error = #error;

                fn from_returned(
                    returned: __thrift::Result<#value, #error>,
                ) -> __thrift::Result<Self> {
                    match returned {
                        __thrift::Err(#error::#rest(error)) => __thrift::Err(error),
                        returned => __thrift::Ok(Self(__thrift::Some(returned))),
                    }
                }

                fn outcome(&self) -> __thrift::Outcome {
                    match &self.0 {
                        #(#declared)*
                        _ => __thrift::Outcome::Returned,
                    }
                }

                fn into_returned(self, method: &str) -> __thrift::Result<#value, #error> {
                    match self.0 {
                        __thrift::Some(returned) => returned,
                        __thrift::None => #absent,
                    }
                }
            }
        }
    }

    /// The type of the struct that a method's result travels in.
    pub(super) fn result_type(&self, function: &Function, method: &MethodName) -> TokenStream {
        let result = &method.result;
        match (&function.returns, function.fails) {
            (_, true) => quote!(#result),
            (Some(ty), false) => {
                let ty = self.with_text(options::text(&function.annotations)).ty(ty, Site::Plain);
                quote!(__thrift::Returned<#ty>)
            }
            (None, false) => quote!(__thrift::Void),
        }
    }
}
