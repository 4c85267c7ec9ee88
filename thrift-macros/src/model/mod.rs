//! All that code generation sees: the resolved model of an IDL, and what the impls of types and
//! services are generated from.

pub(crate) mod service;
pub(crate) mod wire;

pub(crate) use thrift_idl::model::*;
