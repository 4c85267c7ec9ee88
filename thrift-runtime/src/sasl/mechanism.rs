//! What a mechanism of SASL is to a client, and to a server.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;

use super::Refused;
use crate::error::Result;

/// A mechanism, as a client uses it, with what it needs: a user and a password, for instance.
///
/// ```
/// use thrift_runtime::{
///     Result,
///     sasl::{ClientMechanism, ClientSession},
/// };
///
/// /// Who a client is, TLS has shown (RFC 4422, appendix A).
/// #[derive(Debug)]
/// struct External;
///
/// impl ClientMechanism for External {
///     fn name(&self) -> &str {
///         "EXTERNAL"
///     }
///     fn begin(&self, _host: Option<&str>) -> Result<Box<dyn ClientSession>> {
///         Ok(Box::new(External))
///     }
/// }
///
/// impl ClientSession for External {
///     fn first(&mut self) -> Result<Vec<u8>> {
///         Ok(Vec::new())
///     }
///     fn respond(&mut self, _challenge: &[u8]) -> Result<Vec<u8>> {
///         Ok(Vec::new())
///     }
///     fn is_complete(&self) -> bool {
///         true
///     }
/// }
/// // Client::builder().sasl(External).connect_tls("hive.example.com:10000", &tls).await?
/// ```
pub trait ClientMechanism: fmt::Debug + Send + Sync + 'static {
    /// Its name: up to 20 capital letters, digits, hyphens and underscores.
    fn name(&self) -> &str;

    /// Begins a negotiation with a host, whose name is known if the client was given it as a text, as
    /// by `connect_tls`.
    ///
    /// # Errors
    ///
    /// If it cannot begin, such as without a ticket.
    fn begin(&self, host: Option<&str>) -> Result<Box<dyn ClientSession>>;

    /// Whether it may wait for others, as for a server that has tickets, when it begins and responds. An
    /// async client has a thread do it then, and a blocking one does not wait for it for longer than
    /// connecting may take.
    fn blocks(&self) -> bool {
        false
    }

    /// What to check when the server refuses. The error says it.
    fn advice(&self) -> &'static str {
        ""
    }
}

/// The client's side of a negotiation.
pub trait ClientSession: Send {
    /// The response that comes before any challenge; an empty one if the server is to begin.
    ///
    /// # Errors
    ///
    /// If there can be none, which ends the negotiation.
    fn first(&mut self) -> Result<Vec<u8>>;

    /// The response to a challenge. What is returned for the last one, with which the server says that
    /// it is satisfied, is not sent.
    ///
    /// # Errors
    ///
    /// If the challenge is wrong, which ends the negotiation.
    fn respond(&mut self, challenge: &[u8]) -> Result<Vec<u8>>;

    /// Whether the client needs no further challenge to be satisfied.
    fn is_complete(&self) -> bool;

    /// What protects the bytes that follow, if that was negotiated. It is asked for once, at the end.
    fn layer(&mut self) -> Option<Box<dyn SecurityLayer>> {
        None
    }
}

/// A mechanism, as a server offers it.
pub trait ServerMechanism: Send + Sync + 'static {
    /// Its name: up to 20 capital letters, digits, hyphens and underscores.
    fn name(&self) -> &str;

    /// Begins a negotiation with a peer that has chosen it.
    ///
    /// # Errors
    ///
    /// If it cannot begin, such as without a key.
    fn begin(&self) -> Result<Box<dyn ServerSession>, Refused>;

    /// Begins with a peer that has shown these certificates within TLS, in DER and its own first, or none.
    ///
    /// # Errors
    ///
    /// As for [`begin`](ServerMechanism::begin), which is all that it calls by default.
    fn begin_with(&self, certificates: &[Bytes]) -> Result<Box<dyn ServerSession>, Refused> {
        let _ = certificates;
        self.begin()
    }
}

/// The server's side of a negotiation.
pub trait ServerSession: Send {
    /// Takes a response, and gives what comes next. The first response may be empty, if the client
    /// leaves it to the server to begin.
    ///
    /// In a blocking server the future blocks the connection's thread.
    ///
    /// # Errors
    ///
    /// If the peer is not let in, which it is told.
    fn respond<'a>(&'a mut self, response: &'a [u8]) -> Responding<'a>;
}

/// What a [`ServerSession`] makes of a response, once it is ready.
pub type Responding<'a> = Pin<Box<dyn Future<Output = Result<ServerStep, Refused>> + Send + 'a>>;

/// What a server makes of a response.
#[derive(Debug)]
pub enum ServerStep {
    /// The peer has to respond to another challenge.
    Challenge(Vec<u8>),
    /// The peer is let in.
    Done(Authenticated),
}

/// A peer that is let in.
pub struct Authenticated {
    pub(super) identity: Arc<str>,
    pub(super) last: Vec<u8>,
    pub(super) layer: Option<Box<dyn SecurityLayer>>,
}

impl Authenticated {
    /// Who it is. Handlers find the name in [`Context::identity`](crate::Context::identity).
    pub fn new(identity: impl Into<Arc<str>>) -> Self {
        Authenticated { identity: identity.into(), last: Vec::new(), layer: None }
    }

    /// Adds the last challenge, with which the server shows who it is.
    #[must_use = "only the returned peer has the challenge"]
    pub fn with_last(mut self, challenge: Vec<u8>) -> Self {
        self.last = challenge;
        self
    }

    /// Adds what protects the bytes that follow.
    #[must_use = "only the returned peer has the layer"]
    pub fn with_layer(mut self, layer: impl SecurityLayer + 'static) -> Self {
        self.layer = Some(Box::new(layer));
        self
    }
}

impl Authenticated {
    pub(crate) fn identity(&self) -> Arc<str> {
        Arc::clone(&self.identity)
    }

    pub(crate) fn take_layer(&mut self) -> Option<Box<dyn SecurityLayer>> {
        self.layer.take()
    }
}

impl fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated")
            .field("identity", &self.identity)
            .field("layer", &self.layer.is_some())
            .finish_non_exhaustive()
    }
}

/// What protects the bytes of a connection after the negotiation: their integrity (`auth-int`), or
/// their secrecy too (`auth-conf`).
pub trait SecurityLayer: Send {
    /// Protects bytes, of which there are [`most`](SecurityLayer::most) at most.
    ///
    /// # Errors
    ///
    /// If that fails, which ends the connection.
    fn seal(&mut self, bytes: &[u8]) -> Result<Vec<u8>>;

    /// Checks a token of the peer's, and gives what is in it.
    ///
    /// # Errors
    ///
    /// If it is not the peer's, which ends the connection.
    fn open(&mut self, token: &[u8]) -> Result<Vec<u8>>;

    /// How many bytes are protected at once, which the size of the peer's buffer decides.
    fn most(&self) -> usize;
}
