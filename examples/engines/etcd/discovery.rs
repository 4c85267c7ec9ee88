//! The addresses of a service in etcd, as they come and go.

use std::time::Duration;

use etcd_client::{Client, Error, EventType, GetOptions, WatchOptions};
use tokio::{sync::mpsc::unbounded_channel, time::sleep};
use tokio_stream::wrappers::UnboundedReceiverStream;

use crate::servers::{Found, Servers};

/// All servers whose entries begin with `SERVICE/`, now and later. While etcd cannot be reached, those stay
/// that are known.
pub(crate) fn discover(mut etcd: Client, service: &str) -> UnboundedReceiverStream<Found> {
    let (changes, stream) = unbounded_channel();
    let mut servers = Servers::new(format!("{service}/"), changes);
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
}
