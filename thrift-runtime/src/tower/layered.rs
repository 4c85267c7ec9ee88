//! Layers around what a client or a server is made of.

use std::{future::Future, net::SocketAddr};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::ToSocketAddrs,
};
use tower::BoxError;
use tower_layer::{Layer, Stack};
use tower_service::Service;

use super::{ChannelService, OwnedCall, ProcessorService, ServiceChannel, ServiceProcessor};
use crate::{
    call::{Answered, Processor},
    client::{Client, ClientBuilder},
    error::Result,
    protocol::Protocol,
    server::{Server, ShutdownHandle},
};

/// A [`ClientBuilder`] or a [`Server`] with layers: what their method `layer` gives.
///
/// The first layer is the outermost, as in a
/// [`ServiceBuilder`](https://docs.rs/tower/latest/tower/struct.ServiceBuilder.html), which can be
/// the layer, too.
#[derive(Debug, Clone)]
#[must_use = "it does nothing until it connects or serves"]
pub struct Layered<B, L> {
    inner: B,
    layer: L,
}

impl<B, L> Layered<B, L> {
    pub(crate) fn new(inner: B, layer: L) -> Self {
        Layered { inner, layer }
    }

    /// Adds a layer, within those before.
    pub fn layer<M>(self, layer: M) -> Layered<B, Stack<M, L>> {
        let Layered { inner, layer: outer } = self;
        Layered { inner, layer: Stack::new(layer, outer) }
    }
}

/// What is connected calls through the layers, and its time for calls is that of all repetitions.
impl<P, L> Layered<ClientBuilder<P>, L>
where
    P: Protocol,
    L: Layer<ChannelService<Client<P>>>,
{
    /// Connects as [`ClientBuilder::connect`] does.
    ///
    /// # Errors
    ///
    /// Like there.
    pub async fn connect(
        self,
        address: impl ToSocketAddrs,
    ) -> Result<ServiceChannel<L::Service, P>> {
        let Layered { inner, layer } = self;
        Ok(around(inner.connect(address).await?, &layer))
    }

    /// Connects as [`ClientBuilder::connect_unix`] does.
    ///
    /// # Errors
    ///
    /// Like there.
    #[cfg(unix)]
    pub async fn connect_unix(
        self,
        path: impl AsRef<std::path::Path>,
    ) -> Result<ServiceChannel<L::Service, P>> {
        let Layered { inner, layer } = self;
        Ok(around(inner.connect_unix(path).await?, &layer))
    }

    /// Connects as [`ClientBuilder::connect_tls`] does.
    ///
    /// # Errors
    ///
    /// Like there.
    #[cfg(feature = "tls")]
    pub async fn connect_tls(
        self,
        address: &str,
        tls: &crate::tls::ClientTls,
    ) -> Result<ServiceChannel<L::Service, P>> {
        let Layered { inner, layer } = self;
        Ok(around(inner.connect_tls(address, tls).await?, &layer))
    }

    /// Uses a connected stream as [`ClientBuilder::over`] does.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn over<S>(self, stream: S) -> ServiceChannel<L::Service, P>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Layered { inner, layer } = self;
        around(inner.over(stream), &layer)
    }
}

fn around<P, L>(client: Client<P>, layer: &L) -> ServiceChannel<L::Service, P>
where
    P: Protocol,
    L: Layer<ChannelService<Client<P>>>,
{
    let (protocol, timeout) = (client.protocol(), client.timeout());
    ServiceChannel::layered(client, protocol, layer).within(timeout)
}

impl<P: Protocol, L> Layered<Server<P>, L> {
    /// The address that the server listens at.
    ///
    /// # Errors
    ///
    /// As for [`Server::local_addr`].
    pub fn local_addr(&self) -> Result<SocketAddr> {
        self.inner.local_addr()
    }

    /// Returns a handle that shuts the server down.
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        self.inner.shutdown_handle()
    }

    /// Serves as [`Server::serve`] does.
    pub async fn serve<T>(self, processor: T)
    where
        T: Processor,
        L: Layer<ProcessorService<T>>,
        L::Service: Service<OwnedCall, Response = Answered, Future: Send, Error: Into<BoxError>>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let Layered { inner, layer } = self;
        inner.serve(ServiceProcessor::layered(&layer, processor)).await;
    }

    /// Serves until `signal` is ready, as [`Server::serve_until`] does.
    pub async fn serve_until<T>(self, processor: T, signal: impl Future<Output = ()>)
    where
        T: Processor,
        L: Layer<ProcessorService<T>>,
        L::Service: Service<OwnedCall, Response = Answered, Future: Send, Error: Into<BoxError>>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let Layered { inner, layer } = self;
        inner.serve_until(ServiceProcessor::layered(&layer, processor), signal).await;
    }
}

impl<P: Protocol> ClientBuilder<P> {
    /// Puts a layer of the crate `tower` around the connection, or several with a
    /// [`ServiceBuilder`](https://docs.rs/tower/latest/tower/struct.ServiceBuilder.html).
    ///
    /// ```no_run
    /// # async fn run() -> thrift_runtime::Result<()> {
    /// use std::time::Duration;
    /// use thrift_runtime::{Client, layers::RetryPolicy};
    /// use tower::{retry::RetryLayer, timeout::TimeoutLayer};
    ///
    /// let channel = Client::builder()
    ///     .call_timeout(Duration::from_secs(5))
    ///     .layer(RetryLayer::new(RetryPolicy::new(3)))
    ///     .layer(TimeoutLayer::new(Duration::from_secs(2)))
    ///     .connect("127.0.0.1:9090")
    ///     .await?;
    /// // let messages = MessageServiceClient::new(channel);
    /// # Ok(())
    /// # }
    /// ```
    pub fn layer<L>(self, layer: L) -> Layered<Self, L> {
        Layered::new(self, layer)
    }
}

impl<P: Protocol> Server<P> {
    /// Puts a layer of the crate `tower` around the processor, or several with a
    /// [`ServiceBuilder`](https://docs.rs/tower/latest/tower/struct.ServiceBuilder.html). What they
    /// fail with is [answered](ServiceProcessor).
    ///
    /// ```no_run
    /// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
    /// use std::time::Duration;
    /// use thrift_runtime::Server;
    /// use tower::timeout::TimeoutLayer;
    ///
    /// let server = Server::bind("127.0.0.1:9090").await?;
    /// server.layer(TimeoutLayer::new(Duration::from_secs(5))).serve(processor).await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn layer<L>(self, layer: L) -> Layered<Self, L> {
        Layered::new(self, layer)
    }
}
