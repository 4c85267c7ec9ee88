//! EXTERNAL: TLS has shown who a peer is (RFC 4422, appendix A).

use std::{fmt, sync::Arc};

use bytes::Bytes;

use super::{
    Authenticated, ClientMechanism, ClientSession, Refused, Responding, ServerMechanism,
    ServerSession, ServerStep,
};
use crate::error::Result;

const NAME: &str = "EXTERNAL";

/// The mechanism EXTERNAL of a client: its certificate, which TLS sends, says who it is.
///
/// ```no_run
/// # #[cfg(all(feature = "tls", feature = "tokio"))]
/// # async fn run(chain: &[u8], key: &[u8]) -> thrift_runtime::Result<()> {
/// use thrift_runtime::{Client, sasl::External, tls::ClientTls};
///
/// let tls = ClientTls::new()?.certificate(chain, key)?;
/// let client =
///     Client::builder().sasl(External::new()).connect_tls("hive.example.com:10000", &tls).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct External {
    acts_as: String,
}

impl External {
    /// Acts as the user whom the certificate names.
    pub fn new() -> Self {
        External::default()
    }

    /// Acts as another user, if the server lets this one do so.
    #[must_use = "only the returned mechanism has the other user"]
    pub fn acting_as(mut self, user: impl Into<String>) -> Self {
        self.acts_as = user.into();
        self
    }
}

impl ClientMechanism for External {
    fn name(&self) -> &str {
        NAME
    }

    fn begin(&self, _host: Option<&str>) -> Result<Box<dyn ClientSession>> {
        Ok(Box::new(self.clone()))
    }

    fn advice(&self) -> &'static str {
        "check the certificate that `ClientTls::certificate` sets, and that the server accepts EXTERNAL"
    }
}

impl ClientSession for External {
    // initial-response = *( UTF8-char-no-nul ), the other user or nothing (RFC 4422, A.1)
    fn first(&mut self) -> Result<Vec<u8>> {
        Ok(self.acts_as.clone().into_bytes())
    }

    fn respond(&mut self, _challenge: &[u8]) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn is_complete(&self) -> bool {
        true
    }
}

/// What decides who a peer is with these certificates.
type Decide = dyn Fn(&[Bytes], Option<&str>) -> Result<Arc<str>, Refused> + Send + Sync;

/// The mechanism EXTERNAL of a server: a function tells who has a certificate.
///
/// The function gets the certificates that the peer has shown, its own first, in DER, and the other user
/// as whom it wants to act, if there is one. TLS has checked them by then, as
/// `ServerTls::with_client_roots` has it. A peer without any is refused.
///
/// ```
/// use thrift_runtime::sasl::{ExternalServer, ServerSasl};
///
/// let known = [vec![0x30, 0x82], vec![0x30, 0x83]];
/// let external = ExternalServer::new(move |certificates, acts_as| {
///     match (known.iter().position(|known| certificates[0] == known), acts_as) {
///         (Some(0), None) => Ok("alice"),
///         (Some(1), None) => Ok("bob"),
///         _ => Err("nobody knows this certificate"),
///     }
/// });
/// let sasl = ServerSasl::new(external);
/// ```
#[derive(Clone)]
pub struct ExternalServer {
    decide: Arc<Decide>,
}

impl ExternalServer {
    /// Has a function find out who a peer is, or why it is not let in, which the peer is told.
    pub fn new<F, I, R>(decide: F) -> Self
    where
        F: Fn(&[Bytes], Option<&str>) -> Result<I, R> + Send + Sync + 'static,
        I: Into<Arc<str>>,
        R: Into<Refused>,
    {
        let decide = move |certificates: &[Bytes], acts_as: Option<&str>| {
            decide(certificates, acts_as).map(Into::into).map_err(Into::into)
        };
        ExternalServer { decide: Arc::new(decide) }
    }
}

impl fmt::Debug for ExternalServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalServer").finish_non_exhaustive()
    }
}

impl ServerMechanism for ExternalServer {
    fn name(&self) -> &str {
        NAME
    }

    fn begin(&self) -> Result<Box<dyn ServerSession>, Refused> {
        Err("EXTERNAL needs TLS with a client certificate".into())
    }

    fn begin_with(&self, certificates: &[Bytes]) -> Result<Box<dyn ServerSession>, Refused> {
        match certificates {
            [] => self.begin(),
            shown => Ok(Box::new(Session { server: self.clone(), certificates: shown.to_vec() })),
        }
    }
}

/// A negotiation with a peer that has certificates.
struct Session {
    server: ExternalServer,
    certificates: Vec<Bytes>,
}

impl ServerSession for Session {
    fn respond<'a>(&'a mut self, response: &'a [u8]) -> Responding<'a> {
        Box::pin(async move {
            let acts_as = std::str::from_utf8(response).map_err(|_| "the user is not UTF-8")?;
            if acts_as.contains('\0') {
                return Err("the name of a user cannot contain the character NUL".into());
            }
            let acts_as = Some(acts_as).filter(|user| !user.is_empty());
            let identity = (self.server.decide)(&self.certificates, acts_as)?;
            Ok(ServerStep::Done(Authenticated::new(identity)))
        })
    }
}
