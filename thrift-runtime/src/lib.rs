#![doc = include_str!("../../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "tokio"), allow(dead_code))]

#[allow(unused_extern_crates)]
extern crate self as thrift_runtime;

pub mod protocol;
pub mod value;

mod channel;
#[cfg(feature = "tokio")]
mod client;
mod context;
mod error;
mod processor;
#[cfg(feature = "tokio")]
mod server;
#[cfg(feature = "tokio")]
mod transport;

pub use bytes::Bytes;
pub use ordered_float::OrderedFloat;
pub use uuid::Uuid;

pub use self::{
    channel::Channel,
    context::Context,
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind, Result},
    processor::{Answer, Call, Processed, Processor},
    protocol::{BinaryProtocol, Limits, Protocol},
};
#[cfg(feature = "tokio")]
pub use self::{
    client::{Client, ClientBuilder},
    server::{ConnectionOptions, Server, ShutdownHandle, serve, serve_connection},
    transport::Framing,
};
