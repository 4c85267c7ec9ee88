//! What a seed picks.

mod orders;
mod weather;

use std::time::Duration;

use thrift_runtime::{AnyProtocol, BinaryProtocol, CompactProtocol, Framing, JsonProtocol};

pub(crate) use self::orders::{Conclusion, Method, Order, Patience};
use crate::{random::Random, wire::Conduct};

/// More than either side of a TLS handshake sends at once.
const HANDSHAKE: usize = 8 << 10;

/// A conversation, as far as it can be planned.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) dialect: Dialect,
    /// How many calls the server answers at once.
    pub(crate) concurrent_calls: usize,
    pub(crate) max_in_flight: usize,
    pub(crate) client_middleware: bool,
    pub(crate) processor: ProcessorKind,
    pub(crate) to_server: Conduct,
    pub(crate) to_client: Conduct,
    pub(crate) end: End,
    /// Whether the client is dropped as soon as its calls are done.
    pub(crate) hasty: bool,
    /// All calls, in the order of their numbers.
    pub(crate) orders: Vec<Order>,
    /// The numbers of each caller's calls.
    pub(crate) callers: Vec<Vec<usize>>,
    /// Draws what the wire does.
    pub(crate) random: Random,
}

/// How both sides speak.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    pub(crate) protocol: AnyProtocol,
    pub(crate) framing: Framing,
    /// Whether the connection is compressed.
    pub(crate) zlib: bool,
    /// Whether messages in THeader's frames are.
    pub(crate) zlib_transform: bool,
    pub(crate) tls: bool,
}

/// What the server has for a processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProcessorKind {
    Generated,
    PerCall,
    Boxed,
    Middleware,
}

/// How a conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// When all calls are done.
    Peaceful,
    /// A direction breaks, where its conduct says.
    Broken,
    /// The connection is reset.
    Reset(Duration),
    /// The server shuts down.
    Shutdown(Duration),
    /// The server's task is aborted.
    ServerGone(Duration),
    /// The callers' tasks are aborted, while the connection goes on.
    CallersGone(Duration),
}

impl Plan {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let dialect = Dialect::pick(&mut random);
        let (orders, callers) = orders::pick(&mut random);
        let end = End::pick(&mut random);
        let (mut to_server, mut to_client) =
            weather::pick(&mut random, orders::traffic(&orders), end);
        if dialect.tls {
            // In a handshake, rustls does not read while it cannot write.
            to_server.capacity = to_server.capacity.max(HANDSHAKE);
            to_client.capacity = to_client.capacity.max(HANDSHAKE);
        }
        Plan {
            dialect,
            concurrent_calls: match random.below(4) {
                0 | 1 => 1,
                2 => 2 + random.below(7) as usize,
                _ => 100,
            },
            max_in_flight: match random.below(3) {
                0 => 1,
                1 => 2 + random.below(7) as usize,
                _ => 10_000,
            },
            client_middleware: random.percent(30),
            processor: match random.below(8) {
                0 => ProcessorKind::PerCall,
                1 => ProcessorKind::Boxed,
                2 | 3 => ProcessorKind::Middleware,
                _ => ProcessorKind::Generated,
            },
            to_server,
            to_client,
            end,
            hasty: random.percent(30),
            orders,
            callers,
            random,
        }
    }

    /// How long it may take if nothing breaks. Only waiting takes time.
    pub(crate) fn longest(&self) -> Duration {
        let waits = self.orders.iter().map(|order| order.thought + order.pause);
        let ways = [&self.to_server, &self.to_client].into_iter();
        let ways = ways.map(|way| way.delays + way.stop.map_or(Duration::ZERO, |(_, stop)| stop));
        waits.chain(ways).sum::<Duration>() + Duration::from_secs(1)
    }
}

impl Dialect {
    fn pick(random: &mut Random) -> Self {
        let protocol = match random.below(20) {
            0..7 => BinaryProtocol::STRICT.into(),
            7..10 => BinaryProtocol::NON_STRICT.into(),
            10..15 => CompactProtocol.into(),
            _ => JsonProtocol.into(),
        };
        let framing = match random.below(10) {
            0..4 => Framing::Buffered,
            4..8 => Framing::Framed,
            _ => Framing::Header,
        };
        Dialect {
            protocol,
            framing,
            zlib: random.percent(10),
            zlib_transform: framing == Framing::Header && random.percent(30),
            tls: random.percent(3),
        }
    }
}

impl End {
    fn pick(random: &mut Random) -> Self {
        let at = Duration::from_millis(random.skewed(500));
        match random.below(100) {
            0..50 => End::Peaceful,
            50..68 => End::Broken,
            68..73 => End::Reset(at),
            73..88 => End::Shutdown(at),
            88..94 => End::ServerGone(at),
            _ => End::CallersGone(at),
        }
    }
}
