//! Transports: from a stream of bytes to whole messages, and back.
//!
//! A message ends where its frame's length says ([`framed`]), or where its last field does
//! ([`buffered`]). A connection's first bytes tell which it is, and in which protocol
//! ([`dialect`]). These work on buffers alone; others move bytes between buffers and tokio's
//! streams.

pub(crate) mod addresses;
pub(crate) mod attempts;
pub(crate) mod backoff;
pub(crate) mod buffered;
#[cfg(feature = "tokio")]
pub(crate) mod connect;
pub(crate) mod dialect;
pub(crate) mod foreign;
pub(crate) mod framed;
#[cfg(feature = "header")]
pub(crate) mod header;
#[cfg(feature = "http")]
pub(crate) mod http;
#[cfg(feature = "tokio")]
pub(crate) mod lingering_close;
#[cfg(feature = "http")]
pub(crate) mod media_type;
pub(crate) mod notice;
#[cfg(feature = "tokio")]
mod pass_writes;
#[cfg(any(
    feature = "http",
    all(any(feature = "sasl", feature = "tls"), feature = "tokio"),
    feature = "zlib"
))]
pub(crate) mod prefixed;
#[cfg(feature = "tokio")]
pub(crate) mod read_buffer;
pub(crate) mod sasl;
pub(crate) mod several;
#[cfg(feature = "tokio")]
pub(crate) mod socket;
#[cfg(unix)]
pub(crate) mod socket_file;
pub(crate) mod socket_options;
#[cfg(any(feature = "blocking", feature = "tower"))]
pub(crate) mod usual;
#[cfg(any(feature = "http", feature = "tls"))]
pub(crate) mod without_secrets;
#[cfg(feature = "tokio")]
pub(crate) mod write_buffer;
#[cfg(feature = "zlib")]
pub(crate) mod zlib;

use std::fmt;

use self::buffered::Boundaries;
#[cfg(feature = "tokio")]
pub(crate) use self::pass_writes::pass_writes;
use crate::{
    error::Result,
    protocol::{Limits, Output, Protocol},
};

/// Why a connection may have ended on which the peer has never answered.
pub(crate) const NO_ANSWER: &str = "the peer closed the connection without an answer; it may expect \
                                    another framing or protocol";

/// How messages are told apart on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Framing {
    /// Messages follow one another without anything between them, as with `TBufferedTransport` or a
    /// bare `TSocket`.
    Buffered,
    /// Each message follows its length in four bytes, as with `TFramedTransport`.
    Framed,
    /// Each message follows its length and a header with its protocol, its compression and the
    /// headers of the call, as with `THeaderTransport`.
    #[cfg(feature = "header")]
    Header,
    /// The same in a frame once more, as some of Apache Thrift's libraries send it.
    #[cfg(feature = "header")]
    HeaderInFrames,
    /// Each message follows its length and CloudWeGo's TTHeader, which carries headers too. A server
    /// takes [`TtHeaderFramed`](Framing::TtHeaderFramed) as well.
    #[cfg(feature = "header")]
    TtHeader,
    /// TTHeader, in which each message has a frame of its own. A server takes
    /// [`TtHeader`](Framing::TtHeader) as well.
    #[cfg(feature = "header")]
    TtHeaderFramed,
}

impl fmt::Display for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Framing::Buffered => "buffered",
            Framing::Framed => "framed",
            #[cfg(feature = "header")]
            Framing::Header => "in THeader",
            #[cfg(feature = "header")]
            Framing::HeaderInFrames => "in THeader, in frames",
            #[cfg(feature = "header")]
            Framing::TtHeader => "in TTHeader",
            #[cfg(feature = "header")]
            Framing::TtHeaderFramed => "framed in TTHeader",
        })
    }
}

/// How messages are told apart as they are read, and as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Framings {
    pub(crate) reading: Framing,
    pub(crate) writing: Framing,
}

impl Framings {
    /// Within the frames of SASL, which the stream takes off what comes, and which each message that
    /// is written has.
    #[cfg(feature = "sasl")]
    pub(crate) const SASL: Self = Framings { reading: Framing::Buffered, writing: Framing::Framed };
}

impl From<Framing> for Framings {
    fn from(framing: Framing) -> Self {
        Framings { reading: framing, writing: framing }
    }
}

impl Framing {
    /// Which headers are before messages, if there are any.
    #[cfg(feature = "header")]
    pub(crate) fn style(self) -> Option<header::Style> {
        use header::Style;

        match self {
            Framing::Buffered | Framing::Framed => None,
            Framing::Header => Some(Style::Header { in_frame: false }),
            Framing::HeaderInFrames => Some(Style::Header { in_frame: true }),
            Framing::TtHeader => Some(Style::TtHeader { framed: false }),
            Framing::TtHeaderFramed => Some(Style::TtHeader { framed: true }),
        }
    }

    /// Whether a server that takes this takes what begins like another.
    #[cfg(feature = "tokio")]
    pub(crate) fn takes(self, other: Framing) -> bool {
        match (self, other) {
            #[cfg(feature = "header")]
            (Framing::TtHeaderFramed, Framing::TtHeader) => true,
            _ => self == other,
        }
    }

    /// How many bytes of a frame come before its message.
    #[inline]
    pub(crate) fn prefix(self) -> usize {
        match self {
            Framing::Buffered => 0,
            _ => framed::LENGTH,
        }
    }

    /// Begins a frame for a message, if there are plain ones.
    #[inline]
    pub(crate) fn begin(self, out: &mut Output) -> u32 {
        match self {
            Framing::Framed => framed::begin(out),
            _ => out.position(),
        }
    }

    /// Ends the frame that begins at `start`. An empty one is removed.
    ///
    /// # Errors
    ///
    /// If it is too long for its length.
    #[inline(always)]
    pub(crate) fn finish(self, out: &mut Output, start: u32) -> Result<()> {
        match self {
            Framing::Framed => framed::finish(out, start),
            _ => Ok(()),
        }
    }

    /// Where the message, or frame, at the start of `bytes` ends, once it is whole.
    ///
    /// # Errors
    ///
    /// If it cannot become whole, or exceeds a limit.
    #[inline]
    pub(crate) fn message_end<P: Protocol>(
        self,
        boundaries: &mut Boundaries<P>,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Option<usize>> {
        match self {
            Framing::Buffered => boundaries.message_end(bytes, limits),
            _ => framed::frame_end(bytes, limits),
        }
    }
}

/// However many calls time out, a peer that has been silent for less than this after the first is
/// not given up: it may pause for a moment.
pub(crate) const LEAST_SILENCE: std::time::Duration = std::time::Duration::from_secs(1);

/// How many calls in a row may time out by default before a peer is given up.
pub(crate) const MAX_TIMEOUTS: u32 = 3;

/// A buffer larger than this is freed after it has been empty for a while.
#[cfg(feature = "tokio")]
pub(crate) const LARGE_BUFFER: usize = 64 << 10;

/// How long that is. The next call may need as much.
#[cfg(feature = "tokio")]
pub(crate) const KEEP_LARGE_BUFFERS: std::time::Duration = std::time::Duration::from_secs(1);
