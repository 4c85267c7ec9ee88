//! The macros of `thrift-runtime`, which re-exports them: name that crate, never this one.

mod codegen;
#[allow(dead_code)]
mod model;
