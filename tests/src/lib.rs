//! What the tests share.

pub mod idl;
pub mod round_trip;
