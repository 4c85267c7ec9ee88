//! The macros of `thrift-runtime`, which re-exports them: name that crate, never this one.

mod codegen;
mod diagnostic;
mod expand;
mod fallback;
mod idl;
mod input;
mod model;
mod options;
mod resolve;
mod snippet;
mod source;
#[cfg(test)]
mod tests;

/// Generates Rust items from a `.thrift` file; `thrift-runtime` documents it where users find it.
#[proc_macro]
pub fn thrift(arguments: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand::thrift(arguments.into()).into()
}
