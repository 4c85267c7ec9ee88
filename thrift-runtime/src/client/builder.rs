//! The settings of a client.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::ToSocketAddrs,
};

use super::{Client, Handle, driver::Driver, shared::Shared, silence::Endurance, sync};
#[cfg(feature = "sasl")]
use crate::sasl::ClientMechanism;
#[cfg(feature = "zlib")]
use crate::transport::zlib::ZlibStream;
use crate::{
    call::CallSettings,
    error::Result,
    protocol::{BinaryProtocol, Limits, Protocol},
    transport::{
        Framing, Framings, MAX_TIMEOUTS,
        connect::{self, ConnectTimeout},
        socket_options::SocketOptions,
    },
};

/// The settings of a [`Client`]: protocol, framing, timeouts and limits.
///
/// ```no_run
/// # async fn run() -> thrift_runtime::Result<()> {
/// use std::time::Duration;
/// use thrift_runtime::{BinaryProtocol, Client};
///
/// let client = Client::builder()
///     .protocol(BinaryProtocol::NON_STRICT)
///     .framed()
///     .connect_timeout(Duration::from_secs(2))
///     .call_timeout(Duration::from_secs(5))
///     .max_in_flight(1)
///     .connect("127.0.0.1:9090")
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until one of its `connect` methods is called"]
pub struct ClientBuilder<P: Protocol = BinaryProtocol> {
    protocol: P,
    pub(super) framing: Framing,
    pub(super) limits: Limits,
    connect_timeout: Option<Duration>,
    call_timeout: Option<Duration>,
    max_in_flight: usize,
    pub(super) endurance: Endurance,
    pub(super) socket: SocketOptions,
    pub(super) compression: Compression,
    /// Whether messages in THeader's frames are compressed.
    #[cfg(all(feature = "header", feature = "zlib"))]
    zlib_transform: bool,
    #[cfg(feature = "sasl")]
    pub(super) sasl: Option<Arc<dyn ClientMechanism>>,
}

/// How the whole connection is compressed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Compression {
    None,
    #[cfg(feature = "zlib")]
    Zlib,
}

impl<P: Protocol> ClientBuilder<P> {
    pub(super) fn new(protocol: P) -> Self {
        ClientBuilder {
            protocol,
            framing: Framing::Buffered,
            limits: Limits::default(),
            connect_timeout: Some(Duration::from_secs(10)),
            call_timeout: CallSettings::TIMEOUT,
            max_in_flight: 10_000,
            endurance: Endurance { silence: None, timeouts: Some(MAX_TIMEOUTS) },
            socket: SocketOptions::default(),
            compression: Compression::None,
            #[cfg(all(feature = "header", feature = "zlib"))]
            zlib_transform: false,
            #[cfg(feature = "sasl")]
            sasl: None,
        }
    }

    /// Sends each message in a frame, like `TFramedTransport`.
    pub fn framed(self) -> Self {
        self.framing(Framing::Framed)
    }

    /// Sends messages without frames, like `TBufferedTransport`. This is the default.
    pub fn buffered(self) -> Self {
        self.framing(Framing::Buffered)
    }

    /// Sends messages in THeader's frames, like `THeaderTransport`. Each frame names the protocol
    /// of its message, and carries the headers that [`Client::with_header`] sets.
    #[cfg(feature = "header")]
    pub fn header(self) -> Self {
        self.framing(Framing::Header)
    }

    /// Like [`header`](ClientBuilder::header), with compressed messages. The server compresses its
    /// replies too.
    #[cfg(all(feature = "header", feature = "zlib"))]
    pub fn header_with_zlib(mut self) -> Self {
        self.zlib_transform = true;
        self.header()
    }

    /// Compresses the whole connection in both directions, like `TZlibTransport`.
    ///
    /// ```no_run
    /// # async fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::Client;
    ///
    /// let client = Client::builder().zlib().connect("127.0.0.1:9090").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "zlib")]
    pub fn zlib(mut self) -> Self {
        self.compression = Compression::Zlib;
        self
    }

    /// Sets the framing.
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Sets the protocol; by default [`BinaryProtocol::STRICT`].
    pub fn protocol<Q: Protocol>(self, protocol: Q) -> ClientBuilder<Q> {
        ClientBuilder {
            protocol,
            framing: self.framing,
            limits: self.limits,
            connect_timeout: self.connect_timeout,
            call_timeout: self.call_timeout,
            max_in_flight: self.max_in_flight,
            endurance: self.endurance,
            socket: self.socket,
            compression: self.compression,
            #[cfg(all(feature = "header", feature = "zlib"))]
            zlib_transform: self.zlib_transform,
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
    /// default. `None` waits as long as the operating system does.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// Sets how long a call may take, including the wait until it can be sent; a minute by default.
    /// `None` waits for ever. [`Client::with_timeout`] changes it for single calls.
    ///
    /// The runtime of the connection enforces it. If that runtime is busy or not driven, and the
    /// caller runs in another one, the caller's runtime enforces it, up to 50 ms later.
    pub fn call_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.call_timeout = timeout.into();
        self
    }

    /// Sets how many calls may be in flight at once, 10,000 by default. Further calls wait to be
    /// sent. Use 1 for servers that read the next call only after they have answered the one
    /// before.
    ///
    /// A call that was dropped or timed out counts as in flight until its reply has arrived.
    pub fn max_in_flight(mut self, count: usize) -> Self {
        self.max_in_flight = count.max(1);
        self
    }

    /// Sets how long the peer may send nothing while replies are due. By default there is no limit, as
    /// a single call may take long. When the time has passed, the connection is closed, its calls
    /// fail, and a [`Reconnecting`](crate::Reconnecting) makes another.
    pub fn silence_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.endurance.silence = timeout.into();
        self
    }

    /// Sets how many calls in a row may time out while the peer sends nothing, three by default.
    /// The connection is then closed in the same way, if the peer has been silent for at least a
    /// second since the first. `None` keeps it for ever.
    pub fn max_timeouts(mut self, count: impl Into<Option<u32>>) -> Self {
        self.endurance.timeouts = count.into();
        self
    }

    /// Sets the options of the TCP socket: by default, a connection whose peer is gone for two
    /// minutes is closed.
    pub fn socket_options(mut self, options: SocketOptions) -> Self {
        self.socket = options;
        self
    }

    /// Resolves the name, and connects over TCP to the first of its addresses that answers. The next
    /// one is tried when the one before has failed, or has been silent for a quarter of a second.
    ///
    /// # Errors
    ///
    /// If the address cannot be resolved, or no connection is made in time.
    pub async fn connect(self, address: impl ToSocketAddrs) -> Result<Client<P>> {
        let patience = self.patience()?;
        let socket = connect::tcp(address, patience, &self.socket).await?;
        self.begin(socket, None, patience).await
    }

    /// Connects to a Unix socket.
    ///
    /// ```no_run
    /// # async fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::Client;
    ///
    /// let client = Client::builder().framed().connect_unix("/run/messages.sock").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If nobody listens there, or the path's permissions forbid it.
    #[cfg(unix)]
    pub async fn connect_unix(self, path: impl AsRef<std::path::Path>) -> Result<Client<P>> {
        let patience = self.patience()?;
        let socket = connect::unix(path.as_ref(), patience).await?;
        self.begin(socket, None, patience).await
    }

    /// Connects over TCP and TLS to `host:port`. The server's certificate must be for that host.
    ///
    /// ```no_run
    /// # async fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{Client, tls::ClientTls};
    ///
    /// let tls = ClientTls::new()?;
    /// let client = Client::builder().connect_tls("messages.example.com:9090", &tls).await?;
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
    pub async fn connect_tls(
        self,
        address: &str,
        tls: &crate::tls::ClientTls,
    ) -> Result<Client<P>> {
        let patience = self.patience()?;
        let socket = connect::tcp_named(address, patience, &self.socket).await?;
        let stream = connect::tls(tls, address, socket, patience).await?;
        self.begin(stream, Some(address), patience).await
    }

    /// How much time there is for connecting, beginning now.
    ///
    /// # Errors
    ///
    /// If settings contradict one another.
    pub(super) fn patience(&self) -> Result<ConnectTimeout> {
        #[cfg(feature = "sasl")]
        self.check_sasl()?;
        Ok(ConnectTimeout::within(self.connect_timeout))
    }

    /// Starts a client over a stream to a `host:port`, if that is known, and returns it once it can
    /// make calls.
    pub(super) async fn begin<S>(
        self,
        stream: S,
        address: Option<&str>,
        patience: ConnectTimeout,
    ) -> Result<Client<P>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        #[cfg(feature = "sasl")]
        if let Some(mechanism) = self.sasl.clone() {
            return self.negotiate(mechanism, stream, address, patience).await;
        }
        let _ = (address, patience);
        Ok(self.over(stream))
    }

    /// Uses a connected stream: a socket of another kind, or one half of a pair in memory, whose
    /// other half [`serve_connection`](crate::serve_connection) serves.
    ///
    /// ```
    /// # async fn test(processor: impl thrift_runtime::Processor) {
    /// use thrift_runtime::{Client, ConnectionOptions, serve_connection};
    ///
    /// let (ours, theirs) = tokio::io::duplex(64 << 10);
    /// tokio::spawn(async move {
    ///     serve_connection(theirs, processor, &ConnectionOptions::default()).await
    /// });
    /// let client = Client::builder().framed().over(ours);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn over<S>(self, stream: S) -> Client<P>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        #[cfg(feature = "sasl")]
        if self.sasl.is_some() {
            return self.without_negotiation();
        }
        let shared = self.shared(self.framing.into());
        match self.compression {
            Compression::None => drive(stream, &shared, self.endurance),
            #[cfg(feature = "zlib")]
            Compression::Zlib => drive(ZlibStream::new(stream), &shared, self.endurance),
        }
        self.client(shared)
    }

    pub(super) fn shared(&self, framings: Framings) -> Arc<Shared<P>> {
        let limits = self.limits.clone();
        let shared = Shared::new(self.protocol, framings, limits, self.max_in_flight);
        #[cfg(all(feature = "header", feature = "zlib"))]
        let shared = shared.compressed(self.zlib_transform.into());
        Arc::new(shared)
    }

    pub(super) fn client(&self, shared: Arc<Shared<P>>) -> Client<P> {
        let settings = CallSettings::new(self.call_timeout);
        Client { connection: Arc::new(Handle(shared)), settings }
    }
}

/// Starts the connection's task.
pub(super) fn drive<P, S>(stream: S, shared: &Arc<Shared<P>>, endurance: Endurance)
where
    P: Protocol,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    sync::spawn(Driver::new(stream, Arc::clone(shared), endurance).run());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::rows::{self, grouped, time};

    #[test]
    fn the_guide_names_every_setting_with_its_default() {
        let ClientBuilder {
            protocol: _,
            framing: _,
            limits,
            connect_timeout,
            call_timeout,
            max_in_flight,
            endurance: Endurance { silence, timeouts },
            socket,
            compression: _,
            #[cfg(all(feature = "header", feature = "zlib"))]
                zlib_transform: _,
            #[cfg(feature = "sasl")]
                sasl: _,
        } = Client::builder();
        let others = [
            ("connect_timeout", time(connect_timeout)),
            ("call_timeout", time(call_timeout)),
            ("max_in_flight", grouped(max_in_flight)),
            ("silence_timeout", time(silence)),
            ("max_timeouts", timeouts.unwrap().to_string()),
        ];
        rows::check("Clients", rows::limits(limits));
        rows::check("Clients", rows::socket(socket));
        rows::check("Clients", others);
    }
}
