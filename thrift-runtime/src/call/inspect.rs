//! A look at what goes through a channel.

use super::{Channel, Request, Response};
use crate::error::Result;

/// A channel that shows each request to a function, with what came back.
///
/// A typed client calls through it for what its methods do not return, such as the headers of a
/// reply:
///
/// ```
/// use std::sync::Mutex;
/// use thrift_runtime::{Channel, Inspect};
///
/// async fn timed(channel: &impl Channel) -> Option<String> {
///     let time = Mutex::new(None);
///     let channel = Inspect::new(channel, |_request, sent| {
///         let header = sent.as_ref().ok().and_then(|response| response.headers().get("time"));
///         *time.lock().unwrap() = header.map(str::to_owned);
///     });
///     // CalculatorServiceClient::new(channel).add(5, 3).await
///     # drop(channel);
///     time.into_inner().unwrap()
/// }
/// ```
///
/// The channel of a client that exists is `XxxClient::channel(&client)`.
#[derive(Debug, Clone)]
pub struct Inspect<C, F> {
    inner: C,
    look: F,
}

impl<C, F> Inspect<C, F>
where
    C: Channel,
    F: Fn(&Request<'_, C::Protocol>, &Result<Response<C::Protocol>>) + Send + Sync,
{
    /// Shows what goes through `channel` to `look`.
    pub fn new(channel: C, look: F) -> Self {
        Inspect { inner: channel, look }
    }
}

impl<C, F> Channel for Inspect<C, F>
where
    C: Channel,
    F: Fn(&Request<'_, C::Protocol>, &Result<Response<C::Protocol>>) + Send + Sync,
{
    type Protocol = C::Protocol;

    async fn send(&self, request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        let sent = self.inner.send(request.clone()).await;
        (self.look)(&request, &sent);
        sent
    }
}
