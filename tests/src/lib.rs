//! What the tests share.

pub mod idl;
pub mod program;
pub mod round_trip;
