//! Compression by zlib: of single messages, and of streams.

mod inflow;
#[cfg(feature = "header")]
mod message;
mod outflow;
mod stream;
#[cfg(test)]
mod tests;

use std::{fmt::Display, future::Future as _, io, pin::pin, task::Context};

use tokio::task::coop::consume_budget;

#[cfg(feature = "header")]
pub(crate) use self::message::{Deflating, Inflating};
pub(crate) use self::stream::ZlibStream;
use crate::error::Error;

/// Takes units from the task's budget, as far as it has them.
fn spend(cx: &mut Context<'_>, units: usize) {
    for _ in 0..units {
        if pin!(consume_budget()).poll(cx).is_pending() {
            break;
        }
    }
}

/// The error for a stream that cannot be inflated.
#[cold]
fn broken(reason: impl Display) -> io::Error {
    let text = format!("the peer sent an invalid zlib stream ({reason})");
    io::Error::new(io::ErrorKind::InvalidData, Error::malformed(text))
}
