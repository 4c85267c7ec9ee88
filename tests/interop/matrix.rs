//! What is tried, and with whom.

use crate::{
    cell::{Cell, Service},
    party::{Party, PythonParty},
    way::{Protocol, Socket, Transport, Way},
};

const SERVICES: [Service; 4] =
    [Service::Message, Service::Derived, Service::Calculator, Service::Conformance];

pub(crate) const APACHE: PythonParty = PythonParty {
    library: "apache",
    server_type: "threaded",
    protocols: &[
        Protocol::BINARY,
        Protocol::BINARY_NON_STRICT,
        Protocol::BINARY_ACCELERATED,
        Protocol::COMPACT,
        Protocol::COMPACT_ACCELERATED,
        Protocol::JSON,
        Protocol::MULTI,
        Protocol::MULTIC,
        Protocol::MULTIJ,
    ],
    has: |_| true,
};
pub(crate) const THRIFTPY2: PythonParty = PythonParty {
    library: "thriftpy",
    server_type: "threaded",
    protocols: &[
        Protocol::BINARY,
        Protocol::BINARY_NON_STRICT,
        Protocol::BINARY_PYTHON,
        Protocol::COMPACT,
        Protocol::JSON,
        Protocol::MULTI,
        Protocol::MULTIC,
        Protocol::MULTIJ,
    ],
    has: |way| matches!(way.transport, Transport::Buffered | Transport::Framed | Transport::Http),
};
/// Its server for HTTP takes no TLS.
const THRIFTPY2_SERVER: PythonParty = PythonParty {
    has: |way| {
        (THRIFTPY2.has)(way) && (way.transport, way.socket) != (Transport::Http, Socket::Tls)
    },
    ..THRIFTPY2
};
/// Servers that serve one connection at a time.
const APACHE_SIMPLE: PythonParty =
    PythonParty { server_type: "simple", protocols: &[Protocol::BINARY], has: |_| false, ..APACHE };
const THRIFTPY2_SIMPLE: PythonParty = PythonParty {
    server_type: "simple",
    protocols: &[Protocol::BINARY],
    has: |_| false,
    ..THRIFTPY2
};

/// What is tried beside every protocol over TCP.
const OTHER_WAYS: [Way; 20] = [
    Way::new(Socket::Unix, Transport::Buffered, Protocol::BINARY),
    Way::new(Socket::Unix, Transport::Framed, Protocol::COMPACT),
    Way::new(Socket::Tls, Transport::Buffered, Protocol::BINARY),
    Way::new(Socket::Tls, Transport::Buffered, Protocol::MULTIC),
    Way::new(Socket::Tls, Transport::Framed, Protocol::BINARY),
    Way::new(Socket::Tls, Transport::Framed, Protocol::COMPACT),
    Way::new(Socket::MutualTls, Transport::Buffered, Protocol::BINARY),
    Way::new(Socket::MutualTls, Transport::Framed, Protocol::COMPACT),
    Way::new(Socket::Tcp, Transport::Http, Protocol::BINARY),
    Way::new(Socket::Tcp, Transport::Http, Protocol::COMPACT),
    Way::new(Socket::Tcp, Transport::Http, Protocol::MULTI),
    Way::new(Socket::Tls, Transport::Http, Protocol::BINARY),
    Way::new(Socket::Tcp, Transport::Zlib, Protocol::BINARY),
    Way::new(Socket::Tcp, Transport::Zlib, Protocol::COMPACT),
    Way::new(Socket::Tls, Transport::Zlib, Protocol::BINARY),
    Way::new(Socket::Tcp, Transport::Header, Protocol::BINARY),
    Way::new(Socket::Tcp, Transport::Header, Protocol::COMPACT),
    Way::new(Socket::Tcp, Transport::Header, Protocol::MULTI),
    Way::new(Socket::Tls, Transport::Header, Protocol::BINARY),
    Way::new(Socket::Tcp, Transport::HeaderZlib, Protocol::BINARY),
];

/// What is tried with our ends that need no async runtime.
const BLOCKING_WAYS: [Way; 9] = [
    Way::new(Socket::Tcp, Transport::Buffered, Protocol::BINARY),
    Way::new(Socket::Tcp, Transport::Framed, Protocol::BINARY),
    Way::new(Socket::Tcp, Transport::Buffered, Protocol::COMPACT),
    Way::new(Socket::Tcp, Transport::Framed, Protocol::COMPACT),
    Way::new(Socket::Tcp, Transport::Framed, Protocol::MULTI),
    Way::new(Socket::Unix, Transport::Buffered, Protocol::BINARY),
    Way::new(Socket::Tls, Transport::Buffered, Protocol::BINARY),
    Way::new(Socket::Tls, Transport::Framed, Protocol::COMPACT),
    Way::new(Socket::MutualTls, Transport::Framed, Protocol::BINARY),
];

/// All that is tried with clients in Python.
pub(crate) fn clients_in_python() -> Vec<Cell> {
    let of = |peer| {
        let client = Party::Python(peer);
        [cells(client, Party::Ours, peer), blocking_cells(client, Party::Blocking)].concat()
    };
    [APACHE, THRIFTPY2].into_iter().flat_map(of).collect()
}

/// All that is tried with servers in Python.
pub(crate) fn servers_in_python() -> Vec<Cell> {
    let of = |peer| cells(Party::Ours, Party::Python(peer), peer);
    let blocking = |peer| blocking_cells(Party::Blocking, Party::Python(peer));
    let cells =
        [APACHE, APACHE_SIMPLE, THRIFTPY2_SERVER, THRIFTPY2_SIMPLE].into_iter().flat_map(of);
    cells.chain([APACHE, THRIFTPY2_SERVER].into_iter().flat_map(blocking)).collect()
}

/// What is tried where the server demands a certificate of its clients.
pub(crate) fn with_client_certificates() -> Vec<Cell> {
    let mut cells = [clients_in_python(), servers_in_python()].concat();
    cells.retain(|cell| cell.way.socket == Socket::MutualTls);
    cells
}

fn blocking_cells(client: Party, server: Party) -> Vec<Cell> {
    let services = [Service::Message, Service::Calculator];
    let of = |way| services.map(|service| Cell { service, client, server, way });
    BLOCKING_WAYS.into_iter().flat_map(of).collect()
}

fn cells(client: Party, server: Party, peer: PythonParty) -> Vec<Cell> {
    let mut cells = Vec::new();
    for &protocol in peer.protocols {
        for transport in [Transport::Buffered, Transport::Framed] {
            let way = Way::new(Socket::Tcp, transport, protocol);
            cells.extend(SERVICES.map(|service| Cell { service, client, server, way }));
        }
    }
    for way in OTHER_WAYS.into_iter().filter(|way| (peer.has)(*way)) {
        let services = [Service::Message, Service::Headers, Service::Conformance];
        cells.extend(services.map(|service| Cell { service, client, server, way }));
    }
    cells.retain(is_tried);
    cells
}

fn is_tried(cell: &Cell) -> bool {
    let Cell { service, client, server: _, way } = cell;
    // It reads a byte at a time, and cannot write sets.
    let thriftpy2_json = client.uses(THRIFTPY2) && way.protocol.is_json();
    match service {
        Service::Message => !thriftpy2_json,
        // What is derived is no other in a multiplexed call.
        Service::Derived => !thriftpy2_json && !way.protocol.multiplexed,
        Service::Calculator => true,
        Service::Headers => match way.transport {
            Transport::Header | Transport::HeaderZlib => true,
            // The servers in Python keep them from their handlers.
            Transport::Http => matches!(client, Party::Python(_)),
            Transport::Buffered | Transport::Framed | Transport::Zlib => false,
        },
        Service::Conformance => match client {
            Party::Ours => way.flags().is_some(),
            Party::Blocking => false,
            Party::Python(_) => !thriftpy2_json,
        },
    }
}
