//! Who stands at an end of a connection.

use std::fmt;

use crate::way::{Protocol, Way};

/// One end: this library, or a program in Python.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Party {
    /// This library.
    Ours,
    /// This library without an async runtime.
    Blocking,
    /// One of `peers/`.
    Python(PythonParty),
}

/// A library of Python, and how it is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PythonParty {
    /// The module of `peers/` that uses it.
    pub(crate) library: &'static str,
    /// `simple` for a server that serves one connection at a time, else `threaded`.
    pub(crate) server_type: &'static str,
    /// The protocols that it is tried with over TCP, with and without frames.
    pub(crate) protocols: &'static [Protocol],
    /// Whether it is tried in another way.
    pub(crate) has: fn(Way) -> bool,
}

impl Party {
    /// How many clients it serves at once, when it serves.
    pub(crate) fn connections(self) -> i32 {
        match self {
            Party::Python(PythonParty { server_type: "simple", .. }) => 1,
            _ => 4,
        }
    }

    /// Whether it is the same library, however it is used.
    pub(crate) fn uses(self, peer: PythonParty) -> bool {
        matches!(self, Party::Python(python) if python.library == peer.library)
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Party::Ours => f.write_str("ours"),
            Party::Blocking => f.write_str("ours, blocking"),
            Party::Python(python) => f.write_str(python.library),
        }
    }
}
