//! Methods: their errors, and the structs that their arguments and results travel in.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{
    Cx, annotation, codec,
    name::MethodName,
    structure::{Named, target},
    types::Site,
};
use crate::{
    model::{Field, Function, Service, Type, wire::Held},
    options,
};

/// The most arguments that travel in the runtime's type.
const LONGEST_TUPLE: usize = 8;

/// A method's arguments, by their ids.
fn in_order<'a>(function: &'a Function, method: &'a MethodName) -> Vec<(&'a Field, &'a Ident)> {
    let mut in_order: Vec<_> = function.args.iter().zip(&method.arguments).collect();
    in_order.sort_by_key(|(field, _)| field.id);
    in_order
}

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
        let args = self.arguments_structure(&idl_name, function, method);
        let signature = self.signature(service, &idl_name, function, method);
        let result = match function.fails {
            true => self.method_result(&idl_name, function, method),
            false => TokenStream::new(),
        };
        quote!(#args #signature #result)
    }

    /// The type that stands for a method: the struct of its arguments, or else one without values.
    fn arguments_structure(
        &self,
        idl_name: &str,
        function: &Function,
        method: &MethodName,
    ) -> TokenStream {
        let args = &method.args;
        if self.are_tuple(function) {
            return quote!(struct #args;);
        }
        let named: Vec<_> = function
            .args
            .iter()
            .zip(&method.arguments)
            .map(|(field, name)| Named { name, field, held: self.held_argument(field) })
            .collect();
        self.hidden_structure(args, idl_name, &named)
    }

    /// What the runtime, a channel, and a layer around a processor know of a method.
    fn signature(
        &self,
        service: &Service,
        idl_name: &str,
        function: &Function,
        method: &MethodName,
    ) -> TokenStream {
        let (args, service, name) = (&method.args, &service.name, &function.name);
        let (oneway, idempotent) = (function.oneway, function.idempotent);
        let result = self.result_type(function, method);
        let fields = match function.oneway {
            true => quote!(&[]),
            false => quote!(<#result as __thrift::Struct>::FIELDS),
        };
        let (arguments, table) = match self.are_tuple(function) {
            true => {
                let in_order = in_order(function, method);
                let types = in_order.iter().map(|(field, _)| self.argument_type(field));
                let table = in_order.iter().map(|(of, _)| codec::table_entry(of.id, &of.name));
                (quote!(__thrift::Args<Self, (#(#types,)*)>), quote!(&[#(#table),*]))
            }
            false => (quote!(Self), quote!(<Self as __thrift::Struct>::FIELDS)),
        };
        quote! {
            impl __thrift::Signature for #args {
                type Arguments = #arguments;
                type Result = #result;
                const DECLARED: &'static __thrift::Declared = &__thrift::Declared::new(
                    __thrift::Method::generated(#service, #name, #oneway, #idempotent, #fields),
                    #idl_name,
                    #table,
                );
            }
        }
    }

    /// Whether a method's arguments travel in the runtime's type: they are few, without defaults of
    /// their own, and none must be there. Where only some of those that follow one another are of a
    /// size that never varies, a struct of their own writes these at once.
    fn are_tuple(&self, function: &Function) -> bool {
        let Function { args, .. } = function;
        let plain = args
            .iter()
            .all(|field| field.default.is_none() && self.held_argument(field) != Held::Required);
        let mut in_order: Vec<_> = args.iter().collect();
        in_order.sort_by_key(|field| field.id);
        let is_fixed = |field: &&Field| {
            self.wire_size(field).is_some() && self.held_argument(field) != Held::Optional
        };
        let run = in_order.chunk_by(|a, b| is_fixed(a) && is_fixed(b)).map(<[_]>::len).max();
        plain && args.len() <= LONGEST_TUPLE && run.is_none_or(|run| run == 1 || run == args.len())
    }

    /// A method's arguments, put into what they travel in.
    pub(super) fn arguments_given(&self, function: &Function, method: &MethodName) -> TokenStream {
        let (args, names) = (&method.args, &method.arguments);
        match self.are_tuple(function) {
            true => {
                let names = in_order(function, method).into_iter().map(|(_, name)| name);
                quote!(__thrift::Args::new((#(#names,)*)))
            }
            false => quote!(#args { #(#names),* }),
        }
    }

    /// The arguments, in the order of the IDL, taken out of `arguments`.
    pub(super) fn arguments_taken(&self, function: &Function, method: &MethodName) -> TokenStream {
        let names = &method.arguments;
        match self.are_tuple(function) {
            true => {
                let in_order = in_order(function, method);
                let places = names.iter().filter_map(|name| {
                    let place = in_order.iter().position(|(_, of)| *of == name)?;
                    Some(Literal::usize_unsuffixed(place))
                });
                quote!(#(arguments.0.#places),*)
            }
            false => quote!(#(arguments.#names),*),
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
