//! What the tests share.

pub mod idl;
