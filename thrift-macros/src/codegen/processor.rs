//! Processors: dispatch by the method's name.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{method::arguments_taken, parameter::parameter, service::Parts};
use crate::model::service::{Kin, Method, Paths, Service};

/// After this many levels of `extends`, the future of an ancestor is boxed: rustc follows a future
/// into those that it contains, and gives up if they nest too deep.
const LEVELS_UNBOXED: usize = 8;

/// The processor, which dispatches to a service's methods. A panic in any method is caught in one
/// place, which compiles faster than a place for each.
pub(super) fn processor(service: &Service) -> Parts {
    let Service { root, visibility, own, kin, .. } = service;
    let Paths { name, processor, .. } = &own.paths;
    let doc = format!(" Answers calls with a handler that implements [`{name}`].");
    let handles = own.methods.iter().map(|method| handle(name, method));
    let arms = own.methods.iter().map(|method| {
        let (wire_name, args) = (wire_name(method), &method.args.target.name);
        quote!(#wire_name => call.answer::<#args, __H>(handler).await,)
    });
    let known = own.methods.iter().map(|method| {
        let (wire_name, args) = (wire_name(method), &method.args.target.name);
        quote! {
            #wire_name => __thrift::Some(&<#args as __thrift::Signature>::DECLARED.method),
        }
    });
    let (otherwise, inherited) = otherwise(kin);
    // A service without any methods of its own never uses the handler.
    let handler = match own.methods.is_empty() && kin.parent().is_none() {
        true => quote!(_handler),
        false => quote!(handler),
    };
    let scope = [root, name, processor];
    let [handlers, one, made_by, protocol] =
        ["H", "H", "F", "P"].map(|letter| parameter(letter, scope));
    let named = quote! {
        #[doc = #doc]
        #[derive(#root::Debug)]
        #visibility struct #processor<#handlers>(#handlers);
    };
    let impls = quote! {
        #(#handles)*

        impl<#one: #name> #processor<__thrift::OneHandler<#one>> {
            /// Makes a processor with one handler for all calls.
            pub fn new(handler: #one) -> Self {
                Self(__thrift::OneHandler(handler))
            }
        }

        impl #processor<()> {
            #[doc(hidden)]
            pub fn find(name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
                match name {
                    #(#known)*
                    _ => #inherited,
                }
            }
        }

        impl<__H: #name> __thrift::Dispatch<__H> for #processor<()> {
            fn dispatch<__P: __thrift::Protocol>(
                #handler: &__H,
                call: &mut __thrift::Call<'_, __P>,
            ) -> impl __thrift::Future<Output = __thrift::Processed> + __thrift::Send {
                async move {
                    match call.method() {
                        #(#arms)*
                        _ => #otherwise,
                    }
                }
            }
        }

        impl<#made_by, #one> #processor<__thrift::PerCall<#made_by>>
        where
            #made_by: __thrift::Fn(&__thrift::Context) -> #one,
            #one: #name,
        {
            /// Makes a processor with a handler for each call, made of the call's context.
            pub fn per_call(handler: #made_by) -> Self {
                Self(__thrift::PerCall(handler))
            }
        }

        impl<#handlers: __thrift::Handlers> __thrift::Processor for #processor<#handlers>
        where
            #processor<()>: __thrift::Dispatch<#handlers::Handler>,
        {
            fn process<#protocol: __thrift::Protocol>(
                &self,
                call: __thrift::Call<'_, #protocol>,
            ) -> impl __thrift::Future<Output = __thrift::Processed> + __thrift::Send {
                __thrift::process::<#processor<()>, #handlers, #protocol>(&self.0, call)
            }

            fn method(&self, name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
                #processor::<()>::find(name)
            }

            fn speculates(&self) -> bool {
                #handlers::UNNOTICED
            }
        }
    };
    Parts { named, impls }
}

/// Calls a handler with the arguments of a method.
fn handle(name: &TokenStream, method: &Method) -> TokenStream {
    let taken = arguments_taken(method);
    let arguments = match taken.is_empty() {
        true => quote!(_),
        false => quote!(arguments),
    };
    let Method { name: method, args, output, .. } = method;
    let args = &args.target.name;
    quote! {
        impl<__H: #name> __thrift::Handle<__H> for #args {
            fn handle(
                #arguments: <Self as __thrift::Signature>::Arguments,
                handler: &__H,
            ) -> impl __thrift::Future<Output = #output> + __thrift::Send {
                #name::#method(handler, #taken)
            }
        }
    }
}

/// How a method that is not the service's own is answered, and how it is found.
fn otherwise(kin: &Kin) -> (TokenStream, TokenStream) {
    let Some(Paths { processor, .. }) = kin.parent() else {
        return (quote!(call.unknown_method()), quote!(__thrift::None));
    };
    let answered = quote!(<#processor<()> as __thrift::Dispatch<__H>>::dispatch(handler, call));
    let is_boxed = match kin {
        Kin::Known(ancestors) => ancestors.len().is_multiple_of(LEVELS_UNBOXED),
        // A trait in Rust does not tell the number of levels, which is small.
        Kin::Named(_) => false,
    };
    let answered = match is_boxed {
        true => quote!(__thrift::boxed(#answered).await),
        false => quote!(#answered.await),
    };
    (answered, quote!(<#processor<()>>::find(name)))
}

fn wire_name(method: &Method) -> Literal {
    Literal::byte_string(method.wire_name.as_bytes())
}
