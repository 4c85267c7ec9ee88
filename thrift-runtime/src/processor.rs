//! What a server drives: calls by method name, one at a time.

use std::{
    borrow::Borrow,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use crate::{
    context::{Connection, Context},
    error::{ApplicationErrorKind, ApplicationException, Error, Result},
    method::{MethodResult, Void},
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

    /// Has a processor answer the message; a message that is no call is refused.
    pub(crate) async fn answer<T: Processor>(&self, processor: &T, reply: &mut Output) -> Outcome {
        let (name, kind) = (&*self.header.name, self.header.kind);
        let call = Call { name, kind, message: self, reply };
        let processed = match kind {
            Ok(MessageType::Call | MessageType::Oneway) => {
                Apart(pin!(processor.process(call))).await
            }
            _ => call.invalid_message_type(),
        };
        processed.outcome
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
        let (call, end, future) = match self.begin(handle) {
            Ok(begun) => begun,
            Err(processed) => return processed,
        };
        let outcome = Guarded(pin!(future)).await;
        call.finish::<R>(end, outcome)
    }

    /// Reads the arguments of a method that was declared `oneway` and runs the handler on them;
    /// whatever comes of it, nothing is answered, even to a message that was sent as a call.
    pub fn answer_never<A, F>(
        mut self,
        handle: impl FnOnce(A) -> F + Send,
    ) -> impl Future<Output = Processed> + Send
    where
        A: Struct + Send,
        F: Future<Output = Result<()>> + Send,
    {
        self.kind = Ok(MessageType::Oneway);
        self.answer::<A, Void, F>(handle)
    }

    /// Reads the arguments and hands them to the handler: gives where the message ends, and what is
    /// to be run.
    fn begin<A: Struct, F>(
        self,
        handle: impl FnOnce(A) -> F,
    ) -> Result<(Self, usize, F), Processed> {
        let Message { protocol, input, extent, body, limits, .. } = self.message;
        if let Extent::Lost(error) = extent {
            return Err(self.unreadable(error));
        }
        let mut arguments = A::default();
        let end = match protocol.read_body(*input, *body, limits, &mut arguments) {
            Ok(end) => end,
            Err(error) => return Err(self.unreadable(&error)),
        };
        let mut handle = Some(|| handle(arguments));
        let mut future = None;
        catch(&mut || future = handle.take().map(|handle| handle()));
        match future {
            Some(future) => Ok((self, end, future)),
            None => Err(self.panicked(end)),
        }
    }

    /// Writes what the handler gave, if the caller waits for it; `None` if it panicked.
    fn finish<R: MethodResult>(
        mut self,
        end: usize,
        outcome: Option<Result<R::Value, R::Error>>,
    ) -> Processed {
        let Some(outcome) = outcome else { return self.panicked(end) };
        if self.kind != Ok(MessageType::Call) {
            return done(end);
        }
        let result = match R::from_outcome(outcome) {
            Ok(result) => result,
            Err(error) => return self.failed(end, &error),
        };
        match self.reply(MessageType::Reply, &result) {
            Ok(()) => done(end),
            Err(error) => self.failed(end, &error),
        }
    }

    #[cold]
    fn panicked(self, end: usize) -> Processed {
        let kind = ApplicationErrorKind::INTERNAL_ERROR;
        self.failed(end, &Error::application(kind, "the handler panicked"))
    }

    /// Tells the caller of an error of the handler, or of writing its result.
    #[cold]
    fn failed(mut self, end: usize, error: &Error) -> Processed {
        if self.kind == Ok(MessageType::Call) {
            self.fail(&error.as_application().cloned().unwrap_or_else(|| {
                let kind = ApplicationErrorKind::INTERNAL_ERROR;
                ApplicationException::new(kind, error.to_string())
            }));
        }
        done(end)
    }

    #[cold]
    fn unreadable(self, error: &Error) -> Processed {
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

/// A future that is polled in a function of its own, compiled once.
///
/// Else all methods of a service would come to lie in the function that chooses among them, and a
/// compiler takes more than twice the time for code of twice the size; and all of that again in
/// each part of the program that serves, as the bodies of async functions are.
#[doc(hidden)]
#[derive(Debug)]
pub struct Apart<'a, F>(pub Pin<&'a mut F>);

impl<F: Future> Future for Apart<'_, F> {
    type Output = F::Output;

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        self.0.as_mut().poll(cx)
    }
}

fn done(end: usize) -> Processed {
    Processed { outcome: Outcome::Done { end } }
}

/// A handler's future; it gives `None` if the handler panics, and the server goes on.
struct Guarded<'a, F>(Pin<&'a mut F>);

impl<F: Future> Future for Guarded<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<F::Output>> {
        let mut polled = Poll::Ready(None);
        catch(&mut || polled = self.0.as_mut().poll(cx).map(Some));
        polled
    }
}

/// Runs something that may panic; what it has done until then is done.
#[inline(never)]
fn catch(run: &mut dyn FnMut()) {
    // The panic hook has told of it.
    let _ = catch_unwind(AssertUnwindSafe(run));
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
