//! What a client sets for its calls, in one way for every kind of client.

use std::{fmt, sync::Arc, time::Duration};

use super::{Headers, Request};
use crate::error::{Error, ErrorKind, Result};

/// What a client sets for the calls that go through it.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallSettings {
    pub(crate) service: Option<Arc<str>>,
    /// If it was set: `Some(None)` is for ever.
    pub(crate) timeout: Option<Option<Duration>>,
    pub(crate) headers: Option<Arc<Headers>>,
}

impl CallSettings {
    /// How long a call may take by default.
    pub(crate) const TIMEOUT: Option<Duration> = Some(Duration::from_secs(60));

    pub(crate) fn new(timeout: Option<Duration>) -> Self {
        CallSettings { timeout: Some(timeout), ..CallSettings::default() }
    }

    pub(crate) fn set_header(&mut self, name: String, value: String) {
        let mut headers = self.headers.as_deref().cloned().unwrap_or_default();
        headers.set(name, value);
        self.headers = Some(Arc::new(headers));
    }

    /// The service that a request is for: what it says, or what is set here.
    #[inline]
    pub(crate) fn service<'a, P>(&'a self, request: &'a Request<'_, P>) -> Option<&'a str> {
        request.service().or(self.service.as_deref())
    }

    /// How long a request may take.
    #[inline]
    pub(crate) fn patience<P>(&self, request: &Request<'_, P>) -> Option<Duration> {
        request.patience(self.timeout.unwrap_or(Self::TIMEOUT))
    }

    /// Checks that a request needs no headers, for a transport that carries none.
    #[inline]
    pub(crate) fn check_no_headers<P>(
        &self,
        request: &Request<'_, P>,
        transport: impl fmt::Display,
    ) -> Result<()> {
        match self.headers.is_none() && request.headers().is_empty() {
            true => Ok(()),
            false => Err(no_headers(request.method().name(), transport)),
        }
    }
}

#[cfg(any(feature = "blocking", feature = "tokio"))]
impl CallSettings {
    /// Sets what is set here on a request that another client will send.
    pub(crate) fn add_to<P>(&self, request: &mut Request<'_, P>) {
        let CallSettings { service, timeout, headers } = self;
        if let Some(service) = service
            && request.service().is_none()
        {
            request.set_service(&**service);
        }
        if let Some(timeout) = timeout
            && request.timeout().is_none()
        {
            request.set_timeout(*timeout);
        }
        if headers.is_some() {
            *request.headers_mut() = self.required(request);
        }
    }

    /// The headers of a request: its own, those that are set here, and those that it offers.
    #[cfg(any(feature = "header", feature = "http"))]
    pub(crate) fn headers<P>(&self, request: &Request<'_, P>) -> Headers {
        let required = self.required(request);
        if request.offered().is_empty() {
            return required;
        }
        let mut headers = request.offered().clone();
        headers.extend(&required);
        headers
    }

    /// The headers that a request cannot be sent without.
    fn required<P>(&self, request: &Request<'_, P>) -> Headers {
        let mut headers = self.headers.as_deref().cloned().unwrap_or_default();
        headers.extend(request.headers());
        headers
    }
}

#[cold]
fn no_headers(method: &str, transport: impl fmt::Display) -> Error {
    let text = format!(
        "the call of {method} has headers, which this transport ({transport}) does not carry"
    );
    Error::new(ErrorKind::Unsupported, text).not_sent()
}

/// The methods of a client that set something for some calls. The client has a field `settings`.
macro_rules! call_settings {
    ($client:ident) => {
        $crate::call::call_settings!($client<>);
    };
    ($client:ident<$($other:ident: $bound:ident)?>) => {
        impl<$($other: $bound,)? P: $crate::protocol::Protocol> $client<$($other,)? P> {
            /// A client over the same connection with another timeout for calls, which is a minute
            /// by default; `None` waits for ever.
            #[must_use = "this returns a new client and does not change this one"]
            pub fn with_timeout(&self, timeout: impl Into<Option<std::time::Duration>>) -> Self {
                let mut client = self.clone();
                client.settings.timeout = Some(timeout.into());
                client
            }

            /// A client over the same connection for one of several services: those of a
            /// [`Multiplexed`](crate::Multiplexed) processor, or `TMultiplexedProcessor` elsewhere.
            #[must_use = "this returns a new client and does not change this one"]
            pub fn to_service(&self, service: impl Into<std::sync::Arc<str>>) -> Self {
                let mut client = self.clone();
                client.settings.service = Some(service.into());
                client
            }

            /// A client over the same connection whose calls carry a header, or another value of
            /// it. Handlers find it in their [`Context`](crate::Context).
            ///
            /// THeader and HTTP carry headers. A call over another transport fails with an error of
            /// kind [`Unsupported`](crate::ErrorKind::Unsupported) then.
            #[must_use = "this returns a new client and does not change this one"]
            pub fn with_header(&self, name: impl Into<String>, value: impl Into<String>) -> Self {
                let mut client = self.clone();
                client.settings.set_header(name.into(), value.into());
                client
            }
        }
    };
}

pub(crate) use call_settings;
