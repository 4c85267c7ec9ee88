//! The client and the server for programs without an async runtime.

mod address;
mod builder;
mod channel;
mod client;
mod connection;
mod open;
mod server;
mod shutdown;
mod socket;
mod stream;
#[cfg(feature = "tls")]
mod tls;

pub use self::{
    builder::BlockingClientBuilder,
    channel::{BlockOn, BlockingChannel, NonBlocking, call, call_oneway},
    client::BlockingClient,
    server::{BlockingServer, serve_blocking},
    shutdown::BlockingShutdownHandle,
};
