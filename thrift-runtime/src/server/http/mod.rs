//! Answering calls over HTTP, on a server's own port and as a service for other HTTP servers.

mod body;
mod posted;
mod service;
mod stream;

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request, Response,
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::sync::{mpsc, oneshot};

pub use self::{body::HttpBody, service::HttpService};
use self::{
    posted::{Posted, Refused},
    stream::{AheadStream, HyperStream},
};
use super::{
    ahead::while_there,
    status::{Phase, Status},
    wrapped::Inner,
};
use crate::{
    call::{Peer, Processor},
    error::Result,
    protocol::Protocol,
    serving::ConnectionOptions,
    transport::http,
};

/// How many oneway calls may wait for those before them. If there are more, their senders have to
/// wait.
const ONEWAY_QUEUE: usize = 16;

/// How much hyper may hold of a request besides the body that was read: as much as a connection has
/// uncounted.
const MOST_HELD: usize = 64 << 10;

/// The work that is done in the order of a connection's requests.
enum Turn<P> {
    /// A oneway call, whose sender has its HTTP response already.
    Oneway(Posted<P>),
    /// The turn of another call, after the oneway calls before it.
    Call(oneshot::Sender<()>),
}

/// The state that the requests of a connection share.
struct Requests<'a, 's, P, T> {
    processor: &'a T,
    options: &'a ConnectionOptions,
    peer: &'a Peer,
    status: &'a Status,
    stream: &'a AheadStream<'s>,
    turns: mpsc::Sender<Turn<P>>,
    /// How many oneway calls are not finished yet.
    undone: &'a AtomicUsize,
}

/// Serves a connection's requests until either side ends it.
pub(super) async fn serve<'s, P: Protocol, T: Processor>(
    stream: Inner<'s>,
    peer: Peer,
    processor: &Arc<T>,
    options: &ConnectionOptions,
    status: &'s Status,
) -> Result<()> {
    let (processor, caller) = (&**processor, &peer);
    let (turns, mut queue) = mpsc::channel(ONEWAY_QUEUE);
    let undone = &AtomicUsize::new(0);
    let stream = AheadStream::new(stream, status);
    let stream = &stream;
    let requests = Requests::<'_, '_, P, T> {
        processor,
        options,
        peer: caller,
        status,
        stream,
        turns,
        undone,
    };
    let serving = async move {
        let service = service_fn(|request| requests.answer(request));
        let mut http = http1::Builder::new();
        // A request that has arrived is answered even if the peer has closed its side.
        http.half_close(true);
        // Lua's client recognizes `Content-Length` only in this spelling.
        http.title_case_headers(true);
        http.max_buf_size(MOST_HELD);
        let connection = http.serve_connection(TokioIo::new(HyperStream(stream)), service);
        let mut connection = pin!(connection);
        let mut told = false;
        poll_fn(|cx| {
            // The response tells the peer that it is the last one.
            if !told && status.is_ending() && is_busy(status) {
                connection.as_mut().graceful_shutdown();
                told = true;
            }
            let polled = connection.as_mut().poll(cx);
            if polled.is_pending() && is_busy(status) {
                // Tasks that wait for the caller to leave are woken.
                let _ = stream.lock().ahead.poll_gone(caller, status, false, cx);
            }
            polled
        })
        .await
    };
    let answering = async {
        while let Some(turn) = queue.recv().await {
            let oneway = match turn {
                Turn::Oneway(oneway) => oneway,
                Turn::Call(waiting) => {
                    let _ = waiting.send(());
                    continue;
                }
            };
            // There is nobody to report an error to.
            let _ = oneway.answer(caller, &options.limits, processor).await;
            undone.fetch_sub(1, Ordering::Relaxed);
        }
    };
    let (served, ()) = tokio::join!(serving, answering);
    served.map_err(http::failed)
}

/// Whether a call is in progress.
fn is_busy(status: &Status) -> bool {
    matches!(status.phase(), Phase::Busy | Phase::Ahead)
}

/// Marks the connection as busy with a call, until it is dropped.
struct Busy<'a, 's> {
    status: &'a Status,
    stream: &'a AheadStream<'s>,
    /// Whether more bytes than the call's request have arrived.
    more: bool,
}

impl<'a, 's> Busy<'a, 's> {
    fn begin(status: &'a Status, stream: &'a AheadStream<'s>, more: bool) -> Self {
        status.begin(Phase::Busy);
        Busy { status, stream, more }
    }
}

impl Drop for Busy<'_, '_> {
    fn drop(&mut self) {
        let more = self.more || self.stream.lock().ahead.has_bytes();
        self.status.begin(if more { Phase::Within } else { Phase::Rest });
    }
}

impl<P: Protocol, T: Processor> Requests<'_, '_, P, T> {
    async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let mut busy = None;
        let is_chunked = request.body().size_hint().exact().is_none();
        let arrived = |body: &[u8]| {
            let more = self.stream.lock().has_more_than(body, is_chunked);
            busy = Some(Busy::begin(self.status, self.stream, more));
        };
        let limits = &self.options.limits;
        let posted = Posted::read(request, self.peer, limits, self.processor, arrived).await;
        let answered = match posted {
            Ok(posted) => self.answer_call(posted).await.map_err(Refused::Error),
            Err(refused) => Err(refused),
        };
        Ok(answered.unwrap_or_else(|refused| refused.response(self.peer)))
    }

    /// Answers a call. Calls wait for the oneway calls before them.
    async fn answer_call(&self, posted: Posted<P>) -> Result<Response<Full<Bytes>>> {
        if posted.is_oneway() {
            let taken = posted.taken();
            // It is answered at once, before the call is finished.
            self.undone.fetch_add(1, Ordering::Relaxed);
            let _ = self.turns.send(Turn::Oneway(posted)).await;
            return Ok(taken);
        }
        if self.undone.load(Ordering::Relaxed) > 0 {
            let (waiting, turn) = oneshot::channel();
            let _ = self.turns.send(Turn::Call(waiting)).await;
            let _ = turn.await;
        }
        let answering = posted.answer(self.peer, &self.options.limits, self.processor);
        while_there(self.options.cancel_abandoned_calls, self.peer, answering).await?
    }
}
