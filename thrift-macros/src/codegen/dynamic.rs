//! Services behind pointers: a trait that can be `dyn`, for `Arc<dyn XxxDyn>` and `Box<dyn XxxDyn>`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;

use super::{blocking::forwarded, service::Parts};
use crate::model::service::{Contract, Kin, Method, Paths, Service};

/// The `dyn`-compatible twin of a service's trait, which every implementation of the service has; and
/// impls of the service for pointers to the twin.
pub(super) fn dynamic(service: &Service) -> Parts {
    let Service { root, visibility, own, kin, made, .. } = service;
    let Paths { name, dynamic, .. } = &own.paths;
    let text = format!(
        " The `dyn`-compatible version of [`{name}`]. Every type that implements [`{name}`] \
         implements it, too; and `Arc<dyn {dynamic}>` and `Box<dyn {dynamic}>` implement \
         [`{name}`]."
    );
    let bounds = match kin.parent() {
        Some(parent) => parent.dynamic.clone(),
        None => quote!(#root::Send + #root::Sync),
    };
    let signatures =
        |root: &TokenStream| -> Vec<TokenStream> {
            let methods = own.methods.iter();
            methods.map(|method| {
            let (boxed, parameters, output) = (boxed(method), method.parameters(), &method.output);
            quote!(fn #boxed<'__a>(&'__a self, #(#parameters),*) -> #root::Boxed<'__a, #output>)
        })
        .collect()
        };
    let bodies = own.methods.iter().map(|method| {
        let (fields, method) = (method.names(), &method.name);
        quote!({ __thrift::Box::pin(#name::#method(self, #(#fields),*)) })
    });
    let (declared, implemented) = (signatures(root), signatures(&quote!(__thrift)));
    let pointers = match (kin, &own.paths.client) {
        // The impl of the trait for the client covers them, too.
        (Kin::Named(_), client) if made.client => quote!(__thrift::behind!(#client, #dynamic);),
        _ => pointers(service),
    };
    let blocking = made.blocking.then(|| blocking_behind(service));
    Parts {
        named: quote! {
            #[doc = #text]
            #visibility trait #dynamic: #bounds {
                #(#[doc(hidden)] #declared;)*
            }
        },
        impls: quote! {
            impl<__H: #name> #dynamic for __H {
                #(#implemented #bodies)*
            }

            #pointers
            #blocking
        },
    }
}

/// Impls of a service, and of those that it extends, for pointers to its twin.
fn pointers(Service { own, kin, .. }: &Service) -> TokenStream {
    let dynamic = &own.paths.dynamic;
    let pointers = [quote!(__thrift::Arc), quote!(__thrift::Box)];
    let pointers = pointers.iter().flat_map(|pointer| {
        let pointer = quote!(#pointer<dyn #dynamic>);
        let contracts = std::iter::once(own).chain(kin.known());
        contracts.map(move |contract| behind(contract, &pointer))
    });
    pointers.collect()
}

/// The impl of a service for a pointer to its `dyn`-compatible twin.
fn behind(contract: &Contract, pointer: &TokenStream) -> TokenStream {
    let Paths { name, dynamic, .. } = &contract.paths;
    let methods = contract.methods.iter().map(|method| {
        let (parameters, fields) = (method.parameters(), method.names());
        let (boxed, Method { name, output, .. }) = (boxed(method), method);
        quote! {
            fn #name(&self, #(#parameters),*)
            -> impl __thrift::Future<Output = #output> + __thrift::Send {
                #dynamic::#boxed(&**self, #(#fields),*)
            }
        }
    });
    quote!(impl #name for #pointer { #(#methods)* })
}

/// The trait whose methods block is `dyn`-compatible without a twin.
fn blocking_behind(Service { own, kin, .. }: &Service) -> TokenStream {
    let blocking = &own.paths.blocking;
    if let Kin::Named(_) = kin {
        let client = &own.paths.blocking_client;
        return quote!(__thrift::blocking_impls! { __thrift::behind!(#client, #blocking); });
    }
    let pointers = [quote!(__thrift::Arc), quote!(__thrift::Box)];
    let impls = pointers.iter().flat_map(|pointer| {
        let contracts = std::iter::once(own).chain(kin.known());
        contracts.map(move |service| {
            let contract = &service.paths.blocking;
            let to = quote!(&**self);
            let methods = forwarded(service, contract, &to);
            quote!(impl #contract for #pointer<dyn #blocking> { #(fn #methods)* })
        })
    });
    quote!(#(#impls)*)
}

/// The name of a method in the twin. It differs from the service's, as both traits may be in scope
/// together.
pub(super) fn boxed(method: &Method) -> Ident {
    format_ident!("boxed_{}", method.name.unraw())
}
