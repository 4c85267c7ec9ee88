//! How long a server waits for its peers.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::{Duration, Instant},
};

use crate::{
    error::{Error, ErrorKind},
    transport::backoff::FOREVER,
};

/// How long a server waits for its peers: the same on every transport. `None` is for ever.
///
/// ```
/// use std::time::Duration;
/// use thrift_runtime::Timeouts;
///
/// let mut timeouts = Timeouts::default();
/// timeouts.message = Some(Duration::from_secs(20));
/// timeouts.idle = Some(Duration::from_secs(3600));
/// // Server::bind("127.0.0.1:9090").await?.timeouts(timeouts)
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// From accepting a connection, or the end of its TLS handshake or SASL negotiation, to the first
    /// byte: a minute by default.
    pub first_byte: Option<Duration>,
    /// From accepting a connection to the end of its TLS handshake, and from the beginning of a SASL
    /// negotiation to its end: ten seconds by default.
    pub handshake: Option<Duration>,
    /// From the first byte of a message to its last: a minute by default, and longer by what it
    /// takes at the [least rate](Timeouts::least_rate). No pause may be longer than a minute.
    pub message: Option<Duration>,
    /// For the peer to take what is sent to it: a minute by default, and longer by what it takes at
    /// the [least rate](Timeouts::least_rate), with no pause of more than a minute.
    pub write: Option<Duration>,
    /// How many bytes a second a message has to come, or to be taken, once its time is over: 1,000
    /// by default. With 0, the times are not longer for longer messages.
    pub least_rate: u32,
    /// From one call to the next: for ever by default, as connections in clients' pools may be idle
    /// for hours.
    pub idle: Option<Duration>,
    /// From accepting a connection to its end, which comes when no call is under way: never by
    /// default. Each connection has its own, up to a tenth more or less, so that those that were
    /// made together do not end together.
    pub age: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        let minute = Some(Duration::from_secs(60));
        Timeouts {
            first_byte: minute,
            handshake: Some(Duration::from_secs(10)),
            message: minute,
            write: minute,
            least_rate: 1000,
            idle: None,
            age: None,
        }
    }
}

impl Timeouts {
    /// The greatest age of one connection: up to a tenth more or less.
    pub(crate) fn own_age(&self) -> Option<Duration> {
        let random = RandomState::new().build_hasher().finish();
        self.age.map(|age| age.min(FOREVER).mul_f64(0.9 + 0.2 * (random as f64 / u64::MAX as f64)))
    }

    /// How long to wait for the first byte where it is that of a handshake.
    #[cfg(any(feature = "sasl", feature = "tls"))]
    pub(crate) fn first_byte_of_handshake(&self) -> Option<Duration> {
        self.first_byte.into_iter().chain(self.handshake).min()
    }

    /// How long a message may take of which so many bytes have moved.
    fn of_bytes(&self, grace: Option<Duration>, bytes: u64) -> Option<Duration> {
        let more = bytes.checked_div(self.least_rate.into()).unwrap_or(0);
        Some(grace?.saturating_add(Duration::from_secs(more)))
    }
}

/// How a peer gets on with what it sends, or takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    since: Instant,
    bytes: u64,
    /// When there were more bytes last.
    last: Instant,
}

impl Pace {
    /// Begins, with no bytes.
    pub(crate) fn new(now: Instant) -> Self {
        Pace { since: now, bytes: 0, last: now }
    }

    /// Notes how many bytes there have been in all.
    #[inline]
    pub(crate) fn reach(&mut self, bytes: u64, now: impl FnOnce() -> Instant) {
        if bytes != self.bytes {
            (self.bytes, self.last) = (bytes, now());
        }
    }

    /// When it is too slow: at less than the least rate after a grace time, or if nothing has come for
    /// as long as that. Without the latter, a burst would earn hours of silence.
    pub(crate) fn end(&self, timeouts: &Timeouts, grace: Option<Duration>) -> Option<Instant> {
        let all =
            timeouts.of_bytes(grace, self.bytes).and_then(|time| self.since.checked_add(time));
        let next = grace.and_then(|grace| self.last.checked_add(grace));
        all.into_iter().chain(next).min()
    }
}

/// What a peer did not do in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Late {
    FirstByte,
    #[cfg(feature = "tls")]
    Handshake,
    #[cfg(feature = "sasl")]
    Sasl,
    Message,
    Write,
    Idle,
}

impl Late {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Late::FirstByte => "the peer sent nothing in time",
            #[cfg(feature = "tls")]
            Late::Handshake => "the TLS handshake did not end in time",
            #[cfg(feature = "sasl")]
            Late::Sasl => "the SASL negotiation did not end in time",
            Late::Message => "the rest of a call did not arrive in time",
            Late::Write => "the peer did not read its answers in time",
            Late::Idle => "the connection was idle",
        }
    }

    #[cold]
    pub(crate) fn error(self) -> Error {
        Error::new(ErrorKind::Timeout, self.text())
    }
}
