//! The macros of `thrift-runtime`, which re-exports them: name that crate, never this one.

mod codegen;
mod model;
