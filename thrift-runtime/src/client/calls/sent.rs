//! Which calls have been handed to the operating system; at that point, a oneway call has succeeded.

use std::{mem, task::Waker};

use super::{Call, Calls, Deadline, Ended, State, precedes};
use crate::call::MethodName;

impl Calls {
    /// Notes that the connection's task has taken all calls for sending.
    pub(in crate::client) fn take(&mut self) {
        self.untaken = self.next_seqid;
        self.late.iter_mut().for_each(|(_, taken)| *taken = true);
    }

    /// Notes that all calls that were taken have been handed to the operating system, and appends the
    /// callers of oneway calls to `wake`.
    #[inline]
    pub(in crate::client) fn sent(&mut self, wake: &mut Vec<Waker>) {
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

    /// Marks the calls that have been entered so far, for [`are_sent`](Calls::are_sent).
    pub(in crate::client) fn mark(&self) -> i32 {
        self.next_seqid
    }

    /// Whether all calls that were entered before a mark have been handed to the operating system.
    pub(in crate::client) fn are_sent(&self, mark: i32) -> bool {
        !precedes(self.unsent, mark) && self.late.is_empty()
    }

    /// Reserves the sequence id that was assigned last for a call that is entered later.
    pub(in crate::client) fn begin(&mut self, seqid: i32, oneway: bool, method: &MethodName) {
        self.unanswered += usize::from(!oneway);
        if let Some(place) = self.place(seqid) {
            // It cannot have a reply.
            let (method, state) = (method.clone(), State::GivenUp);
            *place = Some(Call { seqid, oneway: true, method, state });
            self.taken += 1;
        }
    }

    /// Enters a call after [`begin`](Calls::begin).
    pub(in crate::client) fn enter(
        &mut self,
        seqid: i32,
        oneway: bool,
        caller: &Waker,
        deadline: Deadline,
    ) {
        let Some(call) = self.call(seqid) else { return };
        call.oneway = oneway;
        call.state = State::Waiting { caller: Some(caller.clone()), deadline };
        if oneway {
            self.sending += 1;
            self.oneways.insert(seqid);
        }
        self.late.push((seqid, false));
        if let Deadline::At(at) = deadline {
            self.earliest = [self.earliest, Some(at)].into_iter().flatten().min();
        }
    }

    /// Forgets a call that was begun but will not be entered.
    pub(in crate::client) fn abandon(&mut self, seqid: i32, oneway: bool) {
        if !oneway {
            self.note_answer();
        }
        drop(self.remove(seqid));
    }

    /// Whether a sequence id, which no call in flight has, was recently that of a oneway call.
    #[cold]
    pub(in crate::client) fn was_oneway(&self, seqid: i32) -> bool {
        self.oneways.contains(seqid)
    }
}
