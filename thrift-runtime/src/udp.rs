//! Oneway calls in datagrams, as agents for tracing and metrics take them.

use std::{fmt, io, sync::Arc, time::Instant};

use bytes::Bytes;
use tokio::net::{ToSocketAddrs, UdpSocket};

use crate::{
    call::{
        About, Answer, CallSettings, Channel, Connection, Event, Observer, Origin, Peer, PeerAddr,
        Processor, Request, Response, call_settings,
    },
    error::{Error, ErrorKind, Result},
    protocol::{
        AnyProtocol, BinaryProtocol, Input, Limits, MessageHeader, MessageType, Output, Protocol,
    },
    transport::{Framing, addresses, connect, dialect::Dialect},
};

/// No datagram is larger.
const MOST: usize = 65_535;

/// How often a datagram is sent while the socket reports that earlier ones were refused.
const ATTEMPTS: usize = 3;

/// A channel for oneway calls over UDP. Each call is a datagram, and may get lost: it is no error if
/// nobody receives it.
///
/// ```no_run
/// # async fn run() -> thrift_runtime::Result<()> {
/// use thrift_runtime::UdpClient;
///
/// let client = UdpClient::connect("127.0.0.1:6832").await?.max_size(65_000);
/// // let agent = AgentClient::new(client);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// A call of a method that is not oneway fails with an error of kind
/// [`Unsupported`](ErrorKind::Unsupported), and one that does not fit into a datagram with
/// [`Limit`](ErrorKind::Limit).
#[derive(Debug, Clone)]
pub struct UdpClient<P: Protocol = BinaryProtocol> {
    socket: Arc<UdpSocket>,
    protocol: P,
    max_size: usize,
    settings: CallSettings,
}

impl UdpClient {
    /// A client that sends calls to an address, in the binary protocol.
    ///
    /// # Errors
    ///
    /// If the address cannot be resolved.
    pub async fn connect(address: impl ToSocketAddrs) -> Result<Self> {
        let mut failed = None;
        for address in connect::resolve(address).await? {
            let local = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
            let socket = UdpSocket::bind(local).await?;
            match socket.connect(address).await {
                Ok(()) => return Ok(UdpClient::from_socket(socket)),
                Err(error) => {
                    failed = Some(Error::io(format!("cannot send to {address}"), error));
                }
            }
        }
        Err(failed.unwrap_or_else(addresses::nowhere))
    }

    /// A client that sends calls through a connected socket, in the binary protocol.
    pub fn from_socket(socket: UdpSocket) -> Self {
        let protocol = BinaryProtocol::STRICT;
        UdpClient {
            socket: Arc::new(socket),
            protocol,
            max_size: MOST,
            settings: CallSettings::default(),
        }
    }
}

impl<P: Protocol> UdpClient<P> {
    /// Sets the protocol; by default [`BinaryProtocol::STRICT`]. Agents for tracing often expect
    /// the compact protocol.
    #[must_use = "only the returned client has the setting"]
    pub fn protocol<Q: Protocol>(self, protocol: Q) -> UdpClient<Q> {
        let UdpClient { socket, protocol: _, max_size, settings } = self;
        UdpClient { socket, protocol, max_size, settings }
    }

    /// Sets how large a datagram may be, for receivers that take less than the default of 65,535
    /// bytes.
    #[must_use = "only the returned client has the setting"]
    pub fn max_size(mut self, bytes: usize) -> Self {
        self.max_size = bytes;
        self
    }

    /// Does nothing: the bytes of a call that has returned were already handed to the operating
    /// system. All clients have this method.
    ///
    /// # Errors
    ///
    /// None.
    pub async fn flush(&self) -> Result<()> {
        Ok(())
    }

    /// Does nothing more than dropping the client, for the same reason.
    ///
    /// # Errors
    ///
    /// None.
    pub async fn close(self) -> Result<()> {
        Ok(())
    }

    async fn send_datagram(&self, datagram: &[u8]) -> io::Result<()> {
        for _ in 1..ATTEMPTS {
            match self.socket.send(datagram).await {
                // This is about an earlier one: nobody listened then.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                sent => return sent.map(drop),
            }
        }
        self.socket.send(datagram).await.map(drop)
    }
}

call_settings!(UdpClient);

impl<P: Protocol> Channel for UdpClient<P> {
    type Protocol = P;

    async fn send(&self, request: Request<'_, P>) -> Result<Response<P>> {
        let method = request.method();
        if !request.is_oneway() {
            let text =
                format!("{} is not oneway, and UDP carries only oneway calls", method.name());
            return Err(Error::new(ErrorKind::Unsupported, text).not_sent());
        }
        self.settings.check_no_headers(&request, "UDP")?;
        let mut message = Output::new();
        let name = method.wire_name(self.settings.service(&request));
        let header = MessageHeader::new(name, MessageType::Oneway, 0);
        let written = request.arguments().write(self.protocol, &header, &mut message);
        written.map_err(Error::not_sent)?;
        if message.len() > self.max_size {
            let (length, limit) = (message.len(), self.max_size);
            let text = format!("a call of {length} bytes exceeds the limit of {limit} for UDP");
            return Err(Error::limit(text).not_sent());
        }
        self.send_datagram(&message.contiguous())
            .await
            .map_err(|error| Error::from(error).not_sent())?;
        Ok(Response::oneway(self.protocol))
    }
}

/// Runs the calls that arrive as datagrams, one after another. Each may be in any protocol that is
/// built in. Datagrams that hold no call are dropped, and nothing is answered.
///
/// While a handler is busy, the operating system may drop datagrams, so a handler with much to do
/// should hand the work to another task.
///
/// With `metrics.thrift`
///
/// ```thrift
/// service Metrics {
///     oneway void count(1: string name, 2: i64 by)
/// }
/// ```
///
/// this is an agent that counts, and a program that reports to it:
///
/// ```
/// use thrift_runtime::{Result, UdpClient, serve_udp};
/// use tokio::{net::UdpSocket, sync::mpsc};
///
/// # /*
/// thrift_runtime::thrift!("metrics.thrift");
/// # */
/// # thrift_runtime::thrift!("src/guide/metrics.thrift");
///
/// /// Hands on what it is told, so that no datagram has to wait.
/// struct Agent(mpsc::UnboundedSender<(String, i64)>);
///
/// impl Metrics for Agent {
///     async fn count(&self, name: String, by: i64) -> Result<()> {
///         let _ = self.0.send((name, by));
///         Ok(())
///     }
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<()> {
///     let socket = UdpSocket::bind("127.0.0.1:0").await?;
///     let address = socket.local_addr()?;
///     let (sender, mut counted) = mpsc::unbounded_channel();
///     tokio::spawn(serve_udp(socket, MetricsProcessor::new(Agent(sender))));
///
///     let metrics = MetricsClient::new(UdpClient::connect(address).await?);
///     metrics.count("orders".into(), 3).await?;
///     assert_eq!(counted.recv().await, Some(("orders".into(), 3)));
///     Ok(())
/// }
/// ```
///
/// # Errors
///
/// If the socket fails.
pub async fn serve_udp(socket: UdpSocket, processor: impl Processor) -> Result<()> {
    UdpServer::from_socket(socket).serve(processor).await
}

/// A server for datagrams, as [`serve_udp`] is, with settings.
///
/// ```no_run
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// use thrift_runtime::{Event, UdpServer};
///
/// let server = UdpServer::bind("127.0.0.1:6832").await?;
/// server.observer(|event: &Event<'_>| eprintln!("{event}")).serve(processor).await
/// # }
/// ```
#[must_use = "a server does nothing until one of its `serve` methods is called"]
pub struct UdpServer {
    socket: UdpSocket,
    limits: Limits,
    observer: Option<Arc<dyn Observer>>,
}

impl UdpServer {
    /// Receives datagrams at an address.
    ///
    /// # Errors
    ///
    /// If the address cannot be resolved or bound.
    pub async fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        let socket = UdpSocket::bind(address).await;
        let socket = socket.map_err(|error| Error::io("cannot receive datagrams", error))?;
        Ok(UdpServer::from_socket(socket))
    }

    /// Receives the datagrams of a socket.
    pub fn from_socket(socket: UdpSocket) -> Self {
        let limits = Limits { message_size: MOST, ..Limits::default() };
        UdpServer { socket, limits, observer: None }
    }

    /// The address that the server receives at.
    ///
    /// # Errors
    ///
    /// If the operating system cannot tell.
    pub fn local_addr(&self) -> Result<std::net::SocketAddr> {
        Ok(self.socket.local_addr()?)
    }

    /// Sets the limits on what is read.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the observer, which hears of datagrams that hold no call, and of panics: a closure, or
    /// an [`Observer`] with counters. Each datagram counts as a connection of its own, without
    /// events for its beginning and end.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Runs the calls that arrive, one after another.
    ///
    /// # Errors
    ///
    /// If the socket fails.
    pub async fn serve(self, processor: impl Processor) -> Result<()> {
        let mut space = vec![0; MOST];
        loop {
            let (length, address) = match self.socket.recv_from(&mut space).await {
                Ok(received) => received,
                // Something that was sent through this socket could not be delivered.
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => continue,
                Err(error) => return Err(error.into()),
            };
            let message = Bytes::copy_from_slice(space.get(..length).unwrap_or_default());
            let peer = self.peer(address);
            if let Err(error) = &self.answer(&message, &peer, &processor).await {
                peer.tell(|connection| Event::Unreadable { connection, error });
            }
        }
    }

    /// The sender of a datagram.
    fn peer(&self, address: std::net::SocketAddr) -> Peer {
        let Some(observer) = &self.observer else {
            return Peer { address: Some(address), ..Peer::default() };
        };
        let observer = Some(Arc::clone(observer));
        let about = About::new(PeerAddr::Tcp(address), Instant::now(), observer);
        Peer::of(Connection::new(Arc::new(about)))
    }

    async fn answer(&self, message: &Bytes, peer: &Peer, processor: &impl Processor) -> Result<()> {
        let protocol = match Dialect::detect(message)? {
            Some(Dialect::Plain(encoding, Framing::Buffered)) => {
                AnyProtocol::for_encoding(encoding)
            }
            _ => None,
        };
        let Some(protocol) = protocol else {
            let text = "the datagram is not a message in a protocol that this build supports";
            return Err(Error::new(ErrorKind::Dialect, text));
        };
        let (input, origin) = (Input::from(message), Origin::new(peer, &self.limits));
        let mut answer = Answer::new(Output::new());
        answer.run_whole(protocol, input, origin, processor).await?;
        Ok(())
    }
}

impl fmt::Debug for UdpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UdpServer { socket, limits, observer } = self;
        f.debug_struct("UdpServer")
            .field("socket", socket)
            .field("limits", limits)
            .field("observer", &observer.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::rows::{bytes, check};

    #[tokio::test]
    #[cfg_attr(miri, ignore = "it knows no sockets of UDP")]
    async fn the_guide_names_every_setting_with_its_default() {
        let client = UdpClient::connect("127.0.0.1:9").await.unwrap();
        let UdpClient { socket: _, protocol: _, max_size, settings: _ } = client;
        check("Clients", [("max_size", bytes(max_size))]);
    }
}
