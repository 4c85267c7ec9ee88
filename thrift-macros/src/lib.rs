//! The macros of `thrift-runtime`, which re-exports them: name that crate, never this one.

mod beside;
mod borrowed;
mod case;
mod codegen;
mod compat;
mod crates;
mod derive;
mod expand;
mod fallback;
mod identifier;
mod input;
mod model;
mod open;
mod options;
mod path;
mod report;
mod service;
#[cfg(test)]
mod tests;
mod written;

/// Generates Rust items from a `.thrift` file; documented in `thrift-runtime`.
#[proc_macro]
pub fn thrift(arguments: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand::thrift(arguments.into()).into()
}

/// Derives the wire form of a struct; documented in `thrift-runtime`.
#[proc_macro_derive(ThriftStruct, attributes(thrift))]
pub fn thrift_struct(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(derive::Kind::Struct, input.into()).into()
}

/// Derives the wire form of an exception; documented in `thrift-runtime`.
#[proc_macro_derive(ThriftException, attributes(thrift))]
pub fn thrift_exception(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(derive::Kind::Exception, input.into()).into()
}

/// Derives the wire form of a union; documented in `thrift-runtime`.
#[proc_macro_derive(ThriftUnion, attributes(thrift))]
pub fn thrift_union(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(derive::Kind::Union, input.into()).into()
}

/// Derives the wire form of an enum; documented in `thrift-runtime`.
#[proc_macro_derive(ThriftEnum, attributes(thrift))]
pub fn thrift_enum(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(derive::Kind::Enum, input.into()).into()
}

/// Derives the impls for an enum of declared exceptions of a method; documented in `thrift-runtime`.
#[proc_macro_derive(ThriftError, attributes(thrift))]
pub fn thrift_error(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(derive::Kind::Error, input.into()).into()
}

/// Makes a service from a trait; documented in `thrift-runtime`.
#[proc_macro_attribute]
pub fn service(
    arguments: proc_macro::TokenStream,
    input: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    service::expand(arguments.into(), input.into()).into()
}
