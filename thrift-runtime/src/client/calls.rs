//! The calls of a connection whose replies have not come, by sequence id.

use std::{
    mem,
    task::{Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use tokio::time::Instant;

use crate::{error::Error, protocol::MessageType};

/// So many places are kept when no call is in flight.
const FEW: usize = 128;

/// Calls that were sent, and replies that their callers have not fetched.
///
/// Sequence ids are given out in order, so that a call's place is its id modulo the number of
/// places; of those at least half are free.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// A power of two of them, or none.
    places: Vec<Option<Call>>,
    taken: usize,
    /// How many replies are to come.
    unanswered: usize,
    next_seqid: i32,
    /// The first sequence id whose call may not have its deadline yet.
    untimed: i32,
    /// No deadline is earlier than this.
    earliest: Option<Instant>,
}

#[derive(Debug)]
struct Call {
    seqid: i32,
    method: &'static str,
    state: State,
}

#[derive(Debug)]
pub(super) enum State {
    Waiting {
        caller: Waker,
        deadline: Deadline,
    },
    Done(Outcome),
    /// The caller is gone; the sequence id is not used again until the reply comes.
    GivenUp,
    /// The same, but that the caller has not been told.
    TimedOut,
}

/// What became of a call.
#[derive(Debug)]
pub(super) enum Outcome {
    Reply(Reply),
    Failed(Error),
    TimedOut,
}

/// A reply that was not read.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) message: Bytes,
    /// [`MessageType::Reply`] or [`MessageType::Exception`].
    pub(super) kind: MessageType,
    /// Where in the message the body starts.
    pub(super) body: usize,
}

/// When a call is given up.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deadline {
    Never,
    At(Instant),
    /// So long after the connection's task comes to see it, which looks at the clock for all the
    /// calls that it sends.
    In(Duration),
}

impl Calls {
    /// How many replies are to come.
    pub(super) fn unanswered(&self) -> usize {
        self.unanswered
    }

    /// A sequence id that no call in flight has.
    pub(super) fn free_seqid(&mut self) -> i32 {
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

    /// Enters a call; its sequence id was given out last.
    pub(super) fn insert(
        &mut self,
        seqid: i32,
        method: &'static str,
        caller: &Waker,
        deadline: Deadline,
    ) {
        let state = State::Waiting { caller: caller.clone(), deadline };
        if let Some(place) = self.place(seqid) {
            *place = Some(Call { seqid, method, state });
            self.taken += 1;
            self.unanswered += 1;
        }
    }

    fn place(&mut self, seqid: i32) -> Option<&mut Option<Call>> {
        let mask = self.places.len().wrapping_sub(1);
        self.places.get_mut(seqid as usize & mask)
    }

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
        // Two calls of different places have them still.
        for call in before.into_iter().flatten() {
            if let Some(place) = self.place(call.seqid) {
                *place = Some(call);
            }
        }
    }

    /// The method that a reply with this sequence id answers, if one is to come.
    pub(super) fn method(&mut self, seqid: i32) -> Option<&'static str> {
        match self.call(seqid) {
            Some(Call { state: State::Done(_), .. }) | None => None,
            Some(call) => Some(call.method),
        }
    }

    /// Hands a reply to its call, and gives back whom to wake.
    pub(super) fn answer(&mut self, seqid: i32, reply: Reply) -> Option<Waker> {
        let call = self.call(seqid)?;
        let caller = match mem::replace(&mut call.state, State::GivenUp) {
            State::Waiting { caller, .. } => {
                call.state = State::Done(Outcome::Reply(reply));
                Some(caller)
            }
            State::TimedOut => {
                call.state = State::Done(Outcome::TimedOut);
                None
            }
            State::GivenUp | State::Done(_) => {
                self.remove(seqid);
                None
            }
        };
        self.unanswered -= 1;
        caller
    }

    /// What became of a call, or whom to wake when that is known.
    pub(super) fn poll(&mut self, seqid: i32, task: &Waker) -> Poll<Option<Outcome>> {
        let Some(call) = self.call(seqid) else { return Poll::Ready(None) };
        match &mut call.state {
            State::Waiting { caller, .. } => {
                caller.clone_from(task);
                return Poll::Pending;
            }
            State::TimedOut => {
                call.state = State::GivenUp;
                return Poll::Ready(Some(Outcome::TimedOut));
            }
            State::Done(_) | State::GivenUp => {}
        }
        Poll::Ready(self.remove(seqid).and_then(|call| match call.state {
            State::Done(outcome) => Some(outcome),
            _ => None,
        }))
    }

    /// Forgets a call's caller, and gives back what nobody wants any more.
    pub(super) fn give_up(&mut self, seqid: i32) -> Option<State> {
        match self.call(seqid)? {
            Call { state: State::Done(_), .. } => self.remove(seqid).map(|call| call.state),
            call => Some(mem::replace(&mut call.state, State::GivenUp)),
        }
    }

    /// Gives their deadlines to the calls that are new, and says when the next one may be.
    pub(super) fn set_deadlines(&mut self) -> Option<Instant> {
        let mut now = None;
        while self.untimed != self.next_seqid {
            let seqid = self.untimed;
            self.untimed = seqid.wrapping_add(1) & i32::MAX;
            let Some(call) = self.call(seqid) else { continue };
            let State::Waiting { deadline, .. } = &mut call.state else { continue };
            if let Deadline::In(time) = *deadline {
                let now = *now.get_or_insert_with(Instant::now);
                *deadline = now.checked_add(time).map_or(Deadline::Never, Deadline::At);
            }
            if let Deadline::At(at) = *deadline {
                self.earliest = Some(self.earliest.map_or(at, |earliest| earliest.min(at)));
            }
        }
        self.earliest
    }

    /// Gives up the calls whose time is over, appends whom to wake, and says when the next deadline
    /// may be.
    pub(super) fn time_out(&mut self, wake: &mut Vec<Waker>) -> Option<Instant> {
        let now = Instant::now();
        self.earliest = None;
        for call in self.places.iter_mut().flatten() {
            let State::Waiting { deadline: Deadline::At(at), .. } = call.state else { continue };
            if at > now {
                self.earliest = Some(self.earliest.map_or(at, |earliest| earliest.min(at)));
            } else if let State::Waiting { caller, .. } =
                mem::replace(&mut call.state, State::TimedOut)
            {
                wake.push(caller);
            }
        }
        self.earliest
    }

    /// Fails the calls that were not answered, and gives back whom to wake.
    pub(super) fn fail(&mut self, error: impl Fn() -> Error) -> Vec<Waker> {
        let mut wake = Vec::new();
        for call in self.places.iter_mut().flatten() {
            if let State::Waiting { .. } = call.state {
                let failed = State::Done(Outcome::Failed(error()));
                if let State::Waiting { caller, .. } = mem::replace(&mut call.state, failed) {
                    wake.push(caller);
                }
            }
        }
        self.unanswered = 0;
        wake
    }

    /// Whether it holds much more memory than it needs.
    pub(super) fn is_oversized(&self) -> bool {
        self.taken == 0 && self.places.len() > FEW
    }

    /// Gives back memory that it needs no more.
    pub(super) fn shrink(&mut self) {
        if self.is_oversized() {
            self.places = Vec::new();
        }
    }
}
