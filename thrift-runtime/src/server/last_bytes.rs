//! The bytes that a peer has sent before the server ends the connection.

use std::{
    future::Future,
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::{Buf, BufMut, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, ReadBuf},
    task::{coop::unconstrained, yield_now},
};

use crate::call::{Held, Load};

/// How many bytes are taken in addition to the largest allowed message, for its framing and for calls
/// before it; and how many are read at once.
const MORE: usize = 4 << 20;
const CHUNK: usize = 8 << 10;

/// The last bytes from a peer: those that have arrived when they are first polled.
pub(super) struct LastBytes {
    bytes: BytesMut,
    most: usize,
    held: Held,
    /// Gives the runtime a chance to check the socket for them.
    asking: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    failed: Option<io::Error>,
}

impl LastBytes {
    /// For messages of up to `limit` bytes.
    pub(super) fn new(limit: usize, load: Option<&Arc<Load>>) -> Self {
        LastBytes {
            bytes: BytesMut::new(),
            most: limit.saturating_add(MORE),
            held: Held::new(load),
            asking: Some(Box::pin(yield_now())),
            failed: None,
        }
    }

    /// Returns the bytes that have arrived on the stream by the first poll, and then the end of the
    /// stream.
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
        self.held.set(self.bytes.len());
        Poll::Ready(match self.failed.take_if(|_| count == 0) {
            Some(error) => Err(error),
            None => Ok(()),
        })
    }

    fn take<S: AsyncRead + Unpin>(&mut self, stream: &mut S, cx: &mut Context<'_>) {
        while self.bytes.len() < self.most && !self.held.is_over() {
            self.held.set(self.bytes.len());
            self.bytes.reserve(CHUNK);
            let left = self.most - self.bytes.len();
            let mut space = (&mut self.bytes).limit(left);
            match pin!(unconstrained(stream.read_buf(&mut space))).poll(cx) {
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

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncWriteExt, duplex};

    use super::*;

    /// How many of the bytes that have arrived are returned, if the server may hold `most_held` bytes.
    async fn taken(arrived: usize, most_held: usize) -> usize {
        let load = Arc::new(Load::new(1, most_held));
        let (mut ours, mut theirs) = duplex(arrived);
        theirs.write_all(&vec![7; arrived]).await.unwrap();
        let (mut last, mut all) = (LastBytes::new(10 << 20, Some(&load)), 0);
        loop {
            let (mut space, mut count) = (vec![0; 1 << 20], 0);
            poll_fn(|cx| {
                let mut buf = ReadBuf::new(&mut space);
                ready!(last.poll_read(&mut ours, cx, &mut buf))?;
                count = buf.filled().len();
                Poll::Ready(io::Result::Ok(()))
            })
            .await
            .unwrap();
            match count {
                0 => return all,
                _ => all += count,
            }
        }
    }

    #[tokio::test]
    async fn whatever_may_be_a_message_is_taken() {
        assert_eq!(taken(9 << 20, 100 << 20).await, 9 << 20);
        assert!(taken(20 << 20, 100 << 20).await <= 14 << 20);
        assert!(taken(9 << 20, 1 << 20).await <= 4 << 20);
    }
}
