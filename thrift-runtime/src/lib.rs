#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]
#![cfg_attr(thrift_runtime_safe, forbid(unsafe_code))]

#[cfg(all(feature = "gssapi", thrift_runtime_safe))]
compile_error!(
    "the feature `gssapi` calls a library of C, for which `thrift_runtime_safe` has no place"
);

#[allow(unused_extern_crates)]
extern crate self as thrift_runtime;

#[cfg(feature = "dynamic")]
pub mod dynamic;
pub mod guide;
#[cfg(feature = "serde")]
pub mod idl;
pub mod middleware;
pub mod protocol;
#[cfg(all(feature = "sasl", any(feature = "blocking", feature = "tokio")))]
pub mod sasl;
pub mod schema;
#[cfg(any(feature = "metrics", feature = "tracing"))]
pub mod telemetry;
#[cfg(all(feature = "tls", any(feature = "blocking", feature = "tokio")))]
pub mod tls;
pub mod value;

#[cfg(feature = "blocking")]
mod blocking;
mod call;
#[cfg(feature = "tokio")]
mod client;
mod error;
mod fast;
mod health;
#[cfg(feature = "tower")]
#[path = "tower/mod.rs"]
pub mod layers;
#[cfg(feature = "tokio")]
mod server;
#[cfg(any(feature = "blocking", feature = "tokio"))]
mod serving;
#[cfg(any(feature = "blocking", feature = "tokio"))]
mod transport;
#[cfg(feature = "header")]
pub mod ttheader;
#[cfg(feature = "tokio")]
mod udp;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use bytes::Bytes;
pub use ordered_float::OrderedFloat;
pub use uuid::Uuid;

/// Generates Rust code for a `.thrift` file. [`guide::options`] lists the options.
#[macro_export]
macro_rules! thrift {
    ($($arguments:tt)*) => {
        $crate::__private::thrift! { [$crate] $($arguments)* }
    };
}

/// Derives the wire form of an enum whose variants hold nothing, or of a newtype around an `i32`;
/// see [`guide::derive`].
pub use thrift_macros::ThriftEnum;
/// Derives the wire form of a struct that is an error; see [`guide::derive`].
pub use thrift_macros::ThriftException;
/// Derives the wire form of a struct; see [`guide::derive`].
pub use thrift_macros::ThriftStruct;
/// Derives the wire form of an enum with one value in each variant; see [`guide::derive`].
pub use thrift_macros::ThriftUnion;

#[cfg(feature = "blocking")]
pub use self::blocking::{
    BlockOn, BlockingChannel, BlockingClient, BlockingClientBuilder, BlockingPool,
    BlockingPoolBuilder, BlockingReconnecting, BlockingServer, BlockingShutdownHandle, NonBlocking,
    serve_blocking,
};
#[cfg(feature = "compact")]
pub use self::protocol::CompactProtocol;
#[cfg(feature = "json")]
pub use self::protocol::JsonProtocol;
#[cfg(any(feature = "blocking", feature = "tokio"))]
pub use self::serving::{ConnectionOptions, Timeouts};
#[cfg(any(feature = "blocking", feature = "tokio"))]
pub use self::transport::{Framing, socket_options::SocketOptions};
#[cfg(feature = "arbitrary")]
pub use self::value::arbitrary::arbitrary_value;
#[cfg(feature = "http")]
pub use self::{
    call::Paths,
    client::HttpClient,
    server::{HttpBody, HttpService},
    transport::media_type::ContentType,
};
pub use self::{
    call::{
        Answered, Arguments, BoxChannel, BoxProcessor, Call, Cancelled, Channel, CloseReason,
        Connection, Context, Encoded, Event, Exchange, Extensions, Headers, Inspect, Method,
        Multiplexed, Observer, Outcome, Overload, PeerAddr, Processed, Processor, Refusal, Request,
        Response,
    },
    error::{ApplicationErrorKind, ApplicationException, Delivery, Error, ErrorKind, Result},
    health::{Health, HealthStatus, WithHealth},
    protocol::{AnyProtocol, BinaryProtocol, Limits, Protocol},
    value::{ByteStr, LossyStr, Str, Value},
};
#[cfg(feature = "tokio")]
pub use self::{
    client::{Client, ClientBuilder, Reconnecting},
    server::{Server, ShutdownHandle, serve, serve_connection, serve_connection_until},
    udp::{UdpClient, UdpServer, serve_udp},
};
