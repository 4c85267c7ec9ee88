//! The deadlines of calls.

use std::{mem, task::Waker};

use tokio::time::Instant;

use super::{Calls, Deadline, Ended, State};

impl Calls {
    /// Sets the deadlines of new calls, and returns the earliest of all.
    pub(in crate::client) fn set_deadlines(&mut self) -> Option<Instant> {
        // Most calls have the same timeout as the one before.
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
    pub(in crate::client) fn time_out(&mut self, wake: &mut Vec<Waker>) -> Option<Instant> {
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
                wake.extend(caller);
            }
        }
        self.earliest
    }
}
