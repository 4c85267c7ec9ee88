//! What a server drives: calls by method name, one at a time.

use std::{
    borrow::Borrow,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use crate::{
    context::{Connection, Context},
    error::{ApplicationErrorKind, ApplicationException, Error, Result},
    method::MethodResult,
    protocol::{Input, Limits, MessageHeader, MessageType, Output, Protocol},
    value::Struct,
};

/// A service as a server sees it: something that answers calls.
///
/// `thrift!` makes one of every service, `XxxProcessor`. Middleware is a processor around another:
///
/// ```
/// use thrift_runtime::{Call, Processed, Processor, Protocol};
///
/// struct Counted<T> {
///     inner: T,
///     calls: std::sync::atomic::AtomicU64,
/// }
///
/// impl<T: Processor> Processor for Counted<T> {
///     async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
///         self.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         self.inner.process(call).await
///     }
/// }
/// ```
pub trait Processor: Send + Sync + 'static {
    /// Answers one call.
    fn process<P: Protocol>(&self, call: Call<'_, P>) -> impl Future<Output = Processed> + Send;
}

impl<T: Processor> Processor for Arc<T> {
    fn process<P: Protocol>(&self, call: Call<'_, P>) -> impl Future<Output = Processed> + Send {
        (**self).process(call)
    }
}

/// A call that has arrived: its header, the bytes of its arguments, and room for the reply.
#[derive(Debug)]
pub struct Call<'a, P> {
    pub(crate) protocol: P,
    pub(crate) header: MessageHeader<'a>,
    /// From the start of the message on; where it ends, `extent` says.
    pub(crate) input: Input<'a>,
    pub(crate) extent: Extent<'a>,
    /// Where in `input` the arguments start.
    pub(crate) body: usize,
    pub(crate) limits: &'a Limits,
    pub(crate) connection: &'a Connection,
    /// The reply is appended here.
    pub(crate) reply: Output,
}

/// What is known of where a message ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Extent<'a> {
    /// It ends where the input does.
    Whole,
    /// It may end within the input, or go on behind it.
    Unknown,
    /// Its end will not be known, for this reason: it can be refused, and nothing else.
    Lost(&'a Error),
}

/// What became of a [`Call`].
#[derive(Debug)]
pub struct Processed {
    /// The call's buffer, with the reply appended if there is one.
    pub(crate) reply: Output,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The call was dealt with; the message ends `end` bytes behind its start.
    Done { end: usize },
    /// The message is not whole, and nothing was done.
    Incomplete,
    /// What could be said was said; where the message ends cannot be known.
    Lost,
}

impl<'a, P: Protocol> Call<'a, P> {
    /// The name of the method, as it stands in the message.
    #[inline]
    pub fn method(&self) -> &[u8] {
        &self.header.name
    }

    /// The sequence id, which the reply repeats.
    pub fn seqid(&self) -> i32 {
        self.header.seqid
    }

    /// What a handler may want to know about the call.
    pub fn context(&self) -> Context {
        Context::new(self.connection, &self.header)
    }

    /// Reads the arguments, runs the handler on them, and writes what it gives as the reply.
    ///
    /// Arguments that cannot be read are answered with a protocol error, an error or panic of the
    /// handler with an internal error, or with the application exception that the error is.
    pub async fn answer<A, R, F>(mut self, handle: impl FnOnce(A) -> F + Send) -> Processed
    where
        A: Struct + Send,
        R: MethodResult,
        F: Future<Output = Result<R::Value, R::Error>> + Send,
    {
        let (arguments, end) = match self.arguments() {
            Ok(read) => read,
            Err(error) => return self.unreadable(error),
        };
        let outcome = guarded(move || handle(arguments)).await;
        if self.header.kind == Ok(MessageType::Call) {
            let written = outcome
                .and_then(R::from_outcome)
                .and_then(|result| self.reply(MessageType::Reply, &result));
            if let Err(error) = written {
                self.fail(&exception_for(&error));
            }
        }
        self.done(end)
    }

    /// Reads the arguments of a method that was declared `oneway` and runs the handler on them;
    /// whatever comes of it, nothing is answered, even to a message that was sent as a call.
    pub async fn answer_never<A, F>(mut self, handle: impl FnOnce(A) -> F + Send) -> Processed
    where
        A: Struct + Send,
        F: Future<Output = Result<()>> + Send,
    {
        self.header.kind = Ok(MessageType::Oneway);
        let (arguments, end) = match self.arguments() {
            Ok(read) => read,
            Err(error) => return self.unreadable(error),
        };
        // There is no one to tell of an error.
        let _ = guarded(move || handle(arguments)).await;
        self.done(end)
    }

    fn arguments<A: Struct>(&self) -> Result<(A, usize), String> {
        if let Extent::Lost(error) = self.extent {
            return Err(error.to_string());
        }
        let mut arguments = A::default();
        match self.protocol.read_body(self.input, self.body, self.limits, &mut arguments) {
            Ok(end) => Ok((arguments, end)),
            Err(error) => Err(error.to_string()),
        }
    }

    #[cold]
    fn unreadable(self, error: String) -> Processed {
        self.refuse(|method| {
            let text = format!("the arguments of {method} cannot be read: {error}");
            ApplicationException::new(ApplicationErrorKind::PROTOCOL_ERROR, text)
        })
    }

    /// Answers that there is no method of this name.
    pub fn unknown_method(self) -> Processed {
        self.refuse(|method| {
            let text = format!("unknown method {method}");
            ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, text)
        })
    }

    /// Answers that no handler could be made for the call.
    #[doc(hidden)]
    pub fn no_handler(self) -> Processed {
        self.refuse(|_| {
            let text = "making the handler panicked";
            ApplicationException::new(ApplicationErrorKind::INTERNAL_ERROR, text)
        })
    }

    /// Answers that a server takes no such message.
    pub(crate) fn invalid_message_type(mut self) -> Processed {
        // Whatever it is, its sender waits for an answer no more than for that to a reply.
        self.header.kind = Ok(MessageType::Call);
        self.refuse(|method| {
            let text = format!("the message for {method} is neither a call nor oneway");
            ApplicationException::new(ApplicationErrorKind::INVALID_MESSAGE_TYPE, text)
        })
    }

    /// Answers with an exception, once it is known where the message ends, or that this cannot be
    /// known.
    #[cold]
    pub(crate) fn refuse(
        mut self,
        exception: impl FnOnce(&str) -> ApplicationException,
    ) -> Processed {
        let end = match self.extent {
            Extent::Whole => Some(self.input.bytes.len()),
            Extent::Lost(_) => None,
            Extent::Unknown => {
                match self.protocol.skip_body(self.input.bytes, self.body, self.limits) {
                    Ok(end) => Some(end),
                    Err(error) if error.is_truncated() => {
                        return Processed { reply: self.reply, outcome: Outcome::Incomplete };
                    }
                    Err(_) => None,
                }
            }
        };
        if self.header.kind == Ok(MessageType::Call) {
            let method = String::from_utf8_lossy(&self.header.name).into_owned();
            self.fail(&exception(&method));
        }
        match end {
            Some(end) => self.done(end),
            None => Processed { reply: self.reply, outcome: Outcome::Lost },
        }
    }

    fn done(self, end: usize) -> Processed {
        Processed { reply: self.reply, outcome: Outcome::Done { end } }
    }

    fn reply<R: Struct>(&mut self, kind: MessageType, body: &R) -> Result<()> {
        let name = &*self.header.name;
        let header = MessageHeader::new(name, kind, self.header.seqid);
        self.protocol.write_message(&header, body, &mut self.reply)
    }

    #[cold]
    fn fail(&mut self, exception: &ApplicationException) {
        // An exception is a short text and a number, which every protocol can write.
        let _ = self.reply(MessageType::Exception, exception);
    }
}

/// The exception that the caller gets for an error of the handler or of writing its result.
#[cold]
fn exception_for(error: &Error) -> ApplicationException {
    error.as_application().cloned().unwrap_or_else(|| {
        ApplicationException::new(ApplicationErrorKind::INTERNAL_ERROR, error.to_string())
    })
}

/// Runs a handler; a panic becomes an error, and the server goes on.
async fn guarded<T, E, F: Future<Output = Result<T, E>>>(
    handle: impl FnOnce() -> F,
) -> Result<Result<T, E>> {
    let Ok(future) = catch_unwind(AssertUnwindSafe(handle)) else { return Err(panicked()) };
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(polled) => polled.map(Ok),
        Err(_) => Poll::Ready(Err(panicked())),
    })
    .await
}

#[cold]
fn panicked() -> Error {
    Error::application(ApplicationErrorKind::INTERNAL_ERROR, "the handler panicked")
}

/// Where a processor has its handlers from: one for all calls, or one made for each.
#[doc(hidden)]
pub trait Handlers: Send + Sync + 'static {
    /// What implements the service.
    type Handler: Send + Sync;
    /// The handler for one call.
    type Lease<'a>: Borrow<Self::Handler> + Send + Sync;

    /// The handler for `call`; `None` if making it panicked.
    fn lease<P: Protocol>(&self, call: &Call<'_, P>) -> Option<Self::Lease<'_>>;
}

/// One handler for all calls.
#[doc(hidden)]
#[derive(Debug)]
pub struct Shared<H>(pub H);

impl<H: Send + Sync + 'static> Handlers for Shared<H> {
    type Handler = H;
    type Lease<'a> = &'a H;

    #[inline]
    fn lease<P: Protocol>(&self, _call: &Call<'_, P>) -> Option<&H> {
        Some(&self.0)
    }
}

/// A handler for each call, made of its context.
#[doc(hidden)]
#[derive(Debug)]
pub struct PerCall<F>(pub F);

impl<H: Send + Sync + 'static, F: Fn(&Context) -> H + Send + Sync + 'static> Handlers
    for PerCall<F>
{
    type Handler = H;
    type Lease<'a> = H;

    fn lease<P: Protocol>(&self, call: &Call<'_, P>) -> Option<H> {
        catch_unwind(AssertUnwindSafe(|| (self.0)(&call.context()))).ok()
    }
}
