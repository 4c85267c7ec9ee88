//! What a peer has sent before the server ends the connection.

use std::{
    future::Future,
    io,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, ReadBuf},
    task::{coop::unconstrained, yield_now},
};

/// How much is taken, at least, and how much is read at once.
const LAST_BYTES: usize = 4 << 20;
const CHUNK: usize = 8 << 10;

/// The last bytes from a peer: those that have arrived when they are asked for.
pub(super) struct LastBytes {
    bytes: BytesMut,
    /// Gives the runtime a chance to ask the socket for them.
    asking: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    failed: Option<io::Error>,
}

impl Default for LastBytes {
    fn default() -> Self {
        let asking: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(yield_now());
        LastBytes { bytes: BytesMut::new(), asking: Some(asking), failed: None }
    }
}

impl LastBytes {
    /// Gives out what has arrived on the stream by the first time, and then its end.
    pub(super) fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(asking) = &mut self.asking {
            ready!(asking.as_mut().poll(cx));
            self.asking = None;
            self.take(stream, cx);
        }
        let count = self.bytes.len().min(buf.remaining());
        buf.put_slice(self.bytes.get(..count).unwrap_or_default());
        self.bytes.advance(count);
        Poll::Ready(match self.failed.take_if(|_| count == 0) {
            Some(error) => Err(error),
            None => Ok(()),
        })
    }

    fn take<S: AsyncRead + Unpin>(&mut self, stream: &mut S, cx: &mut Context<'_>) {
        while self.bytes.len() < LAST_BYTES {
            self.bytes.reserve(CHUNK);
            match pin!(unconstrained(stream.read_buf(&mut self.bytes))).poll(cx) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(Ok(0)) | Poll::Pending => return,
                Poll::Ready(Err(error)) => {
                    self.failed = Some(error);
                    return;
                }
            }
        }
    }
}
