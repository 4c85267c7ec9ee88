//! The macros of `thrift-runtime`, which re-exports them: name that crate, never this one.

mod codegen;
mod derive;
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
mod suggest;
#[cfg(test)]
mod tests;

/// Generates Rust items from a `.thrift` file; `thrift-runtime` documents it where users find it.
#[proc_macro]
pub fn thrift(arguments: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand::thrift(arguments.into()).into()
}

/// Writes and reads a struct; `thrift-runtime` documents it.
#[proc_macro_derive(ThriftStruct, attributes(thrift))]
pub fn thrift_struct(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(derive::Kind::Struct, input.into()).into()
}

/// Writes and reads an exception; `thrift-runtime` documents it.
#[proc_macro_derive(ThriftException, attributes(thrift))]
pub fn thrift_exception(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(derive::Kind::Exception, input.into()).into()
}

/// Writes and reads a union; `thrift-runtime` documents it.
#[proc_macro_derive(ThriftUnion, attributes(thrift))]
pub fn thrift_union(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(derive::Kind::Union, input.into()).into()
}

/// Writes and reads an enum; `thrift-runtime` documents it.
#[proc_macro_derive(ThriftEnum, attributes(thrift))]
pub fn thrift_enum(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(derive::Kind::Enum, input.into()).into()
}
