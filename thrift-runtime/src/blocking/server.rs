//! The threaded server: a thread for each connection.

use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use super::{
    block_on,
    stream::{Patience, Socket, Stream},
};
use crate::{
    context::Connection as Peer,
    error::{Error, ErrorKind, Result},
    processor::Processor,
    protocol::{AnyProtocol, Input, Limits, Output, Protocol},
    transport::{Framing, LARGE_MESSAGE, buffered::Boundaries, dialect::Dialect, framed},
    whole,
};

/// How long to wait after a failure to accept, as when there are no more file descriptors.
const WAIT: Duration = Duration::from_millis(50);

/// Answers calls at an address with a thread for each connection, for ever.
///
/// ```no_run
/// # fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// // CalculatorServiceProcessor::blocking(handler)
/// thrift_runtime::serve_blocking("127.0.0.1:9090", processor)
/// # }
/// ```
///
/// # Errors
///
/// Where the address cannot be bound.
pub fn serve_blocking(address: impl ToSocketAddrs, processor: impl Processor) -> Result<()> {
    BlockingServer::bind(address)?.serve(processor);
    Ok(())
}

/// A server for programs without an async runtime: it has a thread for each connection, which
/// answers in every plain dialect that is built in.
#[derive(Debug)]
pub struct BlockingServer {
    listener: Listener,
    limits: Limits,
    max_connections: usize,
    idle_timeout: Option<Duration>,
    stall_timeout: Option<Duration>,
}

#[derive(Debug)]
enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixListener),
}

impl BlockingServer {
    /// Listens at an address; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// Where the address cannot be resolved or bound.
    pub fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        Ok(BlockingServer::new(Listener::Tcp(TcpListener::bind(address)?)))
    }

    /// Listens at a Unix socket, whose file must not be there yet.
    ///
    /// # Errors
    ///
    /// Where the file is there, or cannot be made.
    #[cfg(unix)]
    pub fn bind_unix(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let listener = std::os::unix::net::UnixListener::bind(path)?;
        Ok(BlockingServer::new(Listener::Unix(listener)))
    }

    fn new(listener: Listener) -> Self {
        BlockingServer {
            listener,
            limits: Limits::default(),
            max_connections: 1000,
            idle_timeout: None,
            stall_timeout: Some(Duration::from_secs(60)),
        }
    }

    /// The address it listens at.
    ///
    /// # Errors
    ///
    /// Of a Unix socket, which has none.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        match &self.listener {
            Listener::Tcp(listener) => Ok(listener.local_addr()?),
            #[cfg(unix)]
            Listener::Unix(_) => {
                Err(Error::new(ErrorKind::Unsupported, "a Unix socket has no IP address"))
            }
        }
    }

    /// Sets the bounds on what is read.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how many connections, and so threads, there are at once, 1,000 by default. Above it, new
    /// ones wait until another closes.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.max_connections = count.max(1);
        self
    }

    /// Closes connections that rest between calls for so long; by default they may for ever.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = timeout.into();
        self
    }

    /// Closes connections on which not a byte moves for so long within a call or an answer; a minute
    /// by default.
    pub fn stall_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.stall_timeout = timeout.into();
        self
    }

    /// Serves for ever.
    pub fn serve(self, processor: impl Processor) {
        let server = Arc::new(self);
        let processor = Arc::new(processor);
        let open = Arc::new(Open::default());
        loop {
            let place = Open::enter(&open, server.max_connections);
            let Ok((socket, peer)) = server.accept() else {
                thread::sleep(WAIT);
                continue;
            };
            let (server, processor) = (Arc::clone(&server), Arc::clone(&processor));
            // Where no thread can be made, the connection is dropped.
            let _ = thread::Builder::new().name("thrift connection".into()).spawn(move || {
                let _place = place;
                let peer = Peer { peer, ..Peer::default() };
                // The peer knows why as far as it can be told.
                let _ = server.answer(Stream::new(socket), &peer, &*processor);
            });
        }
    }

    fn accept(&self) -> io::Result<(Socket, Option<SocketAddr>)> {
        match &self.listener {
            Listener::Tcp(listener) => {
                let (stream, address) = listener.accept()?;
                let _ = stream.set_nodelay(true);
                Ok((Socket::Tcp(stream), Some(address)))
            }
            #[cfg(unix)]
            Listener::Unix(listener) => Ok((Socket::Unix(listener.accept()?.0), None)),
        }
    }

    /// Answers a connection's calls until its end.
    fn answer<T: Processor>(&self, mut stream: Stream, peer: &Peer, processor: &T) -> Result<()> {
        let (protocol, framing) = loop {
            match stream.dialect()? {
                None => {}
                Some(Dialect::Plain(encoding, framing)) => match AnyProtocol::answering(encoding) {
                    Some(protocol) => break (protocol, framing),
                    None => return Ok(()),
                },
                Some(dialect) => return stream.end(dialect.notice(), self.stall_timeout),
            }
            if stream.fill(self.patience(&stream))? == 0 {
                return Ok(());
            }
        };
        let mut boundaries = Boundaries::<AnyProtocol>::new();
        loop {
            while let Some(message) = stream.message(framing, &mut boundaries, &self.limits)? {
                let mut reply = Output::new();
                let framed = framing == Framing::Framed;
                if framed {
                    framed::begin(&mut reply);
                }
                let input = match message.len() {
                    LARGE_MESSAGE.. => Input::from(&message),
                    _ => Input::from(&*message),
                };
                let answer = whole::answer(protocol, input, peer, &self.limits, processor, reply);
                let mut reply = block_on(answer)?;
                if framed {
                    framed::finish(&mut reply, 0)?;
                }
                stream.write(reply.as_slice(), Patience::Each(self.stall_timeout))?;
            }
            if stream.fill(self.patience(&stream))? == 0 {
                return Ok(());
            }
        }
    }

    /// How long to wait for more.
    fn patience(&self, stream: &Stream) -> Patience {
        Patience::Each(if stream.is_within() { self.stall_timeout } else { self.idle_timeout })
    }
}

/// How many connections are open.
#[derive(Debug, Default)]
struct Open {
    count: Mutex<usize>,
    closed: Condvar,
}

/// An open connection's place among them.
struct Place(Arc<Open>);

impl Open {
    /// Waits until there are fewer than `most`.
    fn enter(open: &Arc<Open>, most: usize) -> Place {
        let count = open.count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = open.closed.wait_while(count, |count| *count >= most);
        *waited.unwrap_or_else(PoisonError::into_inner) += 1;
        Place(Arc::clone(open))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.closed.notify_one();
    }
}
