//! Graceful shutdown.

use std::{future::pending, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// Shuts a [`Server`](crate::Server) down.
///
/// The server stops accepting connections, finishes the calls that have arrived whole, sends their
/// replies and closes its connections. Then [`Server::serve`](crate::Server::serve) returns.
///
/// ```
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// let server = thrift_runtime::Server::bind("127.0.0.1:0").await?;
/// let shutdown = server.shutdown_handle();
/// let serving = tokio::spawn(server.serve(processor));
///
/// shutdown.begin();
/// serving.await.unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ShutdownHandle {
    phase: watch::Sender<Phase>,
}

/// The server's side of a [`ShutdownHandle`].
#[derive(Debug, Clone)]
pub(crate) struct ShutdownSignal {
    phase: watch::Receiver<Phase>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running,
    /// After the deadline, remaining connections are dropped.
    Ending {
        deadline: Option<Instant>,
    },
}

impl ShutdownHandle {
    pub(crate) fn new() -> Self {
        ShutdownHandle { phase: watch::Sender::new(Phase::Running) }
    }

    /// Begins the shutdown. It takes as long as the slowest call in progress.
    pub fn begin(&self) {
        self.phase.send_if_modified(|phase| {
            let begins = *phase == Phase::Running;
            if begins {
                *phase = Phase::Ending { deadline: None };
            }
            begins
        });
    }

    /// Begins the shutdown, or limits the time of one that has begun. After `patience`, the remaining
    /// connections are dropped, along with their calls in progress.
    pub fn begin_within(&self, patience: Duration) {
        self.phase.send_replace(Phase::Ending { deadline: Instant::now().checked_add(patience) });
    }

    /// Whether the shutdown has begun.
    pub fn has_begun(&self) -> bool {
        *self.phase.borrow() != Phase::Running
    }

    pub(crate) fn signal(&self) -> ShutdownSignal {
        ShutdownSignal { phase: self.phase.subscribe() }
    }
}

impl ShutdownSignal {
    /// Waits for the shutdown to begin. If no handle is left, it never does.
    pub(crate) async fn begun(mut self) {
        if self.phase.wait_for(|phase| *phase != Phase::Running).await.is_err() {
            pending::<()>().await;
        }
    }

    /// Waits for the deadline of the shutdown.
    pub(crate) async fn expired(mut self) {
        loop {
            let phase = *self.phase.borrow_and_update();
            let passed = async {
                match phase {
                    Phase::Ending { deadline: Some(deadline) } => sleep_until(deadline).await,
                    _ => pending().await,
                }
            };
            tokio::select! {
                () = passed => return,
                Ok(()) = self.phase.changed() => {}
                else => pending().await,
            }
        }
    }
}
