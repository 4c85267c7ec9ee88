//! A channel made of a tower service.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::pin,
    time::Duration,
};

use tokio::{
    runtime::Handle,
    time::{Instant, timeout_at},
};
use tower::BoxError;
use tower_layer::Layer;
use tower_service::Service;

use super::{ChannelService, OwnedRequest, errors};
use crate::{
    call::{CallSettings, Channel, Request, Response, call_settings},
    client::in_time,
    error::{Error, ErrorKind, Result},
    protocol::{BinaryProtocol, Protocol},
};

/// A channel that calls a [`tower::Service`](tower_service::Service): what generated clients call
/// through when layers are around their connection.
///
/// ```no_run
/// # async fn run() -> thrift_runtime::Result<()> {
/// use thrift_runtime::{BinaryProtocol, Client, layers::{ChannelService, ServiceChannel}};
/// use tower::ServiceBuilder;
///
/// let client = Client::connect("127.0.0.1:9090").await?;
/// let service = ServiceBuilder::new().concurrency_limit(10).service(ChannelService::new(client));
/// let channel = ServiceChannel::new(service, BinaryProtocol::STRICT);
/// // let messages = MessageServiceClient::new(channel);
/// # Ok(())
/// # }
/// ```
///
/// Each call clones the service, so what is not `Clone` or not `Sync` goes into a
/// [`Buffer`](https://docs.rs/tower/latest/tower/buffer/struct.Buffer.html).
///
/// A call has a minute in all: to wait for the service, to be sent, perhaps several times, and to be
/// answered. [`with_timeout`](ServiceChannel::with_timeout) sets another time.
///
/// # Errors
///
/// An error of this crate comes out of the layers as it was. Those of tower become one:
///
/// | tower's error | [kind](ErrorKind) |
/// | --- | --- |
/// | `Elapsed` of `timeout` | [`Timeout`](ErrorKind::Timeout) |
/// | `Overloaded` of `load_shed` | [`Overloaded`](ErrorKind::Overloaded) |
/// | `Closed` of `buffer` | [`Closed`](ErrorKind::Closed) |
/// | any other | that of the error that it wraps, or else [`Layer`](ErrorKind::Layer) |
///
/// [`Error::get_ref`] gives it. [`Error::delivery`] is about the call with all of its repetitions:
/// one that a layer kept back was not sent.
pub struct ServiceChannel<S, P: Protocol = BinaryProtocol> {
    service: S,
    protocol: P,
    settings: CallSettings,
}

impl<S, P: Protocol> ServiceChannel<S, P> {
    /// The channel that calls `service`, with arguments that are written in a protocol: that of the
    /// connection, best.
    pub fn new(service: S, protocol: P) -> Self {
        ServiceChannel { service, protocol, settings: CallSettings::default() }
    }

    /// The service.
    pub fn service(&self) -> &S {
        &self.service
    }

    /// Sets how long a call may take.
    pub(super) fn within(mut self, timeout: Option<Duration>) -> Self {
        self.settings = CallSettings::new(timeout);
        self
    }

    /// A channel with a layer around it.
    pub(super) fn layered<C, L>(channel: C, protocol: P, layer: &L) -> Self
    where
        C: Channel + Clone + 'static,
        L: Layer<ChannelService<C>, Service = S>,
    {
        ServiceChannel::new(layer.layer(ChannelService::new(channel)), protocol)
    }
}

impl<S, P> ServiceChannel<S, P>
where
    S: Service<OwnedRequest, Response = Response<P>> + Clone,
    S::Error: Into<BoxError>,
    P: Protocol,
{
    fn call(&self, request: OwnedRequest) -> impl Future<Output = Result<Response<P>, BoxError>> {
        let mut service = self.service.clone();
        async move {
            poll_fn(|cx| service.poll_ready(cx)).await.map_err(Into::into)?;
            service.call(request).await.map_err(Into::into)
        }
    }
}

call_settings!(ServiceChannel<S: Clone>);

impl<S, P> Channel for ServiceChannel<S, P>
where
    S: Service<OwnedRequest, Response = Response<P>> + Clone + Send + Sync,
    S::Error: Into<BoxError>,
    S::Future: Send,
    P: Protocol,
{
    type Protocol = P;

    async fn send(&self, mut request: Request<'_, P>) -> Result<Response<P>> {
        self.settings.add_to(&mut request);
        let patience = request.patience(CallSettings::TIMEOUT);
        let end = patience.and_then(|time| Instant::now().checked_add(time));
        end.into_iter().for_each(|end| request.set_deadline(end.into_std()));
        let method = request.method();
        let owned = request.into_owned(self.protocol).map_err(Error::not_sent)?;
        let sendings = owned.sendings().clone();
        let mut call = pin!(self.call(owned));
        let called = match end {
            // Its timer needs no allocation.
            Some(end) if Handle::try_current().is_ok() => timeout_at(end, call).await.ok(),
            _ => in_time(end, call.as_mut()).await,
        };
        match called {
            Some(Ok(response)) => Ok(response),
            Some(Err(error)) => Err(sendings.judge(errors::unboxed(error))),
            None => {
                let (method, time) = (method.name(), patience.unwrap_or_default());
                let text = format!("{method} was not answered within {time:?}");
                Err(sendings.judge(Error::new(ErrorKind::Timeout, text)))
            }
        }
    }
}

impl<S: Clone, P: Protocol> Clone for ServiceChannel<S, P> {
    fn clone(&self) -> Self {
        let ServiceChannel { service, protocol, settings } = self;
        ServiceChannel { service: service.clone(), protocol: *protocol, settings: settings.clone() }
    }
}

impl<S: fmt::Debug, P: Protocol> fmt::Debug for ServiceChannel<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceChannel")
            .field("service", &self.service)
            .field("protocol", &self.protocol)
            .field("settings", &self.settings)
            .finish()
    }
}
