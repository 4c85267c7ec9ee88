//! The macros of `thrift-runtime`, which re-exports them: name that crate, never this one.
#![allow(dead_code)]

mod codegen;
mod input;
mod model;
mod options;
