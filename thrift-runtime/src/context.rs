//! What a handler can learn about a call besides its arguments.

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

/// What a handler can learn about the call that it answers, besides the arguments.
///
/// Processors made with `per_call` pass it to the function that makes the handler:
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

    /// The address of the caller; `None` for connections without one, such as Unix sockets.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer.address
    }

    /// The certificate chain that the caller presented in the TLS handshake, in DER: its own first,
    /// then those up to its authority. Empty if the server did not ask for one. The chain was
    /// verified before the call was read.
    ///
    /// ```ignore
    /// CalculatorServiceProcessor::per_call(|cx| Calculator { caller: cx.certificates().first().cloned() })
    /// ```
    pub fn certificates(&self) -> &[Bytes] {
        self.peer.certificates.as_deref().unwrap_or_default()
    }

    /// The headers of the call: THeader's info headers, or those of the HTTP request. Other
    /// transports have none.
    pub fn headers(&self) -> &Headers {
        self.peer.headers.as_deref().unwrap_or(Headers::NONE)
    }

    /// The method's name, as the call has it.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The call's sequence id.
    pub fn seqid(&self) -> i32 {
        self.seqid
    }
}
