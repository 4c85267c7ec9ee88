//! Clients that authenticate before their first call.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use super::{Client, ClientBuilder, builder::drive};
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::Protocol,
    sasl::{ClientMechanism, SaslStream, check_framing, connect},
    transport::{Framings, addresses::host_of, connect::ConnectTimeout},
};

impl<P: Protocol> ClientBuilder<P> {
    /// Authenticates this client by a SASL mechanism, like `TSaslClientTransport`, before the first
    /// call and within the time for connecting. Calls then travel in SASL's frames.
    ///
    /// ```no_run
    /// # async fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{Client, sasl::Plain};
    ///
    /// let login = Plain::new("alice", "rabbit hole");
    /// let client = Client::builder().sasl(login).connect("127.0.0.1:10000").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Connecting fails with an error of kind [`Sasl`](crate::ErrorKind::Sasl) if the server rejects
    /// this client, and with [`Unsupported`](crate::ErrorKind::Unsupported) if another framing or
    /// compression is set.
    pub fn sasl(mut self, mechanism: impl ClientMechanism) -> Self {
        self.sasl = Some(Arc::new(mechanism));
        self
    }

    /// Like [`over`](ClientBuilder::over), but first waits for the negotiation if
    /// [`sasl`](ClientBuilder::sasl) is set, which `over` cannot do.
    ///
    /// ```
    /// # async fn test(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{Client, ConnectionOptions, sasl::{Plain, ServerSasl}, serve_connection};
    ///
    /// let mut options = ConnectionOptions::default();
    /// options.sasl = Some(ServerSasl::plain(|login| match login.password() {
    ///     "rabbit hole" => Ok(login.user().to_owned()),
    ///     _ => Err("wrong password"),
    /// }));
    /// let (ours, theirs) = tokio::io::duplex(64 << 10);
    /// tokio::spawn(async move { serve_connection(theirs, processor, &options).await });
    /// let login = Plain::new("alice", "rabbit hole");
    /// let client = Client::builder().sasl(login).negotiate_over(ours).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the server rejects this client, or the negotiation takes longer than the time for
    /// connecting.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub async fn negotiate_over<S>(self, stream: S) -> Result<Client<P>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let patience = self.patience()?;
        self.begin(stream, None, patience).await
    }

    /// Checks that no other setting contradicts SASL.
    pub(super) fn check_sasl(&self) -> Result<()> {
        if self.sasl.is_some() {
            check_framing(self.framing)?;
            #[cfg(feature = "zlib")]
            if matches!(self.compression, super::builder::Compression::Zlib) {
                return Err(crate::sasl::no_compression());
            }
        }
        Ok(())
    }

    /// Negotiates, and starts a client that uses the frames that follow.
    pub(super) async fn negotiate<S>(
        self,
        mechanism: Arc<dyn ClientMechanism>,
        mut stream: S,
        address: Option<&str>,
        patience: ConnectTimeout,
    ) -> Result<Client<P>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let what = || "the server did not finish the SASL negotiation".to_owned();
        let host = address.map(host_of);
        let layer = patience.wait(what, connect(mechanism, host, &mut stream)).await?;
        let stream = SaslStream::new(stream, layer, &self.limits);
        let shared = self.shared(Framings::SASL);
        drive(stream, &shared, self.endurance);
        Ok(self.client(shared))
    }

    /// A client whose calls all fail, since it is not possible to wait for a negotiation here.
    #[cold]
    pub(super) fn without_negotiation(self) -> Client<P> {
        let text = "SASL is negotiated by `connect` or `negotiate_over`, not by `over`";
        let shared = self.shared(Framings::SASL);
        shared.end(Error::new(ErrorKind::Unsupported, text), true);
        self.client(shared)
    }
}
