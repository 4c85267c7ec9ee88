//! What is known of a conversation while it goes on, and what was wrong in it.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    conversation::Told,
    meeting::Meeting,
    plan::{Plan, ProcessorKind},
    tally::Tally,
    wire::Wire,
};

/// Numbers for calls that are not planned.
pub(crate) const SPARE: usize = 64;

pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) wire: Wire,
    log: Mutex<Log>,
}

pub(crate) struct Log {
    /// The calls by their numbers.
    pub(crate) calls: Vec<Record>,
    /// When the connection was ended on purpose, other than by the wire.
    struck: Option<Instant>,
    /// How many handlers run, of calls that are answered and of others.
    running: [usize; 2],
    /// How many calls middleware has passed on, on either side.
    pub(crate) passed: [u64; 2],
    /// Where calls wait for one another.
    pub(crate) meeting: Option<Arc<Meeting>>,
    pub(crate) tally: Tally,
    wrong: Vec<String>,
}

/// What is known of a call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    /// How often it was handled.
    pub(crate) runs: u32,
    /// When its handler began.
    pub(crate) begun: Option<Instant>,
    /// Whether the caller was told that it is done.
    pub(crate) accepted: bool,
}

/// A handler that runs.
pub(crate) struct Run<'a> {
    world: &'a World,
    oneway: bool,
}

impl World {
    pub(crate) fn new(plan: Plan, wire: Wire) -> Self {
        let calls = vec![Record::default(); plan.orders.len() + SPARE];
        let log = Log {
            calls,
            struck: None,
            running: [0; 2],
            passed: [0; 2],
            meeting: None,
            tally: Tally { conversations: 1, ..Tally::default() },
            wrong: Vec::new(),
        };
        World { plan, wire, log: Mutex::new(log) }
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap()
    }

    /// Notes that something is not as it should be.
    pub(crate) fn wrong(&self, what: impl fmt::Display) {
        crate::trace!("WRONG: {what}");
        self.log().wrong.push(what.to_string());
    }

    pub(crate) fn take_wrong(&self) -> Vec<String> {
        std::mem::take(&mut self.log().wrong)
    }

    /// What there is to tell of a conversation that went as it should.
    pub(crate) fn told(&self) -> Told {
        let mut tally = self.log().tally;
        tally.struck = u64::from(self.struck().is_some());
        Told { digest: self.wire.digest(), tally }
    }

    /// Notes that the connection is ended on purpose.
    pub(crate) fn strike(&self) {
        crate::trace!("{:?}", self.plan.end);
        self.log().struck.get_or_insert_with(Instant::now);
    }

    /// When the connection was broken, if it was.
    pub(crate) fn struck(&self) -> Option<Instant> {
        let struck = self.log().struck;
        [self.wire.fate().broken, struck].into_iter().flatten().min()
    }

    /// Begins with a call's handler.
    pub(crate) fn begin(&self, number: usize, oneway: bool) -> Run<'_> {
        crate::trace!("handler of {number}");
        let mut log = self.log();
        log.running[usize::from(oneway)] += 1;
        let [calls, oneways] = log.running;
        let Some(record) = log.calls.get_mut(number) else {
            drop(log);
            self.wrong(format_args!("a handler got the number {number}, which no call has"));
            return Run { world: self, oneway };
        };
        record.runs += 1;
        record.begun.get_or_insert_with(Instant::now);
        let runs = record.runs;
        drop(log);
        let Plan { max_in_flight, concurrent_calls, .. } = self.plan;
        if runs > 1 {
            self.wrong(format_args!("call {number} is handled {runs} times"));
        }
        if calls > max_in_flight {
            self.wrong(format_args!("{calls} calls are in flight, of {max_in_flight}"));
        }
        if calls + oneways > concurrent_calls {
            self.wrong(format_args!("the server handles {} calls at once", calls + oneways));
        }
        Run { world: self, oneway }
    }

    /// Checks what can be known only at the end.
    pub(crate) fn check_end(&self) {
        let log = self.log();
        let runs: u64 = log.calls.iter().map(|call| u64::from(call.runs)).sum();
        let (running, passed) = (log.running, log.passed[1]);
        drop(log);
        if running != [0, 0] {
            self.wrong(format_args!("{running:?} handlers were forgotten"));
        }
        if self.plan.processor == ProcessorKind::Middleware && passed != runs {
            self.wrong(format_args!("middleware saw {passed} calls, and handlers {runs}"));
        }
        if self.wire.fate().misused {
            self.wrong("an end was written to after it was shut down");
        }
    }

    /// Whether bytes that an end had not read when it closed have cost the other its answers, though
    /// the end waited for them as long as it should.
    pub(crate) fn lost_by_closing(&self, patience: Duration) -> bool {
        let Some(reset) = self.wire.fate().reset_by_close else { return false };
        reset.silence >= patience
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.world.log().running[usize::from(self.oneway)] -= 1;
    }
}
