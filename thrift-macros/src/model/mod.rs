//! The input of code generation: the resolved model of an IDL, and the models from which the impls of
//! types and services are generated.

pub(crate) mod service;
pub(crate) mod wire;

pub(crate) use thrift_idl::model::*;
