//! What is known about a call besides its arguments.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;

use crate::headers::Headers;

/// What a server knows about the other end of a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Peer {
    pub(crate) address: Option<SocketAddr>,
    /// The certificates it presented in the TLS handshake.
    pub(crate) certificates: Option<Arc<[Bytes]>>,
    /// The headers of its current call.
    pub(crate) headers: Option<Arc<Headers>>,
}

/// What a handler may want to know about the call that it answers.
///
/// ```ignore
/// CalculatorServiceProcessor::per_call(|cx| Calculator { peer: cx.peer() })
/// ```
#[derive(Debug, Clone)]
pub struct Context {
    peer: Peer,
    method: String,
    seqid: i32,
}

impl Context {
    pub(crate) fn new(peer: &Peer, method: &[u8], seqid: i32) -> Self {
        let method = String::from_utf8_lossy(method).into_owned();
        Context { peer: peer.clone(), method, seqid }
    }

    /// The address of the caller; `None` where the connection has none, as a Unix socket.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer.address
    }

    /// The caller's certificate in DER, and behind it those up to its authority, if the server asked
    /// for one in the TLS handshake; otherwise none. It was verified before the call was read.
    ///
    /// ```ignore
    /// CalculatorServiceProcessor::per_call(|cx| Calculator { caller: cx.certificates().first().cloned() })
    /// ```
    pub fn certificates(&self) -> &[Bytes] {
        self.peer.certificates.as_deref().unwrap_or_default()
    }

    /// What came beside the call: the info headers of THeader, or the headers of HTTP. Other
    /// transports have none.
    pub fn headers(&self) -> &Headers {
        self.peer.headers.as_deref().unwrap_or(Headers::NONE)
    }

    /// The name of the method, as it stands in the call.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The call's sequence id.
    pub fn seqid(&self) -> i32 {
        self.seqid
    }
}
