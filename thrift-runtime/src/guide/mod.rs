//! Guides: the derive macros, and the options of `thrift!`.

#[doc = include_str!("derive.md")]
pub mod derive {}

#[doc = include_str!("options.md")]
pub mod options {}
