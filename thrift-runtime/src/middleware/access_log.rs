//! A line for each call.

use std::{
    fmt,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use crate::{
    call::{Call, Method, Outcome, Processed, Processor},
    error::escaped_name,
    protocol::Protocol,
};

/// Calls a function for each call, once it has ended.
///
/// ```
/// use thrift_runtime::{Processor, middleware::AccessLog};
///
/// fn logged(service: impl Processor) -> impl Processor {
///     AccessLog::new(service, |access| println!("{access}"))
/// }
/// ```
///
/// prints lines such as
///
/// ```text
/// 127.0.0.1:40716 alice find: returned, 0.312 ms, 38 bytes in, 64 bytes out
/// ```
///
/// It goes outside of [`Authorize`](super::Authorize), so that it sees what is refused, too. With
/// `tracing`, the function is `|access| tracing::info!("{access}")`. If it panics, nothing else happens.
#[derive(Debug, Clone)]
pub struct AccessLog<T, F> {
    inner: T,
    log: F,
}

/// A call that has ended. `Display` says it in a line.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Access {
    /// Where it came from, if it came from an address.
    pub peer: Option<SocketAddr>,
    /// Who called, if that is known.
    pub identity: Option<String>,
    /// The method's name as in the call, with control characters escaped.
    pub method: String,
    /// What became of it: [`Lost`](Outcome::Lost) if it was given up, by its caller or the server.
    pub outcome: Outcome,
    /// How long it took.
    pub time: Duration,
    /// The length of the call in bytes, without a frame.
    pub received: usize,
    /// The length of the reply in bytes, without a frame; none for a oneway call.
    pub sent: usize,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.peer {
            Some(peer) => write!(f, "{peer} ")?,
            None => f.write_str("- ")?,
        }
        let identity = self.identity.as_deref().unwrap_or("-");
        let millis = self.time.as_secs_f64() * 1000.0;
        write!(f, "{} {}: {}, ", escaped_name(identity), self.method, self.outcome)?;
        write!(f, "{millis:.3} ms, {} bytes in, {} bytes out", self.received, self.sent)
    }
}

impl<T, F> AccessLog<T, F>
where
    F: Fn(&Access) + Send + Sync + 'static,
{
    /// Calls `log` for each call to `inner`.
    pub fn new(inner: T, log: F) -> Self {
        AccessLog { inner, log }
    }
}

impl<T, F> Processor for AccessLog<T, F>
where
    T: Processor,
    F: Fn(&Access) + Send + Sync + 'static,
{
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let access = Access {
            peer: call.peer(),
            identity: None,
            method: escaped_name(call.method()).to_string(),
            outcome: Outcome::Lost,
            time: Duration::ZERO,
            received: call.received(),
            sent: 0,
        };
        let mut entry = Entry { access, log: &self.log, started: Instant::now() };
        let processed = self.inner.process(call.reborrow()).await;
        let access = &mut entry.access;
        access.identity = call.identity().map(str::to_owned);
        access.outcome = call.outcome();
        access.received = call.received();
        access.sent = call.sent();
        processed
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        self.inner.method(name)
    }

    fn takes_path(&self, path: &str) -> bool {
        self.inner.takes_path(path)
    }
}

/// Told when it is dropped, since a call may be dropped before it has ended.
struct Entry<'a, F: Fn(&Access)> {
    access: Access,
    log: &'a F,
    started: Instant,
}

impl<F: Fn(&Access)> Drop for Entry<'_, F> {
    fn drop(&mut self) {
        self.access.time = self.started.elapsed();
        let _ = catch_unwind(AssertUnwindSafe(|| (self.log)(&self.access)));
    }
}
