//! What a server has in hand in all, and how much that may be.

#[cfg(feature = "tokio")]
use std::sync::Arc;
use std::{
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
};

use crate::error::{ApplicationErrorKind, ApplicationException};
#[cfg(any(feature = "blocking", feature = "tokio"))]
use crate::{
    error::Error,
    protocol::{Limits, MessageHeader, MessageType, Output, Protocol},
};

/// What a server has more of than it may have, so that it refuses a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Overload {
    /// Calls in progress.
    Calls,
    /// Bytes of messages and replies.
    Bytes,
}

impl fmt::Display for Overload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Overload::Calls => "the server is overloaded: too many calls are in progress",
            Overload::Bytes => "the server is overloaded: its messages take too much memory",
        })
    }
}

impl Overload {
    /// What the caller is answered.
    #[cold]
    pub(crate) fn exception(self) -> ApplicationException {
        ApplicationException::new(ApplicationErrorKind::OVERLOADED, self.to_string())
    }
}

#[cfg(any(feature = "blocking", feature = "tokio"))]
impl Overload {
    /// Refuses the call that begins so; returns whether it is one that can be answered.
    #[cold]
    pub(crate) fn refuse<P: Protocol>(
        self,
        protocol: P,
        bytes: &[u8],
        limits: &Limits,
        out: &mut Output,
    ) -> bool {
        match protocol.read_header(bytes, limits) {
            Ok((header, _)) if header.kind == Ok(MessageType::Call) => {
                let header =
                    MessageHeader::new(&*header.name, MessageType::Exception, header.seqid);
                protocol.write_message(&header, &self.exception(), out).is_ok()
            }
            _ => false,
        }
    }

    /// Why a connection is closed on which nothing can be answered.
    #[cold]
    pub(crate) fn error(self) -> Error {
        Error::limit(self.to_string())
    }
}

/// What a server has in hand in all.
#[derive(Debug)]
pub(crate) struct Load {
    calls: AtomicUsize,
    bytes: AtomicUsize,
    most_calls: usize,
    most_bytes: usize,
}

impl Load {
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    pub(crate) fn new(most_calls: usize, most_bytes: usize) -> Self {
        let (calls, bytes) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Load { calls, bytes, most_calls, most_bytes }
    }

    /// How many bytes there are.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Whether another call is too many, and why.
    #[inline]
    pub(crate) fn overload(&self) -> Option<Overload> {
        if self.calls.load(Ordering::Relaxed) >= self.most_calls {
            Some(Overload::Calls)
        } else if self.bytes.load(Ordering::Relaxed) > self.most_bytes {
            Some(Overload::Bytes)
        } else {
            None
        }
    }

    /// Counts other bytes than before, and returns whether there are more in all than there may be.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    pub(super) fn count(&self, before: usize, now: usize) -> bool {
        let all = if now > before {
            self.bytes.fetch_add(now - before, Ordering::Relaxed) + (now - before)
        } else {
            self.bytes.fetch_sub(before - now, Ordering::Relaxed) - (before - now)
        };
        all > self.most_bytes
    }

    /// Whether there is room for a reply of this length.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.bytes.load(Ordering::Relaxed).saturating_add(bytes) <= self.most_bytes
    }
}

/// A call in progress that is counted.
pub(crate) struct Counted<'a>(&'a Load);

impl<'a> Counted<'a> {
    pub(crate) fn new(load: &'a Load) -> Self {
        load.calls.fetch_add(1, Ordering::Relaxed);
        Counted(load)
    }
}

impl Drop for Counted<'_> {
    #[cold]
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether a connection counts as one whose call is in progress.
#[cfg(feature = "tokio")]
#[derive(Debug)]
pub(crate) struct InProgress {
    load: Option<Arc<Load>>,
    is_counted: bool,
}

#[cfg(feature = "tokio")]
impl InProgress {
    pub(crate) fn new(load: Option<&Arc<Load>>) -> Self {
        InProgress { load: load.cloned(), is_counted: false }
    }

    /// Counts it, as its call waits.
    #[cold]
    pub(crate) fn begin(&mut self) {
        if let (false, Some(load)) = (self.is_counted, &self.load) {
            load.calls.fetch_add(1, Ordering::Relaxed);
            self.is_counted = true;
        }
    }

    /// Counts it no more.
    #[inline]
    pub(crate) fn end(&mut self) {
        if self.is_counted {
            self.take_back();
        }
    }

    #[cold]
    fn take_back(&mut self) {
        self.is_counted = false;
        if let Some(load) = &self.load {
            load.calls.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(feature = "tokio")]
impl Drop for InProgress {
    fn drop(&mut self) {
        self.end();
    }
}
