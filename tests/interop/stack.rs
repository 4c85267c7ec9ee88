//! The stack of protocol, transport and socket between a client and a server.

use std::fmt;

use thrift_runtime::{AnyProtocol, BinaryProtocol, CompactProtocol, JsonProtocol};

/// How a client and a server are connected.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stack {
    pub(crate) socket: Socket,
    pub(crate) transport: Transport,
    pub(crate) protocol: Protocol,
}

impl Stack {
    pub(crate) const fn new(socket: Socket, transport: Transport, protocol: Protocol) -> Self {
        Stack { socket, transport, protocol }
    }

    /// The flags that tell the conformance client to speak so, if there are.
    pub(crate) fn flags(self) -> Option<[String; 2]> {
        let Stack { transport, protocol, socket: _ } = self;
        let (transport, protocol) = match (transport, protocol.flag?) {
            // There, THeader is a protocol.
            (Transport::Header, "binary") => (Transport::Buffered, "header"),
            (Transport::Header, "multi") => (Transport::Buffered, "multih"),
            (
                Transport::Header
                | Transport::HeaderZlib
                | Transport::HeaderFramed
                | Transport::HeaderHttp
                | Transport::Sasl,
                _,
            ) => return None,
            plain => plain,
        };
        Some([format!("--transport={}", transport.name()), format!("--protocol={protocol}")])
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stack { socket, transport, protocol } = self;
        write!(f, "{protocol} {} over {socket}", transport.name())
    }
}

/// What a connection goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Socket {
    Tcp,
    Unix,
    Tls,
    /// TLS with a certificate of the client's, which the server demands.
    MutualTls,
}

impl Socket {
    pub(crate) fn is_secure(self) -> bool {
        matches!(self, Socket::Tls | Socket::MutualTls)
    }
}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Socket::Tcp => "TCP",
            Socket::Unix => "a Unix socket",
            Socket::Tls => "TLS",
            Socket::MutualTls => "TLS with client certificates",
        })
    }
}

/// What messages are sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Nothing: one message directly behind the other.
    Buffered,
    /// A frame each.
    Framed,
    /// A request and an answer each.
    Http,
    /// A compressed stream.
    Zlib,
    /// THeader's frames.
    Header,
    /// THeader's frames, with calls that are compressed.
    HeaderZlib,
    /// THeader's frames in frames.
    HeaderFramed,
    /// THeader's frames in requests and answers.
    HeaderHttp,
    /// SASL's frames, behind a login.
    Sasl,
}

/// The login of those who speak SASL.
pub(crate) const LOGIN: [&str; 2] = ["alice", "zażółć"];

impl Transport {
    /// What the peers call it, and the conformance programs what they have of it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Transport::Buffered => "buffered",
            Transport::Framed => "framed",
            Transport::Http => "http",
            Transport::Zlib => "zlib",
            Transport::Header => "header",
            Transport::HeaderZlib => "header-zlib",
            Transport::HeaderFramed => "header-framed",
            Transport::HeaderHttp => "header-http",
            Transport::Sasl => "sasl",
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
    flag: Option<&'static str>,
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

    /// Whether the bytes are the same, whichever implementation writes them.
    pub(crate) fn is_as(self, other: Protocol) -> bool {
        self.flag == other.flag
    }

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
