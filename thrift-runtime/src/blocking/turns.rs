//! Taking turns on one connection.

use std::{
    borrow::Cow,
    mem,
    ops::{Deref, DerefMut},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Instant,
};

use super::{
    socket::{Patience, Socket},
    stream::Stream,
};
use crate::{
    call::SentOneways,
    error::{Error, ErrorKind, Result},
    protocol::{Output, Protocol},
    transport::{LEAST_SILENCE, buffered::Boundaries},
};

/// Why there are no more calls after a client was closed.
const CLOSED_HERE: &str = "this client has closed it";

/// A connection, which one call uses at a time.
pub(super) struct Turns<P: Protocol> {
    queue: Mutex<Queue>,
    /// Tells that a call has ended.
    freed: Condvar,
    /// Locked by the call whose turn it is.
    connection: Mutex<Connection<P>>,
    socket: Arc<Socket>,
    closed: AtomicBool,
    /// Whether the peer has answered a call.
    answered: AtomicBool,
    /// How many calls in a row have got no turn in time, without a byte of the peer in between.
    late: AtomicU32,
    /// How many of them make the connection useless.
    max_late: Option<u32>,
}

#[derive(Default)]
struct Queue {
    /// Whether a call is in progress.
    busy: bool,
    waiting: usize,
    /// Why the connection was closed from this side, if it was.
    ended: Option<Cow<'static, str>>,
    /// Since when calls get no turn in time.
    late_since: Option<Instant>,
}

pub(super) struct Connection<P: Protocol> {
    /// Or why it is closed.
    pub(super) stream: Result<Stream, Cow<'static, str>>,
    pub(super) boundaries: Boundaries<P>,
    pub(super) output: Output,
    pub(super) next_seqid: i32,
    pub(super) oneways: SentOneways,
}

/// A call's turn. It ends when this is dropped.
pub(super) struct Turn<'a, P: Protocol> {
    turns: &'a Turns<P>,
    connection: MutexGuard<'a, Connection<P>>,
}

impl<P: Protocol> Turns<P> {
    pub(super) fn new(stream: Stream, protocol: P, max_late: Option<u32>) -> Self {
        let socket = stream.socket();
        let connection = Connection {
            stream: Ok(stream),
            boundaries: Boundaries::new(protocol),
            output: Output::vectored(),
            next_seqid: 0,
            oneways: SentOneways::default(),
        };
        Turns {
            queue: Mutex::default(),
            freed: Condvar::new(),
            connection: Mutex::new(connection),
            socket,
            closed: AtomicBool::new(false),
            answered: AtomicBool::new(false),
            late: AtomicU32::new(0),
            max_late,
        }
    }

    /// Waits for the calls before this one.
    ///
    /// # Errors
    ///
    /// If that takes too long.
    pub(super) fn wait(&self, patience: Patience) -> Result<Turn<'_, P>> {
        let mut queue = self.queue();
        if queue.busy {
            queue = self.wait_in(queue, patience)?;
        }
        Ok(self.begin(queue))
    }

    /// A turn, if no call is in progress.
    fn at_once(&self) -> Option<Turn<'_, P>> {
        let queue = self.queue();
        (!queue.busy).then(|| self.begin(queue))
    }

    fn begin(&self, mut queue: MutexGuard<'_, Queue>) -> Turn<'_, P> {
        queue.busy = true;
        drop(queue);
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        Turn { turns: self, connection }
    }

    #[cold]
    fn wait_in<'a>(
        &self,
        mut queue: MutexGuard<'a, Queue>,
        patience: Patience,
    ) -> Result<MutexGuard<'a, Queue>> {
        while queue.busy {
            let left = patience.left().inspect_err(|_| self.note_late(&mut queue))?;
            queue.waiting += 1;
            queue = match left {
                None => self.freed.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(left) => {
                    let waited = self.freed.wait_timeout(queue, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            queue.waiting -= 1;
        }
        Ok(queue)
    }

    /// Notes that a call has got no turn in time. If those were many in a row, the call in progress
    /// waits for a peer that is of no use.
    fn note_late(&self, queue: &mut Queue) {
        let count = self.late.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let now = Instant::now();
        let since = match queue.late_since {
            Some(since) if count > 1 => since,
            _ => *queue.late_since.insert(now),
        };
        if self.max_late.is_some_and(|most| count >= most) && now - since >= LEAST_SILENCE {
            self.end(queue, format!("the peer sent nothing while {count} calls timed out").into());
        }
    }

    /// Notes that the peer has sent something.
    #[inline]
    pub(super) fn heard(&self) {
        if self.late.load(Ordering::Relaxed) != 0 {
            self.late.store(0, Ordering::Relaxed);
        }
    }

    /// Makes a call in progress fail, and lets none follow.
    fn end(&self, queue: &mut Queue, why: Cow<'static, str>) {
        self.closed.store(true, Ordering::Release);
        queue.ended.get_or_insert(why);
        if queue.busy {
            self.socket.close();
        }
    }

    /// Closes the connection, and waits for a moment until the peer has done so too.
    pub(super) fn close(&self) {
        self.end(&mut self.queue(), CLOSED_HERE.into());
        if let Some(mut turn) = self.at_once()
            && let Ok(stream) = mem::replace(&mut turn.stream, Err(CLOSED_HERE.into()))
        {
            stream.close();
        }
    }

    /// Why the connection was closed from this side while a call was in progress, if it was.
    #[cold]
    pub(super) fn ended(&self) -> Option<Error> {
        let why = self.queue().ended.clone()?;
        Some(Error::new(ErrorKind::Closed, why))
    }

    /// Whether the connection is known to have ended.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Whether the connection has ended, as far as can be told without waiting.
    pub(super) fn has_ended(&self) -> bool {
        if let Some(mut turn) = self.at_once()
            && let Ok(stream) = &mut turn.stream
            && stream.has_ended()
        {
            turn.stream = Err("the peer closed the connection".into());
        }
        self.is_closed()
    }

    /// Notes that the peer has answered a call.
    pub(super) fn note_answer(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    /// Whether the peer has ever answered a call.
    pub(super) fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Protocol> Deref for Turn<'_, P> {
    type Target = Connection<P>;

    fn deref(&self) -> &Connection<P> {
        &self.connection
    }
}

impl<P: Protocol> DerefMut for Turn<'_, P> {
    fn deref_mut(&mut self) -> &mut Connection<P> {
        &mut self.connection
    }
}

impl<P: Protocol> Drop for Turn<'_, P> {
    fn drop(&mut self) {
        let mut queue = self.turns.queue();
        if let (Some(why), Ok(_)) = (&queue.ended, &self.connection.stream) {
            self.connection.stream = Err(why.clone());
        }
        if self.connection.stream.is_err() {
            self.turns.closed.store(true, Ordering::Release);
        }
        queue.busy = false;
        let others = queue.waiting > 0;
        drop(queue);
        if others {
            self.turns.freed.notify_one();
        }
    }
}
