//! The blocking client: one call at a time over one connection.

use std::{fmt, net::ToSocketAddrs, sync::Arc, time::Duration};

use super::{
    BlockingChannel, BlockingClientBuilder, exchange::not_sent, socket::Patience, stream::Stream,
    turns::Turns,
};
use crate::{
    call::{CallSettings, ReplyLimits, Request, Response, call_settings},
    error::{Error, ErrorKind, Result},
    protocol::{BinaryProtocol, Protocol},
    transport::Framing,
};

/// A connection to a server for programs without an async runtime, shared by its clones.
///
/// There is one call at a time; calls from several threads wait for one another, for no longer than
/// each may take. If a call fails to get its reply, for instance because of a timeout, the connection
/// is closed.
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
    pub(super) turns: Arc<Turns<P>>,
    pub(super) protocol: P,
    pub(super) framing: Framing,
    /// How calls are written, which within SASL is another.
    pub(super) writing: Framing,
    pub(super) limits: ReplyLimits,
    /// How long the peer may send nothing while a reply is due.
    pub(super) silence: Option<Duration>,
    pub(super) settings: CallSettings,
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
    /// A client over a connected stream, which calls are written to in a framing.
    pub(super) fn over(
        builder: BlockingClientBuilder<P>,
        stream: Stream,
        writing: Framing,
    ) -> Self {
        let BlockingClientBuilder {
            protocol,
            framing,
            limits,
            call_timeout,
            silence,
            max_timeouts,
            ..
        } = builder;
        BlockingClient {
            turns: Arc::new(Turns::new(stream, protocol, max_timeouts)),
            protocol,
            framing,
            writing,
            limits: limits.into(),
            silence,
            settings: CallSettings::new(call_timeout),
        }
    }

    /// Whether the connection is known to be closed. If so, every further call fails.
    pub fn is_closed(&self) -> bool {
        self.turns.is_closed()
    }

    /// Whether the connection has ended, as far as can be told without waiting.
    pub(super) fn has_ended(&self) -> bool {
        self.turns.has_ended()
    }

    /// Whether the peer has ever answered a call.
    pub(super) fn has_answered(&self) -> bool {
        self.turns.has_answered()
    }

    /// Does nothing: the bytes of a call that has returned were already handed to the operating
    /// system. All clients have this method.
    ///
    /// # Errors
    ///
    /// None.
    pub fn flush(&self) -> Result<()> {
        Ok(())
    }

    /// Closes the connection for all clones: tells the peer that nothing more will come, and waits
    /// until the peer has closed it too, or has sent nothing for a second. A call that waits for
    /// its reply fails, and so does every further one.
    ///
    /// # Errors
    ///
    /// None.
    pub fn close(&self) -> Result<()> {
        self.turns.close();
        Ok(())
    }

    /// Sends a request, and waits for its response. The error in the result is that the connection
    /// had ended before.
    pub(super) fn try_send(&self, request: &Request<'_, P>) -> Result<Result<Response<P>>> {
        self.settings.check_no_headers(request, self.framing)?;
        let timeout = self.settings.patience(request);
        let patience = Patience::within(timeout);
        let turn = self.turns.wait(patience);
        let mut turn = turn.map_err(|_| not_sent(request, timeout))?;
        if let Err(why) = &turn.stream {
            let text = format!("the connection is closed: {why}");
            return Ok(Err(Error::new(ErrorKind::Closed, text).not_sent()));
        }
        let reply = self.exchange(&mut turn, request, timeout, patience)?;
        Ok(Ok(match reply {
            Some(reply) => Response::new(self.protocol, request, reply, &self.limits),
            None => Response::oneway(self.protocol),
        }))
    }
}

call_settings!(BlockingClient);

impl<P: Protocol> BlockingChannel for BlockingClient<P> {
    type Protocol = P;

    fn send(&self, request: Request<'_, P>) -> Result<Response<P>> {
        self.try_send(&request)?
    }
}

impl<P: Protocol> Clone for BlockingClient<P> {
    fn clone(&self) -> Self {
        BlockingClient {
            turns: Arc::clone(&self.turns),
            protocol: self.protocol,
            framing: self.framing,
            writing: self.writing,
            limits: self.limits.clone(),
            silence: self.silence,
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
