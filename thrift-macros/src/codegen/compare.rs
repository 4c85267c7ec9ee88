//! Equality, order and hash: derived, or written out if there is a double, which is compared by its
//! total order.
//!
//! A derived comparison nests the comparison of each field in the one before, so that thousands of
//! fields overflow rustc's stack. The code that is generated here does not nest.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{Cx, annotation};
use crate::model::{Field, ItemId, Struct};
use crate::options;

/// The most fields of a type whose comparisons are derived.
const MOST_DERIVED: usize = 256;

/// The traits to derive for a type.
pub(super) struct Derives(Vec<&'static str>);

impl Derives {
    pub(super) fn names(&self) -> Vec<&'static str> {
        let mut names = self.0.clone();
        names.extend(["PartialEq", "Eq"]);
        names
    }
}

impl ToTokens for Derives {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let names = self.0.iter().map(|name| super::name::ident(name));
        tokens.extend(quote!(#[derive(#(__thrift::#names),*)]));
    }
}

impl Cx<'_> {
    /// The traits that a struct or union derives, and impls of those that it cannot derive.
    pub(super) fn comparisons(
        &self,
        id: ItemId,
        of: &Struct,
        default: bool,
    ) -> (Derives, TokenStream) {
        let mut derives = vec!["Clone", "Debug"];
        if default {
            derives.push("Default");
        }
        let ordered = !self.unordered.contains(&id);
        let derived = of.is_union() || of.fields.len() <= MOST_DERIVED;
        let mut kept = of.fields.iter().filter(|field| options::left_out(field).is_none());
        if derived && !kept.any(|field| self.compares_double(field)) {
            derives.extend(["PartialEq", "Eq"]);
            if ordered {
                derives.extend(["PartialOrd", "Ord", "Hash"]);
            }
            return (Derives(derives), TokenStream::new());
        }
        let impls =
            if of.is_union() { self.union_impls(id, of) } else { self.struct_impls(id, of) };
        let impls = impls.into_tokens(&self.whole(id), ordered);
        (Derives(derives), impls)
    }

    fn compares_double(&self, field: &Field) -> bool {
        let chosen = field.annotations.iter().any(|a| a.key == annotation::RUST_TYPE);
        !chosen && self.has_double(&field.ty)
    }

    /// Equality, order and hash of two values behind references.
    fn compare(&self, field: &Field, a: &TokenStream, b: &TokenStream) -> [TokenStream; 3] {
        if self.compares_double(field) {
            [
                quote!(__thrift::TotalEq::total_eq(#a, #b)),
                quote!(__thrift::TotalOrd::total_cmp(#a, #b)),
                quote!(__thrift::TotalOrd::total_hash(#a, __state)),
            ]
        } else {
            [
                quote!(__thrift::PartialEq::eq(#a, #b)),
                quote!(__thrift::Ord::cmp(#a, #b)),
                quote!(__thrift::Hash::hash(#a, __state)),
            ]
        }
    }

    fn struct_impls(&self, id: ItemId, of: &Struct) -> Impls {
        let names = self.names.members(id);
        let mut parts: Vec<_> = of
            .fields
            .iter()
            .zip(names)
            .filter(|(field, _)| options::left_out(field).is_none())
            .map(|(field, name)| self.compare(field, &quote!(&self.#name), &quote!(&__other.#name)))
            .collect();
        if self.options.keep_unknown_fields
            && let Some(name) = names.last()
        {
            parts.push([
                quote!(__thrift::PartialEq::eq(&self.#name, &__other.#name)),
                quote!(__thrift::Ord::cmp(&self.#name, &__other.#name)),
                quote!(__thrift::Hash::hash(&self.#name, __state)),
            ]);
        }
        let equal = parts.iter().map(|[equal, _, _]| quote!(if !#equal { return false; }));
        let compared = parts.iter().map(|[_, compare, _]| {
            quote! {
                match #compare {
                    __thrift::Ordering::Equal => {}
                    __unequal => return __unequal,
                }
            }
        });
        let hashed = parts.iter().map(|[_, _, hash]| hash);
        Impls {
            eq: quote!(#(#equal)* true),
            cmp: quote!(#(#compared)* __thrift::Ordering::Equal),
            hash: quote!(#(#hashed;)*),
        }
    }

    fn union_impls(&self, id: ItemId, of: &Struct) -> Impls {
        let names = self.names.members(id);
        let ranks = names.iter().enumerate().map(|(rank, name)| {
            let rank = Literal::usize_unsuffixed(rank);
            quote!(Self::#name(_) => #rank)
        });
        let (mut eq, mut cmp, mut hash) = (vec![], vec![], vec![]);
        for (index, name) in names.iter().enumerate() {
            let (a, b) = (quote!(__a), quote!(__b));
            let [equal, compare, hashed] = match of.fields.get(index) {
                Some(field) => self.compare(field, &a, &b),
                None => [
                    quote!(__thrift::PartialEq::eq(__a, __b)),
                    quote!(__thrift::Ord::cmp(__a, __b)),
                    quote!(__thrift::Hash::hash(__a, __state)),
                ],
            };
            eq.push(quote!((Self::#name(__a), Self::#name(__b)) => #equal,));
            cmp.push(quote!((Self::#name(__a), Self::#name(__b)) => #compare,));
            hash.push(quote!(Self::#name(__a) => #hashed,));
        }
        let rank = quote!(let __rank = |__value: &Self| match __value { #(#ranks),* };);
        Impls {
            eq: quote!(match (self, __other) { #(#eq)* _ => false }),
            cmp: quote! {
                #rank
                match (self, __other) {
                    #(#cmp)*
                    _ => __thrift::Ord::cmp(&__rank(self), &__rank(__other)),
                }
            },
            hash: quote! {
                __thrift::Hash::hash(&::core::mem::discriminant(self), __state);
                match self { #(#hash)* }
            },
        }
    }
}

/// The bodies of the comparing methods.
struct Impls {
    eq: TokenStream,
    cmp: TokenStream,
    hash: TokenStream,
}

impl Impls {
    fn into_tokens(self, name: &TokenStream, ordered: bool) -> TokenStream {
        let Impls { eq, cmp, hash } = self;
        let order = ordered.then(|| {
            quote! {
                impl __thrift::PartialOrd for #name {
                    fn partial_cmp(&self, __other: &Self) -> __thrift::Option<__thrift::Ordering> {
                        __thrift::Some(__thrift::Ord::cmp(self, __other))
                    }
                }

                impl __thrift::Ord for #name {
                    fn cmp(&self, __other: &Self) -> __thrift::Ordering {
                        #cmp
                    }
                }

                impl __thrift::Hash for #name {
                    fn hash<__H: __thrift::Hasher>(&self, __state: &mut __H) {
                        #hash
                    }
                }
            }
        });
        quote! {
            impl __thrift::PartialEq for #name {
                fn eq(&self, __other: &Self) -> bool {
                    #eq
                }
            }

            impl __thrift::Eq for #name {}

            #order
        }
    }
}
