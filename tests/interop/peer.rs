//! Who stands at an end of a connection.

use std::fmt;

use crate::stack::{Protocol, Stack};

/// One end: this library, or a program in Python.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Peer {
    /// This library.
    Ours,
    /// This library without an async runtime.
    Blocking,
    /// This library with an IDL that is loaded at run time.
    Dynamic,
    /// This library with services that are written in Rust.
    CodeFirst,
    /// Those without an async runtime.
    CodeFirstBlocking,
    /// One of `peers/`.
    Python(PythonPeer),
}

/// A library of Python, and how it is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PythonPeer {
    /// The module of `peers/` that uses it.
    pub(crate) library: &'static str,
    /// `simple` for a server that serves one connection at a time, else `threaded`.
    pub(crate) server_type: &'static str,
    /// The protocols that it is tried with over TCP, with and without frames.
    pub(crate) protocols: &'static [Protocol],
    /// Whether it is tried over another stack.
    pub(crate) has: fn(Stack) -> bool,
}

impl Peer {
    /// How many clients it serves at once, when it serves.
    pub(crate) fn connections(self) -> i32 {
        match self {
            Peer::Python(PythonPeer { server_type: "simple", .. }) => 1,
            _ => 4,
        }
    }

    /// Whether it is the same library, however it is used.
    pub(crate) fn uses(self, peer: PythonPeer) -> bool {
        matches!(self, Peer::Python(python) if python.library == peer.library)
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Ours => f.write_str("ours"),
            Peer::Blocking => f.write_str("ours, blocking"),
            Peer::Dynamic => f.write_str("ours, dynamic"),
            Peer::CodeFirst => f.write_str("ours, written in Rust"),
            Peer::CodeFirstBlocking => f.write_str("ours, written in Rust, blocking"),
            Peer::Python(python) => f.write_str(python.library),
        }
    }
}
