//! Which servers are known, and who is told of changes.

use std::{collections::BTreeMap, convert::Infallible, net::SocketAddr};

use tokio::sync::mpsc::UnboundedSender;
use tower::discover::Change;

/// What tower takes for a `Discover`: a stream of changes.
pub(crate) type Found = Result<Change<String, SocketAddr>, Infallible>;

pub(crate) struct Servers {
    pub(crate) prefix: String,
    pub(crate) known: BTreeMap<String, SocketAddr>,
    pub(crate) changes: UnboundedSender<Found>,
}

impl Servers {
    pub(crate) fn new(prefix: String, changes: UnboundedSender<Found>) -> Self {
        Servers { prefix, known: BTreeMap::new(), changes }
    }

    pub(crate) fn insert(&mut self, key: &str, address: &str) {
        match address.parse() {
            Ok(address) if self.known.get(key) == Some(&address) => {}
            Ok(address) => {
                self.known.insert(key.to_owned(), address);
                _ = self.changes.send(Ok(Change::Insert(key.to_owned(), address)));
            }
            Err(error) => eprintln!("etcd: {key}: {address}: {error}"),
        }
    }

    pub(crate) fn remove(&mut self, key: &str) {
        self.known.remove(key);
        _ = self.changes.send(Ok(Change::Remove(key.to_owned())));
    }
}
