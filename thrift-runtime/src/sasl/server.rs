//! The server's side: its settings, and the negotiation over bytes.

use std::{fmt, pin::pin, sync::Arc};

use bytes::Bytes;

use super::{
    Authenticated, Login, MOST_ROUNDS, PlainServer, Refused, ServerMechanism, ServerSession,
    ServerStep,
    message::{is_mechanism, message},
};
use crate::{
    call::Guarded,
    error::{Error, ErrorKind, escaped},
    transport::sasl::Status,
};

/// A server's SASL settings: its mechanisms, and whether it takes peers without SASL.
///
/// A server with these settings refuses peers without SASL, unless it is
/// [optional](ServerSasl::optional). Peers with SASL use its frames, whatever framing is set.
///
/// ```no_run
/// # #[cfg(feature = "tokio")]
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// use thrift_runtime::{Server, sasl::ServerSasl};
///
/// let sasl = ServerSasl::plain(|login| match (login.user(), login.password()) {
///     ("alice", "rabbit hole") => Ok("alice"),
///     _ => Err("wrong user or password"),
/// });
/// Server::bind("127.0.0.1:10000").await?.sasl(sasl).serve(processor).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "these settings do nothing until they are passed to a server"]
pub struct ServerSasl {
    mechanisms: Vec<Arc<dyn ServerMechanism>>,
    optional: bool,
    /// Those of the peer that it is for.
    certificates: Option<Arc<[Bytes]>>,
}

impl ServerSasl {
    /// Takes peers that negotiate by a mechanism.
    pub fn new(mechanism: impl ServerMechanism) -> Self {
        ServerSasl { mechanisms: vec![Arc::new(mechanism)], optional: false, certificates: None }
    }

    /// Takes peers that send a user and a password by the mechanism PLAIN. The function finds out who
    /// that is, or why it is not let in, which the peer is told. [`PlainServer`] has more settings.
    pub fn plain<F, I, R>(decide: F) -> Self
    where
        F: Fn(&Login) -> Result<I, R> + Send + Sync + 'static,
        I: Into<Arc<str>>,
        R: Into<Refused>,
    {
        ServerSasl::new(PlainServer::new(decide))
    }

    /// Takes peers that negotiate by another mechanism, too.
    pub fn and(mut self, mechanism: impl ServerMechanism) -> Self {
        self.mechanisms.push(Arc::new(mechanism));
        self
    }

    /// Serves peers without SASL, too, on the same port. Nobody knows who they are.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same for a peer that has shown these certificates.
    pub(crate) fn for_peer_with(&self, certificates: &Option<Arc<[Bytes]>>) -> Self {
        ServerSasl { certificates: certificates.clone(), ..self.clone() }
    }

    /// Whether peers without SASL are refused.
    pub(crate) fn is_only(&self) -> bool {
        !self.optional
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.mechanisms.iter().map(|mechanism| mechanism.name()).collect();
        names.join(", ")
    }

    fn begin(&self, name: &[u8]) -> Result<Box<dyn ServerSession>, Refused> {
        let called = |mechanism: &&Arc<dyn ServerMechanism>| mechanism.name().as_bytes() == name;
        match self.mechanisms.iter().find(called) {
            Some(mechanism) if is_mechanism(name) => {
                mechanism.begin_with(self.certificates.as_deref().unwrap_or_default())
            }
            _ => {
                let name = escaped(name).up_to(20);
                let text = format!(
                    "unsupported mechanism \"{name}\"; this server supports {}",
                    self.names()
                );
                Err(Refused::new(text))
            }
        }
    }
}

impl fmt::Debug for ServerSasl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSasl")
            .field("mechanisms", &self.names())
            .field("optional", &self.optional)
            .finish()
    }
}

/// A server that negotiates.
pub(crate) struct ServerNegotiation<'a> {
    sasl: &'a ServerSasl,
    session: Option<Box<dyn ServerSession>>,
    rounds: u32,
}

/// What follows on a message of the peer's.
pub(crate) enum Answered {
    /// Another message is waited for, after this was sent.
    More(Vec<u8>),
    /// The peer is let in, and told so.
    Done(Authenticated, Vec<u8>),
}

/// How a negotiation ends without success: what the peer is told, and why.
pub(crate) struct Failed {
    pub(crate) told: Vec<u8>,
    pub(crate) error: Error,
}

impl From<Refused> for Failed {
    #[cold]
    fn from(refused: Refused) -> Self {
        let told = message(refused.status, refused.to_string().as_bytes());
        Failed { told, error: refused.error() }
    }
}

/// The peer is told nothing where the connection fails.
impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Failed { told: Vec::new(), error }
    }
}

impl<'a> ServerNegotiation<'a> {
    pub(crate) fn new(sasl: &'a ServerSasl) -> Self {
        ServerNegotiation { sasl, session: None, rounds: 0 }
    }

    /// Takes a message of the peer's.
    ///
    /// # Errors
    ///
    /// If the peer is not let in.
    pub(crate) async fn receive(
        &mut self,
        status: Status,
        payload: &[u8],
    ) -> Result<Answered, Failed> {
        match (status, &mut self.session) {
            (Status::Bad | Status::Error, _) => Err(gave_up(payload)),
            (Status::Start, session @ None) => {
                *session = Some(self.sasl.begin(payload)?);
                Ok(Answered::More(Vec::new()))
            }
            (Status::Ok | Status::Complete, Some(_)) if self.rounds == MOST_ROUNDS => {
                let text = format!("the client sent more than {MOST_ROUNDS} responses");
                Err(Refused::failed(text).into())
            }
            (Status::Ok | Status::Complete, Some(session)) => {
                self.rounds += 1;
                match respond(&mut **session, payload).await? {
                    ServerStep::Challenge(challenge) => {
                        Ok(Answered::More(message(Status::Ok, &challenge)))
                    }
                    ServerStep::Done(mut authenticated) => {
                        let last = std::mem::take(&mut authenticated.last);
                        Ok(Answered::Done(authenticated, message(Status::Complete, &last)))
                    }
                }
            }
            (Status::Start, Some(_)) => out_of_order(status, "OK or COMPLETE"),
            (Status::Ok | Status::Complete, None) => out_of_order(status, "START"),
        }
    }
}

/// What a mechanism makes of a response. Its panic is the server's fault.
async fn respond(session: &mut dyn ServerSession, response: &[u8]) -> Result<ServerStep, Refused> {
    let mut responding = pin!(async { session.respond(response).await });
    let responded = Guarded(responding.as_mut()).await;
    responded
        .unwrap_or_else(|| Err(Refused::failed("the server failed to authenticate the client")))
}

#[cold]
fn out_of_order(status: Status, expected: &str) -> Result<Answered, Failed> {
    let status = format!("{status:?}").to_uppercase();
    Err(Refused::failed(format!("{expected} is expected here, not {status}")).into())
}

/// The error for a peer that closes the connection within the negotiation.
#[cold]
pub(crate) fn gone() -> Error {
    Error::new(ErrorKind::Closed, "the peer closed the connection during the SASL negotiation")
}

/// The peer is not told what it has said itself.
#[cold]
fn gave_up(why: &[u8]) -> Failed {
    let text = format!("the peer gave up the SASL negotiation: \"{}\"", escaped(why));
    Failed { told: Vec::new(), error: Error::new(ErrorKind::Sasl, text) }
}
