//! Between a client and a server, a relay that cuts what it passes on at random places.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

/// Numbers that look random, and are the same each time.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from 0 up to `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// A size between `least` and `most`, each order of magnitude as often.
    pub(crate) fn size(&mut self, least: usize, most: usize) -> usize {
        let share = self.below(1 << 20) as f64 / f64::from(1 << 20);
        (least as f64 * (most as f64 / least as f64).powf(share)) as usize
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}

/// The address of a relay to a server.
pub(crate) fn relay(server: SocketAddr, seed: u64) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for (number, client) in (0..).zip(listener.incoming()) {
            let (Ok(client), Ok(server)) = (client, TcpStream::connect(server)) else { return };
            let random = |way| Random::new(seed + 2 * number + way);
            pass_on(&client, &server, random(0));
            pass_on(&server, &client, random(1));
        }
    });
    address
}

fn pass_on(from: &TcpStream, to: &TcpStream, mut random: Random) {
    let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else { return };
    let _ = to.set_nodelay(true);
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 20];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let mut left = &buffer[..count];
            // A few pieces of each, so that large calls do not take for ever.
            for _ in 0..3 {
                let (piece, rest) = left.split_at(random.below(left.len()));
                if to.write_all(piece).is_err() {
                    return;
                }
                left = rest;
                thread::sleep(Duration::from_micros(100));
            }
            if to.write_all(left).is_err() {
                return;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}
