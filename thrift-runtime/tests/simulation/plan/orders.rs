//! The calls that are made.

use std::time::Duration;

use crate::{content::TOO_DEEP, random::Random};

/// How many bytes all calls of a conversation carry at most, both ways.
const MOST_BYTES: u64 = 600_000;
/// How many they carry in a flood, which is more than a client keeps for its connection's task.
pub(super) const FLOOD: u64 = 3_000_000;
/// How long all handlers of a conversation take at most.
const LONGEST: Duration = Duration::from_secs(15);

/// How many levels nests have. Some cannot be written.
const LEVELS: [usize; 5] = [0, 1, 10, TOO_DEEP, 3 * TOO_DEEP];

/// A call, and what becomes of it.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) method: Method,
    /// How long the caller waits before.
    pub(crate) thought: Duration,
    /// How many bytes it carries, or levels of a [nest](Method::Nest).
    pub(crate) asked: usize,
    /// How many the answer carries.
    pub(crate) answered: usize,
    /// How long the handler takes.
    pub(crate) pause: Duration,
    /// How often it gives others a turn.
    pub(crate) yields: u64,
    pub(crate) conclusion: Conclusion,
    /// How long it may take, if that is not the default.
    pub(crate) timeout: Option<Duration>,
    pub(crate) patience: Patience,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Work,
    Tell,
    Count,
    Settle,
    Nest,
    Note,
}

/// How a handler ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conclusion {
    Return,
    /// With the exception that the method declares.
    Throw,
    Fail,
    Panic,
}

/// When a caller drops its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    Endless,
    For(Duration),
    /// After it has been polled so often.
    Polls(u64),
}

impl Order {
    fn pick(random: &mut Random, bytes: &mut u64, time: &mut Duration, largest: u64) -> Self {
        let method = match random.below(20) {
            0..7 => Method::Work,
            7..10 => Method::Tell,
            10..13 => Method::Count,
            13..16 => Method::Settle,
            16 => Method::Nest,
            _ => Method::Note,
        };
        let mut size = || {
            let size = random.skewed(largest).min(*bytes);
            *bytes -= size;
            size as usize
        };
        let (asked, answered) = match method {
            Method::Work | Method::Tell => (size(), size()),
            Method::Settle | Method::Note => (size(), 0),
            Method::Count => (0, 0),
            Method::Nest => (random.pick(&LEVELS), random.pick(&LEVELS)),
        };
        let pause = match random.below(20) {
            0..10 => 0,
            10..18 => random.skewed(20),
            _ => random.skewed(1000),
        };
        let pause = Duration::from_millis(pause).min(*time);
        *time -= pause;
        Order {
            method,
            thought: Duration::from_millis(match random.percent(60) {
                true => 0,
                false => random.skewed(100),
            }),
            asked,
            answered,
            pause,
            yields: if random.percent(20) { random.below(4) } else { 0 },
            conclusion: match random.below(20) {
                0 => Conclusion::Panic,
                1 | 2 => Conclusion::Fail,
                3 | 4 if method == Method::Work => Conclusion::Throw,
                _ => Conclusion::Return,
            },
            timeout: random.percent(20).then(|| Duration::from_millis(1 + random.skewed(500))),
            patience: match random.below(20) {
                0 => Patience::Polls(1 + random.below(6)),
                1 | 2 => Patience::For(Duration::from_millis(random.skewed(100))),
                _ => Patience::Endless,
            },
        }
    }

    /// Makes it a large one, whose caller may not wait for long.
    fn swell(&mut self, random: &mut Random, bytes: &mut u64) {
        if let Method::Work | Method::Settle | Method::Note = self.method {
            let more = random.below(300_000).min(*bytes);
            *bytes -= more;
            self.asked = self.asked.max(more as usize);
        }
        if random.percent(20) {
            self.patience = Patience::For(Duration::from_millis(random.skewed(500)));
        }
    }
}

/// The calls, and whose they are.
pub(super) fn pick(random: &mut Random) -> (Vec<Order>, Vec<Vec<usize>>) {
    let callers = match random.below(10) {
        0..3 => 1,
        3..7 => 2 + random.below(3),
        _ => 5 + random.below(28),
    };
    let calls = callers + random.skewed(40);
    let (largest, mut bytes) = match random.below(100) {
        0..70 => (100, MOST_BYTES),
        70..88 => (10_000, MOST_BYTES),
        88..96 => (300_000, MOST_BYTES),
        _ => (300_000, FLOOD),
    };
    let mut time = LONGEST;
    let mut orders: Vec<Order> =
        (0..calls).map(|_| Order::pick(random, &mut bytes, &mut time, largest)).collect();
    if bytes > MOST_BYTES {
        orders.iter_mut().for_each(|order| order.swell(random, &mut bytes));
    }
    let mut numbers = vec![Vec::new(); callers as usize];
    for number in 0..calls {
        let caller = if number < callers { number } else { random.below(callers) };
        numbers[caller as usize].push(number as usize);
    }
    (orders, numbers)
}

/// About how many bytes go each way.
pub(super) fn traffic(orders: &[Order]) -> (u64, u64) {
    let to_server = orders.iter().map(|order| 50 + order.asked as u64).sum();
    let to_client = orders.iter().map(|order| 50 + order.answered as u64).sum();
    (to_server, to_client)
}
