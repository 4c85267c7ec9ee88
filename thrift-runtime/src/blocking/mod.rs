//! The client and the server for programs without an async runtime.

mod address;
mod answering;
mod block_on;
mod builder;
mod channel;
mod client;
mod connection;
mod exchange;
mod lasting;
mod open;
mod pool;
mod reconnecting;
#[cfg(feature = "sasl")]
mod sasl;
mod server;
mod several;
mod shutdown;
mod socket;
mod stream;
#[cfg(feature = "tls")]
mod tls;
mod turns;

#[cfg(feature = "dynamic")]
pub(crate) use self::block_on::block_on;
#[cfg(feature = "tokio")]
pub(crate) use self::block_on::wake_at;
pub use self::{
    block_on::{BlockOn, NonBlocking},
    builder::BlockingClientBuilder,
    channel::{BlockingChannel, call, call_oneway},
    client::BlockingClient,
    pool::{BlockingPool, BlockingPoolBuilder},
    reconnecting::BlockingReconnecting,
    server::{BlockingServer, serve_blocking},
    shutdown::BlockingShutdownHandle,
};
