//! What is tried, and with whom.

use crate::{
    combination::{Combination, Service},
    peer::{Peer, PythonPeer},
    stack::{Protocol, Socket, Stack, Transport},
};

const SERVICES: [Service; 4] =
    [Service::Message, Service::Derived, Service::Calculator, Service::Conformance];

pub(crate) const APACHE: PythonPeer = PythonPeer {
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
pub(crate) const THRIFTPY2: PythonPeer = PythonPeer {
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
    has: |stack| {
        matches!(stack.transport, Transport::Buffered | Transport::Framed | Transport::Http)
    },
};
/// Its server for HTTP takes no TLS.
const THRIFTPY2_SERVER: PythonPeer = PythonPeer {
    has: |stack| {
        (THRIFTPY2.has)(stack) && (stack.transport, stack.socket) != (Transport::Http, Socket::Tls)
    },
    ..THRIFTPY2
};
/// Servers that serve one connection at a time.
const APACHE_SIMPLE: PythonPeer =
    PythonPeer { server_type: "simple", protocols: &[Protocol::BINARY], has: |_| false, ..APACHE };
const THRIFTPY2_SIMPLE: PythonPeer = PythonPeer {
    server_type: "simple",
    protocols: &[Protocol::BINARY],
    has: |_| false,
    ..THRIFTPY2
};

/// What is tried beside every protocol over TCP.
const OTHER_STACKS: [Stack; 27] = [
    Stack::new(Socket::Unix, Transport::Buffered, Protocol::BINARY),
    Stack::new(Socket::Unix, Transport::Framed, Protocol::COMPACT),
    Stack::new(Socket::Tls, Transport::Buffered, Protocol::BINARY),
    Stack::new(Socket::Tls, Transport::Buffered, Protocol::MULTIC),
    Stack::new(Socket::Tls, Transport::Framed, Protocol::BINARY),
    Stack::new(Socket::Tls, Transport::Framed, Protocol::COMPACT),
    Stack::new(Socket::MutualTls, Transport::Buffered, Protocol::BINARY),
    Stack::new(Socket::MutualTls, Transport::Framed, Protocol::COMPACT),
    Stack::new(Socket::Tcp, Transport::Http, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::Http, Protocol::COMPACT),
    Stack::new(Socket::Tcp, Transport::Http, Protocol::MULTI),
    Stack::new(Socket::Tls, Transport::Http, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::Zlib, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::Zlib, Protocol::COMPACT),
    Stack::new(Socket::Tls, Transport::Zlib, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::Header, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::Header, Protocol::COMPACT),
    Stack::new(Socket::Tcp, Transport::Header, Protocol::MULTI),
    Stack::new(Socket::Tls, Transport::Header, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::HeaderZlib, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::HeaderFramed, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::HeaderFramed, Protocol::COMPACT),
    Stack::new(Socket::Tcp, Transport::HeaderHttp, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::HeaderHttp, Protocol::COMPACT),
    Stack::new(Socket::Tcp, Transport::Sasl, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::Sasl, Protocol::COMPACT),
    Stack::new(Socket::Tls, Transport::Sasl, Protocol::BINARY),
];

/// What is tried with our ends that need no async runtime.
const BLOCKING_STACKS: [Stack; 12] = [
    Stack::new(Socket::Tcp, Transport::Buffered, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::Framed, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::Buffered, Protocol::COMPACT),
    Stack::new(Socket::Tcp, Transport::Framed, Protocol::COMPACT),
    Stack::new(Socket::Tcp, Transport::Framed, Protocol::MULTI),
    Stack::new(Socket::Unix, Transport::Buffered, Protocol::BINARY),
    Stack::new(Socket::Tls, Transport::Buffered, Protocol::BINARY),
    Stack::new(Socket::Tls, Transport::Framed, Protocol::COMPACT),
    Stack::new(Socket::MutualTls, Transport::Framed, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::Sasl, Protocol::BINARY),
    Stack::new(Socket::Tcp, Transport::Sasl, Protocol::COMPACT),
    Stack::new(Socket::Tls, Transport::Sasl, Protocol::BINARY),
];

/// All that is tried with clients in Python.
pub(crate) fn clients_in_python() -> Vec<Combination> {
    let of = |peer| {
        let client = Peer::Python(peer);
        let blocking = blocking_combinations(client, Peer::Blocking, peer);
        let dynamic = dynamic_combinations(client, Peer::Dynamic, peer);
        let code_first = code_first_combinations(client, Peer::CodeFirst, peer);
        let both = blocking_combinations(client, Peer::CodeFirstBlocking, peer);
        [combinations(client, Peer::Ours, peer), blocking, dynamic, code_first, both].concat()
    };
    [APACHE, THRIFTPY2].into_iter().flat_map(of).collect()
}

/// All that is tried with servers in Python.
pub(crate) fn servers_in_python() -> Vec<Combination> {
    let of = |peer| combinations(Peer::Ours, Peer::Python(peer), peer);
    let blocking = |peer| blocking_combinations(Peer::Blocking, Peer::Python(peer), peer);
    let combinations =
        [APACHE, APACHE_SIMPLE, THRIFTPY2_SERVER, THRIFTPY2_SIMPLE].into_iter().flat_map(of);
    let dynamic = |peer| dynamic_combinations(Peer::Dynamic, Peer::Python(peer), peer);
    let code_first = |peer| {
        let server = Peer::Python(peer);
        let blocking = blocking_combinations(Peer::CodeFirstBlocking, server, peer);
        [code_first_combinations(Peer::CodeFirst, server, peer), blocking].concat()
    };
    combinations
        .chain([APACHE, THRIFTPY2_SERVER].into_iter().flat_map(code_first))
        .chain([APACHE, THRIFTPY2_SERVER].into_iter().flat_map(blocking))
        .chain([APACHE, THRIFTPY2_SERVER].into_iter().flat_map(dynamic))
        .collect()
}

/// What is tried where the server demands a certificate of its clients.
pub(crate) fn with_client_certificates() -> Vec<Combination> {
    let mut combinations = [clients_in_python(), servers_in_python()].concat();
    combinations.retain(|combination| combination.stack.socket == Socket::MutualTls);
    combinations
}

fn blocking_combinations(client: Peer, server: Peer, peer: PythonPeer) -> Vec<Combination> {
    let services = [Service::Message, Service::Calculator];
    let of = |stack| services.map(|service| Combination { service, client, server, stack });
    BLOCKING_STACKS.into_iter().filter(|stack| (peer.has)(*stack)).flat_map(of).collect()
}

/// Our ends without generated types, in every protocol.
fn dynamic_combinations(client: Peer, server: Peer, peer: PythonPeer) -> Vec<Combination> {
    let services = [Service::Message, Service::Calculator, Service::Conformance];
    in_every_protocol(&services, client, server, peer)
}

/// Our ends of services that are written in Rust, in every protocol.
fn code_first_combinations(client: Peer, server: Peer, peer: PythonPeer) -> Vec<Combination> {
    in_every_protocol(&[Service::Message, Service::Calculator], client, server, peer)
}

fn in_every_protocol(
    services: &[Service],
    client: Peer,
    server: Peer,
    peer: PythonPeer,
) -> Vec<Combination> {
    let stacks = peer.protocols.iter().flat_map(|&protocol| {
        [Transport::Buffered, Transport::Framed]
            .map(|transport| Stack::new(Socket::Tcp, transport, protocol))
    });
    let of =
        |stack| services.iter().map(move |&service| Combination { service, client, server, stack });
    stacks.flat_map(of).filter(is_tried).collect()
}

fn combinations(client: Peer, server: Peer, peer: PythonPeer) -> Vec<Combination> {
    let mut combinations = Vec::new();
    for &protocol in peer.protocols {
        for transport in [Transport::Buffered, Transport::Framed] {
            let stack = Stack::new(Socket::Tcp, transport, protocol);
            combinations.extend(SERVICES.map(|service| Combination {
                service,
                client,
                server,
                stack,
            }));
        }
    }
    for stack in OTHER_STACKS.into_iter().filter(|stack| (peer.has)(*stack)) {
        let services = [Service::Message, Service::Headers, Service::Conformance];
        combinations.extend(services.map(|service| Combination { service, client, server, stack }));
    }
    combinations.retain(is_tried);
    combinations
}

fn is_tried(combination: &Combination) -> bool {
    let Combination { service, client, server, stack } = combination;
    // It reads a byte at a time, and cannot write sets.
    let thriftpy2_json = client.uses(THRIFTPY2) && stack.protocol.is_json();
    match service {
        Service::Message => !thriftpy2_json,
        // What is derived is no other in a multiplexed call.
        Service::Derived => !thriftpy2_json && !stack.protocol.multiplexed,
        Service::Calculator => true,
        Service::Headers => match stack.transport {
            Transport::Header
            | Transport::HeaderZlib
            | Transport::HeaderFramed
            | Transport::HeaderHttp => true,
            // The servers in Python keep them from their handlers.
            Transport::Http => matches!(client, Peer::Python(_)),
            Transport::Buffered | Transport::Framed | Transport::Zlib | Transport::Sasl => false,
        },
        Service::Conformance => match client {
            // These close the connection where they have no such method, of which a client behind
            // another one hears otherwise.
            Peer::Dynamic if server.uses(THRIFTPY2) => {
                stack.flags().is_some() && !stack.protocol.is_json() && !stack.protocol.multiplexed
            }
            Peer::Ours | Peer::Dynamic => stack.flags().is_some(),
            Peer::Blocking | Peer::CodeFirst | Peer::CodeFirstBlocking => false,
            // Our server is a program without it.
            Peer::Python(_) => !thriftpy2_json && stack.transport != Transport::Sasl,
        },
    }
}
