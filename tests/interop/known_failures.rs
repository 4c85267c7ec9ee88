//! What cannot work with a peer, shown by two peers that cannot do it with one another either.

use crate::{
    cell::{Cell, Service},
    matrix::{APACHE, THRIFTPY2},
    party::Party,
    way::{Protocol, Socket, Transport, Way},
};

/// Combinations that fail.
pub(crate) struct Known {
    pub(crate) why: &'static str,
    fails: fn(&Cell) -> bool,
    /// Whether that is all that a failure tells of.
    tells: fn(&str) -> bool,
    /// A combination without us that fails as well.
    pub(crate) between_others: Cell,
}

pub(crate) const KNOWN: [Known; 2] = [
    Known {
        why: "Apache's JSON in Python writes infinity and NaN unquoted, but expects them quoted",
        fails: |cell| {
            matches!(cell.service, Service::Conformance)
                && (cell.client.uses(APACHE) || cell.server.uses(APACHE))
                && cell.way.protocol.is_json()
        },
        tells: |failure| {
            // By our client, or by a traceback.
            failure.contains(" 1 FAILED") && failure.contains("FAIL echoDouble, not finite")
                || failure.contains(", in not_finite\n")
        },
        between_others: Cell {
            service: Service::Conformance,
            client: Party::Python(APACHE),
            server: Party::Python(APACHE),
            way: Way::new(Socket::Tcp, Transport::Framed, Protocol::JSON),
        },
    },
    Known {
        why: "thriftpy2's JSON takes every message of a connection for the first",
        fails: |cell| cell.server.uses(THRIFTPY2) && cell.way.protocol.is_json(),
        tells: |failure| {
            // By our client, or by one that takes the first answer for the second.
            failure.contains("answers no call that is in flight")
                || failure.contains("assert client.subtract(10, 4) == 6")
        },
        between_others: Cell {
            service: Service::Calculator,
            client: Party::Python(APACHE),
            server: Party::Python(THRIFTPY2),
            way: Way::new(Socket::Tcp, Transport::Framed, Protocol::JSON),
        },
    },
];

impl Known {
    /// What is known to fail in a combination.
    pub(crate) fn of(cell: &Cell) -> Option<&'static Known> {
        KNOWN.iter().find(|known| (known.fails)(cell))
    }

    /// Whether something failed, and it was this.
    pub(crate) fn is(&self, outcome: &Result<(), String>) -> bool {
        outcome.as_ref().is_err_and(|failure| (self.tells)(failure))
    }
}
