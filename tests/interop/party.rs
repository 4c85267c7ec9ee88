//! Who stands at an end of a connection, and what is spoken over it.

use std::fmt;

use thrift_runtime::{AnyProtocol, BinaryProtocol, CompactProtocol, Framing, JsonProtocol};

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

    /// Whether it is the same library, however it is used.
    pub(crate) fn uses(self, peer: PythonParty) -> bool {
        matches!(self, Party::Python(python) if python.library == peer.library)
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Party::Ours => f.write_str("ours"),
            Party::Python(python) => f.write_str(python.library),
        }
    }
}

/// A protocol, and which of a peer's implementations of it is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Protocol {
    /// What the peers call it.
    pub(crate) name: &'static str,
    /// Whether calls name their service.
    pub(crate) multiplexed: bool,
    /// What our ends speak.
    pub(crate) ours: AnyProtocol,
    /// What the conformance programs call it, if they do.
    pub(crate) flag: Option<&'static str>,
}

impl Protocol {
    pub(crate) const BINARY: Self = Self::new("binary", STRICT, Some("binary"));
    pub(crate) const BINARY_NON_STRICT: Self = Self::new("binary-nonstrict", NON_STRICT, None);
    /// Apache's implementation in C.
    pub(crate) const BINARY_ACCELERATED: Self = Self { name: "binary-accelerated", ..Self::BINARY };
    /// thriftpy2's implementation in Python.
    pub(crate) const BINARY_PYTHON: Self = Self { name: "binary-python", ..Self::BINARY };
    pub(crate) const COMPACT: Self = Self::new("compact", COMPACT, Some("compact"));
    /// Apache's implementation in C.
    pub(crate) const COMPACT_ACCELERATED: Self =
        Self { name: "compact-accelerated", ..Self::COMPACT };
    pub(crate) const JSON: Self = Self::new("json", JSON, Some("json"));
    pub(crate) const MULTI: Self = Self::BINARY.multiplexed("multi");
    pub(crate) const MULTIC: Self = Self::COMPACT.multiplexed("multic");
    pub(crate) const MULTIJ: Self = Self::JSON.multiplexed("multij");

    pub(crate) fn is_json(self) -> bool {
        self.name == Self::JSON.name
    }

    const fn new(name: &'static str, ours: AnyProtocol, flag: Option<&'static str>) -> Self {
        Protocol { name, multiplexed: false, ours, flag }
    }

    const fn multiplexed(self, flag: &'static str) -> Self {
        Protocol { multiplexed: true, flag: Some(flag), ..self }
    }
}

const STRICT: AnyProtocol = AnyProtocol::Binary(BinaryProtocol::STRICT);
const NON_STRICT: AnyProtocol = AnyProtocol::Binary(BinaryProtocol::NON_STRICT);
const COMPACT: AnyProtocol = AnyProtocol::Compact(CompactProtocol);
const JSON: AnyProtocol = AnyProtocol::Json(JsonProtocol);

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        f.write_str(if self.multiplexed { " multiplexed" } else { "" })
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
    /// What the peers and the conformance programs call it.
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
