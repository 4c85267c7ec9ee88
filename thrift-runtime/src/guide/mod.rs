//! Guides: the derive macros, the options of `thrift!`, calls that fail, and what bounds a server.

#[doc = include_str!("derive.md")]
pub mod derive {}

#[doc = include_str!("failures.md")]
pub mod failures {}

#[doc = include_str!("limits.md")]
pub mod limits {}

#[doc = include_str!("options.md")]
pub mod options {}
