//! Servers and clients beside their peers', each table a command: `cargo run --release -p
//! thrift-bench-rpc -- TABLE`.
//!
//! The program under test and its counterpart are processes of their own, each on a core of its own,
//! and speak over loopback. Rounds are interleaved; what is shown is the median of a round's ratios
//! to raw tokio, which echoes the same bytes. `versus` shows another build of this program instead.

mod blobs;
mod clients;
mod http2;
mod load;
mod oneways;
mod peers;
mod process;
mod scale;
mod servers;
mod tables;
mod versus;
mod wire;

/// What a client of a service echoes at once: how many connections, and calls in flight on each.
#[derive(Debug, Clone, Copy)]
struct Shape {
    connections: usize,
    in_flight: usize,
}

const MANY: Shape = Shape { connections: 64, in_flight: 1 };
const PIPELINED: Shape = Shape { connections: 1, in_flight: 64 };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["server", ref libraries @ ..] => tables::servers(libraries),
        ["client", ref libraries @ ..] => tables::clients(libraries),
        ["connections"] => scale::connections(),
        ["sizes"] => scale::sizes(),
        ["blobs"] => blobs::blobs(),
        ["idle"] => scale::idle(),
        ["versus", other] => versus::versus(other.as_ref()),
        // What the tables start: a server, raw load on a server, a client with its own load.
        ["serve", library, framing] => servers::run(library, framing.parse().unwrap()),
        ["load", address, server, peer, connections, in_flight] => {
            let shape = shape(connections, in_flight);
            load::run(address.parse().unwrap(), server.parse().unwrap(), peer, shape);
        }
        ["call", address, library, framing, connections, in_flight] => {
            let shape = shape(connections, in_flight);
            clients::run(library, address.parse().unwrap(), framing.parse().unwrap(), shape);
        }
        ["load-oneway", address, server, framing, in_flight] => {
            let (address, server) = (address.parse().unwrap(), server.parse().unwrap());
            oneways::load(address, server, framing.parse().unwrap(), in_flight.parse().unwrap());
        }
        ["call-oneway", address, framing, in_flight] => {
            let (address, framing) = (address.parse().unwrap(), framing.parse().unwrap());
            oneways::call(address, framing, in_flight.parse().unwrap());
        }
        ["hold", address, count] => {
            scale::hold(address.parse().unwrap(), count.parse().unwrap());
        }
        ["echo", address, library, framing, size] => {
            let (address, framing) = (address.parse().unwrap(), framing.parse().unwrap());
            blobs::echo(address, library, framing, size.parse().unwrap());
        }
        _ => {
            eprintln!(
                "one of: server [LIBRARY ...], client [LIBRARY ...], connections, sizes, blobs, idle, \
                 versus BINARY"
            );
            std::process::exit(2);
        }
    }
}

fn shape(connections: &str, in_flight: &str) -> Shape {
    Shape { connections: connections.parse().unwrap(), in_flight: in_flight.parse().unwrap() }
}

/// A runtime for one core.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
