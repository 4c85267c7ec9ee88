#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "tokio"), allow(dead_code))]

#[allow(unused_extern_crates)]
extern crate self as thrift_runtime;

pub mod derive;
pub mod protocol;
pub mod value;

mod channel;
#[cfg(feature = "tokio")]
mod client;
mod context;
mod error;
mod method;
mod multiplexed;
mod processor;
#[cfg(feature = "tokio")]
mod server;
#[cfg(feature = "tokio")]
mod transport;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use bytes::Bytes;
pub use ordered_float::OrderedFloat;
pub use uuid::Uuid;

/// Generates Rust code for a `.thrift` file.
#[macro_export]
macro_rules! thrift {
    ($($arguments:tt)*) => {
        $crate::__private::thrift! { [$crate] $($arguments)* }
    };
}

#[cfg(feature = "compact")]
pub use self::protocol::CompactProtocol;
#[cfg(feature = "json")]
pub use self::protocol::JsonProtocol;
#[cfg(feature = "arbitrary")]
pub use self::value::arbitrary::arbitrary_value;
pub use self::{
    channel::Channel,
    context::Context,
    derive::{ThriftEnum, ThriftException, ThriftStruct, ThriftUnion},
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind, Result},
    multiplexed::Multiplexed,
    processor::{Call, Processed, Processor},
    protocol::{AnyProtocol, BinaryProtocol, Limits, Protocol},
    value::{Str, Value},
};
#[cfg(feature = "tokio")]
pub use self::{
    client::{Client, ClientBuilder},
    server::{ConnectionOptions, Server, ShutdownHandle, serve, serve_connection},
    transport::Framing,
};
