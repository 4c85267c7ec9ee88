//! The addresses that names resolve to, now and later.

use std::{
    collections::{BTreeSet, VecDeque},
    convert::Infallible,
    future::Future,
    io, mem,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_core::Stream;
use tokio::time::{Sleep, sleep};
use tower::discover::Change;

use super::failure::LastFailure;
use crate::{error::Error, transport::backoff::Backoff};

type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Resolve = Arc<dyn Fn(String) -> Pending<io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// The addresses of names, which are resolved again from time to time.
pub(super) struct Resolved {
    /// Names, and what they resolved to last.
    names: Vec<(String, BTreeSet<SocketAddr>)>,
    resolve: Resolve,
    /// Those that are being resolved, by their place among the names.
    resolving: Vec<(usize, Pending<io::Result<Vec<SocketAddr>>>)>,
    every: Duration,
    /// The pauses while there is no address.
    backoff: Backoff,
    /// The end of the pause before all are resolved again.
    pause: Option<Pin<Box<Sleep>>>,
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
        let mut resolved = Resolved {
            names: names.into_iter().map(|name| (name, BTreeSet::new())).collect(),
            resolve,
            resolving: Vec::new(),
            every: every.max(Duration::from_millis(1)),
            backoff: Backoff::default(),
            pause: None,
            changes: VecDeque::new(),
            failure,
        };
        resolved.begin();
        resolved
    }

    /// Begins to resolve all names, so that none waits for another.
    fn begin(&mut self) {
        let names = self.names.iter().map(|(name, _)| name.clone()).enumerate();
        self.resolving = names.map(|(at, name)| (at, (self.resolve)(name))).collect();
    }

    /// Notes which have been resolved. After the last, there is a pause.
    fn poll_resolving(&mut self, cx: &mut Context<'_>) {
        let mut resolving = mem::take(&mut self.resolving);
        resolving.retain_mut(|(at, name)| match name.as_mut().poll(cx) {
            Poll::Ready(resolved) => {
                self.note(*at, resolved);
                false
            }
            Poll::Pending => true,
        });
        self.resolving = resolving;
        if self.resolving.is_empty() {
            let pause = self.next_pause();
            self.pause = Some(Box::pin(sleep(pause)));
        }
    }

    /// Calls wait while there is no address, so it is looked for again soon.
    fn next_pause(&mut self) -> Duration {
        if self.addresses().is_empty() {
            return self.backoff.fail().min(self.every);
        }
        self.backoff.succeed();
        self.every
    }

    /// All addresses, of whatever name.
    fn addresses(&self) -> BTreeSet<SocketAddr> {
        self.names.iter().flat_map(|(_, addresses)| addresses).copied().collect()
    }

    /// Notes what a name resolves to. One that cannot be resolved keeps its addresses.
    fn note(&mut self, at: usize, resolved: io::Result<Vec<SocketAddr>>) {
        let before = self.addresses();
        let Some((name, known)) = self.names.get_mut(at) else { return };
        match resolved {
            Ok(addresses) => *known = addresses.into_iter().collect(),
            Err(error) => {
                let text = format!("{name} cannot be resolved");
                self.failure.set(Some(Error::io(text, error)));
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
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
                self.begin();
            }
            self.poll_resolving(cx);
            if self.changes.is_empty() && self.pause.is_none() {
                return Poll::Pending;
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
        let last = failure.last.lock().unwrap().clone().unwrap();
        assert!(last.to_string().starts_with("one cannot be resolved: "), "{last}");
        assert_eq!(next(&mut resolved, Ok(vec![])).await, ["-1.1.1.3:1"]);
    }
    #[tokio::test(start_paused = true)]
    async fn a_name_waits_for_no_other_and_without_addresses_not_for_long() {
        let down = Arc::new(Mutex::new(true));
        let theirs = Arc::clone(&down);
        let resolve = move |name: String| {
            let down = Arc::clone(&theirs);
            Box::pin(async move {
                match &*name {
                    "hanging" => std::future::pending().await,
                    _ if *down.lock().unwrap() => Err(io::ErrorKind::NotFound.into()),
                    _ => Ok(vec!["1.1.1.1:1".parse().unwrap()]),
                }
            }) as Pending<io::Result<Vec<SocketAddr>>>
        };
        let (hour, resolve): (_, Resolve) = (Duration::from_secs(3_600), Arc::new(resolve));
        let of = |names: &[&str], every| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Resolved::with(Arc::clone(&resolve), names, every, LastFailure::default())
        };
        let mut resolved = of(&["one"], hour);
        assert!(changes(&mut resolved).await.is_empty());
        *down.lock().unwrap() = false;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(changes(&mut resolved).await, ["+1.1.1.1:1"]);
        for every in [Duration::MAX, hour] {
            let mut resolved = of(&["hanging", "one"], every);
            assert_eq!(changes(&mut resolved).await, ["+1.1.1.1:1"]);
        }
    }
}
