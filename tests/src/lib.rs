//! What the tests share, and the conformance programs.

pub mod conformance;
pub mod forwarding;
pub mod idl;
pub mod package;
pub mod program;
pub mod round_trip;
pub mod schema;
pub mod server;
