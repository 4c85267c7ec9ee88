//! A server's entry in etcd, which is there as long as the server is.

use std::{future::Future, net::SocketAddr, pin::pin, time::Duration};

use etcd_client::{Client, Error, PutOptions};
use tokio::time::sleep;

/// How long the entry stays after a server that died.
const SECONDS: i64 = 3;

/// Keeps the entry `SERVICE/ADDRESS` until `stop`, and removes it then. If it is lost, because etcd could
/// not be reached for too long, it is made again.
pub(crate) async fn register_until(
    mut etcd: Client,
    service: &str,
    address: SocketAddr,
    stop: impl Future<Output = ()>,
) {
    let (mut stop, mut lease) = (pin!(stop), None);
    loop {
        tokio::select! {
            () = &mut stop => break,
            lost = hold(&mut etcd, service, address, &mut lease) => eprintln!("etcd: {lost:?}"),
        }
        sleep(Duration::from_secs(1)).await;
    }
    if let Some(lease) = lease {
        // If this fails, it expires.
        _ = etcd.lease_revoke(lease).await;
    }
}

/// Makes the entry, and renews its lease until that is lost.
async fn hold(
    etcd: &mut Client,
    service: &str,
    address: SocketAddr,
    lease: &mut Option<i64>,
) -> Result<(), Error> {
    let id = etcd.lease_grant(SECONDS, None).await?.id();
    *lease = Some(id);
    let options = PutOptions::new().with_lease(id);
    etcd.put(format!("{service}/{address}"), address.to_string(), Some(options)).await?;
    let (mut keeper, mut renewals) = etcd.lease_keep_alive(id).await?;
    loop {
        keeper.keep_alive().await?;
        match renewals.message().await? {
            Some(renewed) if renewed.ttl() > 0 => {
                sleep(Duration::from_secs(SECONDS as u64) / 4).await
            }
            _ => return Ok(()),
        }
    }
}
