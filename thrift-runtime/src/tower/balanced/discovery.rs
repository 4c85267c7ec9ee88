//! From addresses that come and go to connections that do.

use std::{
    collections::VecDeque,
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use tower::{
    BoxError,
    discover::{Change, Discover},
};

use super::LastFailure;
use crate::layers::errors;

/// Several connections for each address that is discovered.
pub(super) struct Endpoints<D: Discover, M, S> {
    discover: Option<D>,
    connections: usize,
    make: M,
    changes: VecDeque<Change<(D::Key, usize), S>>,
    failure: LastFailure,
}

impl<D: Discover, M, S> Endpoints<D, M, S> {
    pub(super) fn new(discover: D, connections: usize, make: M, failure: LastFailure) -> Self {
        let (discover, changes) = (Some(discover), VecDeque::new());
        Endpoints { discover, connections, make, changes, failure }
    }
}

// Nothing in it is pinned.
impl<D: Discover, M, S> Unpin for Endpoints<D, M, S> {}

impl<D, M, S> Stream for Endpoints<D, M, S>
where
    D: Discover<Service = SocketAddr, Key: Clone, Error: Into<BoxError>> + Unpin,
    M: Fn(SocketAddr) -> S,
{
    type Item = Result<Change<(D::Key, usize), S>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(change) = this.changes.pop_front() {
                return Poll::Ready(Some(Ok(change)));
            }
            let Some(discover) = &mut this.discover else { return Poll::Pending };
            match Pin::new(discover).poll_discover(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => this.discover = None,
                Poll::Ready(Some(Err(error))) => {
                    this.failure.set(Some(errors::unboxed(error.into())));
                    this.discover = None;
                }
                Poll::Ready(Some(Ok(Change::Insert(key, address)))) => {
                    for index in 0..this.connections {
                        let service = (this.make)(address);
                        this.changes.push_back(Change::Insert((key.clone(), index), service));
                    }
                }
                Poll::Ready(Some(Ok(Change::Remove(key)))) => {
                    let keys = (0..this.connections).map(|index| (key.clone(), index));
                    this.changes.extend(keys.map(Change::Remove));
                }
            }
        }
    }
}
