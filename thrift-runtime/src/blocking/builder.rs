//! The settings of a blocking client.

#[cfg(feature = "sasl")]
use std::sync::Arc;
use std::{net::ToSocketAddrs, time::Duration};

use super::{
    BlockingClient, address,
    socket::{Patience, Socket},
    stream::Stream,
};
#[cfg(any(feature = "sasl", feature = "tls"))]
use crate::transport::addresses::{host_of, late};
#[cfg(feature = "tls")]
use crate::transport::without_secrets::without_secrets;
use crate::{
    call::CallSettings,
    error::Result,
    protocol::{BinaryProtocol, Limits, Protocol},
    transport::{Framing, MAX_TIMEOUTS, socket_options::SocketOptions},
};
#[cfg(feature = "sasl")]
use crate::{sasl::ClientMechanism, transport::Framings};

/// The settings of a [`BlockingClient`]: protocol, framing, timeouts and limits.
///
/// ```no_run
/// # fn run() -> thrift_runtime::Result<()> {
/// use std::time::Duration;
/// use thrift_runtime::BlockingClient;
///
/// let client = BlockingClient::builder()
///     .framed()
///     .connect_timeout(Duration::from_secs(2))
///     .call_timeout(Duration::from_secs(5))
///     .connect("127.0.0.1:9090")?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until one of its `connect` methods is called"]
pub struct BlockingClientBuilder<P: Protocol = BinaryProtocol> {
    pub(super) protocol: P,
    pub(super) framing: Framing,
    pub(super) limits: Limits,
    connect_timeout: Option<Duration>,
    pub(super) call_timeout: Option<Duration>,
    pub(super) silence: Option<Duration>,
    pub(super) max_timeouts: Option<u32>,
    socket: SocketOptions,
    #[cfg(feature = "sasl")]
    sasl: Option<Arc<dyn ClientMechanism>>,
}

impl BlockingClientBuilder {
    /// The defaults.
    pub(super) fn new() -> Self {
        BlockingClientBuilder {
            protocol: BinaryProtocol::STRICT,
            framing: Framing::Buffered,
            limits: Limits::default(),
            connect_timeout: Some(Duration::from_secs(10)),
            call_timeout: CallSettings::TIMEOUT,
            silence: None,
            max_timeouts: Some(MAX_TIMEOUTS),
            socket: SocketOptions::default(),
            #[cfg(feature = "sasl")]
            sasl: None,
        }
    }
}

impl<P: Protocol> BlockingClientBuilder<P> {
    /// Sends each message in a frame, like `TFramedTransport`.
    pub fn framed(mut self) -> Self {
        self.framing = Framing::Framed;
        self
    }

    /// Sends messages without frames, like `TBufferedTransport`. This is the default.
    pub fn buffered(mut self) -> Self {
        self.framing = Framing::Buffered;
        self
    }

    /// Authenticates this client by a SASL mechanism, like `TSaslClientTransport`, before the first
    /// call and within the time for connecting. Calls then travel in SASL's frames.
    ///
    /// ```no_run
    /// # fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{BlockingClient, sasl::Plain};
    ///
    /// let login = Plain::new("alice", "rabbit hole");
    /// let client = BlockingClient::builder().sasl(login).connect("127.0.0.1:10000")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Connecting fails with an error of kind [`Sasl`](crate::ErrorKind::Sasl) if the server does not
    /// let this client in, with [`Unsupported`](crate::ErrorKind::Unsupported) if another framing is
    /// set.
    #[cfg(feature = "sasl")]
    pub fn sasl(mut self, mechanism: impl ClientMechanism) -> Self {
        self.sasl = Some(Arc::new(mechanism));
        self
    }

    /// Sets the protocol; by default [`BinaryProtocol::STRICT`].
    pub fn protocol<Q: Protocol>(self, protocol: Q) -> BlockingClientBuilder<Q> {
        BlockingClientBuilder {
            protocol,
            framing: self.framing,
            limits: self.limits,
            connect_timeout: self.connect_timeout,
            call_timeout: self.call_timeout,
            silence: self.silence,
            max_timeouts: self.max_timeouts,
            socket: self.socket,
            #[cfg(feature = "sasl")]
            sasl: self.sasl,
        }
    }

    /// Sets the limits on replies.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how long connecting may take, TLS handshake and SASL negotiation included; ten seconds by
    /// default. `None` waits as long as the operating system does. The resolution of a host name cannot be
    /// interrupted, and does not count.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// Sets how long a call may take, including the wait for calls of other threads; a minute by
    /// default. `None` waits for ever. A call that gets no reply in time closes the connection.
    /// [`BlockingClient::with_timeout`] changes it for single calls.
    pub fn call_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.call_timeout = timeout.into();
        self
    }

    /// Sets how long the peer may send nothing while a reply is due; by default for ever, as a call
    /// may take that long. Then the connection is closed, its call fails, and a
    /// [`BlockingReconnecting`](crate::BlockingReconnecting) makes another.
    pub fn silence_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.silence = timeout.into();
        self
    }

    /// Sets how many calls in a row may time out while another is in progress and the peer sends
    /// nothing; three by default. The connection is then closed in the same way, if the peer has
    /// been silent for at least a second since the first. `None` keeps it for ever.
    pub fn max_timeouts(mut self, count: impl Into<Option<u32>>) -> Self {
        self.max_timeouts = count.into();
        self
    }

    /// Sets the options of the TCP socket: by default, a connection whose peer is gone for two
    /// minutes is closed.
    pub fn socket_options(mut self, options: SocketOptions) -> Self {
        self.socket = options;
        self
    }

    /// Connects over TCP to the first address that answers, of those that the name resolves to: the
    /// next is tried when the one before has failed, or has been silent for a quarter of a second.
    ///
    /// # Errors
    ///
    /// If the address cannot be resolved, or no connection is made in time.
    pub fn connect(self, address: impl ToSocketAddrs) -> Result<BlockingClient<P>> {
        let (socket, patience) = self.socket(address)?;
        self.begin(Stream::new(socket.into()), None, patience)
    }

    /// Connects over TCP and TLS to `host:port`. The server's certificate must be for that host.
    ///
    /// ```no_run
    /// # fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{BlockingClient, tls::ClientTls};
    ///
    /// let tls = ClientTls::new()?;
    /// let client = BlockingClient::builder().connect_tls("messages.example.com:9090", &tls)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the address cannot be resolved, connection and handshake are not done in time, or one
    /// side rejects the other's certificate. A server that requires a client certificate may report
    /// a missing one only when the first call is made.
    #[cfg(feature = "tls")]
    pub fn connect_tls(
        self,
        address: &str,
        tls: &crate::tls::ClientTls,
    ) -> Result<BlockingClient<P>> {
        let session = tls.session(host_of(address))?;
        let (socket, patience) = self.socket(address)?;
        let mut stream = Stream::new(socket.into());
        let session = super::tls::Session::Client(Box::new(session));
        stream.secure(session, patience).map_err(|error| match self.connect_timeout {
            Some(patience) if error.is_timeout() => {
                let address = without_secrets(address);
                late(patience, format_args!("{address} did not finish the TLS handshake"))
            }
            _ => error,
        })?;
        self.begin(stream, Some(address), patience)
    }

    /// Connects to a Unix socket.
    ///
    /// # Errors
    ///
    /// If nobody listens there, or the path's permissions forbid it.
    #[cfg(unix)]
    pub fn connect_unix(self, path: impl AsRef<std::path::Path>) -> Result<BlockingClient<P>> {
        self.check()?;
        let patience = Patience::within(self.connect_timeout);
        let stream = address::connect_unix(path.as_ref(), self.connect_timeout)?;
        let socket = Socket::Unix(stream);
        self.begin(Stream::new(socket.into()), None, patience)
    }

    /// A client over a stream to a `host:port`, if that is known, once it may call.
    pub(super) fn begin(
        self,
        stream: Stream,
        address: Option<&str>,
        patience: Patience,
    ) -> Result<BlockingClient<P>> {
        #[cfg(feature = "sasl")]
        if let Some(mechanism) = &self.sasl {
            let (mut stream, host) = (stream, address.map(host_of));
            stream.negotiate(mechanism, host, patience, &self.limits).map_err(
                |error| match self.connect_timeout {
                    Some(patience) if error.is_timeout() => {
                        late(patience, "the server did not finish the SASL negotiation")
                    }
                    _ => error,
                },
            )?;
            return Ok(BlockingClient::over(self, stream, Framings::SASL.writing));
        }
        let _ = (address, patience);
        let writing = self.framing;
        Ok(BlockingClient::over(self, stream, writing))
    }

    /// Checks that settings do not contradict one another.
    fn check(&self) -> Result<()> {
        #[cfg(feature = "sasl")]
        if self.sasl.is_some() {
            return crate::sasl::check_framing(self.framing);
        }
        Ok(())
    }

    /// A connected socket, and what is left of the time, for the handshake.
    pub(super) fn socket(&self, address: impl ToSocketAddrs) -> Result<(Socket, Patience)> {
        self.check()?;
        let (stream, end) = address::connect(address, self.connect_timeout)?;
        let socket = Socket::Tcp(stream);
        socket.prepare(&self.socket);
        Ok((socket, Patience::Until(end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::rows::{self, time};

    #[test]
    fn the_guide_names_every_setting_with_its_default() {
        let BlockingClientBuilder {
            protocol: _,
            framing: _,
            limits,
            connect_timeout,
            call_timeout,
            silence,
            max_timeouts,
            socket,
            #[cfg(feature = "sasl")]
                sasl: _,
        } = BlockingClient::builder();
        let others = [
            ("connect_timeout", time(connect_timeout)),
            ("call_timeout", time(call_timeout)),
            ("silence_timeout", time(silence)),
            ("max_timeouts", max_timeouts.unwrap().to_string()),
        ];
        rows::check("Clients", rows::limits(limits));
        rows::check("Clients", rows::socket(socket));
        rows::check("Clients", others);
    }
}
