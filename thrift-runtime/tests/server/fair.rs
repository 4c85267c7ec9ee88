//! A peer that sends one call after another leaves time for others.

use std::{
    io,
    pin::Pin,
    sync::atomic::Ordering,
    task::{Context, Poll},
};

use thrift_runtime::{ConnectionOptions, serve_connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::common::{Add, DIALECTS, Service};

const CALLS: usize = 20_000;

/// How many calls may be answered in a row.
const MOST: usize = 1_000;

/// A stream on which calls are always there already, and that takes all replies.
struct Eager {
    call: Vec<u8>,
    at: usize,
}

impl AsyncRead for Eager {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while into.remaining() > 0 && this.at < CALLS * this.call.len() {
            let rest = &this.call[this.at % this.call.len()..];
            let count = rest.len().min(into.remaining());
            into.put_slice(&rest[..count]);
            this.at += count;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Eager {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn others_have_a_turn_while_calls_keep_coming() {
    for dialect in DIALECTS {
        for concurrent_calls in [1, 4] {
            let service = Service::default();
            let calls = service.calls.clone();
            let mut options = ConnectionOptions::default();
            options.concurrent_calls = concurrent_calls;
            let stream = Eager { call: dialect.call("add", 1, &Add { a: 1, b: 2 }), at: 0 };
            let serving =
                tokio::spawn(async move { serve_connection(stream, service, &options).await });
            let mut most = 0;
            while !serving.is_finished() {
                let before = calls.load(Ordering::SeqCst);
                tokio::task::yield_now().await;
                most = most.max(calls.load(Ordering::SeqCst) - before);
            }
            serving.await.unwrap().unwrap();
            assert_eq!(calls.load(Ordering::SeqCst), CALLS);
            assert!(most <= MOST, "{dialect:?}, {concurrent_calls} at once: {most} calls in a row");
        }
    }
}
