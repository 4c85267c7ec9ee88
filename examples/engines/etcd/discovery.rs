//! The addresses of a service in etcd, as they come and go.

use std::{collections::BTreeMap, convert::Infallible, net::SocketAddr, time::Duration};

use etcd_client::{Client, Error, EventType, GetOptions, WatchOptions};
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::sleep,
};
use tokio_stream::wrappers::UnboundedReceiverStream;
use tower::discover::Change;

/// What tower takes for a `Discover`: a stream of changes.
type Found = Result<Change<String, SocketAddr>, Infallible>;

/// All servers whose entries begin with `SERVICE/`, now and later. While etcd cannot be reached, those stay
/// that are known.
pub(crate) fn discover(mut etcd: Client, service: &str) -> UnboundedReceiverStream<Found> {
    let (changes, stream) = unbounded_channel();
    let mut servers = Servers { prefix: format!("{service}/"), known: BTreeMap::new(), changes };
    tokio::spawn(async move {
        while !servers.changes.is_closed() {
            if let Err(error) = servers.follow(&mut etcd).await {
                eprintln!("etcd: {error}");
            }
            sleep(Duration::from_secs(1)).await;
        }
    });
    UnboundedReceiverStream::new(stream)
}

struct Servers {
    prefix: String,
    known: BTreeMap<String, SocketAddr>,
    changes: UnboundedSender<Found>,
}

impl Servers {
    /// Finds what there is, and from there on what changes.
    async fn follow(&mut self, etcd: &mut Client) -> Result<(), Error> {
        let options = GetOptions::new().with_prefix();
        let there = etcd.get(&*self.prefix, Some(options)).await?;
        let mut gone = self.known.clone();
        for entry in there.kvs() {
            gone.remove(entry.key_str()?);
            self.insert(entry.key_str()?, entry.value_str()?);
        }
        gone.keys().for_each(|key| self.remove(key));

        // Nothing is missed in between.
        let next = there.header().map_or(0, |header| header.revision() + 1);
        let options = WatchOptions::new().with_prefix().with_start_revision(next);
        let mut watch = etcd.watch(&*self.prefix, Some(options)).await?;
        while let Some(response) = watch.message().await? {
            for event in response.events() {
                let Some(entry) = event.kv() else { continue };
                match event.event_type() {
                    EventType::Put => self.insert(entry.key_str()?, entry.value_str()?),
                    EventType::Delete => self.remove(entry.key_str()?),
                }
            }
            if response.canceled() || self.changes.is_closed() {
                break;
            }
        }
        Ok(())
    }

    fn insert(&mut self, key: &str, address: &str) {
        match address.parse() {
            Ok(address) if self.known.get(key) == Some(&address) => {}
            Ok(address) => {
                self.known.insert(key.to_owned(), address);
                _ = self.changes.send(Ok(Change::Insert(key.to_owned(), address)));
            }
            Err(error) => eprintln!("etcd: {key}: {address}: {error}"),
        }
    }

    fn remove(&mut self, key: &str) {
        self.known.remove(key);
        _ = self.changes.send(Ok(Change::Remove(key.to_owned())));
    }
}
