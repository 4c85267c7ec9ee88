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
            let (method_name, args) = (&method.name, &method.args);
            let output = self.output(self.module, function, method);
            let taken = self.arguments_taken(function, method);
            let arguments = match taken.is_empty() {
                true => quote!(_),
                false => quote!(arguments),
            };
            quote! {
                impl<__H: #name> __thrift::Handle<__H> for #args {
                    fn handle(
                        #arguments: <Self as __thrift::Signature>::Arguments,
                        handler: &__H,
                    ) -> impl __thrift::Future<Output = #output> + __thrift::Send {
                        #name::#method_name(handler, #taken)
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
                    quote!(<#parent<()> as __thrift::Dispatch<__H>>::dispatch(handler, call));
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
            quote! {
                #idl_name => {
                    __thrift::Some(&<#args as __thrift::Signature>::DECLARED.method)
                }
            }
        });
        let inherited = match service.parent.and_then(|id| Some((id, self.names.service(id)?))) {
            Some((id, parent)) => {
                let parent = self.path_to(id.module, &parent.processor);
                quote!(#parent::<()>::find(name))
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
                #processor<()>: __thrift::Dispatch<__S::Handler>,
            {
                fn process<__P: __thrift::Protocol>(
                    &self,
                    call: __thrift::Call<'_, __P>,
                ) -> impl __thrift::Future<Output = __thrift::Processed> + __thrift::Send {
                    __thrift::process::<#processor<()>, __S, __P>(&self.0, call)
                }

                fn method(&self, name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
                    #processor::<()>::find(name)
                }

                fn speculates(&self) -> bool {
                    __S::UNNOTICED
                }
            }
        }
    }
}
