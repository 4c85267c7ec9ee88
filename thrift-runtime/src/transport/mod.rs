//! Transports: from a stream of bytes to whole messages, and back.
//!
//! A message is delimited by its frame's length ([`framed`]) or by itself ([`buffered`]); which, and
//! in which protocol, a connection's first bytes tell ([`dialect`]). All of that works on buffers
//! alone; the tokio half moves bytes between them and a stream.

pub(crate) mod buffered;
pub(crate) mod dialect;
pub(crate) mod framed;
#[cfg(feature = "header")]
pub(crate) mod header;
#[cfg(feature = "http")]
pub(crate) mod http;
#[cfg(feature = "tokio")]
pub(crate) mod linger;
pub(crate) mod notice;
pub(crate) mod peer_addr;
#[cfg(feature = "tokio")]
pub(crate) mod read_buffer;
#[cfg(feature = "tokio")]
pub(crate) mod rewound;
#[cfg(feature = "tokio")]
pub(crate) mod socket;
#[cfg(unix)]
pub(crate) mod socket_file;
#[cfg(feature = "tokio")]
pub(crate) mod write_buffer;
#[cfg(feature = "zlib")]
pub(crate) mod zlib;

use std::{fmt, time::Duration};

use bytes::Bytes;

use self::buffered::Boundaries;
use crate::{
    error::Result,
    protocol::{Input, Limits, Protocol},
};

/// Where one message ends and the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Framing {
    /// A message ends where its last field does, as over Thrift's `TBufferedTransport` and bare
    /// `TSocket`.
    Buffered,
    /// A message follows its length in four bytes, as over `TFramedTransport`.
    Framed,
    /// A message follows its length and what THeader says of it: its protocol, how it is compressed,
    /// and what travels beside it.
    #[cfg(feature = "header")]
    Header,
}

impl fmt::Display for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Framing::Buffered => "buffered",
            Framing::Framed => "framed",
            #[cfg(feature = "header")]
            Framing::Header => "in THeader",
        })
    }
}

impl Framing {
    /// How many bytes of a frame come before its message.
    #[inline]
    pub(crate) fn prefix(self) -> usize {
        match self {
            Framing::Buffered => 0,
            _ => framed::LENGTH,
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

/// A message to read: if it is large, with its `binary` values as slices of it.
#[inline]
pub(crate) fn input(message: &Bytes) -> Input<'_> {
    match message.len() {
        LARGE_MESSAGE.. => Input::from(message),
        _ => Input::from(&**message),
    }
}

/// From this size on, a message is cut out of its buffer, so that large `binary` values can be
/// slices of it; smaller ones are read where they lie.
pub(crate) const LARGE_MESSAGE: usize = 16 << 10;

/// A buffer of more memory than this is given back when it is empty for a while.
pub(crate) const LARGE_BUFFER: usize = 64 << 10;

/// How long that is: a call may follow that needs as much.
pub(crate) const KEEP_LARGE_BUFFERS: Duration = Duration::from_secs(1);
