//! One connection, from its first byte to its end.

use std::{
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::{unconstrained, yield_now},
    time::{Instant, timeout},
};

use super::{ConnectionOptions, answer::Answering, shutdown::ShutdownSignal};
use crate::{
    context::Connection as Peer,
    error::{Error, ErrorKind, Result},
    processor::Processor,
    protocol::{BinaryProtocol, Protocol},
    transport::{
        Framing, KEEP_LARGE_BUFFERS,
        dialect::{Dialect, Encoding},
        linger,
        read_buffer::ReadBuffer,
        write_buffer::WriteBuffer,
    },
};

/// What is read at most of a peer that goes on sending when the server ends.
const LAST_BYTES: usize = 4 << 20;

/// A stream with its buffers.
#[derive(Debug)]
pub(super) struct Connection<'a, S> {
    pub(super) stream: S,
    pub(super) input: ReadBuffer,
    pub(super) output: WriteBuffer,
    pub(super) peer: Peer,
    pub(super) options: &'a ConnectionOptions,
    /// When answers were last sent.
    answered: Option<Instant>,
    /// Whether the server ends.
    ending: bool,
}

/// What waiting for more bytes came to.
enum Arrival {
    Bytes,
    End,
    Shutdown,
}

/// Serves a connection until either side ends it.
pub(super) async fn serve<S, T>(
    stream: S,
    peer: Peer,
    processor: &T,
    options: &ConnectionOptions,
    mut shutdown: ShutdownSignal,
) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: Processor,
{
    let mut connection = Connection {
        stream,
        input: ReadBuffer::new(),
        output: WriteBuffer::default(),
        peer,
        options,
        answered: None,
        ending: false,
    };
    // It lives as long as the connection, so that waiting for bytes does not register it anew.
    let mut shutdown = pin!(shutdown.begun());
    let served = match connection.dialect(shutdown.as_mut()).await {
        Ok(None) => return Ok(()),
        Ok(Some(Dialect::Plain(Encoding::Binary { strict }, framing))) => {
            let protocol = if strict { BinaryProtocol::STRICT } else { BinaryProtocol::NON_STRICT };
            connection.answer_calls(protocol, framing, processor, shutdown).await
        }
        Ok(Some(dialect)) => Err(not_built_in(dialect)),
        Err(error) => Err(error),
    };
    connection.close(served).await
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Connection<'_, S> {
    /// Waits for the first bytes, and tells by them what the peer speaks.
    async fn dialect(
        &mut self,
        mut shutdown: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<Option<Dialect>> {
        loop {
            if let Some(dialect) = Dialect::detect(self.input.data())? {
                self.check_framing(dialect)?;
                return Ok(Some(dialect));
            }
            if self.ending {
                return Ok(None);
            }
            match self.more(shutdown.as_mut()).await? {
                Arrival::Bytes => {}
                Arrival::End => return Ok(None),
                Arrival::Shutdown if self.last_bytes(1).await? == 0 => return Ok(None),
                Arrival::Shutdown => {}
            }
        }
    }

    fn check_framing(&self, dialect: Dialect) -> Result<()> {
        match (self.options.framing, dialect) {
            (Some(wanted), Dialect::Plain(_, framing)) if framing != wanted => {
                let text = format!("the peer speaks {dialect}; this server takes {wanted} only");
                Err(Error::new(ErrorKind::Dialect, text))
            }
            _ => Ok(()),
        }
    }

    /// Answers calls until no more come.
    async fn answer_calls<P: Protocol, T: Processor>(
        &mut self,
        protocol: P,
        framing: Framing,
        processor: &T,
        mut shutdown: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<()> {
        let mut answering = Answering::new(protocol, framing);
        let mut left = LAST_BYTES;
        loop {
            let answered = answering.answer_all(self, processor).await;
            self.flush().await?;
            answered?;
            if self.ending {
                let more = if left > 0 { self.last_bytes(left).await? } else { 0 };
                if more == 0 {
                    return Ok(());
                }
                left = left.saturating_sub(more);
                continue;
            }
            match self.more(shutdown.as_mut()).await? {
                Arrival::Bytes => {}
                Arrival::End if self.input.data().is_empty() => return Ok(()),
                Arrival::End => return Err(cut()),
                Arrival::Shutdown => {}
            }
        }
    }

    /// Writes all there is.
    pub(super) async fn flush(&mut self) -> Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        self.answered = Some(Instant::now());
        loop {
            let before = self.output.written();
            let Connection { stream, output, .. } = self;
            let flushed = poll_fn(|cx| output.poll_flush(stream, cx));
            match within(self.options.stall_timeout, flushed).await {
                Some(result) => return Ok(result?),
                None if self.output.written() > before => {}
                None => return Err(timed_out("the peer does not read its answers")),
            }
        }
    }

    /// Waits for bytes, for their end, or for the server's.
    async fn more(&mut self, mut shutdown: Pin<&mut impl Future<Output = ()>>) -> Result<Arrival> {
        if self.input.is_oversized() || self.output.is_oversized() {
            let arrival = timeout(KEEP_LARGE_BUFFERS, self.arrival(shutdown.as_mut())).await;
            if let Ok(arrival) = arrival {
                return Ok(arrival?);
            }
            self.input.shrink();
            self.output.shrink();
        }
        let (patience, reason) = if self.input.data().is_empty() {
            (self.options.idle_timeout, "the connection was idle")
        } else {
            (self.options.stall_timeout, "the rest of a call did not come")
        };
        match within(patience, self.arrival(shutdown)).await {
            Some(arrival) => Ok(arrival?),
            None => Err(timed_out(reason)),
        }
    }

    async fn arrival(
        &mut self,
        mut shutdown: Pin<&mut impl Future<Output = ()>>,
    ) -> io::Result<Arrival> {
        poll_fn(|cx| {
            if let Poll::Ready(read) = self.input.poll_read(&mut self.stream, cx) {
                return Poll::Ready(read.map(|count| match count {
                    0 => Arrival::End,
                    _ => Arrival::Bytes,
                }));
            }
            shutdown.as_mut().poll(cx).map(|()| {
                self.ending = true;
                Ok(Arrival::Shutdown)
            })
        })
        .await
    }

    /// Reads what has arrived by now, up to about `most` bytes, and how much that is.
    async fn last_bytes(&mut self, most: usize) -> io::Result<usize> {
        // Behind this, the runtime has looked for events of the socket once more.
        yield_now().await;
        let mut count = 0;
        unconstrained(poll_fn(|cx| {
            loop {
                match self.input.poll_read(&mut self.stream, cx)? {
                    Poll::Ready(read) if read > 0 => count += read,
                    _ => return Poll::Ready(Ok(count)),
                }
                if count >= most {
                    return Poll::Ready(Ok(count));
                }
            }
        }))
        .await
    }

    /// Closes the connection; if answers were sent just now, so that the peer can read them.
    async fn close(self, served: Result<()>) -> Result<()> {
        let gone = served.as_ref().is_err_and(|error| error.is_closed() || error.is_io());
        if !gone && self.answered.is_some_and(|at| at.elapsed() < linger::SILENCE) {
            let _ = linger::close(self.stream).await;
        }
        served
    }
}

/// What `future` gives, if it does in time.
async fn within<F: Future>(patience: Option<Duration>, future: F) -> Option<F::Output> {
    match patience {
        Some(patience) => timeout(patience, future).await.ok(),
        None => Some(future.await),
    }
}

#[cold]
fn cut() -> Error {
    Error::new(ErrorKind::Closed, "the peer closed the connection within a message")
}

#[cold]
fn timed_out(what: &'static str) -> Error {
    Error::new(ErrorKind::Timeout, what)
}

#[cold]
fn not_built_in(dialect: Dialect) -> Error {
    let text = format!("the peer speaks {dialect}, which this server does not");
    Error::new(ErrorKind::Dialect, text)
}
