//! The state that callers share with the connection's task.
//!
//! All data that both sides change is in [`State`], behind one lock: the bytes to be sent, the calls
//! in flight, and whether the task is idle. A caller writes its message under that lock, and leaves
//! its waker with the call; the task takes all messages at once, and marks calls as done. Neither
//! decodes a result or wakes anybody while it holds the lock, since a woken caller would need the lock
//! at once. Data outside of the lock never changes, or is a counter or a hint that decides nothing by
//! itself (`timeouts`, `crowded`).
//!
//! The flag `idle` saves wake-ups. The task sets it before it waits; the first caller after that
//! clears it and wakes the task, and later callers find it cleared. The task must set it without
//! releasing the lock after it found nothing to do. Otherwise, a message that is written in between
//! would wait for ever.
//!
//! ARCHITECTURE.md explains the rest under "Hard places": large arguments, places in flight, and how a
//! connection ends.

mod ends;
mod places;
mod send;

use std::{
    io, mem,
    sync::{Arc, PoisonError, atomic::Ordering},
    task::{Poll, Waker},
};

use tokio::{
    runtime::{self, Handle},
    sync::{Notify, Semaphore},
    time::Instant,
};

use self::places::Queue;
use super::{
    calls::{Calls, Ended},
    errors::lost,
    sync::{AtomicBool, AtomicU32, Mutex, MutexGuard, clear_poison},
};
use crate::{
    call::ReplyLimits,
    error::{Error, ErrorKind, Result},
    protocol::{Limits, Output, Protocol},
    transport::{Framing, Framings, LARGE_BUFFER, NO_ANSWER, write_buffer::WriteBuffer},
};

/// One connection's calls: those to be sent, and those in flight.
pub(super) struct Shared<P> {
    pub(super) protocol: P,
    pub(super) framing: Framing,
    /// The framing with which calls are written. It differs within SASL.
    writing: Framing,
    pub(super) limits: ReplyLimits,
    /// How many times messages in THeader's frames are compressed.
    #[cfg(feature = "header")]
    pub(super) compressed: u32,
    state: Mutex<State>,
    /// How many calls may be in flight.
    max_in_flight: usize,
    /// A permit for each caller in the queue that has been granted a place.
    places: Semaphore,
    /// Whether there is a queue.
    crowded: AtomicBool,
    /// Wakes callers that wait for bytes to be sent.
    room: Notify,
    /// The runtime of the connection's task.
    runtime: runtime::Id,
    /// Whether the connection is to be closed from this side.
    closing: AtomicBool,
    /// Whether the peer has answered a call.
    answered: AtomicBool,
    /// How many calls in a row have timed out without the peer sending a byte in between.
    timeouts: AtomicU32,
}

struct State {
    /// Calls that the task has not taken yet.
    output: Output,
    calls: Calls,
    task: Waker,
    /// Whether the task needs to be woken when a call is made.
    idle: bool,
    /// Whether somebody is waiting until something has been sent.
    flushing: bool,
    queue: Queue,
    /// Why no more calls are possible, if they are not.
    ended: Option<Arc<Error>>,
    closing: Closing,
}

/// How far closing the connection from this side has progressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    No,
    /// Calls that were accepted before are still being sent.
    Begun,
    Done,
    Failed,
}

/// The result of taking the output.
pub(super) enum Taken {
    /// There is something to send. `deadline` is when the next call may time out.
    Output { deadline: Option<Instant> },
    /// There is something to send, but callers may be about to add more.
    Soon,
    /// There is nothing to send. `oversized` is whether there are large buffers to free.
    Nothing { oversized: bool },
}

impl<P: Protocol> Shared<P> {
    pub(super) fn new(
        protocol: P,
        framings: Framings,
        limits: Limits,
        max_in_flight: usize,
    ) -> Self {
        let Framings { reading: framing, writing } = framings;
        let state = State {
            output: Output::vectored(),
            calls: Calls::default(),
            task: Waker::noop().clone(),
            idle: false,
            flushing: false,
            queue: Queue::default(),
            ended: None,
            closing: Closing::No,
        };
        Shared {
            protocol,
            framing,
            writing,
            limits: limits.into(),
            #[cfg(feature = "header")]
            compressed: 0,
            state: Mutex::new(state),
            max_in_flight,
            places: Semaphore::new(0),
            crowded: AtomicBool::new(false),
            room: Notify::new(),
            runtime: Handle::current().id(),
            closing: AtomicBool::new(false),
            answered: AtomicBool::new(false),
            timeouts: AtomicU32::new(0),
        }
    }

    /// Sets how many times messages in THeader's frames are compressed.
    #[cfg(all(feature = "header", feature = "zlib"))]
    pub(super) fn compressed(mut self, times: u32) -> Self {
        self.compressed = times;
        self
    }

    /// Moves the output to `into`, whose previous contents have all been sent. Unless callers have
    /// `gathered`, it does so only if they are not about to add more. If there is nothing to send, the
    /// task is woken when there is. Appends callers to `wake` that waited for calls to be sent.
    ///
    /// # Errors
    ///
    /// If the connection has ended.
    #[inline]
    pub(super) fn take_output(
        &self,
        into: &mut WriteBuffer,
        gathered: bool,
        task: &Waker,
        wake: &mut Vec<Waker>,
    ) -> Result<Taken> {
        let mut state = self.lock();
        if state.has_ended() {
            drop(state);
            return Err(self.closed());
        }
        let empty = state.output.is_empty();
        if empty {
            // Calls whose arguments could not be written have nothing to send.
            state.calls.take();
        }
        state.calls.sent(wake);
        if empty {
            state.rest(task);
            let oversized = state.output.capacity() > LARGE_BUFFER || state.calls.is_oversized();
            if mem::take(&mut state.flushing) {
                drop(state);
                self.room.notify_waiters();
            }
            return Ok(Taken::Nothing { oversized });
        }
        if !gathered && state.calls.are_several() {
            return Ok(Taken::Soon);
        }
        into.append(&mut state.output);
        state.calls.take();
        let deadline = state.calls.set_deadlines();
        let wanted = mem::take(&mut state.flushing);
        drop(state);
        if wanted {
            self.room.notify_waiters();
        }
        Ok(Taken::Output { deadline })
    }

    /// The next deadline, for when the stream accepts no more. The task is woken for further calls.
    pub(super) fn deadline(&self, task: &Waker) -> Option<Instant> {
        let mut state = self.lock();
        state.rest(task);
        state.calls.set_deadlines()
    }

    /// Whether the caller runs in a different runtime from the connection's task.
    #[inline]
    pub(super) fn is_elsewhere(&self) -> bool {
        Handle::try_current().map_or(true, |runtime| runtime.id() != self.runtime)
    }

    /// Locks the calls.
    #[inline(always)]
    pub(super) fn with_calls<T>(&self, look: impl FnOnce(&mut Calls) -> T) -> T {
        look(&mut self.lock().calls)
    }

    /// The outcome of a call. It is inlined, so that a reply is moved only once, to its final place.
    #[inline(always)]
    pub(super) fn poll_call(&self, seqid: i32, caller: &Waker) -> Poll<Option<Ended>> {
        self.lock().calls.poll(seqid, caller)
    }

    /// Notes that the peer has answered a call.
    pub(super) fn note_answer(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    /// Whether the peer has ever answered a call.
    pub(super) fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    /// How many calls in a row have timed out.
    #[inline]
    pub(super) fn timeouts(&self) -> u32 {
        self.timeouts.load(Ordering::Relaxed)
    }

    /// Notes that this many calls have timed out.
    pub(super) fn note_timeouts(&self, count: u32) {
        self.timeouts.fetch_add(count, Ordering::Relaxed);
    }

    /// Notes that the peer has sent something.
    #[inline]
    pub(super) fn end_timeouts(&self) {
        if self.timeouts() != 0 {
            self.timeouts.store(0, Ordering::Relaxed);
        }
    }

    /// Frees memory that is no longer needed.
    pub(super) fn shrink(&self) {
        let mut state = self.lock();
        state.output.shrink_to(0);
        state.calls.shrink();
    }

    /// Ends the connection for all its calls. `unsent` is whether something that was taken for sending
    /// has not been sent.
    pub(super) fn end(&self, error: Error, unsent: bool) {
        let callers = {
            let mut state = self.lock();
            let cause = Arc::new(match state.calls.lack_answers() && is_reset(&error) {
                true => Error::with_source(ErrorKind::Closed, NO_ANSWER, error),
                false => error,
            });
            if !state.has_ended() {
                state.ended = Some(Arc::clone(&cause));
                if state.closing == Closing::Begun {
                    // If the peer leaves when nothing is left to be sent, closing has still succeeded.
                    state.closing = match unsent || !state.output.is_empty() {
                        true => Closing::Failed,
                        false => Closing::Done,
                    };
                }
            }
            state.output = Output::vectored();
            state.calls.fail(|sent| lost(&cause, sent))
        };
        self.places.close();
        self.room.notify_waiters();
        callers.into_iter().for_each(Waker::wake);
    }

    /// The error for a call on a connection that has ended.
    #[cold]
    pub(super) fn closed(&self) -> Error {
        let text = "the connection is closed";
        let error = match &self.lock().ended {
            Some(cause) => Error::with_source(ErrorKind::Closed, text, Arc::clone(cause)),
            None => Error::new(ErrorKind::Closed, text),
        };
        error.not_sent()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| self.broken(poisoned))
    }

    /// Ends the connection after a panic while a value was being written, which may have left an
    /// incomplete message.
    #[cold]
    fn broken<'a>(&self, poisoned: PoisonError<MutexGuard<'a, State>>) -> MutexGuard<'a, State> {
        let mut state = poisoned.into_inner();
        let error = Error::new(ErrorKind::Closed, "a panic interrupted the writing of a call");
        state.ended.get_or_insert_with(|| Arc::new(error));
        clear_poison(&self.state);
        // The task notices, and fails the calls in flight.
        state.task.wake_by_ref();
        state
    }
}

impl State {
    /// Whether nothing more will be sent.
    fn has_ended(&self) -> bool {
        self.ended.is_some() && self.closing != Closing::Begun
    }

    /// Stores the waker of the task, to be woken at the next call.
    fn rest(&mut self, task: &Waker) {
        self.idle = true;
        self.task.clone_from(task);
    }
}

/// Whether the peer reset the connection.
fn is_reset(error: &Error) -> bool {
    let wrapped = error.get_ref().and_then(|error| error.downcast_ref::<io::Error>());
    wrapped.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionReset)
}
