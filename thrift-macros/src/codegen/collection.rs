//! Constant lists, sets and maps as expressions.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Cx, types::Site};
use crate::model::Type;

/// How many elements are made in one function.
///
/// Each has a place of its own on the stack where nothing is optimized, and rustc takes time by the
/// square of how many types it has to infer at once.
const AT_ONCE: usize = 32;

impl Cx<'_> {
    /// A container of these elements, or of these pairs of a map; `rust` is their type.
    pub(super) fn collection(&self, rust: &TokenStream, values: &[TokenStream]) -> TokenStream {
        if values.len() <= AT_ONCE {
            return quote!(__thrift::FromIterator::from_iter([#(#values),*]));
        }
        let parts = values.chunks(AT_ONCE).map(|part| {
            let count = part.len();
            quote! {{
                fn part() -> [#rust; #count] { [#(#part),*] }
                __thrift::Extend::extend(&mut all, part());
            }}
        });
        quote! {{
            let mut all = __thrift::Vec::<#rust>::new();
            #(#parts)*
            __thrift::FromIterator::from_iter(all)
        }}
    }

    /// The value `held`, whose Rust type is that of `ty` in a plain site, for another site: a
    /// double in a key is wrapped, and a hashed container is ordered.
    pub(super) fn moved(&self, ty: &Type, held: TokenStream, site: Site) -> TokenStream {
        if !self.depends_on_site(ty, site) {
            return held;
        }
        let each = |value: TokenStream| {
            quote!(__thrift::Iterator::collect(__thrift::Iterator::map(
                __thrift::IntoIterator::into_iter(#held),
                |value| #value,
            )))
        };
        match self.resolved(ty) {
            Type::Double => quote!(__thrift::OrderedFloat(#held)),
            Type::List(element) => each(self.moved(element, quote!(value), site)),
            // Its elements are keys wherever it stands.
            Type::Set(_) => each(quote!(value)),
            Type::Map(_, of) => {
                let of = self.moved(of, quote!(value.1), site);
                each(quote!((value.0, #of)))
            }
            _ => held,
        }
    }
}
