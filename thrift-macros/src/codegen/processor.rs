//! Processors: dispatch by the method's name.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::service::Parts;
use crate::model::service::{Kin, Method, Paths, Service};

/// At every so many levels of `extends`, what an ancestor does goes into a box: rustc follows a future
/// into those within it, and gives up where they are too many.
const LEVELS_UNBOXED: usize = 8;

/// What dispatches to a service's methods. A panic in any of them is caught in one place: that
/// compiles faster than a place in each.
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
        quote!(#wire_name => __thrift::Some(#args::METHOD),)
    });
    let (otherwise, inherited) = otherwise(kin);
    // A service without methods of its own never looks at the handler.
    let handler = match own.methods.is_empty() && kin.parent().is_none() {
        true => quote!(_handler),
        false => quote!(handler),
    };
    let named = quote! {
        #[doc = #doc]
        #[derive(#root::Debug)]
        #visibility struct #processor<__H>(__H);
    };
    let impls = quote! {
        #(#handles)*

        impl<__H: #name> #processor<__thrift::OneHandler<__H>> {
            /// Makes a processor with one handler for all calls.
            pub fn new(handler: __H) -> Self {
                Self(__thrift::OneHandler(handler))
            }

            // That it can be sent is said here, so that no descendant has to look into it.
            #[doc(hidden)]
            pub fn dispatch<'__h, '__c, __P: __thrift::Protocol>(
                #handler: &'__h __H,
                call: &'__h mut __thrift::Call<'__c, __P>,
            ) -> impl __thrift::Future<Output = __thrift::Processed>
                + __thrift::Send
                + use<'__h, '__c, __H, __P> {
                async move {
                    match call.method() {
                        #(#arms)*
                        _ => #otherwise,
                    }
                }
            }

            #[doc(hidden)]
            pub fn find(name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
                match name {
                    #(#known)*
                    _ => #inherited,
                }
            }
        }

        impl<__F, __H> #processor<__thrift::PerCall<__F>>
        where
            __F: __thrift::Fn(&__thrift::Context) -> __H,
            __H: #name,
        {
            /// Makes a processor with a handler for each call, made of the call's context.
            pub fn per_call(handler: __F) -> Self {
                Self(__thrift::PerCall(handler))
            }
        }

        impl<__S: __thrift::Handlers> __thrift::Processor for #processor<__S>
        where
            __S::Handler: #name,
        {
            async fn process<__P: __thrift::Protocol>(
                &self,
                mut call: __thrift::Call<'_, __P>,
            ) -> __thrift::Processed {
                let __thrift::Some(lease) = self.0.lease(&mut call) else {
                    return call.no_handler();
                };
                let handler = __thrift::Borrow::borrow(&lease);
                let answered = #processor::<__thrift::OneHandler<__S::Handler>>::dispatch(
                    handler,
                    &mut call,
                );
                let answered = __thrift::Guarded(::core::pin::pin!(answered)).await;
                answered.unwrap_or_else(|| call.panicked())
            }

            fn method(&self, name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
                #processor::<__thrift::OneHandler<__S::Handler>>::find(name)
            }

            fn speculates(&self) -> bool {
                __S::UNNOTICED
            }
        }
    };
    Parts { named, impls }
}

/// What calls a handler with a method's arguments.
fn handle(name: &TokenStream, method: &Method) -> TokenStream {
    let fields = method.names();
    let Method { name: method, oneway, args, output, result, .. } = method;
    let args = &args.target.name;
    quote! {
        impl<__H: #name> __thrift::Handle<__H> for #args {
            type Result = #result;
            const ONEWAY: bool = #oneway;

            fn handle(self, handler: &__H)
            -> impl __thrift::Future<Output = #output> + __thrift::Send {
                #name::#method(handler, #(self.#fields),*)
            }
        }
    }
}

/// What answers a method that is not the service's own, and what finds it.
fn otherwise(kin: &Kin) -> (TokenStream, TokenStream) {
    let Some(Paths { processor, .. }) = kin.parent() else {
        return (quote!(call.unknown_method()), quote!(__thrift::None));
    };
    let parent = quote!(#processor::<__thrift::OneHandler<__H>>);
    let answered = quote!(#parent::dispatch(handler, call));
    let is_boxed = match kin {
        Kin::Known(ancestors) => ancestors.len().is_multiple_of(LEVELS_UNBOXED),
        // There are not as many levels.
        Kin::Named(_) => false,
    };
    let answered = match is_boxed {
        true => quote!(__thrift::boxed(#answered).await),
        false => quote!(#answered.await),
    };
    (answered, quote!(#parent::find(name)))
}

fn wire_name(method: &Method) -> Literal {
    Literal::byte_string(method.wire_name.as_bytes())
}
