//! A call on its way out.

use std::{
    fmt,
    time::{Duration, Instant},
};

use super::{Arguments, Encoded, Extensions, Headers, Method};
use crate::{error::Result, protocol::Protocol};

#[cfg(feature = "tower")]
pub use self::owned::OwnedRequest;

/// What accompanies a request, of either type that has fields `idempotent` and `more`.
macro_rules! request_details {
    () => {
        /// Whether sending it again does no harm: as its [`Method`] says, or as was set here.
        #[inline]
        pub fn is_idempotent(&self) -> bool {
            self.idempotent
        }

        /// Sets whether sending it again does no harm.
        pub fn set_idempotent(&mut self, idempotent: bool) {
            self.idempotent = idempotent;
        }

        /// Which of several services behind a port it is for; `None` leaves that to the channel.
        pub fn service(&self) -> Option<&str> {
            self.more.as_ref()?.service.as_deref()
        }

        /// Sets which of several services behind a port it is for.
        pub fn set_service(&mut self, service: impl Into<String>) {
            self.more_mut().service = Some(service.into());
        }

        /// The headers that were added to it. A channel may add its own to those.
        pub fn headers(&self) -> &Headers {
            self.more.as_ref().map_or(Headers::NONE, |more| &more.headers)
        }

        /// The headers, to add to them. A transport that has none refuses the call then.
        pub fn headers_mut(&mut self) -> &mut Headers {
            &mut self.more_mut().headers
        }

        /// Adds a header that does no harm if it is missing: it is sent where the transport carries
        /// headers, unless one of that name is set otherwise.
        ///
        /// ```
        /// # use thrift_runtime::Request;
        /// fn hint<P>(request: &mut Request<'_, P>) {
        ///     request.offer_header("priority", "low");
        /// }
        /// ```
        pub fn offer_header(&mut self, name: impl Into<String>, value: impl Into<String>) {
            self.more_mut().offered.set(name, value);
        }

        /// How long it may take, if that was set here: `Some(None)` is for ever.
        pub fn timeout(&self) -> Option<Option<Duration>> {
            self.more.as_ref()?.timeout
        }

        /// Sets how long it may take, in place of what the channel has set; `None` is for ever.
        pub fn set_timeout(&mut self, timeout: impl Into<Option<Duration>>) {
            self.more_mut().timeout = Some(timeout.into());
        }

        /// When it is given up at the latest, if that was set.
        pub fn deadline(&self) -> Option<Instant> {
            self.more.as_ref()?.deadline
        }

        /// Sets when it is given up at the latest, whatever its timeout is. An earlier deadline stays.
        pub fn set_deadline(&mut self, deadline: Instant) {
            let known = &mut self.more_mut().deadline;
            *known = Some(known.map_or(deadline, |known| known.min(deadline)));
        }

        /// Values that accompany it in this process.
        pub fn extensions(&self) -> &Extensions {
            self.more.as_ref().map_or(Extensions::NONE, |more| &more.extensions)
        }

        /// The values that accompany it, to add to them.
        pub fn extensions_mut(&mut self) -> &mut Extensions {
            &mut self.more_mut().extensions
        }

        fn more_mut(&mut self) -> &mut More {
            self.more.get_or_insert_default()
        }
    };
}

#[cfg(feature = "tower")]
mod owned;

/// A call on its way out: what a [`Channel`](crate::Channel) gets.
///
/// It is cheap to copy while nothing was added to it. Middleware adds headers, sets a timeout or a
/// deadline, and may send it once more.
#[must_use = "a request does nothing until a channel sends it"]
pub struct Request<'a, P> {
    method: &'a Method,
    arguments: &'a dyn Arguments<P>,
    idempotent: bool,
    /// What most calls have none of.
    more: Option<Box<More>>,
}

#[derive(Debug, Clone, Default)]
struct More {
    service: Option<String>,
    headers: Headers,
    offered: Headers,
    timeout: Option<Option<Duration>>,
    deadline: Option<Instant>,
    extensions: Extensions,
}

impl<'a, P> Request<'a, P> {
    /// A call of a method with these arguments.
    #[inline]
    pub fn new(method: &'a Method, arguments: &'a dyn Arguments<P>) -> Self {
        Request { method, arguments, idempotent: method.is_idempotent(), more: None }
    }

    /// The method.
    #[inline]
    pub fn method(&self) -> &'a Method {
        self.method
    }

    /// The arguments.
    #[inline]
    pub fn arguments(&self) -> &'a dyn Arguments<P> {
        self.arguments
    }

    /// The arguments as bytes.
    ///
    /// # Errors
    ///
    /// If they cannot be written in this protocol.
    pub fn encode(&self, protocol: P) -> Result<Encoded>
    where
        P: Protocol,
    {
        Encoded::of(self.arguments, protocol)
    }

    /// Whether it is never answered.
    #[inline]
    pub fn is_oneway(&self) -> bool {
        self.method.is_oneway()
    }

    request_details!();

    /// The headers that are sent where the transport carries headers.
    #[cfg(any(feature = "header", feature = "http"))]
    pub(super) fn offered(&self) -> &Headers {
        self.more.as_ref().map_or(Headers::NONE, |more| &more.offered)
    }

    /// How long it may take from now on, if the channel would give it `patience`.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    #[inline]
    pub(crate) fn patience(&self, patience: Option<Duration>) -> Option<Duration> {
        match &self.more {
            None => patience,
            Some(more) => {
                let patience = more.timeout.unwrap_or(patience);
                let left = more.deadline.map(|at| at.saturating_duration_since(Instant::now()));
                [patience, left].into_iter().flatten().min()
            }
        }
    }
}

impl<P> Clone for Request<'_, P> {
    fn clone(&self) -> Self {
        Request { more: self.more.clone(), ..*self }
    }
}

impl<P> fmt::Debug for Request<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", self.method)
            .field("idempotent", &self.idempotent)
            .field("more", &self.more)
            .finish_non_exhaustive()
    }
}
