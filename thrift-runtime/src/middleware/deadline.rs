//! How long a call may take, from hop to hop.

use std::{borrow::Cow, time::Duration};

use tokio::time::Instant;

use crate::{
    call::{Call, Channel, Method, Processed, Processor, Request, Response},
    client::in_time,
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind, Result, escaped_name},
    protocol::Protocol,
};

/// The header that Facebook's Thrift has for it.
const HEADER: &str = "client_timeout";

/// Bounds how long calls take, and tells the next hop how much of that is left.
///
/// Around a [`Channel`], it sends the milliseconds that are left in the header `client_timeout`, where
/// the transport carries headers. Around a [`Processor`], it takes them from there, or from TTHeader's
/// own timeout, sets
/// [`Call::set_deadline`], and gives the call up when they have passed: the handler is dropped, and
/// the caller gets an application exception of the kind [`TIMEOUT`](ApplicationErrorKind::TIMEOUT). A
/// plain `fn` cannot be stopped, but can look at the deadline.
///
/// ```
/// use std::time::Duration;
/// use thrift_runtime::{Channel, Context, Processor, middleware::Deadline};
///
/// fn bounded(service: impl Processor) -> impl Processor {
///     Deadline::new(service).at_most(Duration::from_secs(5))
/// }
///
/// // A handler that calls a further server leaves it what time its own caller has left.
/// fn onward<C: Channel>(client: C, cx: &Context) -> impl Channel {
///     Deadline::new(client).until(cx.deadline())
/// }
/// ```
///
/// It needs no runtime: in a [`BlockingServer`](https://docs.rs/thrift-runtime/latest/thrift_runtime/struct.BlockingServer.html)
/// it gives calls up as well.
#[derive(Debug, Clone)]
pub struct Deadline<T> {
    inner: T,
    header: Cow<'static, str>,
    most: Option<Duration>,
    until: Option<Instant>,
}

impl<T> Deadline<T> {
    /// Passes deadlines on to `inner`, and sets none by itself.
    pub fn new(inner: T) -> Self {
        Deadline { inner, header: HEADER.into(), most: None, until: None }
    }

    /// Sets how long a call may take at most, whatever its caller says.
    #[must_use = "only the returned layer has the setting"]
    pub fn at_most(mut self, time: Duration) -> Self {
        self.most = Some(time);
        self
    }

    /// Sets when all calls are given up at the latest, if that is known.
    #[must_use = "only the returned layer has the setting"]
    pub fn until(mut self, deadline: impl Into<Option<std::time::Instant>>) -> Self {
        self.until = deadline.into().map(Instant::from_std);
        self
    }

    /// Sets the name of the header, on both sides. Some HTTP proxies drop names with `_`.
    #[must_use = "only the returned layer has the setting"]
    pub fn header(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.header = name.into();
        self
    }

    /// When a call that begins now is given up, if another may take so long.
    fn deadline(&self, now: Instant, others: [Option<Instant>; 2]) -> Option<Instant> {
        let most = self.most.and_then(|most| now.checked_add(most));
        others.into_iter().chain([most, self.until]).flatten().min()
    }
}

impl<T: Processor> Processor for Deadline<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let now = Instant::now();
        // Anybody may have written that.
        let told = call.headers().get(&self.header);
        // Where that is zero, the caller waits for ever.
        #[cfg(feature = "header")]
        let told = told.or_else(|| {
            call.headers().get(crate::ttheader::RPC_TIMEOUT).filter(|millis| *millis != "0")
        });
        let told = told.and_then(|text| text.parse().ok());
        let told = told.and_then(|millis| now.checked_add(Duration::from_millis(millis)));
        let known = call.deadline().map(Instant::from_std);
        let Some(deadline) = self.deadline(now, [told, known]) else {
            return self.inner.process(call).await;
        };
        call.set_deadline(deadline.into_std());
        let begins = deadline > now;
        let processed = match begins {
            true => in_time(Some(deadline), self.inner.process(call.reborrow())).await,
            false => None,
        };
        processed.unwrap_or_else(|| give_up(call, begins))
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        self.inner.method(name)
    }

    fn takes_path(&self, path: &str) -> bool {
        self.inner.takes_path(path)
    }
}

/// Answers that there was too little time. Only a call that did not begin was refused.
#[cold]
fn give_up<P: Protocol>(call: Call<'_, P>, has_begun: bool) -> Processed {
    let text = format!("{} was canceled at its deadline", escaped_name(call.method()));
    let exception = ApplicationException::new(ApplicationErrorKind::TIMEOUT, text);
    match has_begun {
        true => call.fail(&exception.into()),
        false => call.refuse(exception),
    }
}

impl<C: Channel> Channel for Deadline<C> {
    type Protocol = C::Protocol;

    async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        let now = Instant::now();
        let timeout = request.timeout().flatten().and_then(|timeout| now.checked_add(timeout));
        let known = request.deadline().map(Instant::from_std);
        if let Some(deadline) = self.deadline(now, [timeout, known]) {
            // Less than a millisecond counts as none: the other side need not begin.
            let left = deadline.saturating_duration_since(now).as_millis();
            if left == 0 {
                let text = format!("there is no time left to call {}", request.method().name());
                return Err(Error::new(ErrorKind::Timeout, text).not_sent());
            }
            request.set_deadline(deadline.into_std());
            request.offer_header(&*self.header, left.to_string());
        }
        self.inner.send(request).await
    }
}
