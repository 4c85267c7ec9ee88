//! Helpers that the tests share, and the conformance programs.

pub mod conformance;
pub mod program;
