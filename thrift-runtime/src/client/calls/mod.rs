//! The calls of a connection that are in flight, by sequence id.

mod deadlines;
mod sent;

use std::{
    mem,
    task::{Poll, Waker},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    call::{MethodName, Reply, SentOneways},
    error::{Error, Result},
};

/// How many places are kept when no call is in flight.
const FEW: usize = 128;

/// Calls that were sent, and replies that their callers have not picked up yet.
///
/// Sequence ids are assigned in order, so that the place of a call is its id modulo the number of
/// places; at least half of the places are free.
#[derive(Debug, Default)]
pub(in crate::client) struct Calls {
    /// Their number is a power of two, or zero.
    places: Vec<Option<Call>>,
    taken: usize,
    /// How many replies are still to come.
    unanswered: usize,
    /// How many oneway calls are waiting to be sent.
    sending: usize,
    next_seqid: i32,
    /// The first sequence id whose call the connection's task has not taken for sending.
    untaken: i32,
    /// The first sequence id whose call may not have been handed to the operating system.
    unsent: i32,
    oneways: SentOneways,
    /// The calls that were entered late and may not have been handed to the operating system, each
    /// with whether the task has taken it.
    late: Vec<(i32, bool)>,
    /// The first sequence id whose call may not have its deadline yet.
    untimed: i32,
    /// No deadline is earlier than this.
    earliest: Option<Instant>,
}

#[derive(Debug)]
struct Call {
    seqid: i32,
    oneway: bool,
    method: MethodName,
    state: State,
}

#[derive(Debug)]
pub(in crate::client) enum State {
    Waiting {
        /// Always present until it is taken out to be woken.
        caller: Option<Waker>,
        deadline: Deadline,
    },
    Done(Ended),
    /// The caller is gone. The sequence id stays reserved until the reply comes.
    GivenUp,
    /// The same, but the caller has not been told yet.
    TimedOut,
}

/// The outcome of a call.
#[derive(Debug)]
pub(in crate::client) enum Ended {
    Reply(Reply),
    /// A oneway call has been handed to the operating system.
    Sent,
    Failed(Error),
    TimedOut,
}

/// The time at which a call is given up.
#[derive(Debug, Clone, Copy)]
pub(in crate::client) enum Deadline {
    Never,
    At(Instant),
    /// This long after the connection's task sees the call. The task reads the clock once for all
    /// calls that it sends.
    In(Duration),
}

impl Calls {
    /// How many replies are still to come.
    pub(in crate::client) fn unanswered(&self) -> usize {
        self.unanswered
    }

    /// Whether more than one caller is waiting.
    pub(in crate::client) fn are_several(&self) -> bool {
        self.unanswered + self.sending > 1
    }

    /// Whether the peer has not answered any call, though there were some.
    pub(in crate::client) fn lack_answers(&self) -> bool {
        self.unanswered > 0 && i32::try_from(self.unanswered) == Ok(self.next_seqid)
    }

    /// A sequence id that no call in flight has.
    pub(in crate::client) fn free_seqid(&mut self) -> i32 {
        if self.places.len() < 2 * (self.taken + 1) {
            self.grow();
        }
        loop {
            let seqid = self.next_seqid;
            self.next_seqid = seqid.wrapping_add(1) & i32::MAX;
            if !matches!(self.place(seqid), Some(Some(_))) {
                return seqid;
            }
        }
    }

    /// Enters a call with the sequence id that was assigned last.
    #[inline]
    pub(in crate::client) fn insert(
        &mut self,
        seqid: i32,
        oneway: bool,
        method: &MethodName,
        caller: &Waker,
        deadline: Deadline,
    ) {
        let state = State::Waiting { caller: Some(caller.clone()), deadline };
        if let Some(place) = self.place(seqid) {
            *place = Some(Call { seqid, oneway, method: method.clone(), state });
            self.taken += 1;
            if oneway {
                self.sending += 1;
                self.oneways.insert(seqid);
            } else {
                self.unanswered += 1;
            }
        }
    }

    #[inline]
    fn place(&mut self, seqid: i32) -> Option<&mut Option<Call>> {
        let mask = self.places.len().wrapping_sub(1);
        self.places.get_mut(seqid as usize & mask)
    }

    #[inline]
    fn call(&mut self, seqid: i32) -> Option<&mut Call> {
        self.place(seqid)?.as_mut().filter(|call| call.seqid == seqid)
    }

    fn remove(&mut self, seqid: i32) -> Option<Call> {
        let call = self.place(seqid)?.take_if(|call| call.seqid == seqid)?;
        self.taken -= 1;
        Some(call)
    }

    #[cold]
    fn grow(&mut self) {
        let size = (2 * self.places.len()).max(8);
        let before = mem::replace(&mut self.places, (0..size).map(|_| None).collect());
        // Calls that had different places before have different places now.
        for call in before.into_iter().flatten() {
            if let Some(place) = self.place(call.seqid) {
                *place = Some(call);
            }
        }
    }

    /// The method of the call that waits for a reply with this sequence id.
    pub(in crate::client) fn method(&mut self, seqid: i32) -> Option<&str> {
        match self.call(seqid) {
            Some(Call { state: State::Done(_), .. } | Call { oneway: true, .. }) | None => None,
            Some(call) => Some(call.method.as_str()),
        }
    }

    /// Notes that one reply less is to come. If the client was closed or the connection has ended, none
    /// was expected any more, and no call is entered after that.
    #[inline]
    fn note_answer(&mut self) {
        self.unanswered = self.unanswered.saturating_sub(1);
    }

    /// Hands a reply to its call, and appends the caller to `wake` if it is still waiting.
    #[inline(always)]
    pub(in crate::client) fn answer(&mut self, seqid: i32, reply: Reply, wake: &mut Vec<Waker>) {
        let Some(call) = self.call(seqid) else { return };
        match &mut call.state {
            State::Waiting { .. } => {
                wake.extend(call.end(Ended::Reply(reply)));
            }
            State::TimedOut => call.state = State::Done(Ended::TimedOut),
            State::GivenUp | State::Done(_) => drop(self.remove(seqid)),
        }
        self.note_answer();
    }

    /// Fails a call whose reply cannot be accepted, and appends the caller to `wake` if it is still
    /// waiting. Returns `false` if it is a oneway call.
    ///
    /// # Errors
    ///
    /// If there is no such call.
    #[cold]
    pub(in crate::client) fn refuse(
        &mut self,
        seqid: i32,
        error: Error,
        wake: &mut Vec<Waker>,
    ) -> Result<bool> {
        if self.method(seqid).is_none() {
            return if self.was_oneway(seqid) { Ok(false) } else { Err(error) };
        }
        self.note_answer();
        let Some(call) = self.call(seqid) else { return Ok(false) };
        wake.extend(call.end(Ended::Failed(error)));
        match call.state {
            State::TimedOut => call.state = State::Done(Ended::TimedOut),
            State::GivenUp => drop(self.remove(seqid)),
            _ => {}
        }
        Ok(true)
    }

    /// The outcome of a call. Until it is known, `task` is stored, to be woken later.
    #[inline(always)]
    pub(in crate::client) fn poll(&mut self, seqid: i32, task: &Waker) -> Poll<Option<Ended>> {
        let mask = self.places.len().wrapping_sub(1);
        let Some(place) = self.places.get_mut(seqid as usize & mask) else {
            return Poll::Ready(None);
        };
        let Some(call) = place.as_mut().filter(|call| call.seqid == seqid) else {
            return Poll::Ready(None);
        };
        match &mut call.state {
            State::Waiting { caller, .. } => {
                match caller {
                    Some(caller) => caller.clone_from(task),
                    None => *caller = Some(task.clone()),
                }
                return Poll::Pending;
            }
            State::TimedOut => {
                call.state = State::GivenUp;
                return Poll::Ready(Some(Ended::TimedOut));
            }
            State::Done(_) | State::GivenUp => {}
        }
        self.taken -= 1;
        let state = mem::replace(&mut call.state, State::GivenUp);
        *place = None;
        Poll::Ready(match state {
            State::Done(outcome) => Some(outcome),
            _ => None,
        })
    }

    /// Forgets the caller of a call, and returns what it leaves behind, to be dropped outside the
    /// lock.
    pub(in crate::client) fn give_up(&mut self, seqid: i32) -> Option<State> {
        match self.call(seqid)? {
            Call { state: State::Done(_), .. } => self.remove(seqid).map(|call| call.state),
            Call { oneway: true, .. } => {
                self.sending -= 1;
                self.remove(seqid).map(|call| call.state)
            }
            call => Some(mem::replace(&mut call.state, State::GivenUp)),
        }
    }

    /// Fails all calls that wait for replies, and returns the wakers of their callers. The argument of
    /// `error` is whether the call may have been sent, or may still be.
    pub(in crate::client) fn fail_unanswered(
        &mut self,
        error: impl Fn(bool) -> Error,
    ) -> Vec<Waker> {
        self.unanswered = 0;
        let calls = self.places.iter_mut().flatten().filter(|call| !call.oneway);
        calls.filter_map(|call| call.fail(|| error(true))).collect()
    }

    /// Fails all calls that have not been answered, or not been sent, and returns the wakers of their
    /// callers. The argument of `error` is whether the call may have been sent.
    pub(in crate::client) fn fail(&mut self, error: impl Fn(bool) -> Error) -> Vec<Waker> {
        (self.unanswered, self.sending) = (0, 0);
        let (untaken, late) = (self.untaken, mem::take(&mut self.late));
        let calls = self.places.iter_mut().flatten();
        calls
            .filter_map(|call| {
                let sent = precedes(call.seqid, untaken) && !late.contains(&(call.seqid, false));
                call.fail(|| error(sent))
            })
            .collect()
    }

    /// Whether it holds much more memory than it needs.
    pub(in crate::client) fn is_oversized(&self) -> bool {
        self.taken == 0 && self.places.len() > FEW
    }

    /// Frees memory that is no longer needed.
    pub(in crate::client) fn shrink(&mut self) {
        if self.is_oversized() {
            self.places = Vec::new();
        }
    }
}

impl Call {
    /// Stores the outcome of the call, and returns the waker of its caller if it is waiting.
    #[inline(always)]
    fn end(&mut self, ended: Ended) -> Option<Waker> {
        let State::Waiting { caller, .. } = &mut self.state else { return None };
        let caller = caller.take();
        self.state = State::Done(ended);
        caller
    }

    fn fail(&mut self, error: impl Fn() -> Error) -> Option<Waker> {
        matches!(self.state, State::Waiting { .. }).then(|| self.end(Ended::Failed(error())))?
    }
}

/// Whether a sequence id was assigned before another. After the largest one, they start again at zero.
fn precedes(seqid: i32, other: i32) -> bool {
    (seqid.wrapping_sub(other) & i32::MAX) > i32::MAX / 2
}
