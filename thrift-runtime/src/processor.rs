//! What a server drives: calls by method name, one at a time.

use std::{
    borrow::Borrow,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context as TaskContext, Poll},
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
///
/// It is small, since it is moved from one processor to the next.
#[derive(Debug)]
pub struct Call<'a, P> {
    /// The method, without the service that the message may name before it.
    name: &'a [u8],
    kind: Result<MessageType, u8>,
    message: &'a Message<'a, P>,
    /// The reply is appended here.
    reply: &'a mut Output,
}

/// A message that has arrived, as far as it is known.
#[derive(Debug)]
pub(crate) struct Message<'a, P> {
    pub(crate) protocol: P,
    pub(crate) header: MessageHeader<'a>,
    /// From the start of the message on; where it ends, `extent` says.
    pub(crate) input: Input<'a>,
    pub(crate) extent: Extent<'a>,
    /// Where in `input` the arguments start.
    pub(crate) body: usize,
    pub(crate) limits: &'a Limits,
    pub(crate) connection: &'a Connection,
}

impl<'a, P: Protocol> Message<'a, P> {
    /// Reads the header of a message.
    ///
    /// # Errors
    ///
    /// Where it has none; [`is_truncated`](Error::is_truncated) where it may come to have one.
    pub(crate) fn read(
        protocol: P,
        input: Input<'a>,
        extent: Extent<'a>,
        limits: &'a Limits,
        connection: &'a Connection,
    ) -> Result<Self> {
        let (header, body) = protocol.read_header(input.bytes, limits)?;
        Ok(Message { protocol, header, input, extent, body, limits, connection })
    }

    /// The call that the message is; one that is no call is refused.
    pub(crate) fn call<'m>(&'m self, reply: &'m mut Output) -> Result<Call<'m, P>, Processed> {
        let kind = self.header.kind;
        let call = Call { name: &self.header.name, kind, message: self, reply };
        match kind {
            Ok(MessageType::Call | MessageType::Oneway) => Ok(call),
            _ => Err(call.invalid_message_type()),
        }
    }

    /// Has a processor answer the message.
    pub(crate) async fn answer<T: Processor>(&self, processor: &T, reply: &mut Output) -> Outcome {
        match self.call(reply) {
            Ok(call) => processor.process(call).await.outcome,
            Err(refused) => refused.outcome,
        }
    }
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

impl<P: Protocol> Call<'_, P> {
    /// The name of the method, as it stands in the message.
    #[inline]
    pub fn method(&self) -> &[u8] {
        self.name
    }

    /// The sequence id, which the reply repeats.
    pub fn seqid(&self) -> i32 {
        self.message.header.seqid
    }

    /// What a handler may want to know about the call.
    pub fn context(&self) -> Context {
        Context::new(self.message.connection, self.name, self.seqid())
    }

    /// Drops the first bytes of the method's name.
    pub(crate) fn strip(&mut self, length: usize) {
        self.name = self.name.get(length..).unwrap_or_default();
    }

    /// Reads the arguments, runs the handler on them, and writes what it gives as the reply.
    ///
    /// Arguments that cannot be read are answered with a protocol error, an error or panic of the
    /// handler with an internal error, or with the application exception that the error is.
    pub async fn answer<A, R, F>(self, handle: impl FnOnce(A) -> F + Send) -> Processed
    where
        A: Struct + Send,
        R: MethodResult,
        F: Future<Output = Result<R::Value, R::Error>> + Send,
    {
        let mut answered = pin!(self.answered::<A, R, F>(handle));
        poll_fn(|cx| poll_apart(answered.as_mut(), cx)).await
    }

    async fn answered<A, R, F>(mut self, handle: impl FnOnce(A) -> F + Send) -> Processed
    where
        A: Struct + Send,
        R: MethodResult,
        F: Future<Output = Result<R::Value, R::Error>> + Send,
    {
        let (end, future) = match self.begin(handle) {
            Ok(begun) => begun,
            Err(error) => return self.unreadable(error),
        };
        let mut future = pin!(future);
        let outcome = poll_fn(|cx| poll_guarded(future.as_mut(), cx)).await;
        if self.kind == Ok(MessageType::Call) {
            let written = outcome
                .and_then(R::from_outcome)
                .and_then(|result| self.reply(MessageType::Reply, &result));
            if let Err(error) = written {
                self.fail(&exception_for(&error));
            }
        }
        done(end)
    }

    /// Reads the arguments of a method that was declared `oneway` and runs the handler on them;
    /// whatever comes of it, nothing is answered, even to a message that was sent as a call.
    pub async fn answer_never<A, F>(mut self, handle: impl FnOnce(A) -> F + Send) -> Processed
    where
        A: Struct + Send,
        F: Future<Output = Result<()>> + Send,
    {
        self.kind = Ok(MessageType::Oneway);
        let (end, future) = match self.begin(handle) {
            Ok(begun) => begun,
            Err(error) => return self.unreadable(error),
        };
        let mut future = pin!(future);
        // There is no one to tell of an error.
        let _ = poll_fn(|cx| poll_guarded(future.as_mut(), cx)).await;
        done(end)
    }

    /// Reads the arguments, and gives back where the message ends, and the handler at work on them
    /// unless it panicked.
    #[inline(always)]
    fn begin<A: Struct, F>(
        &self,
        handle: impl FnOnce(A) -> F,
    ) -> Result<(usize, Option<F>), String> {
        let Message { protocol, input, extent, body, limits, .. } = self.message;
        let mut arguments = A::default();
        let read = match extent {
            Extent::Lost(error) => return Err(error.to_string()),
            Extent::Whole | Extent::Unknown => {
                protocol.read_body(*input, *body, limits, &mut arguments)
            }
        };
        let end = read.map_err(|error| error.to_string())?;
        Ok((end, catch_unwind(AssertUnwindSafe(|| handle(arguments))).ok()))
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
        self.kind = Ok(MessageType::Call);
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
        let Message { protocol, input, extent, body, limits, .. } = self.message;
        let end = match extent {
            Extent::Whole => Some(input.bytes.len()),
            Extent::Lost(_) => None,
            Extent::Unknown => match protocol.skip_body(input.bytes, *body, limits) {
                Ok(end) => Some(end),
                Err(error) if error.is_truncated() => {
                    return Processed { outcome: Outcome::Incomplete };
                }
                Err(_) => None,
            },
        };
        if self.kind == Ok(MessageType::Call) {
            let method = String::from_utf8_lossy(self.name).into_owned();
            self.fail(&exception(&method));
        }
        match end {
            Some(end) => done(end),
            None => Processed { outcome: Outcome::Lost },
        }
    }

    fn reply<R: Struct>(&mut self, kind: MessageType, body: &R) -> Result<()> {
        let header = MessageHeader::new(self.name, kind, self.seqid());
        self.message.protocol.write_message(&header, body, self.reply)
    }

    #[cold]
    fn fail(&mut self, exception: &ApplicationException) {
        // An exception is a short text and a number, which every protocol can write.
        let _ = self.reply(MessageType::Exception, exception);
    }
}

/// Polls a method's future, in a function of its own. Else all methods of a service would come to lie
/// in the function that chooses among them, and a compiler takes more than twice the time for code of
/// twice the size.
#[inline(never)]
fn poll_apart<F: Future>(future: Pin<&mut F>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
    future.poll(cx)
}

fn done(end: usize) -> Processed {
    Processed { outcome: Outcome::Done { end } }
}

/// The exception that the caller gets for an error of the handler or of writing its result.
#[cold]
fn exception_for(error: &Error) -> ApplicationException {
    error.as_application().cloned().unwrap_or_else(|| {
        ApplicationException::new(ApplicationErrorKind::INTERNAL_ERROR, error.to_string())
    })
}

/// Has a handler go on; a panic, be it an earlier one, becomes an error, and the server goes on.
#[inline]
fn poll_guarded<T, E, F: Future<Output = Result<T, E>>>(
    future: Pin<&mut Option<F>>,
    cx: &mut TaskContext<'_>,
) -> Poll<Result<Result<T, E>>> {
    let Some(future) = future.as_pin_mut() else { return Poll::Ready(Err(panicked())) };
    match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
        Ok(polled) => polled.map(Ok),
        Err(_) => Poll::Ready(Err(panicked())),
    }
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
