//! GSSAPI: Kerberos 5 (RFC 4752).
//!
//! Files, from the bottom up: `library/` calls the library of C, which is loaded at run time;
//! `context.rs` is either side of a context; `client.rs` and `server.rs` negotiate over one; and
//! `initiate.rs` and `accept.rs` are the mechanisms with their settings.

mod accept;
mod client;
mod context;
mod initiate;
mod install;
mod layer;
mod library;
mod negotiation;
mod peer;
mod principal;
mod quality;
mod server;
mod status;
mod store;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use self::quality::{Choice, Offer};
pub use self::{accept::GssapiServer, initiate::Gssapi, peer::KerberosPeer, quality::Quality};

const NAME: &str = "GSSAPI";

/// The qualities that a side takes.
type Qualities = RangeInclusive<Quality>;
