//! One direction of a wire.

use std::{
    collections::VecDeque,
    task::{Context, Waker},
    time::Duration,
};

use tokio::{io::ReadBuf, time::Instant};

use crate::random::Random;

/// How a direction of a wire behaves.
#[derive(Debug, Clone)]
pub(crate) struct Conduct {
    /// How many bytes it takes, and gives, at once.
    pub(crate) piece: usize,
    /// How many bytes it holds that nobody has read.
    pub(crate) capacity: usize,
    /// How late a piece may be.
    pub(crate) delay: Duration,
    /// How late all of them may be together.
    pub(crate) delays: Duration,
    /// In how many cases of a hundred it is not ready at once, and then is.
    pub(crate) hesitation: u64,
    /// Whether it takes several slices at once.
    pub(crate) vectored: bool,
    /// Whether bytes leave only when they are flushed.
    pub(crate) buffered: bool,
    /// Where it stops, and for how long.
    pub(crate) stop: Option<(u64, Duration)>,
    /// Where it breaks, and how.
    pub(crate) breaks: Option<(u64, Break)>,
}

/// How a direction of a wire breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// Both directions are reset, and what is on its way is lost.
    Reset,
    /// Its reader finds the end of the stream, and what is written from then on is lost.
    End,
    /// Its reader gets nothing any more.
    Silence,
}

/// One direction of a wire.
#[derive(Debug)]
pub(super) struct Pipe {
    conduct: Conduct,
    random: Random,
    bytes: VecDeque<u8>,
    /// The pieces in `bytes` that have left: when they arrive, and how long they are.
    pieces: VecDeque<(Instant, usize)>,
    /// How many bytes at the end of `bytes` have not left yet.
    held: usize,
    /// How many bytes it has taken.
    taken: u64,
    /// When the last piece arrives.
    last: Instant,
    pub(super) written_at: Instant,
    /// Its writer writes no more.
    ended: bool,
    /// It said so.
    said_end: bool,
    swallows: bool,
    silent: bool,
    /// Its reader is gone.
    abandoned: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// What came of an attempt to read.
pub(super) enum Read {
    Some,
    End,
    /// Nothing yet. Bytes that are on their way arrive then.
    Pending(Option<Instant>),
}

/// What came of an attempt to write.
pub(super) enum Written {
    Some(usize),
    Pending,
    /// It breaks here.
    Breaks(Break),
    /// The writer has ended it before.
    Ended,
}

impl Pipe {
    pub(super) fn new(conduct: Conduct, random: Random) -> Self {
        let now = Instant::now();
        Pipe {
            conduct,
            random,
            bytes: VecDeque::new(),
            pieces: VecDeque::new(),
            held: 0,
            taken: 0,
            last: now,
            written_at: now,
            ended: false,
            said_end: false,
            swallows: false,
            silent: false,
            abandoned: false,
            reader: None,
            writer: None,
        }
    }

    pub(super) fn is_vectored(&self) -> bool {
        self.conduct.vectored
    }

    /// Whether its reader is gone, so that bytes for it are answered with a reset.
    pub(super) fn answers_with_reset(&self) -> bool {
        self.abandoned && !self.swallows
    }

    /// Its reader is gone. Returns whether it leaves bytes unread.
    pub(super) fn abandon(&mut self) -> bool {
        self.abandoned = true;
        !self.bytes.is_empty()
    }

    pub(super) fn write<'a>(
        &mut self,
        slices: impl Iterator<Item = &'a [u8]>,
        cx: &Context<'_>,
    ) -> Written {
        if self.ended && !self.swallows {
            return Written::Ended;
        }
        if self.hesitates(cx) {
            return Written::Pending;
        }
        let mut most = self.a_piece();
        if let Some((at, how)) = self.conduct.breaks {
            if self.taken >= at {
                self.conduct.breaks = None;
                return Written::Breaks(how);
            }
            most = most.min((at - self.taken) as usize);
        }
        if !self.swallows {
            let room = self.conduct.capacity.saturating_sub(self.bytes.len());
            if room == 0 && self.held > 0 {
                self.flush();
            }
            most = most.min(room);
            if most == 0 {
                self.writer = Some(cx.waker().clone());
                return Written::Pending;
            }
        }
        let mut count = 0;
        for slice in slices {
            let part = &slice[..slice.len().min(most - count)];
            if !self.swallows {
                self.bytes.extend(part);
            }
            count += part.len();
        }
        self.taken += count as u64;
        self.written_at = Instant::now();
        if !self.swallows {
            self.held += count;
            if !self.conduct.buffered {
                self.flush();
            }
        }
        Written::Some(count)
    }

    /// Sends off what was held back.
    pub(super) fn flush(&mut self) {
        if self.held == 0 {
            return;
        }
        let now = Instant::now();
        self.last = self.last.max(now);
        if let Some((_, pause)) = self.conduct.stop.take_if(|(at, _)| *at <= self.taken) {
            self.last += pause;
        }
        if self.random.percent(50) {
            let most = self.conduct.delay.min(self.conduct.delays).as_millis() as u64;
            let delay = Duration::from_millis(self.random.below(most + 1));
            self.conduct.delays -= delay;
            self.last += delay;
        }
        self.pieces.push_back((self.last, self.held));
        self.held = 0;
        wake(&mut self.reader);
    }

    /// Whether a writer that flushes has to come again.
    pub(super) fn hesitates(&mut self, cx: &Context<'_>) -> bool {
        let hesitates = self.random.percent(self.conduct.hesitation);
        if hesitates {
            cx.waker().wake_by_ref();
        }
        hesitates
    }

    pub(super) fn read(&mut self, into: &mut ReadBuf<'_>, cx: &Context<'_>) -> Read {
        if self.hesitates(cx) {
            return Read::Pending(None);
        }
        let now = Instant::now();
        let arrived = self.pieces.iter().take_while(|(at, _)| *at <= now && !self.silent);
        let arrived: usize = arrived.map(|(_, count)| count).sum();
        let count = arrived.min(into.remaining()).min(self.a_piece());
        if count == 0 {
            if self.pieces.is_empty() && self.ended && !self.silent {
                return Read::End;
            }
            self.reader = Some(cx.waker().clone());
            let next = self.pieces.front().map(|(at, _)| *at);
            return Read::Pending(next.filter(|_| !self.silent));
        }
        self.give(count, into);
        wake(&mut self.writer);
        Read::Some
    }

    fn give(&mut self, count: usize, into: &mut ReadBuf<'_>) {
        let (first, second) = self.bytes.as_slices();
        let from_first = count.min(first.len());
        into.put_slice(&first[..from_first]);
        into.put_slice(&second[..count - from_first]);
        self.bytes.drain(..count);
        let mut left = count;
        while let Some((_, length)) = self.pieces.front_mut().filter(|_| left > 0) {
            let taken = left.min(*length);
            *length -= taken;
            left -= taken;
            if *length == 0 {
                self.pieces.pop_front();
            }
        }
    }

    /// How many bytes move at once.
    fn a_piece(&mut self) -> usize {
        1 + self.random.below(self.conduct.piece as u64) as usize
    }

    /// Its writer is gone, and with it what it has not flushed.
    pub(super) fn leave(&mut self) {
        self.bytes.truncate(self.bytes.len() - self.held);
        self.held = 0;
        self.end();
    }

    /// Its writer says that it writes no more.
    pub(super) fn say_end(&mut self) {
        self.said_end = true;
        self.end();
    }

    pub(super) fn has_said_end(&self) -> bool {
        self.said_end
    }

    /// Its writer writes no more.
    pub(super) fn end(&mut self) {
        self.flush();
        self.ended = true;
        wake(&mut self.reader);
    }

    /// Breaks it, other than by a reset.
    pub(super) fn break_off(&mut self, how: Break) {
        match how {
            Break::Reset => {}
            Break::End => {
                self.end();
                self.swallows = true;
                wake(&mut self.writer);
            }
            Break::Silence => self.silent = true,
        }
    }

    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.pieces.shrink_to_fit();
    }

    /// Loses everything, and wakes both ends.
    pub(super) fn lose(&mut self) {
        self.bytes = VecDeque::new();
        self.pieces = VecDeque::new();
        self.held = 0;
        wake(&mut self.reader);
        wake(&mut self.writer);
    }
}

fn wake(task: &mut Option<Waker>) {
    if let Some(task) = task.take() {
        task.wake();
    }
}
