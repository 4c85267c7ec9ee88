//! Constant lists, sets and maps as expressions.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Cx, types::Site};
use crate::model::Type;

/// How many elements are made in one function.
///
/// Each element takes stack space of its own in an unoptimized build, and the time that rustc takes
/// grows with the square of the number of types that it infers at once.
pub(super) const AT_ONCE: usize = 32;

impl Cx<'_> {
    /// A container of these elements, or of these pairs if it is a map; `rust` is the type of an
    /// element.
    pub(super) fn collection(&self, rust: &TokenStream, values: &[TokenStream]) -> TokenStream {
        if values.len() <= AT_ONCE {
            return quote!(__thrift::FromIterator::from_iter([#(#values),*]));
        }
        let all = values.len();
        let parts = values.chunks(AT_ONCE).map(|part| {
            let count = part.len();
            quote! {{
                fn __part() -> [#rust; #count] { [#(#part),*] }
                __thrift::Extend::extend(&mut __all, __part());
            }}
        });
        quote! {{
            let mut __all = __thrift::Vec::<#rust>::with_capacity(#all);
            #(#parts)*
            __thrift::FromIterator::from_iter(__all)
        }}
    }

    /// Converts the value `held`, which has the Rust type of `ty` at a plain site, for another site:
    /// there a double in a key is wrapped, and a hashed container becomes an ordered one.
    pub(super) fn moved(&self, ty: &Type, held: TokenStream, site: Site) -> TokenStream {
        if !self.depends_on_site(ty, site) {
            return held;
        }
        let each = |value: TokenStream| {
            quote!(__thrift::Iterator::collect(__thrift::Iterator::map(
                __thrift::IntoIterator::into_iter(#held),
                |__value| #value,
            )))
        };
        match self.resolved(ty) {
            Type::Double => quote!(__thrift::OrderedFloat(#held)),
            Type::List(element) => each(self.moved(element, quote!(__value), site)),
            // The elements of a set are keys at every site.
            Type::Set(_) => each(quote!(__value)),
            Type::Map(_, of) => {
                let of = self.moved(of, quote!(__value.1), site);
                each(quote!((__value.0, #of)))
            }
            _ => held,
        }
    }
}
