//! A connection over which calls are posted.

#[cfg(feature = "http2")]
use std::sync::Arc;
use std::{future::Future, pin::pin, time::Duration};

use bytes::Bytes;
use http_body_util::Full;
#[cfg(feature = "http2")]
use hyper::client::conn::http2;
use hyper::{
    Request, Response, Uri,
    body::Incoming,
    client::conn::{TrySendError, http1},
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    task::JoinHandle,
    time::{Instant, timeout, timeout_at},
};

use crate::{error::Result, transport::http};

type Body = Full<Bytes>;

/// How long a connection that is closed may take to send what is left, and to shut down.
pub(super) const GOODBYE: Duration = Duration::from_secs(5);

/// How long an HTTP/2 connection of which nobody holds a handle any more may take to say so.
#[cfg(feature = "http2")]
const LAST_WORD: Duration = Duration::from_secs(1);

/// A connection, and the task that runs it, which ends when this is dropped.
#[derive(Debug)]
pub(super) enum Connection {
    /// HTTP/1.1: it carries one call at a time.
    Http1 { sender: http1::SendRequest<Body>, running: Running },
    /// HTTP/2: it carries many calls at once, each of which has a clone of it.
    #[cfg(feature = "http2")]
    Http2(Arc<Http2>),
}

#[cfg(feature = "http2")]
#[derive(Debug)]
pub(super) struct Http2 {
    sender: http2::SendRequest<Body>,
    running: Running,
}

/// What runs a connection. By itself, it would go on for as long as the server does not take what is
/// to be sent, though nobody waits for it.
#[derive(Debug)]
pub(super) struct Running {
    task: JoinHandle<()>,
    /// Its tasks end when this is dropped.
    _owner: watch::Sender<()>,
}

impl Running {
    /// Waits until it has ended, until a deadline.
    pub(super) async fn end(self, deadline: Instant) {
        let _ = timeout_at(deadline, self.task).await;
    }
}

/// Runs a part of a connection until that ends or, at the latest, so long after the owner is gone.
async fn run(part: impl Future, mut owner: watch::Receiver<()>, longer: Duration) {
    let mut part = pin!(part);
    tokio::select! {
        biased;
        _ = part.as_mut() => return,
        // Nothing is ever sent.
        _ = owner.changed() => {}
    }
    let _ = timeout(longer, part).await;
}

/// Starts the tasks that hyper has for an HTTP/2 connection.
#[cfg(feature = "http2")]
#[derive(Clone)]
struct Executor(watch::Receiver<()>);

#[cfg(feature = "http2")]
impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for Executor {
    fn execute(&self, part: F) {
        tokio::spawn(run(part, self.0.clone(), LAST_WORD));
    }
}

/// The server and path that calls are posted to.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) host: HeaderValue,
    pub(super) path: Uri,
    /// The URI with the host and the path, as HTTP/2 requires it.
    #[cfg(feature = "http2")]
    pub(super) whole: Uri,
}

impl Connection {
    pub(super) async fn http1<S>(stream: S) -> Result<Self>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut http = http1::Builder::new();
        // Some peers recognize the names of headers only in their usual case.
        http.title_case_headers(true);
        let handshake = http.handshake(TokioIo::new(stream));
        let (sender, connection) = handshake.await.map_err(http::failed)?;
        let (owner, owned) = watch::channel(());
        // The call in progress gets the error as well.
        let task = tokio::spawn(run(connection, owned, Duration::ZERO));
        Ok(Connection::Http1 { sender, running: Running { task, _owner: owner } })
    }

    #[cfg(feature = "http2")]
    pub(super) async fn http2<S>(stream: S) -> Result<Self>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (owner, owned) = watch::channel(());
        let handshake = http2::handshake(Executor(owned.clone()), TokioIo::new(stream));
        let (sender, connection) = handshake.await.map_err(http::failed)?;
        let task = tokio::spawn(run(connection, owned, Duration::ZERO));
        let running = Running { task, _owner: owner };
        Ok(Connection::Http2(Arc::new(Http2 { sender, running })))
    }

    /// The same connection for another call, if it carries many at once.
    pub(super) fn share(&self) -> Option<Self> {
        match self {
            Connection::Http1 { .. } => None,
            #[cfg(feature = "http2")]
            Connection::Http2(shared) => Some(Connection::Http2(Arc::clone(shared))),
        }
    }

    /// Whether it can accept a call.
    pub(super) fn is_ready(&self) -> bool {
        match self {
            Connection::Http1 { sender, .. } => sender.is_ready(),
            #[cfg(feature = "http2")]
            Connection::Http2(shared) => shared.sender.is_ready(),
        }
    }

    /// Waits until it can accept another call, and returns whether it can.
    pub(super) async fn ready(&mut self) -> bool {
        match self {
            Connection::Http1 { sender, .. } => sender.ready().await.is_ok(),
            #[cfg(feature = "http2")]
            Connection::Http2(shared) => shared.sender.is_ready(),
        }
    }

    /// Whether calls have clones of it.
    pub(super) fn is_in_use(&self) -> bool {
        match self {
            Connection::Http1 { .. } => false,
            #[cfg(feature = "http2")]
            Connection::Http2(shared) => Arc::strong_count(shared) > 1,
        }
    }

    /// Whether it may still be usable although `failed` is not: over HTTP/2, a different connection is
    /// a newer one.
    pub(super) fn outlives(&self, failed: &Connection) -> bool {
        match (self, failed) {
            #[cfg(feature = "http2")]
            (Connection::Http2(this), Connection::Http2(failed)) => !Arc::ptr_eq(this, failed),
            _ => false,
        }
    }

    /// Closes it if no call is using it, once what is left has been sent, and returns what does so.
    pub(super) fn close(self) -> Option<Running> {
        match self {
            Connection::Http1 { running, .. } => Some(running),
            #[cfg(feature = "http2")]
            Connection::Http2(shared) => {
                Arc::into_inner(shared).map(|connection| connection.running)
            }
        }
    }

    /// Closes it likewise, for which nobody waits.
    pub(super) fn leave(self) {
        if let Some(running) = self.close() {
            tokio::spawn(running.end(Instant::now() + GOODBYE));
        }
    }

    /// Posts a request. It is returned if no part of it was sent.
    pub(super) async fn send(
        &mut self,
        mut request: Request<Body>,
        target: &Target,
    ) -> Result<Response<Incoming>, TrySendError<Request<Body>>> {
        match self {
            Connection::Http1 { sender, .. } => {
                *request.uri_mut() = target.path.clone();
                request.headers_mut().insert(HOST, target.host.clone());
                sender.try_send_request(request).await
            }
            #[cfg(feature = "http2")]
            Connection::Http2(shared) => {
                *request.uri_mut() = target.whole.clone();
                request.headers_mut().remove(HOST);
                shared.sender.clone().try_send_request(request).await
            }
        }
    }
}
