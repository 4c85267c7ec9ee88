//! What is called: a method, by its name.

use std::{fmt, sync::Arc};

use crate::value::Field;

/// Stands between the service's and the method's name in a call to one of several services.
pub(crate) const SERVICE_SEPARATOR: &str = ":";

/// A method, as a client calls it.
///
/// `thrift!` makes one for each method of a service. A gateway, or a tool that learns at run time
/// what it calls, makes its own:
///
/// ```
/// use thrift_runtime::Method;
///
/// let name = String::from("find");
/// let method = Method::named(name).of_service("Library").idempotent();
/// assert_eq!((method.name(), method.service()), ("find", Some("Library")));
/// ```
#[derive(Debug, Clone)]
#[must_use = "a method does nothing until it is called"]
pub struct Method {
    name: MethodName,
    service: Option<MethodName>,
    oneway: bool,
    idempotent: bool,
    /// What may be in its result.
    fields: &'static [Field],
}

/// A name that is known when compiling, or shared.
#[derive(Clone)]
pub(crate) enum MethodName {
    Static(&'static str),
    Shared(Arc<str>),
}

impl Method {
    /// The method with a name that is known when compiling.
    pub const fn new(name: &'static str) -> Self {
        let (name, service) = (MethodName::Static(name), None);
        Method { name, service, oneway: false, idempotent: false, fields: &[] }
    }

    /// The method with a name from elsewhere.
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        Method { name: MethodName::Shared(name.into()), ..Method::new("") }
    }

    /// A generated method, whose result has these fields.
    #[doc(hidden)]
    pub const fn generated(
        service: &'static str,
        name: &'static str,
        oneway: bool,
        idempotent: bool,
        fields: &'static [Field],
    ) -> Self {
        let service = Some(MethodName::Static(service));
        Method { name: MethodName::Static(name), service, oneway, idempotent, fields }
    }

    /// Sets the service that declares it, for logs and metrics. The service that a call names,
    /// where several share a port, is set on the client instead, by `to_service`.
    pub fn of_service(mut self, service: impl Into<Arc<str>>) -> Self {
        self.service = Some(MethodName::Shared(service.into()));
        self
    }

    /// Declares that it is never answered.
    pub const fn oneway(mut self) -> Self {
        self.oneway = true;
        self
    }

    /// Declares that calling it again does no harm, so that middleware may do so.
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Its name, as on the wire.
    #[inline]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The service that declares it, if that is known.
    pub fn service(&self) -> Option<&str> {
        self.service.as_ref().map(MethodName::as_str)
    }

    /// Whether it is never answered.
    #[inline]
    pub const fn is_oneway(&self) -> bool {
        self.oneway
    }

    /// Whether calling it again does no harm. In an IDL, the annotation `idempotent` says so.
    #[inline]
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// Whether its name is part of the program, rather than from elsewhere.
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    pub(crate) fn is_predefined(&self) -> bool {
        matches!(self.name, MethodName::Static(_))
    }

    /// What its result may hold, as far as that is known.
    #[inline]
    pub(crate) fn fields(&self) -> &'static [Field] {
        self.fields
    }
}

/// What a connection needs of it.
#[cfg(any(feature = "blocking", feature = "tokio"))]
impl Method {
    /// The name as a call carries it: with the service before it if that is one of several. The
    /// reply carries the bare name.
    #[inline]
    pub(crate) fn wire_name(&self, service: Option<&str>) -> std::borrow::Cow<'_, [u8]> {
        match service {
            None => self.name().as_bytes().into(),
            Some(service) => self.name_within(service).into(),
        }
    }

    #[cold]
    fn name_within(&self, service: &str) -> Vec<u8> {
        [service, SERVICE_SEPARATOR, self.name()].concat().into_bytes()
    }

    /// The name, to be kept until the reply comes.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn shared_name(&self) -> &MethodName {
        &self.name
    }
}

impl MethodName {
    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        match self {
            MethodName::Static(name) => name,
            MethodName::Shared(name) => name,
        }
    }
}

impl fmt::Debug for MethodName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}
