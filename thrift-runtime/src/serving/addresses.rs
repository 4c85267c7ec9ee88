//! How many connections each address has.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
};

use crate::call::PeerAddr;

/// How many connections each address has.
#[derive(Debug, Default)]
pub(crate) struct Addresses(HashMap<IpAddr, usize>);

impl Addresses {
    /// Counts another connection, unless its address has as many as it may have.
    pub(crate) fn enter(&mut self, peer: PeerAddr, most: Option<usize>) -> bool {
        let (Some(most), Some(address)) = (most, address_of(peer)) else { return true };
        let count = self.0.entry(address).or_default();
        let enters = *count < most.max(1);
        *count += usize::from(enters);
        enters
    }

    /// Counts one less, if it was counted.
    pub(crate) fn leave(&mut self, peer: PeerAddr) {
        if let Some(address) = address_of(peer)
            && let Some(count) = self.0.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&address);
            }
        }
    }
}

/// What counts as one address: a whole network of IPv6, since a host has all of one.
fn address_of(peer: PeerAddr) -> Option<IpAddr> {
    Some(match peer.address()?.ip().to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_and_a_network_of_ipv6_is_one() {
        let mut addresses = Addresses::default();
        let peer = |address: &str| PeerAddr::Tcp(address.parse().unwrap());
        for (one, other, third) in [
            ("10.0.0.1:1", "[::ffff:10.0.0.1]:2", "10.0.0.2:1"),
            ("[2001:db8::1]:1", "[2001:db8::ff:1]:1", "[2001:db8:0:1::1]:1"),
        ] {
            assert!(addresses.enter(peer(one), Some(2)) && addresses.enter(peer(other), Some(2)));
            assert!(!addresses.enter(peer(one), Some(2)) && addresses.enter(peer(third), Some(2)));
            addresses.leave(peer(other));
            assert!(addresses.enter(peer(one), Some(2)));
        }
        assert!(
            addresses.enter(PeerAddr::Unix, Some(1)) && addresses.enter(PeerAddr::Unix, Some(1))
        );
    }
}
