//! A stream that is read in pieces, and remembers what is written.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    runtime::Builder,
    time::timeout,
};

/// What is read are bytes that were there before, and then the end.
pub(crate) struct Pieces {
    bytes: Vec<u8>,
    at: usize,
    /// How many bytes can be read at once.
    piece: usize,
    /// Whether there is nothing to read before something was written.
    answers: bool,
    /// Whether the last attempt to read was told to come again.
    hesitated: bool,
    reader: Option<Waker>,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Pieces {
    pub(crate) fn new(bytes: &[u8], piece: usize) -> Self {
        Pieces {
            bytes: bytes.to_vec(),
            at: 0,
            piece,
            answers: false,
            hesitated: false,
            reader: None,
            written: Arc::default(),
        }
    }

    /// Gives bytes only when somebody has asked for them.
    pub(crate) fn answering(bytes: &[u8], piece: usize) -> Self {
        Pieces { answers: true, ..Pieces::new(bytes, piece) }
    }

    pub(crate) fn written(&self) -> Arc<Mutex<Vec<u8>>> {
        Arc::clone(&self.written)
    }
}

/// All that was written.
pub(crate) fn taken(written: &Mutex<Vec<u8>>) -> Vec<u8> {
    std::mem::take(&mut written.lock().unwrap_or_else(PoisonError::into_inner))
}

impl AsyncRead for Pieces {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.answers {
            this.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        // Between two pieces there is nothing for a moment.
        this.hesitated = !this.hesitated && this.at > 0;
        if this.hesitated {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let count = (this.bytes.len() - this.at).min(this.piece).min(into.remaining());
        into.put_slice(&this.bytes[this.at..this.at + count]);
        this.at += count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pieces {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.written.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        this.answers = false;
        if let Some(reader) = this.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Runs something to its end, with a clock that goes on as soon as everybody waits for it.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let hour = Duration::from_secs(3600);
    let ended = runtime.expect("a runtime").block_on(async { timeout(hour, future).await });
    ended.expect("it ends within an hour")
}
