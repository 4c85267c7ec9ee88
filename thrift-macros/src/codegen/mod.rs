//! The model to Rust tokens.

use proc_macro2::TokenStream;

use crate::model::Program;

/// Generates the items of every module of `program`.
#[allow(dead_code)]
pub(crate) fn expand(_program: &Program) -> TokenStream {
    TokenStream::new()
}
