//! The expansion of a trait that is not a valid service: the trait, and a client and a processor that
//! do nothing, so that code that uses them does not cause further errors.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, ItemTrait, Pat, TraitItem, parse_quote};

use super::{Options, paths, schema};
use crate::{
    codegen,
    model::{annotation::THRIFT, service::Paths},
};

pub(super) fn fallback(mut of: ItemTrait, options: &Options) -> TokenStream {
    of.attrs.retain(|attribute| !attribute.path().is_ident(THRIFT));
    for item in &mut of.items {
        let TraitItem::Fn(item) = item else { continue };
        item.attrs.retain(|attribute| !attribute.path().is_ident(THRIFT));
        item.sig.constness = None;
        for input in &mut item.sig.inputs {
            if let FnArg::Typed(of) = input {
                of.attrs.clear();
                if !is_name(&of.pat) {
                    *of.pat = parse_quote!(_);
                }
            }
        }
    }
    let root = &options.krate;
    let described =
        options.schema.then(|| schema::fallback(&of, &options.wire_name, &options.krate));
    let (visibility, generics) = (&of.vis, &of.generics);
    let Paths { client, processor, .. } = paths(&of.ident.clone().into());
    let stand_ins = generics.params.is_empty().then(|| {
        let impls = codegen::aside(
            root,
            &quote! {
                impl<__C> #client<__C> {
                    pub fn new(__channel: __C) -> Self {
                        Self(__channel)
                    }
                }

                __thrift::connect!(#client);

                impl<__H> #processor<__H> {
                    pub fn new(__handler: __H) -> Self {
                        Self(__handler)
                    }
                }

                impl<__H: __thrift::Send + __thrift::Sync + 'static> __thrift::Processor
                    for #processor<__H>
                {
                    async fn process<__P: __thrift::Protocol>(
                        &self,
                        mut __call: __thrift::Call<'_, __P>,
                    ) -> __thrift::Processed {
                        __call.unknown_method()
                    }
                }
            },
        );
        quote! {
            #visibility struct #client<__C = #root::__private::Client>(__C);
            #visibility struct #processor<__H>(__H);
            #impls
        }
    });
    quote! {
        #[allow(async_fn_in_trait)]
        #of
        #stand_ins
        #described
    }
}

/// Whether rustc accepts it as the name of an argument of a method without a body.
fn is_name(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(of) if of.by_ref.is_none() && of.mutability.is_none())
}
