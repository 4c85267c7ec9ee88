//! A processor as a service of other HTTP servers.

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    marker::PhantomData,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, body::Body, http::Extensions};
use tokio::{runtime::Handle, sync::Semaphore};
use tower_service::Service;

use super::{
    body::HttpBody,
    posted::{Posted, Refused},
};
use crate::{
    call::{About, Connection, Observer, Peer, PeerAddr, Processor},
    protocol::{AnyProtocol, Limits, Protocol},
    transport::http::BodyError,
};

/// How many oneway calls may be under way by default.
const MAX_ONEWAYS: u32 = 1_000;

/// A processor as a [`tower_service::Service`] of HTTP requests, to be mounted where other things are
/// served by HTTP: axum's router, hyper, or whatever takes such services. Clones share the processor.
///
/// ```
/// use thrift_runtime::{HttpService, Limits, Processor};
///
/// fn mounted<T: Processor>(processor: T) -> HttpService<T> {
///     let mut limits = Limits::default();
///     limits.message_size = 1 << 20;
///     HttpService::new(processor).limits(limits)
/// }
/// ```
///
/// In axum, one route is one processor:
///
/// ```ignore
/// let calculator = CalculatorServiceProcessor::new(Calculator);
/// let app = axum::Router::new()
///     .route("/health", get(|| async { "ok" }))
///     .route_service("/calculator", HttpService::new(calculator));
/// ```
///
/// # What it answers
///
/// Calls are posted. The content type says in which protocol: `application/x-thrift; protocol=TBINARY`
/// (or `TCOMPACT`, `TJSON`), `application/vnd.apache.thrift.binary` (or `.compact`, `.json`). With any
/// other one, such as plain `application/x-thrift`, the first bytes tell. The reply has the content type
/// of the request.
///
/// Every call is answered with the status 200, application exceptions too, and panics. A request that
/// is not a call gets another status: 405 for other methods than POST; 415 if the protocol is not
/// built in, or is another than the content type says; 400 if the message is malformed; 413 if it
/// exceeds the [limits](HttpService::limits); 404 where a [`Paths`](crate::Paths) processor has no
/// such path.
///
/// A oneway call is answered at once, and runs to its end in its own task. The number of them is
/// [limited](HttpService::max_oneways); further ones wait for their answer. A host that shuts down
/// waits for them with [`oneways_done`](HttpService::oneways_done).
///
/// # What the host does
///
/// Bodies are read at the pace of the host, so that its flow control works. When the host drops the
/// future of a request, as HTTP servers do when the caller leaves, the call is cancelled: the future
/// of its handler is dropped, and code that watches a stored [`Context`](crate::Context) learns that
/// the caller has left. Timeouts, connections, TLS and graceful shutdown are the responsibility of the
/// host.
///
/// Handlers find the request's headers and path in their [`Context`](crate::Context), and set those of
/// the reply there. Each call has a [`Connection`] of its own.
pub struct HttpService<T, P = AnyProtocol> {
    processor: Arc<T>,
    settings: Arc<Settings>,
    protocol: PhantomData<fn() -> P>,
}

/// A function that finds the caller's address where the host has stored it.
type FindPeer = Arc<dyn Fn(&Extensions) -> Option<SocketAddr> + Send + Sync>;

#[derive(Clone)]
struct Settings {
    limits: Limits,
    observer: Option<Arc<dyn Observer>>,
    find_peer: FindPeer,
    /// Permits for oneway calls.
    oneways: Arc<Semaphore>,
    max_oneways: u32,
}

impl<T: Processor> HttpService<T> {
    /// Makes a service of a processor, in every protocol that is built in.
    pub fn new(processor: T) -> Self {
        let settings = Settings {
            limits: Limits::default(),
            observer: None,
            find_peer: Arc::new(|extensions| extensions.get::<PeerAddr>()?.address()),
            oneways: places(MAX_ONEWAYS),
            max_oneways: MAX_ONEWAYS,
        };
        HttpService {
            processor: Arc::new(processor),
            settings: Arc::new(settings),
            protocol: PhantomData,
        }
    }
}

impl<T, P> HttpService<T, P> {
    /// Answers in one protocol only, so that the program contains the code of no other.
    #[must_use = "only the returned service has the setting"]
    pub fn only<Q: Protocol>(self) -> HttpService<T, Q> {
        let HttpService { processor, settings, protocol: _ } = self;
        HttpService { processor, settings, protocol: PhantomData }
    }

    /// Sets the limits on what is read.
    #[must_use = "only the returned service has the setting"]
    pub fn limits(self, limits: Limits) -> Self {
        self.with(|settings| settings.limits = limits)
    }

    /// Sets how many oneway calls may be in progress at once, 1,000 by default. Further ones are
    /// answered when others have finished.
    #[must_use = "only the returned service has the setting"]
    pub fn max_oneways(self, count: usize) -> Self {
        let count = count.clamp(1, Semaphore::MAX_PERMITS);
        let most = u32::try_from(count).unwrap_or(u32::MAX);
        self.with(|settings| (settings.oneways, settings.max_oneways) = (places(most), most))
    }

    /// Sets the observer, which is told of messages that cannot be read, of replies that are too
    /// large, and of panics. The host manages connections, so there are no events about them.
    #[must_use = "only the returned service has the setting"]
    pub fn observer(self, observer: impl Observer) -> Self {
        self.with(|settings| settings.observer = Some(Arc::new(observer)))
    }

    /// Sets where the host stores the caller's address among the extensions of a request. By default
    /// that is a [`PeerAddr`], which middleware may insert. For axum, which stores the address itself
    /// with `into_make_service_with_connect_info::<SocketAddr>()`:
    ///
    /// ```ignore
    /// HttpService::new(processor)
    ///     .peer(|extensions| Some(extensions.get::<ConnectInfo<SocketAddr>>()?.0))
    /// ```
    #[must_use = "only the returned service has the setting"]
    pub fn peer(
        self,
        find: impl Fn(&Extensions) -> Option<SocketAddr> + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.find_peer = Arc::new(find))
    }

    /// Waits until the oneway calls that have been answered are finished. A host that shuts down does
    /// not know of them.
    pub async fn oneways_done(&self) {
        let Settings { oneways, max_oneways, .. } = &*self.settings;
        // It fails only if the semaphore is closed, which it never is.
        let _ = oneways.acquire_many(*max_oneways).await;
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }
}

/// Permits for this many oneway calls.
fn places(count: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(usize::try_from(count).unwrap_or(Semaphore::MAX_PERMITS)))
}

impl Settings {
    /// The caller of a request.
    fn peer(&self, extensions: &Extensions) -> Peer {
        let address = (self.find_peer)(extensions);
        let mut peer = Peer { address, ..Peer::default() };
        if let Some(observer) = &self.observer {
            let address = address.map_or(PeerAddr::Unknown, PeerAddr::Tcp);
            let about = About::new(address, Instant::now(), Some(Arc::clone(observer)));
            peer.connection = Connection::new(Arc::new(about)).into();
        }
        peer
    }
}

/// If this is dropped before the call is answered, code that watches a stored context of the call
/// learns that the caller has left.
struct Waiting<'a> {
    caller: &'a Peer,
    answered: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.answered
            && let Some(connection) = self.caller.connection.get()
        {
            connection.presence().leave();
        }
    }
}

impl<T: Processor, P: Protocol> HttpService<T, P> {
    async fn answer<B>(self, request: Request<B>) -> Response<Full<Bytes>>
    where
        B: Body,
        B::Error: Into<BodyError>,
    {
        let HttpService { processor, settings, protocol: _ } = self;
        let caller = settings.peer(request.extensions());
        let posted = match Posted::<P>::read(
            request,
            &caller,
            &settings.limits,
            &*processor,
            |_| (),
        )
        .await
        {
            Ok(posted) => posted,
            Err(refused) => return refused.response(&caller),
        };
        if posted.is_oneway() {
            let taken = posted.taken();
            let permit = Arc::clone(&settings.oneways).acquire_owned().await;
            let running = async move {
                // There is nobody to report an error to.
                let _ = posted.answer(&caller, &settings.limits, &*processor).await;
                drop(permit);
            };
            match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(running)),
                // Without a runtime, it is answered when it has finished.
                Err(_) => running.await,
            }
            return taken;
        }
        let mut waiting = Waiting { caller: &caller, answered: false };
        let answered = posted.answer(&caller, &settings.limits, &*processor).await;
        waiting.answered = true;
        answered.unwrap_or_else(|error| Refused::Error(error).response(&caller))
    }
}

impl<T, P, B> Service<Request<B>> for HttpService<T, P>
where
    T: Processor,
    P: Protocol,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BodyError>,
{
    type Response = Response<HttpBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    /// Always ready.
    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let answering = self.clone().answer(request);
        Box::pin(async move { Ok(answering.await.map(HttpBody)) })
    }
}

impl<T, P> Clone for HttpService<T, P> {
    fn clone(&self) -> Self {
        HttpService {
            processor: Arc::clone(&self.processor),
            settings: Arc::clone(&self.settings),
            protocol: PhantomData,
        }
    }
}

impl<T, P> fmt::Debug for HttpService<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpService").field("limits", &self.settings.limits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Multiplexed,
        guide::rows::{check, grouped},
    };

    #[test]
    fn the_guide_names_the_setting_with_its_default() {
        let service = HttpService::new(Multiplexed::new());
        let most = grouped(service.settings.oneways.available_permits());
        check("Limits and timeouts", [("max_oneways", most)]);
    }
}
