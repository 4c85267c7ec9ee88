//! What hears of the events of a server that an operator counts.

use std::{fmt, sync::Arc};

use super::{Connection, Overload, PeerAddr};
use crate::error::Error;

/// Gets the events of a server that an operator counts or logs: connections that open and close,
/// and whatever was refused or went wrong. What became of calls is for middleware around a
/// [`Processor`](crate::Processor).
///
/// A closure is one. It is called on the server's own tasks and threads, so it should not take
/// long. If it panics, nothing else happens.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use thrift_runtime::{Event, Observer};
///
/// #[derive(Default)]
/// struct Counts {
///     open: AtomicUsize,
///     failures: AtomicUsize,
/// }
///
/// impl Observer for Counts {
///     fn event(&self, event: &Event<'_>) {
///         match event {
///             Event::Opened { .. } => _ = self.open.fetch_add(1, Ordering::Relaxed),
///             Event::Closed { .. } => _ = self.open.fetch_sub(1, Ordering::Relaxed),
///             _ => {}
///         }
///         if event.is_failure() {
///             self.failures.fetch_add(1, Ordering::Relaxed);
///             eprintln!("{event}");
///         }
///     }
/// }
/// ```
pub trait Observer: Send + Sync + 'static {
    /// Is told of an event, as it happens.
    fn event(&self, event: &Event<'_>);
}

impl<F: Fn(&Event<'_>) + Send + Sync + 'static> Observer for F {
    fn event(&self, event: &Event<'_>) {
        self(event);
    }
}

impl<T: Observer + ?Sized> Observer for Arc<T> {
    fn event(&self, event: &Event<'_>) {
        (**self).event(event);
    }
}

/// Something that happened in a server. `Display` says it in a line for a log.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A connection was accepted. Values that are to be there from the beginning can be
    /// [kept](Connection::insert) with it.
    Opened {
        /// The connection.
        connection: &'a Connection,
    },
    /// A connection has ended, and all of its calls. The values that were kept with it are there for
    /// the last time.
    Closed {
        /// The connection.
        connection: &'a Connection,
        /// Why it ended.
        why: CloseReason<'a>,
    },
    /// A connection was closed as soon as it was accepted.
    Refused {
        /// Where it came from.
        peer: PeerAddr,
        /// Why it was closed.
        why: Refusal,
    },
    /// The server has more in hand than it may have. A call was refused with an exception, a reply
    /// gave way to one, or a connection is closed on which no call has come whole.
    Overloaded {
        /// The connection.
        connection: &'a Connection,
        /// What there is too much of.
        why: Overload,
    },
    /// No connection could be accepted, as for want of file descriptors, or no thread started for
    /// it. The server tries again.
    AcceptFailed {
        /// What the operating system reported.
        error: &'a Error,
    },
    /// A message could not be read, or exceeded a limit. Its sender was told, as far as it waits for
    /// an answer, and the connection goes on.
    Unreadable {
        /// The connection.
        connection: &'a Connection,
        /// What is wrong with the message.
        error: &'a Error,
    },
    /// A reply exceeded the limit for messages, so that the caller got an exception in its place.
    ReplyTooLarge {
        /// The connection.
        connection: &'a Connection,
        /// The name of the method, with control characters escaped.
        method: &'a str,
        /// How long the reply was.
        size: usize,
    },
    /// A handler failed with an error that is no answer it chose, such as that of a database, or of
    /// another server. The caller was told that it failed, and mostly nothing of the error.
    Failed {
        /// The connection.
        connection: &'a Connection,
        /// The name of the method, with control characters escaped.
        method: &'a str,
        /// What the handler failed with.
        error: &'a Error,
    },
    /// A handler panicked, or a processor. The caller got an exception.
    Panicked {
        /// The connection.
        connection: &'a Connection,
        /// The name of the method, with control characters escaped.
        method: &'a str,
    },
}

/// Why a connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The server has as many connections as it may have, and none of them is idle.
    Full,
    /// Its address has as many connections as it may have.
    Address,
    /// The server was shut down before there was a place for it.
    Shutdown,
}

/// Why a connection has ended.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum CloseReason<'a> {
    /// The peer ended it while no call was under way: in whatever way, since many reset it, or leave
    /// TLS without a close_notify.
    Peer,
    /// It was idle between calls for longer than it may be.
    Idle,
    /// It has reached its greatest age.
    Age,
    /// The server was full, and of all connections this one had been idle the longest.
    Displaced,
    /// The server was shut down.
    Shutdown,
    /// It was dropped while it was served, as by the end of a shutdown's time.
    Dropped,
    /// The TLS handshake failed, or the SASL negotiation.
    Handshake(&'a Error),
    /// It failed: the peer went away within a message or before its answer was sent, was too slow,
    /// or sent what is no message or exceeds a limit.
    Failed(&'a Error),
}

impl<'a> Event<'a> {
    /// Whether something went wrong: everything but connections that open, and those that close as
    /// they should.
    pub fn is_failure(&self) -> bool {
        match self {
            Event::Opened { .. } => false,
            Event::Closed { why, .. } => why.error().is_some(),
            _ => true,
        }
    }

    /// Where the connection that it is about came from.
    pub fn peer(&self) -> Option<PeerAddr> {
        match self {
            Event::Opened { connection }
            | Event::Closed { connection, .. }
            | Event::Unreadable { connection, .. }
            | Event::Overloaded { connection, .. }
            | Event::ReplyTooLarge { connection, .. }
            | Event::Failed { connection, .. }
            | Event::Panicked { connection, .. } => Some(connection.peer()),
            Event::Refused { peer, .. } => Some(*peer),
            Event::AcceptFailed { .. } => None,
        }
    }

    /// The error that it reports, if there is one.
    pub fn error(&self) -> Option<&'a Error> {
        match self {
            Event::Closed { why, .. } => why.error(),
            Event::AcceptFailed { error }
            | Event::Unreadable { error, .. }
            | Event::Failed { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl<'a> CloseReason<'a> {
    /// The error, if it failed.
    pub fn error(&self) -> Option<&'a Error> {
        match self {
            CloseReason::Handshake(error) | CloseReason::Failed(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(peer) = self.peer() {
            write!(f, "{peer}: ")?;
        }
        match self {
            Event::Opened { .. } => f.write_str("connected"),
            Event::Closed { why, .. } => write!(f, "closed: {why}"),
            Event::Refused { why, .. } => write!(f, "refused: {why}"),
            Event::Overloaded { why, .. } => why.fmt(f),
            Event::AcceptFailed { error } => write!(f, "cannot accept a connection: {error}"),
            Event::Unreadable { error, .. } => write!(f, "a message cannot be read: {error}"),
            Event::ReplyTooLarge { method, size, .. } => {
                write!(f, "the reply of {method} was too large, with {size} bytes")
            }
            Event::Failed { method, error, .. } => write!(f, "{method} failed: {error}"),
            Event::Panicked { method, .. } => write!(f, "{method} panicked"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Full => "the server has reached its limit of connections",
            Refusal::Address => "its address has reached the limit of connections",
            Refusal::Shutdown => "the server was shut down",
        })
    }
}

impl fmt::Display for CloseReason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CloseReason::Peer => f.write_str("by the peer"),
            CloseReason::Idle => f.write_str("the connection was idle"),
            CloseReason::Age => f.write_str("the connection reached its maximum age"),
            CloseReason::Displaced => f.write_str("it made room for another connection"),
            CloseReason::Shutdown => f.write_str("the server was shut down"),
            CloseReason::Dropped => f.write_str("the connection was dropped"),
            CloseReason::Handshake(error) | CloseReason::Failed(error) => error.fmt(f),
        }
    }
}
