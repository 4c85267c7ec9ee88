//! What is worth knowing beyond single items.

#[doc = include_str!("derive.md")]
pub mod derive {}

#[doc = include_str!("failures.md")]
pub mod failures {}

#[doc = include_str!("options.md")]
pub mod options {}
