//! Who may call.

use std::sync::Arc;

use crate::{
    call::{Call, Context, Extensions, Method, Processed, Processor},
    error::{ApplicationErrorKind, ApplicationException, escaped_name},
    protocol::Protocol,
};

/// As HTTP has it, since Thrift has none of its own.
const UNAUTHORIZED: ApplicationErrorKind = ApplicationErrorKind(401);

/// Lets in only those calls that a function finds an identity for, which the handler learns.
///
/// The function sees the call's [`Context`]: its headers, the caller's certificates and address, and
/// what layers outside of this one have added. It runs for each call, so what takes long belongs
/// elsewhere.
///
/// ```
/// use thrift_runtime::{
///     ApplicationErrorKind, ApplicationException, Processor,
///     middleware::{Authorize, Identity},
/// };
///
/// struct Tenant(&'static str);
///
/// fn authorized(service: impl Processor) -> impl Processor {
///     Authorize::new(service, |cx| match cx.headers().get("authorization") {
///         Some("Bearer 7f3a") => Ok(Identity::new("alice").with(Tenant("blue"))),
///         _ => {
///             let text = format!("{} needs a token", cx.method());
///             Err(ApplicationException::new(ApplicationErrorKind(401), text))
///         }
///     })
/// }
/// ```
///
/// The handler finds the name in [`Context::identity`], and the rest in [`Context::extensions`]. A
/// refusal is what the caller reads.
#[derive(Debug, Clone)]
pub struct Authorize<T, F> {
    inner: T,
    decide: F,
}

/// Who calls: a name, and values for the handler.
#[derive(Debug, Clone)]
pub struct Identity {
    name: Arc<str>,
    extensions: Extensions,
}

impl Identity {
    /// Somebody of that name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Identity { name: name.into(), extensions: Extensions::default() }
    }

    /// Adds what the handler is to know besides, in place of a value of the same type.
    #[must_use = "only the returned identity has the value"]
    pub fn with<V: Send + Sync + 'static>(mut self, value: V) -> Self {
        self.extensions.insert(value);
        self
    }
}

impl<T, F> Authorize<T, F>
where
    F: Fn(&Context) -> Result<Identity, ApplicationException> + Send + Sync + 'static,
{
    /// Asks `decide` who calls, before `inner` gets the call.
    pub fn new(inner: T, decide: F) -> Self {
        Authorize { inner, decide }
    }
}

impl<T> Authorize<T, ()> {
    /// Lets in the calls with a token that `known` knows, in the header `authorization: Bearer TOKEN`.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use thrift_runtime::{
    ///     Processor,
    ///     middleware::{Authorize, Identity},
    /// };
    ///
    /// fn authorized(service: impl Processor, names: HashMap<String, String>) -> impl Processor {
    ///     Authorize::bearer(service, move |token| Some(Identity::new(&**names.get(token)?)))
    /// }
    /// ```
    ///
    /// Others are refused with an application exception of the kind 401.
    pub fn bearer(
        inner: T,
        known: impl Fn(&str) -> Option<Identity> + Send + Sync + 'static,
    ) -> Authorize<
        T,
        impl Fn(&Context) -> Result<Identity, ApplicationException> + Send + Sync + 'static,
    > {
        Authorize::new(inner, move |cx: &Context| {
            let token = cx.headers().get("authorization").and_then(bearer_token);
            token.and_then(&known).ok_or_else(|| refusal(cx))
        })
    }
}

/// What follows the name of the scheme, which is written in any case.
fn bearer_token(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

#[cold]
fn refusal(cx: &Context) -> ApplicationException {
    let text = format!("{} needs a valid bearer token", escaped_name(cx.method().as_bytes()));
    ApplicationException::new(UNAUTHORIZED, text)
}

impl<T, F> Processor for Authorize<T, F>
where
    T: Processor,
    F: Fn(&Context) -> Result<Identity, ApplicationException> + Send + Sync + 'static,
{
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        match (self.decide)(&call.context()) {
            Ok(Identity { name, extensions }) => {
                call.set_identity(name);
                call.extensions_mut().extend(extensions);
                self.inner.process(call).await
            }
            Err(refusal) => call.refuse(refusal),
        }
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        self.inner.method(name)
    }

    fn takes_path(&self, path: &str) -> bool {
        self.inner.takes_path(path)
    }
}
