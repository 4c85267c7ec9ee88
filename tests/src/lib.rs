//! What the tests share, and the conformance programs.

pub mod conformance;
pub mod idl;
pub mod program;
pub mod round_trip;
pub mod server;
