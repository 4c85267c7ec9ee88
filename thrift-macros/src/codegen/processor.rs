//! Processors: dispatch by the method's name.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Cx, name::ServiceName};
use crate::model::Service;

/// At every so many levels of `extends`, what an ancestor does goes into a box: rustc follows a future
/// into those within it, and gives up where they are too many.
const LEVELS_UNBOXED: usize = 8;

impl Cx<'_> {
    /// What dispatches to a service's methods. A panic in any of them is caught in one place: that
    /// compiles faster than a place in each.
    pub(super) fn processor(&self, service: &Service, names: &ServiceName) -> TokenStream {
        let ServiceName { name, processor, .. } = names;
        let doc = format!(" Answers calls with a handler that implements [`{name}`].");
        let methods = || service.functions.iter().zip(&names.methods);
        let handles = methods().map(|(function, method)| {
            let (method_name, args, fields) = (&method.name, &method.args, &method.arguments);
            let (oneway, output) = (function.oneway, self.output(self.module, function, method));
            let result = self.result_type(function, method);
            quote! {
                impl<__H: #name> __thrift::Handle<__H> for #args {
                    type Result = #result;
                    const ONEWAY: bool = #oneway;

                    fn handle(self, handler: &__H)
                    -> impl __thrift::Future<Output = #output> + __thrift::Send {
                        #name::#method_name(handler, #(self.#fields),*)
                    }
                }
            }
        });
        let arms = methods().map(|(function, method)| {
            let idl_name = Literal::byte_string(function.name.as_bytes());
            let args = &method.args;
            quote!(#idl_name => call.answer::<#args, __H>(handler).await,)
        });
        let otherwise = match service.parent.and_then(|id| Some((id, self.names.service(id)?))) {
            Some((id, parent)) => {
                let parent = self.path_to(id.module, &parent.processor);
                let answered =
                    quote!(#parent::<__thrift::OneHandler<__H>>::dispatch(handler, call));
                match self.ancestors(service).len() % LEVELS_UNBOXED {
                    0 => quote!(__thrift::boxed(#answered).await),
                    _ => quote!(#answered.await),
                }
            }
            None => quote!(call.unknown_method()),
        };
        let known = methods().map(|(function, method)| {
            let idl_name = Literal::byte_string(function.name.as_bytes());
            let args = &method.args;
            quote!(#idl_name => __thrift::Some(#args::METHOD),)
        });
        let inherited = match service.parent.and_then(|id| Some((id, self.names.service(id)?))) {
            Some((id, parent)) => {
                let parent = self.path_to(id.module, &parent.processor);
                quote!(#parent::<__thrift::OneHandler<__H>>::find(name))
            }
            None => quote!(__thrift::None),
        };
        // A service without methods of its own never looks at the handler.
        let handler = match service.functions.is_empty() && service.parent.is_none() {
            true => quote!(_handler),
            false => quote!(handler),
        };
        quote! {
            #(#handles)*

            #[doc = #doc]
            #[derive(__thrift::Debug)]
            pub struct #processor<__H>(__H);

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
        }
    }
}
