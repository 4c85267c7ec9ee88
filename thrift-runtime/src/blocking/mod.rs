//! The client and the server for programs without an async runtime.

mod address;
mod builder;
mod channel;
mod client;
mod connection;
mod lasting;
mod reconnecting;
mod server;
mod shutdown;
mod socket;
mod stream;
#[cfg(feature = "tls")]
mod tls;
mod turns;

pub use self::{
    builder::BlockingClientBuilder,
    channel::{BlockOn, BlockingChannel, NonBlocking, call, call_oneway},
    client::BlockingClient,
    reconnecting::BlockingReconnecting,
    server::{BlockingServer, serve_blocking},
    shutdown::BlockingShutdownHandle,
};
