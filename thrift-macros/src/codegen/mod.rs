//! The model to Rust tokens.

use proc_macro2::TokenStream;

use crate::model::Program;
use crate::options::Options;

/// Generates the items of every module of `program`.
pub(crate) fn expand(_program: &Program, _options: &Options) -> TokenStream {
    TokenStream::new()
}
