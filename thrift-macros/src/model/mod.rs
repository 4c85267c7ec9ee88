//! All that code generation sees: the resolved model of an IDL, and what the impls of a type are
//! generated from.

pub(crate) mod wire;

pub(crate) use thrift_idl::model::*;
