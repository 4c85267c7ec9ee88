//! A service that takes and gives a type of one's own, which derives its wire form.

use std::time::{Duration, SystemTime};

use thrift_runtime::{Result, Server, ThriftStruct};

/// The IDL's `Event`, with the types that the program works with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, ThriftStruct)]
#[thrift(default)]
pub struct Event {
    #[thrift(id = 1, required)]
    place: String,
    #[thrift(id = 2, required, with = "seconds", default = SystemTime::UNIX_EPOCH)]
    at: SystemTime,
}

/// A `SystemTime` as the seconds since 1970.
mod seconds {
    use super::{Duration, SystemTime};

    pub(super) fn to_wire(time: &SystemTime) -> i64 {
        time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
    }

    pub(super) fn from_wire(seconds: i64) -> std::result::Result<SystemTime, String> {
        let since = u64::try_from(seconds).map_err(|_| format!("{seconds} is before 1970"))?;
        Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(since))
    }
}

thrift_runtime::thrift! { path: "./parcels.thrift", with: { "Event": crate::Event } }

struct Depot;

impl Parcels for Depot {
    async fn track(&self, parcel: i64) -> Result<Vec<Event>> {
        let hours = |hours: u64| SystemTime::now() - Duration::from_secs(3600 * hours);
        let event = |place: &str, at| Event { place: format!("{place}, no. {parcel}"), at };
        Ok(vec![event("Hamburg", hours(20)), event("Lyon", hours(2))])
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::bind("127.0.0.1:0").await?;
    let address = server.local_addr()?;
    tokio::spawn(server.serve(ParcelsProcessor::new(Depot)));

    for Event { place, at } in ParcelsClient::connect(address).await?.track(17).await? {
        let minutes = at.elapsed().unwrap_or_default().as_secs() / 60;
        println!("{place}: {minutes} minutes ago");
    }
    Ok(())
}
