//! The calls of a connection that are in flight, by sequence id.

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
/// Sequence ids are given out in order, so that a call's place is its id modulo the number of
/// places; of those at least half are free.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// A power of two of them, or none.
    places: Vec<Option<Call>>,
    taken: usize,
    /// How many replies are to come.
    unanswered: usize,
    /// How many oneway calls wait to be sent.
    sending: usize,
    next_seqid: i32,
    /// The first sequence id whose call the connection's task has not taken to be sent.
    untaken: i32,
    /// The first sequence id whose call may not be with the operating system.
    unsent: i32,
    oneways: SentOneways,
    /// The calls that were entered late and may not be with the operating system, and whether they
    /// were taken.
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
pub(super) enum State {
    Waiting {
        caller: Waker,
        deadline: Deadline,
    },
    Done(Ended),
    /// The caller is gone. The sequence id stays reserved until the reply comes.
    GivenUp,
    /// The same, but the caller has not been told yet.
    TimedOut,
}

/// What became of a call.
#[derive(Debug)]
pub(super) enum Ended {
    Reply(Reply),
    /// A oneway call is with the operating system.
    Sent,
    Failed(Error),
    TimedOut,
}

/// When a call is given up.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deadline {
    Never,
    At(Instant),
    /// This long after the connection's task sees it. The task reads the clock once for all calls
    /// that it sends.
    In(Duration),
}

impl Calls {
    /// How many replies are still to come.
    pub(super) fn unanswered(&self) -> usize {
        self.unanswered
    }

    /// Whether several callers wait.
    pub(super) fn are_several(&self) -> bool {
        self.unanswered + self.sending > 1
    }

    /// Whether the peer has not answered any call, though there were some.
    pub(super) fn lack_answers(&self) -> bool {
        self.unanswered > 0 && i32::try_from(self.unanswered) == Ok(self.next_seqid)
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
    #[inline]
    pub(super) fn insert(
        &mut self,
        seqid: i32,
        oneway: bool,
        method: &MethodName,
        caller: &Waker,
        deadline: Deadline,
    ) {
        let state = State::Waiting { caller: caller.clone(), deadline };
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

    /// Keeps the sequence id that was given out last for a call that is entered later.
    pub(super) fn begin(&mut self, seqid: i32, oneway: bool, method: &MethodName) {
        self.unanswered += usize::from(!oneway);
        if let Some(place) = self.place(seqid) {
            // No reply to it can come.
            let (method, state) = (method.clone(), State::GivenUp);
            *place = Some(Call { seqid, oneway: true, method, state });
            self.taken += 1;
        }
    }

    /// Enters a call that was begun.
    pub(super) fn enter(&mut self, seqid: i32, oneway: bool, caller: &Waker, deadline: Deadline) {
        let Some(call) = self.call(seqid) else { return };
        call.oneway = oneway;
        call.state = State::Waiting { caller: caller.clone(), deadline };
        if oneway {
            self.sending += 1;
            self.oneways.insert(seqid);
        }
        self.late.push((seqid, false));
        if let Deadline::At(at) = deadline {
            self.earliest = [self.earliest, Some(at)].into_iter().flatten().min();
        }
    }

    /// Forgets a call that was begun and is not entered.
    pub(super) fn abandon(&mut self, seqid: i32, oneway: bool) {
        // There are none any more if the connection has ended.
        self.unanswered = self.unanswered.saturating_sub(usize::from(!oneway));
        drop(self.remove(seqid));
    }

    /// Whether a sequence id, which no call in flight has, is that of a oneway call sent lately.
    #[cold]
    pub(super) fn was_oneway(&self, seqid: i32) -> bool {
        self.oneways.contains(seqid)
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
        // Calls with places of their own still have them.
        for call in before.into_iter().flatten() {
            if let Some(place) = self.place(call.seqid) {
                *place = Some(call);
            }
        }
    }

    /// The method of the call that waits for a reply with this sequence id.
    pub(super) fn method(&mut self, seqid: i32) -> Option<&str> {
        match self.call(seqid) {
            Some(Call { state: State::Done(_), .. } | Call { oneway: true, .. }) | None => None,
            Some(call) => Some(call.method.as_str()),
        }
    }

    /// Hands a reply to its call, and appends its caller to `wake`, if that still waits.
    #[inline]
    pub(super) fn answer(&mut self, seqid: i32, reply: Reply, wake: &mut Vec<Waker>) {
        let Some(call) = self.call(seqid) else { return };
        match &mut call.state {
            State::Waiting { .. } => {
                if let Some(caller) = call.end(Ended::Reply(reply)) {
                    wake.push(caller);
                }
            }
            State::TimedOut => call.state = State::Done(Ended::TimedOut),
            State::GivenUp | State::Done(_) => drop(self.remove(seqid)),
        }
        self.unanswered -= 1;
    }

    /// Fails a call whose reply cannot be taken, and appends its caller to `wake`, if that still
    /// waits. Returns `false` if it is a oneway call.
    ///
    /// # Errors
    ///
    /// If there is no such call.
    #[cold]
    pub(super) fn refuse(
        &mut self,
        seqid: i32,
        error: Error,
        wake: &mut Vec<Waker>,
    ) -> Result<bool> {
        if self.method(seqid).is_none() {
            return if self.was_oneway(seqid) { Ok(false) } else { Err(error) };
        }
        self.unanswered -= 1;
        let Some(call) = self.call(seqid) else { return Ok(false) };
        wake.extend(call.end(Ended::Failed(error)));
        match call.state {
            State::TimedOut => call.state = State::Done(Ended::TimedOut),
            State::GivenUp => drop(self.remove(seqid)),
            _ => {}
        }
        Ok(true)
    }

    /// The outcome of a call; until it is known, `task` is noted to be woken.
    #[inline]
    pub(super) fn poll(&mut self, seqid: i32, task: &Waker) -> Poll<Option<Ended>> {
        let mask = self.places.len().wrapping_sub(1);
        let Some(place) = self.places.get_mut(seqid as usize & mask) else {
            return Poll::Ready(None);
        };
        let Some(call) = place.as_mut().filter(|call| call.seqid == seqid) else {
            return Poll::Ready(None);
        };
        match &mut call.state {
            State::Waiting { caller, .. } => {
                caller.clone_from(task);
                return Poll::Pending;
            }
            State::TimedOut => {
                call.state = State::GivenUp;
                return Poll::Ready(Some(Ended::TimedOut));
            }
            State::Done(_) | State::GivenUp => {}
        }
        self.taken -= 1;
        Poll::Ready(match place.take() {
            Some(Call { state: State::Done(outcome), .. }) => Some(outcome),
            _ => None,
        })
    }

    /// Forgets a call's caller, and returns what it left behind, to be dropped outside the lock.
    pub(super) fn give_up(&mut self, seqid: i32) -> Option<State> {
        match self.call(seqid)? {
            Call { state: State::Done(_), .. } => self.remove(seqid).map(|call| call.state),
            Call { oneway: true, .. } => {
                self.sending -= 1;
                self.remove(seqid).map(|call| call.state)
            }
            call => Some(mem::replace(&mut call.state, State::GivenUp)),
        }
    }

    /// Notes that the connection's task takes all calls to send them.
    pub(super) fn take(&mut self) {
        self.untaken = self.next_seqid;
        self.late.iter_mut().for_each(|(_, taken)| *taken = true);
    }

    /// Notes that all calls that were taken are with the operating system, and appends the callers
    /// of oneway ones to `wake`.
    #[inline]
    pub(super) fn sent(&mut self, wake: &mut Vec<Waker>) {
        if self.sending > 0 {
            self.end_oneways(wake);
        }
        self.unsent = self.untaken;
        if !self.late.is_empty() {
            self.end_late(wake);
        }
    }

    #[cold]
    fn end_late(&mut self, wake: &mut Vec<Waker>) {
        let late = mem::take(&mut self.late);
        for (seqid, taken) in late {
            if !taken {
                self.late.push((seqid, taken));
            } else if let Some(call) = self.call(seqid)
                && call.oneway
                && let Some(caller) = call.end(Ended::Sent)
            {
                wake.push(caller);
                self.sending -= 1;
            }
        }
    }

    fn end_oneways(&mut self, wake: &mut Vec<Waker>) {
        while self.sending > 0 && self.unsent != self.untaken {
            let seqid = self.unsent;
            self.unsent = seqid.wrapping_add(1) & i32::MAX;
            let Some(call) = self.call(seqid) else { continue };
            if call.oneway
                && let Some(caller) = call.end(Ended::Sent)
            {
                wake.push(caller);
                self.sending -= 1;
            }
        }
    }

    /// What was entered until now, for [`are_sent`](Calls::are_sent).
    pub(super) fn mark(&self) -> i32 {
        self.next_seqid
    }

    /// Whether all calls that were entered before a mark are with the operating system.
    pub(super) fn are_sent(&self, mark: i32) -> bool {
        !precedes(self.unsent, mark) && self.late.is_empty()
    }

    /// Sets the deadlines of new calls, and returns the earliest of all.
    pub(super) fn set_deadlines(&mut self) -> Option<Instant> {
        // Most calls have as much time as the one before.
        let mut last = None;
        let mut now = None;
        while self.untimed != self.next_seqid {
            let seqid = self.untimed;
            self.untimed = seqid.wrapping_add(1) & i32::MAX;
            let Some(call) = self.call(seqid) else { continue };
            let State::Waiting { deadline, .. } = &mut call.state else { continue };
            let at = match *deadline {
                Deadline::Never => continue,
                Deadline::At(at) => Some(at),
                Deadline::In(time) => match last {
                    Some((last, at)) if last == time => {
                        *deadline = at;
                        continue;
                    }
                    _ => {
                        let at = now.get_or_insert_with(Instant::now).checked_add(time);
                        *deadline = at.map_or(Deadline::Never, Deadline::At);
                        last = Some((time, *deadline));
                        at
                    }
                },
            };
            self.earliest = [self.earliest, at].into_iter().flatten().min();
        }
        self.earliest
    }

    /// Times out the calls whose deadlines have passed, appends their callers to `wake`, and
    /// returns the next deadline.
    pub(super) fn time_out(&mut self, wake: &mut Vec<Waker>) -> Option<Instant> {
        let now = Instant::now();
        self.earliest = None;
        for call in self.places.iter_mut().flatten() {
            let State::Waiting { deadline: Deadline::At(at), .. } = call.state else { continue };
            if at > now {
                self.earliest = Some(self.earliest.map_or(at, |earliest| earliest.min(at)));
            } else if call.oneway {
                wake.extend(call.end(Ended::TimedOut));
                self.sending -= 1;
            } else if let State::Waiting { caller, .. } =
                mem::replace(&mut call.state, State::TimedOut)
            {
                wake.push(caller);
            }
        }
        self.earliest
    }

    /// Fails all calls that wait for replies, and returns the wakers of their callers. `error` is told
    /// whether a call may have been sent, or still is.
    pub(super) fn fail_unanswered(&mut self, error: impl Fn(bool) -> Error) -> Vec<Waker> {
        self.unanswered = 0;
        let calls = self.places.iter_mut().flatten().filter(|call| !call.oneway);
        calls.filter_map(|call| call.fail(|| error(true))).collect()
    }

    /// Fails all calls that were not answered, or not sent, and returns the wakers of their callers.
    /// `error` is told whether a call may have been sent.
    pub(super) fn fail(&mut self, error: impl Fn(bool) -> Error) -> Vec<Waker> {
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
    pub(super) fn is_oversized(&self) -> bool {
        self.taken == 0 && self.places.len() > FEW
    }

    /// Frees memory that is no longer needed.
    pub(super) fn shrink(&mut self) {
        if self.is_oversized() {
            self.places = Vec::new();
        }
    }
}

impl Call {
    /// Notes what became of it, and returns the waker of its caller, if it waits.
    #[inline]
    fn end(&mut self, ended: Ended) -> Option<Waker> {
        match mem::replace(&mut self.state, State::Done(ended)) {
            State::Waiting { caller, .. } => Some(caller),
            other => {
                self.state = other;
                None
            }
        }
    }

    fn fail(&mut self, error: impl Fn() -> Error) -> Option<Waker> {
        matches!(self.state, State::Waiting { .. }).then(|| self.end(Ended::Failed(error())))?
    }
}

/// Whether a sequence id was given out before another. After the largest, they begin again at zero.
fn precedes(seqid: i32, other: i32) -> bool {
    (seqid.wrapping_sub(other) & i32::MAX) > i32::MAX / 2
}
