//! What is worth knowing beyond single items.

#[doc = include_str!("options.md")]
pub mod options {}
