//! Layers that come with the library.
//!
//! | | around a [`Processor`](crate::Processor) | around a [`Channel`](crate::Channel) |
//! | --- | --- | --- |
//! | [`Authorize`] | lets in only callers that a function knows | |
//! | [`AccessLog`] | a line for each call | |
#![cfg_attr(
    feature = "tokio",
    doc = "| [`Deadline`] | gives up what takes too long | tells the server how long it may take |"
)]
//!
//! [`guide::middleware`](crate::guide::middleware) shows how to write others.

mod access_log;
mod authorize;
#[cfg(feature = "tokio")]
mod deadline;

#[cfg(feature = "tokio")]
pub use self::deadline::Deadline;
pub use self::{
    access_log::{Access, AccessLog},
    authorize::{Authorize, Identity},
};
