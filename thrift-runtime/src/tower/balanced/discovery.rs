//! From addresses that come and go to servers that do.

use std::{
    collections::HashMap,
    convert::Infallible,
    hash::Hash,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
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
    /// What it has found.
    known: HashMap<D::Key, SocketAddr>,
    maker: Maker<P>,
}

impl<D, P> Endpoints<D, P>
where
    D: Discover<Service = SocketAddr, Key: Hash + Clone>,
    P: Protocol,
{
    pub(super) fn new(discover: D, maker: Maker<P>) -> Self {
        Endpoints { discover: Some(discover), known: HashMap::new(), maker }
    }

    /// What changes by what was discovered. A server that is found once more keeps its connections.
    fn note(&mut self, change: Change<D::Key, SocketAddr>) -> Option<Change<D::Key, Endpoint<P>>> {
        match change {
            Change::Insert(key, address) => {
                let before = self.known.insert(key.clone(), address);
                (before != Some(address)).then(|| Change::Insert(key, self.maker.make(address)))
            }
            Change::Remove(key) => self.known.remove(&key).map(|_| Change::Remove(key)),
        }
    }
}

// Nothing in it is pinned.
impl<D: Discover, P: Protocol> Unpin for Endpoints<D, P> {}

impl<D, P> Stream for Endpoints<D, P>
where
    D: Discover<Service = SocketAddr, Key: Hash + Clone, Error: Into<BoxError>> + Unpin,
    P: Protocol,
{
    type Item = Result<Change<D::Key, Endpoint<P>>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(discover) = &mut self.discover {
            match ready!(poll_guarded(discover, cx)) {
                Some(Ok(change)) => {
                    if let Some(change) = self.note(change) {
                        return Poll::Ready(Some(Ok(change)));
                    }
                }
                // The addresses that were found so far stay.
                ended => {
                    self.discover = None;
                    if let Some(Err(error)) = ended {
                        self.maker.failure.set(Some(errors::unboxed(error.into())));
                    }
                }
            }
        }
        Poll::Pending
    }
}

/// What a discovery tells.
type Discovered<D> =
    Option<Result<Change<<D as Discover>::Key, <D as Discover>::Service>, <D as Discover>::Error>>;

/// The next that is discovered. A panic is the end: it would be that of the channel otherwise.
fn poll_guarded<D>(discover: &mut D, cx: &mut Context<'_>) -> Poll<Discovered<D>>
where
    D: Discover + Unpin,
{
    let poll = AssertUnwindSafe(|| Pin::new(discover).poll_discover(cx));
    // The panic hook has reported it.
    catch_unwind(poll).unwrap_or(Poll::Ready(None))
}
