//! How the wire behaves.

use std::time::Duration;

use super::{End, orders::FLOOD};
use crate::{
    random::Random,
    wire::{Break, Conduct},
};

/// The conduct of both directions, of which so many bytes are expected.
pub(super) fn pick(
    random: &mut Random,
    (to_server, to_client): (u64, u64),
    end: End,
) -> (Conduct, Conduct) {
    let mut ways = [conduct(random, to_server), conduct(random, to_client)];
    if to_server > FLOOD / 3 && random.percent(50) {
        let stop = (random.below(to_server / 4), Duration::from_millis(random.below(1000)));
        ways[0].stop = Some(stop);
    }
    if end == End::Broken {
        let way = random.below(2) as usize;
        let expected = [to_server, to_client][way];
        let at = match random.percent(50) {
            true => random.skewed(expected),
            false => random.below(expected),
        };
        let how = match random.below(10) {
            0..5 => Break::Reset,
            5..9 => Break::End,
            _ => Break::Silence,
        };
        ways[way].breaks = Some((at, how));
    }
    let [to_server, to_client] = ways;
    (to_server, to_client)
}

fn conduct(random: &mut Random, expected: u64) -> Conduct {
    // So that no conversation takes too many steps.
    let least = expected / 1000;
    let piece = random.pick(&[1, 3, 30, 500, 8 << 10, 1 << 20, 1 << 20]);
    let capacity = random.pick(&[1, 20, 500, 8 << 10, 64 << 10, 1 << 20, 1 << 20]);
    Conduct {
        piece: (2 * piece.max(least)) as usize,
        capacity: capacity.max(least) as usize,
        delay: Duration::from_millis(match random.percent(40) {
            true => 0,
            false => random.skewed(50),
        }),
        delays: Duration::from_millis(random.skewed(3000)),
        hesitation: random.pick(&[0, 0, 10, 50]),
        vectored: random.percent(50),
        buffered: random.percent(20),
        stop: random
            .percent(10)
            .then(|| (random.below(expected), Duration::from_millis(random.skewed(5000)))),
        breaks: None,
    }
}
