//! Processors: dispatch by the method's name.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{
    method::arguments_taken,
    parameter::{documented, parameter},
    service::Parts,
};
use crate::model::service::{Kin, Method, Paths, Service};

/// After this many levels of `extends`, the future of an ancestor is boxed: rustc follows a future
/// into those that it contains, and gives up if they nest too deep.
const LEVELS_UNBOXED: usize = 8;

/// The most methods that one future calls. What rustc does for a future grows with the square of the
/// places where it waits.
const METHODS_IN_ONE: usize = 32;

/// The processor, which dispatches to a service's methods. A panic in any method is caught in one
/// place, which compiles faster than a place for each.
pub(super) fn processor(service: &Service) -> Parts {
    let Service { root, visibility, own, kin, .. } = service;
    let Paths { name, processor, .. } = &own.paths;
    let doc = format!(" Answers calls with a handler that implements [`{name}`].");
    let handles = own.methods.iter().map(|method| handle(name, method));
    let Dispatch { parts, arms } = dispatch(name, &own.methods);
    let numbers = own.methods.iter().enumerate().map(|(number, method)| {
        let (wire_name, number) = (wire_name(method), Literal::usize_unsuffixed(number));
        quote!(#wire_name => #number,)
    });
    let known = own.methods.iter().map(|method| {
        let args = &method.args.target.name;
        quote!(&<#args as __thrift::Signature>::DECLARED.method)
    });
    let count = Literal::usize_unsuffixed(own.methods.len());
    let (otherwise, inherited) = otherwise(kin);
    // A service without any methods of its own never uses the handler.
    let handler = match own.methods.is_empty() && kin.parent().is_none() {
        true => quote!(_),
        false => quote!(__handler),
    };
    let scope = [root, name, processor];
    let [handlers, one, made_by, protocol] =
        ["H", "H", "F", "P"].map(|letter| parameter(letter, scope));
    let named = quote! {
        #[doc = #doc]
        #[derive(#root::Debug)]
        #visibility struct #processor<#handlers>(#handlers);
    };
    let made = documented(
        service,
        &quote! {
            impl<#one: #name> #processor<__thrift::OneHandler<#one>> {
                /// Makes a processor with one handler for all calls.
                pub fn new(handler: #one) -> Self {
                    Self(__thrift::OneHandler(handler))
                }
            }

            impl<#made_by, #one> #processor<__thrift::PerCall<#made_by>>
            where
                #made_by: __thrift::Fn(&__thrift::Context) -> #one,
                #one: #name,
            {
                /// Makes a processor with a handler for each call, made from the call's context.
                pub fn per_call(handler: #made_by) -> Self {
                    Self(__thrift::PerCall(handler))
                }
            }
        },
    );
    let impls = quote! {
        #(#handles)*

        #made

        impl #processor<()> {
            /// The number of one of the service's own methods, or how many there are.
            #[inline]
            fn number(__name: &[u8]) -> usize {
                match __name {
                    #(#numbers)*
                    _ => #count,
                }
            }

            #[doc(hidden)]
            pub fn find(__name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
                const KNOWN: &[&__thrift::Method] = &[#(#known),*];
                match KNOWN.get(Self::number(__name)) {
                    __thrift::Some(&__method) => __thrift::Some(__method),
                    __thrift::None => #inherited,
                }
            }
        }

        impl<__H: #name> __thrift::Dispatch<__H> for #processor<()> {
            fn dispatch<__P: __thrift::Protocol>(
                #handler: &__H,
                __call: &mut __thrift::Call<'_, __P>,
            ) -> impl __thrift::Future<Output = __thrift::Processed> + __thrift::Send {
                #(#parts)*

                async move {
                    match #processor::<()>::number(__call.method()) {
                        #(#arms)*
                        _ => #otherwise,
                    }
                }
            }
        }

        impl<#handlers: __thrift::Handlers> __thrift::Processor for #processor<#handlers>
        where
            #processor<()>: __thrift::Dispatch<#handlers::Handler>,
        {
            fn process<#protocol: __thrift::Protocol>(
                &self,
                __call: __thrift::Call<'_, #protocol>,
            ) -> impl __thrift::Future<Output = __thrift::Processed> + __thrift::Send {
                __thrift::process::<#processor<()>, #handlers, #protocol>(&self.0, __call)
            }

            fn method(&self, __name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
                #processor::<()>::find(__name)
            }

            fn speculates(&self) -> bool {
                #handlers::UNNOTICED
            }
        }
    };
    Parts { named, impls }
}

/// How the service's own methods are dispatched to.
struct Dispatch {
    /// Functions that call some of the methods each, if there are many.
    parts: Vec<TokenStream>,
    /// What is done for each number of a method.
    arms: Vec<TokenStream>,
}

fn dispatch(name: &TokenStream, methods: &[Method]) -> Dispatch {
    let answer = |method: &Method| {
        let args = &method.args.target.name;
        quote!(__call.answer::<#args, __H>(__handler).await)
    };
    let answers = methods.iter().map(answer).enumerate().map(|(number, answer)| {
        let number = Literal::usize_unsuffixed(number);
        quote!(#number => #answer,)
    });
    let answers: Vec<_> = answers.collect();
    if methods.len() <= METHODS_IN_ONE {
        return Dispatch { parts: Vec::new(), arms: answers };
    }
    let split = answers.chunks(METHODS_IN_ONE).enumerate().map(|(index, answers)| {
        let part = format_ident!("part_{index}");
        let first = index * METHODS_IN_ONE;
        let [first, last] = [first, first + answers.len() - 1].map(Literal::usize_unsuffixed);
        let called = quote!(__number @ #first..=#last => #part(__number, __handler, __call).await,);
        let part = quote! {
            fn #part<'a, 'b, __H: #name, __P: __thrift::Protocol>(
                __number: usize,
                __handler: &'a __H,
                __call: &'a mut __thrift::Call<'b, __P>,
            ) -> impl __thrift::Future<Output = __thrift::Processed>
                + __thrift::Send
                + use<'a, 'b, __H, __P> {
                async move {
                    match __number {
                        #(#answers)*
                        _ => __call.unknown_method(),
                    }
                }
            }
        };
        (part, called)
    });
    let (parts, arms) = split.unzip();
    Dispatch { parts, arms }
}

/// Calls a handler with the arguments of a method.
fn handle(name: &TokenStream, method: &Method) -> TokenStream {
    let taken = arguments_taken(method);
    let arguments = match taken.is_empty() {
        true => quote!(_),
        false => quote!(__arguments),
    };
    let Method { name: method, args, output, .. } = method;
    let args = &args.target.name;
    quote! {
        impl<__H: #name> __thrift::Handle<__H> for #args {
            fn handle(
                #arguments: <Self as __thrift::Signature>::Arguments,
                __handler: &__H,
            ) -> impl __thrift::Future<Output = #output> + __thrift::Send {
                #name::#method(__handler, #taken)
            }
        }
    }
}

/// How a method that is not the service's own is answered, and how it is found.
fn otherwise(kin: &Kin) -> (TokenStream, TokenStream) {
    let Some(Paths { processor, .. }) = kin.parent() else {
        return (quote!(__call.unknown_method()), quote!(__thrift::None));
    };
    let answered = quote!(<#processor<()> as __thrift::Dispatch<__H>>::dispatch(__handler, __call));
    let is_boxed = match kin {
        Kin::Known(ancestors) => ancestors.len().is_multiple_of(LEVELS_UNBOXED),
        // A trait in Rust does not tell the number of levels, which is small.
        Kin::Named(_) => false,
    };
    let answered = match is_boxed {
        true => quote!(__thrift::boxed(#answered).await),
        false => quote!(#answered.await),
    };
    (answered, quote!(<#processor<()>>::find(__name)))
}

fn wire_name(method: &Method) -> Literal {
    Literal::byte_string(method.wire_name.as_bytes())
}
