//! What cannot work with a peer, shown by two peers that cannot do it with one another either.

use crate::{
    combination::{Combination, Service},
    matrix::{APACHE, THRIFTPY2},
    peer::Peer,
    stack::{Protocol, Socket, Stack, Transport},
};

/// Combinations that fail.
pub(crate) struct KnownFailure {
    pub(crate) why: &'static str,
    fails: fn(&Combination) -> bool,
    /// Whether that is all that a failure tells of.
    tells: fn(&str) -> bool,
    /// A combination without us that fails as well.
    pub(crate) between_others: Combination,
}

pub(crate) const KNOWN_FAILURES: [KnownFailure; 2] = [
    KnownFailure {
        why: "Apache's JSON in Python writes infinity and NaN unquoted, but expects them quoted",
        fails: |combination| {
            matches!(combination.service, Service::Conformance)
                && (combination.client.uses(APACHE) || combination.server.uses(APACHE))
                && combination.stack.protocol.is_json()
        },
        tells: |failure| {
            // By our client, or by a traceback.
            failure.contains(" 1 FAILED") && failure.contains("FAIL echoDouble, not finite")
                || failure.contains(", in not_finite\n")
        },
        between_others: Combination {
            service: Service::Conformance,
            client: Peer::Python(APACHE),
            server: Peer::Python(APACHE),
            stack: Stack::new(Socket::Tcp, Transport::Framed, Protocol::JSON),
        },
    },
    KnownFailure {
        why: "thriftpy2's JSON reads every message of a connection as if it were the first",
        fails: |combination| {
            combination.server.uses(THRIFTPY2) && combination.stack.protocol.is_json()
        },
        tells: |failure| {
            // By our client, or by one that takes the first answer for the second.
            failure.contains("answers no call that is in flight")
                || failure.contains("assert client.subtract(10, 4) == 6")
        },
        between_others: Combination {
            service: Service::Calculator,
            client: Peer::Python(APACHE),
            server: Peer::Python(THRIFTPY2),
            stack: Stack::new(Socket::Tcp, Transport::Framed, Protocol::JSON),
        },
    },
];

impl KnownFailure {
    /// What is known to fail in a combination.
    pub(crate) fn of(combination: &Combination) -> Option<&'static KnownFailure> {
        KNOWN_FAILURES.iter().find(|known| (known.fails)(combination))
    }

    /// Whether something failed, and it was this.
    pub(crate) fn is(&self, outcome: &Result<(), String>) -> bool {
        outcome.as_ref().is_err_and(|failure| (self.tells)(failure))
    }
}
