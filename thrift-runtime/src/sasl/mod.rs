//! SASL: how clients show who they are before their first call, as with Apache's `TSaslTransport`.
//!
//! HiveServer2, the Hive metastore, Impala and HBase ask for it by default. A connection begins with a
//! negotiation by a mechanism; [`Plain`] sends a user and a password. Calls follow, each in a frame of
//! SASL, which takes the place of `framed`.
//!
//! ```no_run
//! # #[cfg(feature = "tokio")]
//! # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
//! use thrift_runtime::{
//!     Client, Server,
//!     sasl::{Plain, ServerSasl},
//! };
//!
//! let sasl = ServerSasl::plain(|login| match (login.user(), login.password()) {
//!     ("alice", "rabbit hole") => Ok("alice"),
//!     _ => Err("wrong user or password"),
//! });
//! let server = Server::bind("127.0.0.1:10000").await?.sasl(sasl);
//! tokio::spawn(server.serve(processor));
//!
//! let login = Plain::new("alice", "rabbit hole");
//! let client = Client::builder().sasl(login).connect("127.0.0.1:10000").await?;
//! # Ok(())
//! # }
//! ```
//!
//! Handlers find who calls in [`Context::identity`](crate::Context::identity). PLAIN sends the password
//! as it is, so that it belongs within TLS, or in a network that nobody else listens to.
//!
//! Within TLS, [`External`] takes the user whom the client's certificate names. With the feature
//! `gssapi`, `Gssapi` and `GssapiServer` speak Kerberos, which can protect what follows, too.
//!
//! Other mechanisms are [`ClientMechanism`]s and [`ServerMechanism`]s of your own.

mod client;
mod external;
mod frames;
#[cfg(feature = "gssapi")]
mod gssapi;
mod login;
mod mechanism;
mod message;
mod plain;
mod refused;
mod server;
#[cfg(feature = "tokio")]
mod stream;
#[cfg(test)]
mod tests;
#[cfg(feature = "tokio")]
mod wire;

#[cfg(feature = "gssapi")]
pub use self::gssapi::{Gssapi, GssapiServer, KerberosPeer, Quality};
pub(crate) use self::{
    client::{ClientNegotiation, ClientStep},
    frames::Frames,
    message::{Arrived, arrived},
    server::{Answered, Failed, ServerNegotiation, gone},
};
pub use self::{
    external::{External, ExternalServer},
    login::Login,
    mechanism::{
        Authenticated, ClientMechanism, ClientSession, Responding, SecurityLayer, ServerMechanism,
        ServerSession, ServerStep,
    },
    plain::{Plain, PlainServer},
    refused::Refused,
    server::ServerSasl,
};
#[cfg(feature = "tokio")]
pub(crate) use self::{
    frames::Lengths,
    stream::SaslStream,
    wire::{accept, connect},
};

use crate::{
    error::{Error, ErrorKind, Result},
    transport::Framing,
};

/// How many challenges a negotiation may have. Mechanisms have three at most.
const MOST_ROUNDS: u32 = 16;

/// Checks that a client sets no framing of its own, in place of SASL's.
///
/// # Errors
///
/// If it does.
pub(crate) fn check_framing(framing: Framing) -> Result<()> {
    match framing {
        Framing::Buffered => Ok(()),
        _ => {
            let text = format!(
                "messages within SASL have the frames of SASL, so they cannot be {framing}"
            );
            Err(Error::new(ErrorKind::Unsupported, text))
        }
    }
}

/// The error for a client that sets compression, too.
#[cfg(feature = "zlib")]
#[cold]
pub(crate) fn no_compression() -> Error {
    Error::new(ErrorKind::Unsupported, "a connection with SASL cannot be compressed")
}
