//! Who stands at an end of a connection, and what is spoken over it.

use std::fmt;

use thrift_runtime::Framing;

/// One end: this library, or a program in Python.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Party {
    /// This library.
    Ours,
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
    /// The protocols that it is tried with.
    pub(crate) protocols: &'static [Protocol],
}

impl Party {
    /// How many clients it serves at once, when it serves.
    pub(crate) fn connections(self) -> i32 {
        match self {
            Party::Python(PythonParty { server_type: "simple", .. }) => 1,
            _ => 4,
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Party::Ours => f.write_str("ours"),
            Party::Python(python) => write!(f, "{} {}", python.library, python.server_type),
        }
    }
}

/// A protocol, and which of a peer's implementations of it is used.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Protocol {
    /// Binary, strict.
    Binary,
    /// Binary, non-strict.
    BinaryNonStrict,
    /// Apache's implementation in C of the strict binary protocol.
    BinaryAccelerated,
    /// thriftpy2's implementation in Python of the strict binary protocol.
    BinaryPython,
}

impl Protocol {
    /// What the peers call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Protocol::Binary => "binary",
            Protocol::BinaryNonStrict => "binary-nonstrict",
            Protocol::BinaryAccelerated => "binary-accelerated",
            Protocol::BinaryPython => "binary-python",
        }
    }
}

/// How messages follow one another.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Transport {
    /// One directly behind the other.
    Buffered,
    /// Each in a frame.
    Framed,
}

impl Transport {
    /// What the peers call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Transport::Buffered => "buffered",
            Transport::Framed => "framed",
        }
    }

    /// What our client is told to use.
    pub(crate) fn framing(self) -> Framing {
        match self {
            Transport::Buffered => Framing::Buffered,
            Transport::Framed => Framing::Framed,
        }
    }
}
