//! What generated code looks like, and the reference of what can be chosen about it.

mod bound;
mod golden;
mod lines;
mod parameter;
mod reference;
mod wide;

use proc_macro2::TokenStream;

/// What `thrift!` expands to for a file of this repository.
fn expansion(path: &str) -> TokenStream {
    expansion_with(path, TokenStream::new())
}

/// The same with options.
fn expansion_with(path: &str, options: TokenStream) -> TokenStream {
    let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    crate::expand::thrift(quote::quote!([::thrift_runtime] path: #path #options))
}

/// What `#[service]` expands to for the calculator of the examples.
fn calculator() -> TokenStream {
    let of = quote::quote! {
        pub trait CalculatorService {
            async fn add(&self, a: i32, b: i32) -> Result<i32>;
            async fn subtract(&self, a: i32, b: i32) -> Result<i32>;
        }
    };
    crate::service::expand(TokenStream::new(), of)
}
