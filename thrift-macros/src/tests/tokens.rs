//! Rust that no author would write: whatever tokens the macros get, they do not panic, and their
//! output is valid Rust.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;

use crate::derive::{self, Kind};
use crate::service;

/// A fixed sequence of pseudo-random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// Tokens that have a meaning somewhere.
fn others() -> Vec<TokenTree> {
    let tokens = quote! {
        trait struct enum union fn async const unsafe extern type impl dyn where for self Self mut ref
        crate super pub static move box 'a 'static & * + - : :: , ; = -> => ? ! # @ | .. ... < > _ i32
        String Option Result Vec T a thrift id required default rename with binary skip unknown closed
        oneway idempotent other names services partial client server blocking cfg doc 0 1 -1 40000
        1.5 "camelCase" "a b" "" 'c' b"x" () [] {} (i32, i32) [u8; 4] {x} <T> r#type r#fn
    };
    tokens.into_iter().collect()
}

/// The tokens with one of them changed, at any depth.
fn mutated(tokens: TokenStream, others: &[TokenTree], random: &mut Random) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if tokens.is_empty() {
        return others[random.below(others.len())].clone().into();
    }
    let at = random.below(tokens.len());
    if let TokenTree::Group(group) = &tokens[at]
        && random.below(6) > 0
    {
        let inside = mutated(group.stream(), others, random);
        tokens[at] = Group::new(group.delimiter(), inside).into();
        return tokens.into_iter().collect();
    }
    let other = others[random.below(others.len())].clone();
    match random.below(5) {
        0 => _ = tokens.remove(at),
        1 => tokens.insert(at, other),
        2 => tokens.insert(at, tokens[at].clone()),
        3 => {
            let with = random.below(tokens.len());
            tokens.swap(at, with);
        }
        _ => tokens[at] = other,
    }
    tokens.into_iter().collect()
}

fn check(what: &TokenStream, expanded: TokenStream) {
    let text = expanded.to_string();
    assert!(
        syn::parse2::<syn::File>(expanded).is_ok() || text.contains("compile_error"),
        "{what}\nbecomes\n{text}",
    );
}

fn traits() -> Vec<TokenStream> {
    vec![
        quote! {
            /// Counts.
            #[must_use]
            pub trait Calculator: some::Parent {
                /// Adds.
                async fn add(&self, #[thrift(id = 3, required)] a: i32, b: Option<i64>) -> Result<i32>;
                #[thrift(oneway, rename = "logIt")]
                async fn log(&self, line: String) -> Result<()>;
                #[thrift(idempotent)]
                async fn take(
                    &self,
                    /// Who.
                    #[thrift(default = 5, with = "module")]
                    who: Vec<Map<String, A>>,
                ) -> Result<Mail, TakeError>;
            }
        },
        quote! {
            trait r#type<'a, T: Clone = i32>: Send + ?Sized + 'static where T: Copy {
                const A: i32 = 5;
                type B;
                unsafe extern "C" fn add(self: Box<Self>, mut a: &'a str, (b, c): (i32, i32)) -> impl Sized {}
                fn none();
                async fn dots(&mut self, ...) -> Result;
            }
        },
    ]
}

#[test]
fn services() {
    let (others, mut random) = (others(), Random(1));
    for start in traits() {
        let mut last = start.clone();
        for round in 0..2500 {
            if round % 5 == 0 {
                last = start.clone();
            }
            last = mutated(last, &others, &mut random);
            let mut arguments = quote!(
                names = "camelCase",
                services = [client, server, blocking],
                crate = "a::b",
                partial
            );
            if round % 3 == 0 {
                arguments = mutated(arguments, &others, &mut random);
            }
            check(&last, service::expand(arguments, last.clone()));
        }
    }
}

#[test]
fn derives() {
    let types = [
        quote! {
            #[thrift(crate = "a::b", names = "camelCase")]
            pub enum TakeError {
                #[thrift(id = 1)]
                Missing(Missing),
                #[thrift(id = 2, rename = "locked")]
                Locked(Box<Locked>),
                #[thrift(other)]
                Other(Error),
            }
        },
        quote! {
            #[thrift(default, rename = "Order")]
            pub struct Order<T> where T: Clone {
                #[thrift(id = 1, required, default = 3)]
                count: i32,
                #[thrift(id = 2, binary)]
                seal: Option<Vec<u8>>,
                #[thrift(skip)]
                rest: T,
                #[thrift(unknown)]
                unknown: UnknownFields,
            }
        },
    ];
    let (others, mut random) = (others(), Random(2));
    for start in types {
        let mut last = start.clone();
        for round in 0..1500 {
            if round % 5 == 0 {
                last = start.clone();
            }
            last = mutated(last, &others, &mut random);
            for kind in [Kind::Struct, Kind::Exception, Kind::Union, Kind::Enum, Kind::Error] {
                check(&last, derive::expand(kind, last.clone()));
            }
        }
    }
}
