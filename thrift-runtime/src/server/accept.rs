//! Accepting connections, and starting a task for each.

use std::{io, pin::pin, sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{Server, listener::Listener, serve};
use crate::{
    call::{About, Event, Observer, PeerAddr, Processor, tell},
    error::Error,
    protocol::Protocol,
    serving::{Ending, Open, Settings, Status},
    transport::socket::Socket,
};

/// How long to wait after a failure to accept. The wait doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(5);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Accepts and serves until the shutdown begins, then waits for the connections to finish.
pub(super) async fn run<P: Protocol, T: Processor>(server: Server<P>, processor: Arc<T>) {
    let Server { listener, settings, shutdown, protocol: _ } = server;
    let Settings { connection: options, max_connections, .. } = settings;
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
            accepted = accept(&listener, &permits, options.observer.as_deref()) => accepted,
        };
        let (processor, options) = (Arc::clone(&processor), Arc::clone(&options));
        let opened = Instant::now().into_std();
        let about = About::new(peer, opened, options.observer.clone());
        let status = Arc::new(Status::new(opened, about));
        let place = open.enter(Arc::clone(&status));
        connections.spawn(async move {
            let _open = (permit, place);
            stream.prepare(&options.socket);
            // The observer hears of what goes wrong.
            let _ = serve::serve::<P, _, _>(stream, &processor, &options, status).await;
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
    observer: Option<&dyn Observer>,
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
            Err(error) => {
                if let Some(observer) = observer {
                    let error = Error::io("", error);
                    tell(observer, &Event::AcceptFailed { error: &error });
                }
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
