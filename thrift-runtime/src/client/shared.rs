//! What callers and the connection's task have between them.

use std::{
    borrow::Cow,
    collections::HashMap,
    mem,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::Waker,
};

use bytes::Bytes;
use tokio::sync::{Notify, Semaphore, oneshot};

use crate::{
    error::{Error, ErrorKind, Result},
    multiplexed::SERVICE_SEPARATOR,
    protocol::{Limits, MessageHeader, MessageType, Output, Protocol},
    transport::{Framing, LARGE_BUFFER, framed, write_buffer::WriteBuffer},
    value::Struct,
};
#[cfg(feature = "header")]
use crate::{
    headers::Headers,
    transport::header::{self, Envelope},
};

/// Callers wait while so many bytes are to be sent.
const MAX_QUEUED: usize = 1 << 20;

/// One connection's calls: those to be sent, and those whose replies have not come.
pub(super) struct Shared<P> {
    pub(super) protocol: P,
    pub(super) framing: Framing,
    pub(super) limits: Limits,
    /// How often messages in THeader's frames are compressed.
    #[cfg(feature = "header")]
    pub(super) compressed: u32,
    state: Mutex<State>,
    /// A permit for each call that may be sent; one whose reply comes gives it back.
    in_flight: Semaphore,
    /// Tells callers that wait that bytes have been sent.
    room: Notify,
    /// Whether the last handle is gone.
    closing: AtomicBool,
}

struct State {
    /// The calls that the task has not taken.
    output: Output,
    /// The calls that were not answered, by sequence id; also those that their callers gave up, so
    /// that their ids are not used again.
    pending: HashMap<i32, Pending>,
    next_seqid: i32,
    task: Waker,
    /// Whether the task needs to be woken when there is output.
    idle: bool,
    /// Why the connection ended, if it did.
    ended: Option<Arc<Error>>,
}

/// A method, perhaps of one of several services behind the connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Method<'a> {
    pub(super) service: Option<&'a str>,
    pub(super) name: &'static str,
    #[cfg(feature = "header")]
    pub(super) headers: Option<&'a Headers>,
}

impl Method<'_> {
    /// The name in a call; in the reply it is the bare one.
    fn on_the_wire(self) -> Cow<'static, [u8]> {
        match self.service {
            None => self.name.as_bytes().into(),
            Some(service) => [service, SERVICE_SEPARATOR, self.name].concat().into_bytes().into(),
        }
    }
}

/// A call that was not answered.
pub(super) struct Pending {
    pub(super) method: &'static str,
    pub(super) reply: oneshot::Sender<Result<Reply>>,
}

/// A reply that was not read.
pub(super) struct Reply {
    pub(super) message: Bytes,
    /// [`MessageType::Reply`] or [`MessageType::Exception`].
    pub(super) kind: MessageType,
    /// Where in the message the body starts.
    pub(super) body: usize,
}

/// What the task got to send.
pub(super) enum Taken {
    Output,
    /// More may be gathering.
    Soon,
    /// The buffer that it would be in may have grown large.
    Nothing {
        oversized: bool,
    },
}

/// Too much is to be sent.
struct Full;

impl<P: Protocol> Shared<P> {
    pub(super) fn new(protocol: P, framing: Framing, limits: Limits, max_in_flight: usize) -> Self {
        let state = State {
            output: Output::new(),
            pending: HashMap::new(),
            next_seqid: 0,
            task: Waker::noop().clone(),
            idle: false,
            ended: None,
        };
        Shared {
            protocol,
            framing,
            limits,
            #[cfg(feature = "header")]
            compressed: 0,
            state: Mutex::new(state),
            in_flight: Semaphore::new(max_in_flight.min(Semaphore::MAX_PERMITS)),
            room: Notify::new(),
            closing: AtomicBool::new(false),
        }
    }

    /// Has messages in THeader's frames compressed so many times.
    #[cfg(all(feature = "header", feature = "zlib"))]
    pub(super) fn compressed(mut self, times: u32) -> Self {
        self.compressed = times;
        self
    }

    /// Sends a call and waits for its reply.
    pub(super) async fn call<A: Struct>(&self, method: Method<'_>, arguments: &A) -> Result<Reply> {
        let Ok(permit) = self.in_flight.acquire().await else { return Err(self.closed()) };
        let (sender, receiver) = oneshot::channel();
        let mut sender = Some(sender);
        self.send(method, arguments, MessageType::Call, &mut sender).await?;
        // Whatever becomes of this future, the call counts until its reply comes.
        permit.forget();
        receiver.await.unwrap_or_else(|_| Err(self.closed()))
    }

    /// Sends a call that is not answered.
    pub(super) async fn call_oneway<A: Struct>(
        &self,
        method: Method<'_>,
        arguments: &A,
    ) -> Result<()> {
        self.send(method, arguments, MessageType::Oneway, &mut None).await
    }

    /// Has a message sent when there is room; nothing happens in part.
    async fn send<A: Struct>(
        &self,
        method: Method<'_>,
        arguments: &A,
        kind: MessageType,
        reply: &mut Option<oneshot::Sender<Result<Reply>>>,
    ) -> Result<()> {
        loop {
            let mut room = pin!(self.room.notified());
            if let Ok(sent) = self.try_send(method, arguments, kind, reply) {
                return sent;
            }
            // What was sent between the two attempts is not missed.
            room.as_mut().enable();
            match self.try_send(method, arguments, kind, reply) {
                Ok(sent) => return sent,
                Err(Full) => room.await,
            }
        }
    }

    fn try_send<A: Struct>(
        &self,
        method: Method<'_>,
        arguments: &A,
        kind: MessageType,
        reply: &mut Option<oneshot::Sender<Result<Reply>>>,
    ) -> Result<Result<()>, Full> {
        let mut state = self.lock();
        if state.ended.is_some() {
            drop(state);
            return Ok(Err(self.closed()));
        }
        if state.output.len() >= MAX_QUEUED {
            return Err(Full);
        }
        let seqid = state.free_seqid();
        if let Err(error) = self.write(method, arguments, kind, seqid, &mut state.output) {
            return Ok(Err(error));
        }
        if let Some(reply) = reply.take() {
            state.pending.insert(seqid, Pending { method: method.name, reply });
        }
        let task = mem::take(&mut state.idle).then(|| state.task.clone());
        drop(state);
        if let Some(task) = task {
            task.wake();
        }
        Ok(Ok(()))
    }

    /// Writes a message, or nothing.
    fn write<A: Struct>(
        &self,
        method: Method<'_>,
        arguments: &A,
        kind: MessageType,
        seqid: i32,
        out: &mut Output,
    ) -> Result<()> {
        let header = MessageHeader::new(method.on_the_wire(), kind, seqid);
        match self.framing {
            Framing::Buffered => self.protocol.write_message(&header, arguments, out),
            Framing::Framed => {
                let start = framed::begin(out);
                let written = self.protocol.write_message(&header, arguments, out);
                let finished = framed::finish(out, start);
                written.and(finished)
            }
            #[cfg(feature = "header")]
            Framing::Header => {
                let mut message = Output::new();
                self.protocol.write_message(&header, arguments, &mut message)?;
                let envelope = Envelope {
                    seqid,
                    compressed: self.compressed,
                    headers: method.headers.cloned().unwrap_or_default(),
                    ..Envelope::new(self.protocol.encoding())
                };
                header::seal(&envelope, message.as_slice(), out)
            }
        }
    }

    /// Moves what is to be sent to `into`; unless callers have `gathered`, only if no more can be
    /// expected of them. If it is nothing, the task is woken when there is something.
    ///
    /// # Errors
    ///
    /// Where the connection has ended.
    pub(super) fn take_output(
        &self,
        into: &mut WriteBuffer,
        gathered: bool,
        task: &Waker,
    ) -> Result<Taken> {
        let mut state = self.lock();
        if state.ended.is_some() {
            drop(state);
            return Err(self.closed());
        }
        if state.output.is_empty() {
            state.idle = true;
            if !state.task.will_wake(task) {
                state.task.clone_from(task);
            }
            return Ok(Taken::Nothing { oversized: state.output.capacity() > LARGE_BUFFER });
        }
        if !gathered && state.pending.len() > 1 {
            return Ok(Taken::Soon);
        }
        into.append(&mut state.output);
        drop(state);
        self.room.notify_waiters();
        Ok(Taken::Output)
    }

    /// Takes the calls of replies that have come.
    pub(super) fn take_pending<T>(
        &self,
        take: impl FnOnce(&mut HashMap<i32, Pending>) -> Result<T>,
    ) -> Result<T> {
        take(&mut self.lock().pending)
    }

    /// Lets as many more calls be sent as were answered.
    pub(super) fn answered(&self, count: usize) {
        self.in_flight.add_permits(count);
    }

    /// Gives back memory that is no longer needed.
    pub(super) fn shrink(&self) {
        self.lock().output.shrink_to(0);
    }

    /// Has the task send what there is, and end.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Release);
        let task = self.lock().task.clone();
        task.wake();
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    /// Ends the connection for all its calls.
    pub(super) fn end(&self, error: Error) {
        let cause = Arc::new(error);
        let pending = {
            let mut state = self.lock();
            state.ended.get_or_insert_with(|| Arc::clone(&cause));
            state.output = Output::new();
            mem::take(&mut state.pending)
        };
        self.in_flight.close();
        self.room.notify_waiters();
        for call in pending.into_values() {
            // Whoever gave the call up needs no error.
            let _ = call.reply.send(Err(lost(&cause)));
        }
    }

    pub(super) fn is_ended(&self) -> bool {
        self.lock().ended.is_some()
    }

    /// The error for a call on a connection that has ended.
    #[cold]
    fn closed(&self) -> Error {
        match &self.lock().ended {
            Some(cause) => {
                Error::with_source(ErrorKind::Closed, "the connection is closed", Arc::clone(cause))
            }
            None => Error::new(ErrorKind::Closed, "the connection is closed"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| self.broken(poisoned))
    }

    /// A value has panicked while it was written, so that what is to be sent may be half a message.
    #[cold]
    fn broken<'a>(&self, poisoned: PoisonError<MutexGuard<'a, State>>) -> MutexGuard<'a, State> {
        let mut state = poisoned.into_inner();
        let error = Error::new(ErrorKind::Closed, "a panic interrupted the writing of a call");
        state.ended.get_or_insert_with(|| Arc::new(error));
        self.state.clear_poison();
        // The task finds out, and tells the calls in flight.
        state.task.wake_by_ref();
        state
    }
}

impl State {
    /// A sequence id that no call in flight has.
    fn free_seqid(&mut self) -> i32 {
        loop {
            let seqid = self.next_seqid;
            self.next_seqid = seqid.wrapping_add(1) & i32::MAX;
            if !self.pending.contains_key(&seqid) {
                return seqid;
            }
        }
    }
}

/// The error for a call that was in flight when its connection ended.
#[cold]
fn lost(cause: &Arc<Error>) -> Error {
    let (kind, text) = match cause.kind() {
        ErrorKind::Io | ErrorKind::Closed | ErrorKind::Timeout => {
            (ErrorKind::Closed, "the connection was lost before the reply came")
        }
        kind => (kind, ""),
    };
    Error::with_source(kind, text, Arc::clone(cause))
}
