//! Which server a key belongs to: consistent hashing.

use std::net::SocketAddr;

use crate::layers::hash_key::hash;

/// The points of each server. Their number makes the shares of servers even, to some percent.
const POINTS: u32 = 256;

/// A circle of hashes with many points of each server: a key belongs to the first at or after its own hash.
/// A server that comes takes keys from all others, one that goes leaves its keys to all others, and no
/// other key moves.
#[derive(Debug)]
pub(super) struct Ring<K> {
    /// In the order of their places.
    points: Vec<(u64, K)>,
}

impl<K: Clone + PartialEq> Ring<K> {
    pub(super) fn new() -> Self {
        Ring { points: Vec::new() }
    }

    /// Adds a server. Its points depend on its address alone.
    pub(super) fn add(&mut self, key: &K, address: SocketAddr) {
        let address = address.to_string();
        let point = |index: u32| hash([address.as_bytes(), &index.to_be_bytes()]);
        self.points.extend((0..POINTS).map(|index| (point(index), key.clone())));
        self.points.sort_by_key(|(place, _)| *place);
    }

    pub(super) fn remove(&mut self, key: &K) {
        self.points.retain(|(_, other)| other != key);
    }

    /// The servers from a place on, once around. They come more than once.
    pub(super) fn from(&self, place: u64) -> impl Iterator<Item = &K> {
        let first = self.points.partition_point(|(other, _)| *other < place);
        let (before, after) = self.points.split_at(first);
        after.iter().chain(before).map(|(_, key)| key)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::layers::HashKey;

    const KEYS: usize = if cfg!(miri) { 20 } else { 20_000 };

    fn ring(servers: std::ops::Range<u16>) -> Ring<u16> {
        let mut ring = Ring::new();
        servers.for_each(|server| ring.add(&server, address(server)));
        ring
    }

    fn address(server: u16) -> SocketAddr {
        ([10, 0, (server / 256) as u8, server as u8], 9090).into()
    }

    /// The server of each key.
    fn owners(ring: &Ring<u16>) -> Vec<u16> {
        let place = |key: usize| HashKey::of(key.to_be_bytes()).place();
        (0..KEYS).map(|key| *ring.from(place(key)).next().unwrap()).collect()
    }

    #[test]
    #[cfg_attr(miri, ignore = "it looks at many keys")]
    fn keys_are_spread_evenly() {
        for count in [2, 3, 10, 50] {
            let mut shares = BTreeMap::<_, usize>::new();
            owners(&ring(0..count))
                .into_iter()
                .for_each(|one| *shares.entry(one).or_default() += 1);
            let fair = KEYS / usize::from(count);
            let (least, most) = (shares.values().min().unwrap(), shares.values().max().unwrap());
            println!("{count} servers: {least} to {most} of {fair} keys");
            assert_eq!(shares.len(), count.into());
            assert!(
                *least > fair * 7 / 10 && *most < fair * 13 / 10,
                "{least} to {most} of {fair}"
            );
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "it looks at many keys")]
    fn only_the_keys_of_a_server_move_with_it() {
        let mut changing = ring(0..10);
        let before = owners(&changing);
        changing.remove(&3);
        let without = owners(&changing);
        let moved = before.iter().zip(&without).filter(|(before, after)| before != after);
        assert!(moved.clone().all(|(before, _)| *before == 3));
        let moved = moved.count();
        assert!((KEYS * 7 / 100..KEYS * 13 / 100).contains(&moved), "{moved}");
        // They are spread over all other servers, and come back with the server.
        let taken: std::collections::BTreeSet<_> =
            before.iter().zip(&without).filter(|(one, _)| **one == 3).map(|(_, to)| to).collect();
        assert_eq!(taken.len(), 9);
        changing.add(&3, address(3));
        assert_eq!(owners(&changing), before);
    }

    #[test]
    fn the_order_of_servers_does_not_matter_and_nobody_is_left_out() {
        let (forwards, mut backwards) = (ring(0..5), Ring::new());
        (0..5).rev().for_each(|server| backwards.add(&server, address(server)));
        assert_eq!(owners(&forwards), owners(&backwards));
        let all: std::collections::BTreeSet<_> = forwards.from(u64::MAX).collect();
        assert_eq!(all.len(), 5);
        assert_eq!(Ring::<u16>::new().from(7).next(), None);
    }
}
