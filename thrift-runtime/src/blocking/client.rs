//! The blocking client: one call at a time over one connection.

use std::{
    fmt,
    net::ToSocketAddrs,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{BlockingChannel, BlockingClientBuilder, socket::Patience, stream::Stream};
use crate::{
    error::{Error, ErrorKind, Result},
    multiplexed::wire_name,
    protocol::{BinaryProtocol, MessageHeader, MessageType, Output, Protocol},
    reply,
    transport::{Framing, buffered::Boundaries, dialect::Dialect, framed},
    value::Struct,
};

/// A connection to a server for programs without an async runtime, shared by its clones.
///
/// There is one call at a time; calls from several threads wait for one another. If a call fails to
/// get its reply, for instance because of a timeout, the connection is closed.
///
/// The generated `XxxBlockingClient` wraps it.
///
/// ```no_run
/// # fn run() -> thrift_runtime::Result<()> {
/// use thrift_runtime::BlockingClient;
///
/// let client = BlockingClient::builder().framed().connect("127.0.0.1:9090")?;
/// // let calculator = CalculatorServiceBlockingClient::new(client);
/// # Ok(())
/// # }
/// ```
pub struct BlockingClient<P: Protocol = BinaryProtocol> {
    connection: Arc<Mutex<Connection<P>>>,
    settings: BlockingClientBuilder<P>,
    service: Option<Arc<str>>,
}

struct Connection<P: Protocol> {
    /// `None` when it is closed.
    stream: Option<Stream>,
    boundaries: Boundaries<P>,
    output: Output,
    next_seqid: i32,
}

impl BlockingClient {
    /// Connects to an address, with the defaults of [`BlockingClientBuilder`].
    ///
    /// # Errors
    ///
    /// If the address cannot be resolved, or no connection is made within ten seconds.
    pub fn connect(address: impl ToSocketAddrs) -> Result<Self> {
        BlockingClient::builder().connect(address)
    }

    /// Connects to a Unix socket, with the defaults of [`BlockingClientBuilder`].
    ///
    /// # Errors
    ///
    /// If nobody listens there, or the path's permissions forbid it.
    #[cfg(unix)]
    pub fn connect_unix(path: impl AsRef<std::path::Path>) -> Result<Self> {
        BlockingClient::builder().connect_unix(path)
    }

    /// A builder with the defaults.
    pub fn builder() -> BlockingClientBuilder {
        BlockingClientBuilder::new()
    }
}

impl<P: Protocol> BlockingClient<P> {
    /// A client over a connected stream.
    pub(super) fn over(settings: BlockingClientBuilder<P>, stream: Stream) -> Self {
        let connection = Connection {
            stream: Some(stream),
            boundaries: Boundaries::new(),
            output: Output::vectored(),
            next_seqid: 0,
        };
        let connection = Arc::new(Mutex::new(connection));
        BlockingClient { connection, settings, service: None }
    }

    /// A client over the same connection with another timeout for calls; `None` waits for ever.
    #[must_use = "this returns another client and leaves this one as it is"]
    pub fn with_timeout(&self, timeout: impl Into<Option<Duration>>) -> Self {
        let settings = self.settings.clone().call_timeout(timeout);
        BlockingClient { settings, ..self.clone() }
    }

    /// A client over the same connection for one of several services: those of a
    /// [`Multiplexed`](crate::Multiplexed) processor, or `TMultiplexedProcessor` elsewhere.
    #[must_use = "this returns another client and leaves this one as it is"]
    pub fn to_service(&self, service: impl Into<Arc<str>>) -> Self {
        BlockingClient { service: Some(service.into()), ..self.clone() }
    }

    /// Whether the connection is closed. If so, every further call fails.
    ///
    /// This waits for a call that is in progress.
    pub fn is_closed(&self) -> bool {
        self.lock().stream.is_none()
    }

    fn lock(&self) -> MutexGuard<'_, Connection<P>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a message, then hands the connection to `receive`. If either fails, the connection is
    /// closed.
    fn exchange<A: Struct, R>(
        &self,
        method: &'static str,
        kind: MessageType,
        arguments: &A,
        receive: impl FnOnce(&mut Stream, &mut Boundaries<P>, i32, Patience) -> Result<R>,
    ) -> Result<R> {
        let settings = &self.settings;
        let mut connection = self.lock();
        let Connection { stream: slot, boundaries, output, next_seqid } = &mut *connection;
        // It is put back only if all went well; otherwise the connection is of no more use.
        let Some(mut stream) = slot.take() else {
            return Err(Error::new(ErrorKind::Closed, "the connection is closed"));
        };
        let seqid = *next_seqid;
        *next_seqid = seqid.wrapping_add(1) & i32::MAX;
        let name = wire_name(self.service.as_deref(), method);
        let header = MessageHeader::new(name, kind, seqid);
        output.clear();
        let is_framed = settings.framing == Framing::Framed;
        let start = if is_framed { framed::begin(output) } else { 0 };
        let mut written = settings.protocol.write_message(&header, arguments, output);
        if is_framed {
            written = written.and(framed::finish(output, start));
        }
        if let Err(error) = written {
            *slot = Some(stream);
            return Err(error);
        }
        let patience = Patience::within(settings.call_timeout);
        stream.write(output, patience)?;
        let received = receive(&mut stream, boundaries, seqid, patience)?;
        *slot = Some(stream);
        Ok(received)
    }

    /// Waits for the next message.
    fn receive(
        &self,
        stream: &mut Stream,
        boundaries: &mut Boundaries<P>,
        patience: Patience,
    ) -> Result<bytes::Bytes> {
        let BlockingClientBuilder { protocol, framing, limits, .. } = &self.settings;
        let mut introduced = false;
        loop {
            if !introduced && let Some(dialect) = stream.dialect()? {
                match dialect {
                    Dialect::Plain(encoding, theirs)
                        if encoding.is_like(protocol.encoding()) && theirs == *framing => {}
                    _ => {
                        let ours = protocol.encoding();
                        let text = format!(
                            "the peer answered in {dialect}; this client speaks {ours} {framing}"
                        );
                        return Err(Error::new(ErrorKind::Dialect, text));
                    }
                }
                introduced = true;
            }
            if introduced && let Some(message) = stream.message(*framing, boundaries, limits)? {
                return Ok(message);
            }
            if stream.fill(patience)? == 0 {
                return Err(Error::new(ErrorKind::Closed, "the peer closed the connection"));
            }
        }
    }
}

impl<P: Protocol> BlockingChannel for BlockingClient<P> {
    fn call<A: Struct, R: Struct>(&self, method: &'static str, arguments: &A) -> Result<R> {
        let receive = |stream: &mut Stream, boundaries: &mut _, seqid, patience| {
            Ok((self.receive(stream, boundaries, patience)?, seqid))
        };
        let (message, seqid) = self.exchange(method, MessageType::Call, arguments, receive)?;
        let BlockingClientBuilder { protocol, limits, .. } = &self.settings;
        let read = reply::read(*protocol, &message, method, seqid, limits);
        if read.as_ref().is_err_and(|error| error.kind() == ErrorKind::WrongReply) {
            self.lock().stream = None;
        }
        read
    }

    fn call_oneway<A: Struct>(&self, method: &'static str, arguments: &A) -> Result<()> {
        self.exchange(method, MessageType::Oneway, arguments, |_, _, _, _| Ok(()))
    }
}

impl<P: Protocol> Clone for BlockingClient<P> {
    fn clone(&self) -> Self {
        BlockingClient {
            connection: Arc::clone(&self.connection),
            settings: self.settings.clone(),
            service: self.service.clone(),
        }
    }
}

impl<P: Protocol> fmt::Debug for BlockingClient<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingClient").field("settings", &self.settings).finish_non_exhaustive()
    }
}
