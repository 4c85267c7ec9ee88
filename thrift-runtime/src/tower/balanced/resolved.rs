//! The addresses that names resolve to, now and later.

use std::{
    collections::{BTreeSet, VecDeque},
    convert::Infallible,
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_core::Stream;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tower::discover::Change;

use super::failure::LastFailure;
use crate::error::Error;

type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Resolve = Arc<dyn Fn(String) -> Pending<io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// The addresses of names, which are resolved again from time to time.
pub(super) struct Resolved {
    /// Names, and what they resolved to last.
    names: Vec<(String, BTreeSet<SocketAddr>)>,
    resolve: Resolve,
    every: Interval,
    resolving: Option<Pending<Vec<io::Result<Vec<SocketAddr>>>>>,
    changes: VecDeque<Change<SocketAddr, SocketAddr>>,
    failure: LastFailure,
}

impl Resolved {
    pub(super) fn new(names: Vec<String>, every: Duration, failure: LastFailure) -> Self {
        let resolve = |name: String| {
            let resolving = async move { Ok(tokio::net::lookup_host(name).await?.collect()) };
            Box::pin(resolving) as Pending<io::Result<Vec<SocketAddr>>>
        };
        Resolved::with(Arc::new(resolve), names, every, failure)
    }

    fn with(resolve: Resolve, names: Vec<String>, every: Duration, failure: LastFailure) -> Self {
        let mut every = interval(every.max(Duration::from_millis(1)));
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let names = names.into_iter().map(|name| (name, BTreeSet::new())).collect();
        Resolved { names, resolve, every, resolving: None, changes: VecDeque::new(), failure }
    }

    fn begin(&mut self) {
        let resolve = Arc::clone(&self.resolve);
        let names: Vec<_> = self.names.iter().map(|(name, _)| name.clone()).collect();
        self.resolving = Some(Box::pin(async move {
            let mut resolved = Vec::with_capacity(names.len());
            for name in names {
                resolved.push(resolve(name).await);
            }
            resolved
        }));
    }

    /// All addresses, of whatever name.
    fn addresses(&self) -> BTreeSet<SocketAddr> {
        self.names.iter().flat_map(|(_, addresses)| addresses).copied().collect()
    }

    /// Notes what names resolve to. One that cannot be resolved keeps its addresses.
    fn note(&mut self, resolved: Vec<io::Result<Vec<SocketAddr>>>) {
        let before = self.addresses();
        for ((name, known), resolved) in self.names.iter_mut().zip(resolved) {
            match resolved {
                Ok(addresses) => *known = addresses.into_iter().collect(),
                Err(error) => {
                    let text = format!("{name} cannot be resolved");
                    self.failure.set(Some(Error::io(text, error)));
                }
            }
        }
        let after = self.addresses();
        self.changes.extend(before.difference(&after).map(|gone| Change::Remove(*gone)));
        self.changes.extend(after.difference(&before).map(|new| Change::Insert(*new, *new)));
    }
}

impl Stream for Resolved {
    type Item = Result<Change<SocketAddr, SocketAddr>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(change) = self.changes.pop_front() {
                return Poll::Ready(Some(Ok(change)));
            }
            match &mut self.resolving {
                Some(resolving) => {
                    let resolved = ready!(resolving.as_mut().poll(cx));
                    self.resolving = None;
                    self.note(resolved);
                }
                None => {
                    ready!(self.every.poll_tick(cx));
                    self.begin();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, sync::Mutex};

    use super::*;

    /// All changes that there are now.
    async fn changes(resolved: &mut Resolved) -> Vec<String> {
        let mut changes = Vec::new();
        poll_fn(|cx| {
            while let Poll::Ready(Some(Ok(change))) = Pin::new(&mut *resolved).poll_next(cx) {
                changes.push(match change {
                    Change::Insert(address, _) => format!("+{address}"),
                    Change::Remove(address) => format!("-{address}"),
                });
            }
            Poll::Ready(())
        })
        .await;
        changes
    }

    #[tokio::test(start_paused = true)]
    async fn names_are_resolved_again() {
        let answer = Arc::new(Mutex::new(Ok(vec!["1.1.1.1:1", "1.1.1.2:1"])));
        let theirs = Arc::clone(&answer);
        let resolve = move |name: String| {
            let answer = match (&*name, &*theirs.lock().unwrap()) {
                ("other", _) => Ok(vec!["1.1.1.2:1".parse().unwrap()]),
                (_, Ok(answer)) => Ok(answer.iter().map(|text| text.parse().unwrap()).collect()),
                (_, Err(kind)) => Err(io::Error::from(*kind)),
            };
            Box::pin(async { answer }) as Pending<io::Result<Vec<SocketAddr>>>
        };
        let names = vec!["one".to_owned(), "other".to_owned()];
        let (second, failure) = (Duration::from_secs(1), LastFailure::default());
        let mut resolved = Resolved::with(Arc::new(resolve), names, second, failure.clone());
        let next = async |resolved: &mut Resolved, answered| {
            *answer.lock().unwrap() = answered;
            assert!(changes(resolved).await.is_empty());
            tokio::time::sleep(second).await;
            changes(resolved).await
        };
        assert_eq!(changes(&mut resolved).await, ["+1.1.1.1:1", "+1.1.1.2:1"]);
        let changed = next(&mut resolved, Ok(vec!["1.1.1.3:1"])).await;
        assert_eq!(changed, ["-1.1.1.1:1", "+1.1.1.3:1"]);
        assert!(next(&mut resolved, Err(io::ErrorKind::NotFound)).await.is_empty());
        let last = failure.0.lock().unwrap().clone().unwrap();
        assert!(last.to_string().starts_with("one cannot be resolved: "), "{last}");
        assert_eq!(next(&mut resolved, Ok(vec![])).await, ["-1.1.1.3:1"]);
    }
}
