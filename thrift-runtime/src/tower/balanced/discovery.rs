//! From addresses that come and go to servers that do.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use tower::{
    BoxError,
    discover::{Change, Discover},
};

use super::endpoint::{Endpoint, Maker};
use crate::{layers::errors, protocol::Protocol};

/// An endpoint for each address that is discovered.
pub(super) struct Endpoints<D: Discover, P: Protocol> {
    discover: Option<D>,
    maker: Maker<P>,
}

impl<D: Discover, P: Protocol> Endpoints<D, P> {
    pub(super) fn new(discover: D, maker: Maker<P>) -> Self {
        Endpoints { discover: Some(discover), maker }
    }
}

// Nothing in it is pinned.
impl<D: Discover, P: Protocol> Unpin for Endpoints<D, P> {}

impl<D, P> Stream for Endpoints<D, P>
where
    D: Discover<Service = SocketAddr, Error: Into<BoxError>> + Unpin,
    P: Protocol,
{
    type Item = Result<Change<D::Key, Endpoint<P>>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(discover) = &mut self.discover else { return Poll::Pending };
        match ready!(Pin::new(discover).poll_discover(cx)) {
            Some(Ok(Change::Insert(key, address))) => {
                let endpoint = self.maker.make(address);
                return Poll::Ready(Some(Ok(Change::Insert(key, endpoint))));
            }
            Some(Ok(Change::Remove(key))) => {
                return Poll::Ready(Some(Ok(Change::Remove(key))));
            }
            Some(Err(error)) => {
                self.maker.failure.set(Some(errors::unboxed(error.into())));
            }
            None => {}
        }
        // What it has found stays.
        self.discover = None;
        Poll::Pending
    }
}
