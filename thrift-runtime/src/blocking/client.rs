//! The blocking client: one call at a time over one connection.

use std::{
    borrow::Cow,
    fmt, mem,
    net::ToSocketAddrs,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{BlockingChannel, BlockingClientBuilder, socket::Patience, stream::Stream};
use crate::{
    call::{CallSettings, Reply, Request, Response, SentOneways, call_settings},
    error::{Error, ErrorKind, Result},
    protocol::{BinaryProtocol, Limits, MessageHeader, MessageType, Output, Protocol},
    transport::{
        Framing, NO_ANSWER, buffered::Boundaries, dialect::Dialect, framed::MOST_OF_HEADER,
    },
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
    connection: Arc<Shared<P>>,
    protocol: P,
    framing: Framing,
    limits: Arc<Limits>,
    settings: CallSettings,
}

/// What the clones share.
struct Shared<P: Protocol> {
    /// Locked while a call is in progress.
    connection: Mutex<Connection<P>>,
    closed: AtomicBool,
    /// Whether the peer has answered a call.
    answered: AtomicBool,
}

struct Connection<P: Protocol> {
    /// Or why it is closed.
    stream: Result<Stream, Cow<'static, str>>,
    boundaries: Boundaries<P>,
    output: Output,
    next_seqid: i32,
    oneways: SentOneways,
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
    pub(super) fn over(builder: BlockingClientBuilder<P>, stream: Stream) -> Self {
        let BlockingClientBuilder { protocol, framing, limits, call_timeout, .. } = builder;
        let connection = Connection {
            stream: Ok(stream),
            boundaries: Boundaries::new(),
            output: Output::vectored(),
            next_seqid: 0,
            oneways: SentOneways::default(),
        };
        let connection = Arc::new(Shared {
            connection: Mutex::new(connection),
            closed: AtomicBool::new(false),
            answered: AtomicBool::new(false),
        });
        let (limits, settings) = (Arc::new(limits), CallSettings::new(call_timeout));
        BlockingClient { connection, protocol, framing, limits, settings }
    }

    /// Whether the connection is closed. If so, every further call fails.
    pub fn is_closed(&self) -> bool {
        self.connection.closed.load(Ordering::Acquire)
    }

    /// Does nothing: a call that returned is with the operating system. All clients have this.
    ///
    /// # Errors
    ///
    /// None.
    pub fn flush(&self) -> Result<()> {
        Ok(())
    }

    /// Closes the connection for all clones, after a call that is in progress, and tells the peer.
    /// Every further call fails.
    ///
    /// # Errors
    ///
    /// None.
    pub fn close(&self) -> Result<()> {
        let mut connection = self.lock();
        if connection.stream.is_ok() {
            connection.stream = Err("this client has closed it".into());
        }
        self.connection.closed.store(true, Ordering::Release);
        Ok(())
    }

    /// Whether the peer has ever answered a call.
    pub(super) fn has_answered(&self) -> bool {
        self.connection.answered.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Connection<P>> {
        self.connection.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a call, and receives its reply unless it is oneway. If either fails, the connection is
    /// closed.
    fn exchange(&self, request: &Request<'_, P>) -> Result<Option<Reply>> {
        let mut connection = self.lock();
        let Connection { stream: slot, boundaries, output, next_seqid, oneways } = &mut *connection;
        // It is put back only if all went well; otherwise the connection is of no more use.
        let mut stream = match mem::replace(slot, Err("a call was interrupted".into())) {
            Ok(stream) => stream,
            Err(why) => {
                let text = format!("the connection is closed: {why}");
                *slot = Err(why);
                return Err(Error::new(ErrorKind::Closed, text).not_sent());
            }
        };
        let seqid = *next_seqid;
        *next_seqid = seqid.wrapping_add(1) & i32::MAX;
        if let Err(error) = self.write(request, seqid, output) {
            *slot = Ok(stream);
            return Err(error.not_sent());
        }
        let timeout = self.settings.patience(request);
        let patience = Patience::within(timeout);
        let exchanged = stream.write(output, patience).and_then(|()| {
            if request.is_oneway() {
                oneways.insert(seqid);
                return Ok(None);
            }
            let method = request.method().name();
            loop {
                let received = self.receive(&mut stream, boundaries, seqid, patience);
                let message = match received {
                    Err(error) if error.is_limit() && self.framing != Framing::Buffered => {
                        match self.refuse_frame(&mut stream, seqid, oneways, error, patience)? {
                            Some(error) => return Ok(Some(Err(error))),
                            None => continue,
                        }
                    }
                    received => received?,
                };
                // Some servers answer oneway calls that they do not know.
                if !self.answers_oneway(&message, seqid, oneways) {
                    let reply = Reply::to(self.protocol, message, method, seqid, &self.limits);
                    return unless_wrong(reply).map(Some);
                }
            }
        });
        let exchanged = exchanged.map_err(|error| match (error.is_timeout(), timeout) {
            (true, Some(timeout)) => late(request, timeout).with_delivery(error.delivery()),
            _ => error,
        });
        *slot = match &exchanged {
            Ok(answer) => {
                if answer.is_some() {
                    self.connection.answered.store(true, Ordering::Relaxed);
                }
                Ok(stream)
            }
            Err(error) => {
                self.connection.closed.store(true, Ordering::Release);
                Err(error.to_string().into())
            }
        };
        exchanged?.transpose()
    }

    /// Skips the frame of a reply that is too large. Gives the error back, unless the frame answers a
    /// oneway call.
    fn refuse_frame(
        &self,
        stream: &mut Stream,
        seqid: i32,
        oneways: &SentOneways,
        error: Error,
        patience: Patience,
    ) -> Result<Option<Error>> {
        loop {
            let Some((length, frame)) = stream.frame() else { return Err(error) };
            match self.protocol.read_header(frame, &self.limits) {
                Ok((header, _)) => {
                    let ours = header.seqid == seqid;
                    if !ours && !oneways.contains(header.seqid) {
                        return Err(error);
                    }
                    stream.skip_frame(length, patience)?;
                    return Ok(ours.then_some(error));
                }
                Err(cut) if cut.is_truncated() && frame.len() < length.min(MOST_OF_HEADER) => {
                    if stream.fill(patience)? == 0 {
                        return Err(Error::cut());
                    }
                }
                Err(_) => return Err(error),
            }
        }
    }

    /// Whether a message answers a oneway call that was sent before the call in flight.
    fn answers_oneway(&self, message: &[u8], seqid: i32, oneways: &SentOneways) -> bool {
        match self.protocol.read_header(message, &self.limits) {
            Ok((header, _)) => header.seqid != seqid && oneways.contains(header.seqid),
            Err(_) => false,
        }
    }

    /// Writes a message.
    fn write(&self, request: &Request<'_, P>, seqid: i32, output: &mut Output) -> Result<()> {
        let method = request.method();
        let kind = if request.is_oneway() { MessageType::Oneway } else { MessageType::Call };
        let name = method.wire_name(self.settings.service(request));
        let header = MessageHeader::new(name, kind, seqid);
        output.clear();
        let start = self.framing.begin(output);
        let written = request.arguments().write(self.protocol, &header, output);
        written.and(self.framing.finish(output, start))
    }

    /// Waits for the next message, while the reply to `seqid` is due.
    fn receive(
        &self,
        stream: &mut Stream,
        boundaries: &mut Boundaries<P>,
        seqid: i32,
        patience: Patience,
    ) -> Result<bytes::Bytes> {
        let BlockingClient { protocol, framing, limits, .. } = self;
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
            let filled = stream.fill(patience).map_err(|error| match (seqid, error.kind()) {
                (0, ErrorKind::Closed) if !stream.is_within() => no_answer(),
                _ => error,
            })?;
            if filled == 0 {
                return Err(match seqid {
                    0 if !stream.is_within() => no_answer(),
                    _ => Error::new(ErrorKind::Closed, "the peer closed the connection"),
                });
            }
        }
    }
}

/// Lets an error that leaves the connection usable through as a value.
fn unless_wrong(reply: Result<Reply>) -> Result<Result<Reply>> {
    match reply {
        Err(error) if error.kind() == ErrorKind::WrongReply => Err(error),
        reply => Ok(reply),
    }
}

#[cold]
fn no_answer() -> Error {
    Error::new(ErrorKind::Closed, NO_ANSWER)
}

#[cold]
fn late<P>(request: &Request<'_, P>, patience: Duration) -> Error {
    let method = request.method().name();
    let text = match request.is_oneway() {
        true => format!("{method} was not sent within {patience:?}"),
        false => format!("no reply to {method} came within {patience:?}"),
    };
    Error::new(ErrorKind::Timeout, text)
}

call_settings!(BlockingClient);

impl<P: Protocol> BlockingChannel for BlockingClient<P> {
    type Protocol = P;

    fn send(&self, request: Request<'_, P>) -> Result<Response<P>> {
        self.settings.check_no_headers(&request, self.framing)?;
        Ok(match self.exchange(&request)? {
            Some(reply) => Response::new(self.protocol, &request, reply, &self.limits),
            None => Response::oneway(self.protocol),
        })
    }
}

impl<P: Protocol> Clone for BlockingClient<P> {
    fn clone(&self) -> Self {
        BlockingClient {
            connection: Arc::clone(&self.connection),
            protocol: self.protocol,
            framing: self.framing,
            limits: Arc::clone(&self.limits),
            settings: self.settings.clone(),
        }
    }
}

impl<P: Protocol> fmt::Debug for BlockingClient<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingClient")
            .field("protocol", &self.protocol)
            .field("framing", &self.framing)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
