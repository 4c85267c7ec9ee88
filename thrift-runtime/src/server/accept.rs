//! Accepting connections, and starting a task for each.

use std::{io, pin::pin, sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{Server, listener::Listener, serve};
use crate::{
    call::{Peer, Processor},
    protocol::Protocol,
    serving::{Ending, Open, Settings, Status},
    transport::{peer_addr::PeerAddr, socket::Socket},
};

/// How long to wait after a failure to accept. The wait doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(5);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Accepts and serves until the shutdown begins, then waits for the connections to finish.
pub(super) async fn run<P: Protocol, T: Processor>(server: Server<P>, processor: Arc<T>) {
    let Server { listener, settings, shutdown, protocol: _ } = server;
    let Settings { connection: options, max_connections, on_error, .. } = settings;
    let options = Arc::new(options);
    let permits = Arc::new(Semaphore::new(max_connections.min(Semaphore::MAX_PERMITS)));
    let mut ending = pin!(shutdown.signal().begun());
    let open = Arc::new(Open::default());
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer, permit) = tokio::select! {
            biased;
            () = &mut ending => break,
            // What a connection has taken is freed when it ends.
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &permits) => accepted,
        };
        let (processor, options) = (Arc::clone(&processor), Arc::clone(&options));
        let (on_error, status) =
            (on_error.clone(), Arc::new(Status::new(Instant::now().into_std())));
        let place = open.enter(Arc::clone(&status));
        connections.spawn(async move {
            let _open = (permit, place);
            stream.prepare(&options.socket);
            let known = Peer { address: peer.address(), ..Peer::default() };
            let served = serve::serve::<P, _, _>(stream, known, &processor, &options, status).await;
            if let (Err(error), Some(tell)) = (served, on_error) {
                tell(peer, &error);
            }
        });
    }
    drop(listener);
    open.end(Ending::Shutdown);
    tokio::select! {
        () = async { while connections.join_next().await.is_some() {} } => {}
        () = shutdown.signal().expired() => connections.shutdown().await,
    }
}

/// Waits until another connection may be open, then accepts one. If accepting fails because of the
/// connection, it tries again at once; if because of the machine, as when it is out of file
/// descriptors, after a while.
async fn accept(
    listener: &Listener,
    permits: &Arc<Semaphore>,
) -> (Socket, PeerAddr, OwnedSemaphorePermit) {
    let mut wait = FIRST_WAIT;
    loop {
        // The semaphore is never closed.
        let Ok(permit) = Arc::clone(permits).acquire_owned().await else {
            std::future::pending().await
        };
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, permit),
            Err(error) if concerns_the_connection(&error) => {}
            Err(_) => {
                sleep(wait).await;
                wait = (2 * wait).min(LONGEST_WAIT);
            }
        }
    }
}

fn concerns_the_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
