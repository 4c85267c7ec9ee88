//! Ending a server in good order.

use std::{future::pending, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// Ends a [`Server`](crate::Server), from wherever it is needed.
///
/// The server stops accepting, finishes the calls that have arrived whole, sends their answers and
/// closes its connections; then [`Server::serve`](crate::Server::serve) returns.
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

/// The connections' side of a [`ShutdownHandle`].
#[derive(Debug, Clone)]
pub(crate) struct ShutdownSignal {
    phase: watch::Receiver<Phase>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running,
    /// After the deadline, what is not finished is dropped.
    Ending {
        deadline: Option<Instant>,
    },
}

impl ShutdownHandle {
    pub(crate) fn new() -> Self {
        ShutdownHandle { phase: watch::Sender::new(Phase::Running) }
    }

    /// Begins the shutdown, which takes as long as the slowest call that was begun.
    pub fn begin(&self) {
        self.phase.send_if_modified(|phase| {
            let begins = *phase == Phase::Running;
            if begins {
                *phase = Phase::Ending { deadline: None };
            }
            begins
        });
    }

    /// Begins the shutdown, or bounds one that has begun: connections that are not finished after
    /// `patience` are dropped, calls in progress included.
    pub fn begin_within(&self, patience: Duration) {
        self.phase.send_replace(Phase::Ending { deadline: Instant::now().checked_add(patience) });
    }

    /// Whether the shutdown has begun.
    pub fn has_begun(&self) -> bool {
        *self.phase.borrow() != Phase::Running
    }

    pub(crate) fn signal(&self) -> ShutdownSignal {
        let mut phase = self.phase.subscribe();
        if self.has_begun() {
            phase.mark_changed();
        }
        ShutdownSignal { phase }
    }
}

impl ShutdownSignal {
    /// Whether the shutdown has begun.
    #[inline]
    pub(crate) fn has_begun(&self) -> bool {
        // The phase changes at the beginning first, and this side does not look at it otherwise.
        self.phase.has_changed().unwrap_or(false)
    }

    /// Waits for the shutdown to begin; without a handle left, it never does.
    pub(crate) async fn begun(mut self) {
        if self.phase.wait_for(|phase| *phase != Phase::Running).await.is_err() {
            pending::<()>().await;
        }
    }

    /// Waits for the moment when what is not finished is dropped.
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
