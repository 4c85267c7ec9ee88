//! The life of a server: it runs a task for each connection until the shutdown.

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval},
};

use super::{
    Server,
    acceptor::{Accepted, Acceptor},
    open::Open,
    serve,
    status::Status,
};
use crate::{
    call::{About, Load, Processor},
    protocol::Protocol,
    serving::{Ending, Settings},
};

/// How often a server that is nearly full checks which connections are idle.
const LOOK: Duration = Duration::from_secs(1);

/// Accepts and serves until the shutdown begins, then waits for the connections to finish.
pub(super) async fn run<P: Protocol, T: Processor>(server: Server<P>, processor: Arc<T>) {
    let Server { listener, settings, shutdown, protocol: _ } = server;
    let Settings { connection, max_connections, per_address, max_calls, max_bytes, .. } = settings;
    let options = Arc::new(connection);
    let load = Arc::new(Load::new(max_calls, max_bytes));
    let mut ending = pin!(shutdown.signal().begun());
    let open = Arc::new(Open::default());
    let observer = options.observer.clone();
    let mut acceptor = Acceptor::new(listener, max_connections, per_address, &open, observer);
    let nearly_full = max_connections - max_connections / 4;
    let mut looking = interval(LOOK);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut connections = JoinSet::new();
    loop {
        let Accepted { stream, peer, permit } = tokio::select! {
            biased;
            () = &mut ending => break,
            // The resources of a connection are freed when it ends.
            Some(_) = connections.join_next() => continue,
            now = looking.tick(), if open.count() >= nearly_full => {
                open.look(now.into_std());
                continue;
            }
            accepted = acceptor.next() => accepted,
        };
        let (processor, options) = (Arc::clone(&processor), Arc::clone(&options));
        let opened = Instant::now().into_std();
        let about = About::new(peer, opened, options.observer.clone());
        let status = Arc::new(Status::new(about.with_load(&load)));
        let place = open.enter(Arc::clone(&status), peer);
        connections.spawn(async move {
            let _open = (permit, place);
            stream.prepare(&options.socket);
            // The observer is told of errors.
            let _ = serve::serve::<P, _, _>(stream, &processor, &options, status).await;
        });
    }
    acceptor.end();
    open.end(Ending::Shutdown);
    tokio::select! {
        () = async { while connections.join_next().await.is_some() {} } => {}
        () = shutdown.signal().expired() => connections.shutdown().await,
    }
}
