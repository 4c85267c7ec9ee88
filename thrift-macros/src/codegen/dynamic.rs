//! Services behind pointers: a trait that can be `dyn`, for `Arc<dyn XxxDyn>` and `Box<dyn XxxDyn>`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;

use super::{
    Cx,
    name::{MethodName, ServiceName},
};
use crate::model::{ItemId, Service};

impl Cx<'_> {
    /// The twin of a service's trait that can be `dyn`, which all that implement the service have; and
    /// the service for pointers to it.
    pub(super) fn dynamic(&self, service: &Service, names: &ServiceName) -> TokenStream {
        let ServiceName { name, dynamic, .. } = names;
        let text = format!(
            " [`{name}`] as it can be `dyn`: all that implement that trait have this one, and \
             `Arc<dyn {dynamic}>` and `Box<dyn {dynamic}>` implement it in turn."
        );
        let bounds = match service.parent.and_then(|id| Some((id, self.names.service(id)?))) {
            Some((id, parent)) => self.path_to(id.module, &parent.dynamic),
            None => quote!(__thrift::Send + __thrift::Sync),
        };
        let methods = || service.functions.iter().zip(&names.methods);
        let signatures = methods().map(|(function, method)| {
            let (boxed, arguments) = (boxed(method), self.arguments(function, method));
            let output = self.output(self.module, function, method);
            quote!(fn #boxed<'__a>(&'__a self, #(#arguments),*) -> __thrift::Boxed<'__a, #output>)
        });
        let signatures: Vec<_> = signatures.collect();
        let bodies = methods().map(|(_, method)| {
            let (method, fields) = (&method.name, &method.arguments);
            quote!({ __thrift::Box::pin(#name::#method(self, #(#fields),*)) })
        });
        let pointers = [quote!(__thrift::Arc), quote!(__thrift::Box)];
        let own = self.item.into_iter().map(|id| (id, service));
        let contracts: Vec<_> = own.chain(self.ancestors(service)).collect();
        let pointers = pointers.iter().flat_map(|pointer| {
            let pointer = quote!(#pointer<dyn #dynamic>);
            contracts.iter().map(move |(id, service)| self.behind(*id, service, &pointer))
        });
        let blocking = self.options.services.blocking.then(|| self.blocking_behind(service, names));
        quote! {
            #[doc = #text]
            pub trait #dynamic: #bounds {
                #(#[doc(hidden)] #signatures;)*
            }

            impl<__H: #name> #dynamic for __H {
                #(#signatures #bodies)*
            }

            #(#pointers)*
            #blocking
        }
    }

    /// A service, for a pointer to what can be `dyn`.
    fn behind(&self, id: ItemId, service: &Service, pointer: &TokenStream) -> TokenStream {
        let Some(names) = self.names.service(id) else { return TokenStream::new() };
        let contract = self.path(id);
        let dynamic = self.path_to(id.module, &names.dynamic);
        let methods = service.functions.iter().zip(&names.methods).map(|(function, method)| {
            let arguments = self.arguments(function, method);
            let output = self.output(id.module, function, method);
            let (name, boxed, fields) = (&method.name, boxed(method), &method.arguments);
            quote! {
                fn #name(&self, #(#arguments),*)
                -> impl __thrift::Future<Output = #output> + __thrift::Send {
                    #dynamic::#boxed(&**self, #(#fields),*)
                }
            }
        });
        quote!(impl #contract for #pointer { #(#methods)* })
    }

    /// The trait whose methods block can be `dyn` itself.
    fn blocking_behind(&self, service: &Service, names: &ServiceName) -> TokenStream {
        let blocking = &names.blocking;
        let own = self.item.into_iter().map(|id| (id, service));
        let contracts: Vec<_> = own.chain(self.ancestors(service)).collect();
        let pointers = [quote!(__thrift::Arc), quote!(__thrift::Box)];
        let impls = pointers.iter().flat_map(|pointer| {
            contracts.iter().filter_map(move |(id, service)| {
                let names = self.names.service(*id)?;
                let contract = self.path_to(id.module, &names.blocking);
                let to = quote!(&**self);
                let methods = self.forwarded(*id, service, names, &names.blocking, &to);
                Some(quote!(impl #contract for #pointer<dyn #blocking> { #(fn #methods)* }))
            })
        });
        quote!(#(#impls)*)
    }
}

/// A method's name in the twin, which may be in scope together with the service's trait.
fn boxed(method: &MethodName) -> Ident {
    format_ident!("boxed_{}", method.name.unraw())
}
