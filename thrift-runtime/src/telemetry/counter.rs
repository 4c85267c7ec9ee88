//! Metrics of a server's connections and of what goes wrong with them.

use metrics::{Label, Unit, counter, describe_counter, describe_gauge, gauge};

use crate::call::{CloseReason, Event, Observer, Overload, Refusal};

const CONNECTIONS: &str = "thrift.server.connections";
const EVENTS: &str = "thrift.server.events";

/// An [`Observer`] that counts a server's connections, and all that it hears of, through the facade
/// of the crate `metrics`.
///
/// - `thrift.server.connections`, a gauge: connections that are open.
/// - `thrift.server.events`, a counter with the labels `event` and, if there are several, `reason`.
///
/// ```
/// # #[cfg(feature = "tokio")]
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// use thrift_runtime::{Server, telemetry::EventCounter};
///
/// let server = Server::bind("0.0.0.0:9090").await?.observer(EventCounter::new());
/// server.serve(processor).await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct EventCounter {}

impl EventCounter {
    /// Makes one. Metrics are described here, so install a recorder before.
    pub fn new() -> Self {
        describe_gauge!(CONNECTIONS, Unit::Count, "Connections that are open.");
        describe_counter!(EVENTS, Unit::Count, "What has happened to the server's connections.");
        EventCounter {}
    }
}

impl Observer for EventCounter {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Opened { .. } => gauge!(CONNECTIONS).increment(1),
            Event::Closed { .. } => gauge!(CONNECTIONS).decrement(1),
            _ => {}
        }
        let (event, reason) = names(event);
        let event = Label::from_static_parts("event", event);
        let reason = reason.map(|reason| Label::from_static_parts("reason", reason));
        counter!(EVENTS, [Some(event), reason].into_iter().flatten().collect::<Vec<_>>())
            .increment(1);
    }
}

/// What an event is called, and why it happened.
fn names(event: &Event<'_>) -> (&'static str, Option<&'static str>) {
    match event {
        Event::Opened { .. } => ("opened", None),
        Event::Closed { why, .. } => ("closed", Some(closed(why))),
        Event::Refused { why, .. } => match why {
            Refusal::Full => ("refused", Some("full")),
            Refusal::Address => ("refused", Some("address")),
            Refusal::Shutdown => ("refused", Some("shutdown")),
        },
        Event::Overloaded { why, .. } => match why {
            Overload::Calls => ("overloaded", Some("calls")),
            Overload::Bytes => ("overloaded", Some("bytes")),
        },
        Event::AcceptFailed { .. } => ("accept_failed", None),
        Event::Unreadable { .. } => ("unreadable", None),
        Event::ReplyTooLarge { .. } => ("reply_too_large", None),
        Event::Failed { .. } => ("failed", None),
        Event::Panicked { .. } => ("panicked", None),
    }
}

fn closed(why: &CloseReason<'_>) -> &'static str {
    match why {
        CloseReason::Peer => "peer",
        CloseReason::Idle => "idle",
        CloseReason::Age => "age",
        CloseReason::Displaced => "displaced",
        CloseReason::Shutdown => "shutdown",
        CloseReason::Dropped => "dropped",
        CloseReason::Handshake(_) => "handshake",
        CloseReason::Failed(_) => "failed",
    }
}
