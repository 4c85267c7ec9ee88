//! A request that can wait, be copied, and be sent from elsewhere.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use super::{Encoded, Extensions, Headers, Method, More, Request};
use crate::{
    error::{Delivery, Error, ErrorKind, Result},
    protocol::Protocol,
};

/// A call on its way out that borrows nothing, with its arguments as bytes: what a
/// [`tower::Service`](tower_service::Service) gets.
///
/// Layers may add to it, hold it back, and send copies of it.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until a service is called with it"]
pub struct OwnedRequest {
    method: Method,
    arguments: Encoded,
    idempotent: bool,
    more: Option<Box<More>>,
    sendings: Arc<Sendings>,
}

impl<P: Protocol> Request<'_, P> {
    /// The same request, with its arguments as bytes.
    ///
    /// # Errors
    ///
    /// If they cannot be written in this protocol.
    pub fn owned(&self, protocol: P) -> Result<OwnedRequest> {
        self.clone().into_owned(protocol)
    }

    /// The same request, with its arguments as bytes, which takes along all that was added to it.
    pub(crate) fn into_owned(self, protocol: P) -> Result<OwnedRequest> {
        Ok(OwnedRequest {
            method: self.method.clone(),
            arguments: self.encode(protocol)?,
            idempotent: self.idempotent,
            more: self.more,
            sendings: Arc::default(),
        })
    }
}

impl OwnedRequest {
    /// A call of a method with these arguments.
    pub fn new(method: &Method, arguments: Encoded) -> Self {
        let (method, idempotent) = (method.clone(), method.is_idempotent());
        OwnedRequest { method, arguments, idempotent, more: None, sendings: Arc::default() }
    }

    /// The request that a [`Channel`](crate::Channel) takes.
    pub fn as_request<P: Protocol>(&self) -> Request<'_, P> {
        self.request_with(self.more.clone())
    }

    /// The same request to be sent, which takes along all that was added to it.
    pub(crate) fn lend<P: Protocol>(&mut self) -> Request<'_, P> {
        let more = mem::take(&mut self.more);
        self.request_with(more)
    }

    fn request_with<P: Protocol>(&self, more: Option<Box<More>>) -> Request<'_, P> {
        let OwnedRequest { method, arguments, idempotent, .. } = self;
        Request { method, arguments, idempotent: *idempotent, more }
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The arguments.
    pub fn arguments(&self) -> &Encoded {
        &self.arguments
    }

    /// Whether it is never answered.
    pub fn is_oneway(&self) -> bool {
        self.method.is_oneway()
    }

    request_details!();

    /// What became of it and its copies.
    pub(crate) fn sendings(&self) -> &Arc<Sendings> {
        &self.sendings
    }
}

/// How many times a request was sent, with its copies, so that a server may have processed it.
///
/// It tells what a layer's own error does not: whether there was a call at all.
#[derive(Debug, Default)]
pub(crate) struct Sendings(AtomicUsize);

/// It is not to be sent any more.
const GIVEN_UP: usize = usize::MAX;

impl Sendings {
    /// Counts one that begins.
    ///
    /// # Errors
    ///
    /// If the caller has been told that the request was not sent.
    pub(crate) fn begin(&self) -> Result<()> {
        let more = |count| (count != GIVEN_UP).then(|| count + 1);
        match self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, more) {
            Ok(_) => Ok(()),
            Err(_) => {
                Err(Error::new(ErrorKind::Closed, "the request was abandoned by its caller")
                    .not_sent())
            }
        }
    }

    /// Takes back one that cannot have been processed.
    pub(crate) fn take_back(&self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }

    /// Sees to it that no server will have processed it, and returns whether that is so.
    fn give_up(&self) -> bool {
        let swapped = self.0.compare_exchange(0, GIVEN_UP, Ordering::AcqRel, Ordering::Acquire);
        matches!(swapped, Ok(_) | Err(GIVEN_UP))
    }

    /// Sets of the error that the request ends with what became of it, over all attempts.
    #[cold]
    pub(crate) fn judge(&self, error: Error) -> Error {
        match (self.give_up(), error.delivery()) {
            (true, Delivery::Possible) => error.with_delivery(Delivery::NotSent),
            (false, Delivery::NotSent | Delivery::Refused) => {
                error.with_delivery(Delivery::Possible)
            }
            _ => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_is_not_sent() {
        let sendings = Sendings::default();
        sendings.begin().unwrap();
        let gone = || Error::new(ErrorKind::Closed, "gone");
        assert_eq!(sendings.judge(gone()).delivery(), Delivery::Possible);
        assert_eq!(sendings.judge(gone().not_sent()).delivery(), Delivery::Possible);
        sendings.take_back();
        sendings.begin().unwrap();
        sendings.take_back();
        assert_eq!(sendings.judge(gone()).delivery(), Delivery::NotSent);
        let error = sendings.begin().unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Closed, Delivery::NotSent));
    }
}
