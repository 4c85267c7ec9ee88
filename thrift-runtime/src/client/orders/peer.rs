//! A server that consists only of the client's stream to it.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The position of the message type, after the frame's length and the version.
const KIND: usize = 4 + 3;
const CALL: u8 = 1;
const REPLY: u8 = 2;

/// Answers each call with the same message as a reply. Fields in it that are not part of the result
/// are skipped by the client.
#[derive(Default)]
pub(super) struct Peer {
    /// An incomplete frame.
    received: Vec<u8>,
    replies: VecDeque<u8>,
    /// Whether the task has been woken because there are replies. Until then, it may wait.
    told: bool,
    /// How many calls are answered before the connection ends.
    patience: usize,
    ended: bool,
}

impl Peer {
    pub(super) fn new(patience: usize) -> Self {
        Peer { patience, ..Peer::default() }
    }

    fn answer(&mut self) {
        while let Some((length, rest)) = self.received.split_first_chunk() {
            let length = u32::from_be_bytes(*length) as usize;
            if rest.len() < length {
                return;
            }
            let end = 4 + length;
            if self.received[KIND] == CALL {
                self.received[KIND] = REPLY;
                match self.patience.checked_sub(1) {
                    Some(left) => {
                        self.patience = left;
                        self.replies.extend(&self.received[..end]);
                    }
                    None => self.ended = true,
                }
            }
            self.received.drain(..end);
        }
    }
}

impl AsyncRead for Peer {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let ready = !self.replies.is_empty() || self.ended;
        if !std::mem::replace(&mut self.told, ready) || !ready {
            if ready {
                cx.waker().wake_by_ref();
            }
            return Poll::Pending;
        }
        let count = self.replies.len().min(into.remaining());
        for byte in self.replies.drain(..count) {
            into.put_slice(&[byte]);
        }
        self.told = !self.replies.is_empty() || self.ended;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Peer {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.received.extend_from_slice(bytes);
        self.answer();
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.ended = true;
        Poll::Ready(Ok(()))
    }
}
