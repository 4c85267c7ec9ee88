//! Calls, and how they are answered or refused.

use std::{future::Future, pin::pin};

use super::{Extent, Message, Outcome, Processed, guard::Guarded};
use crate::{
    context::Context,
    error::{ApplicationErrorKind, ApplicationException, Error, Result},
    method::{MethodResult, Void},
    protocol::{MessageHeader, MessageType, Output, Protocol},
    value::Struct,
};

/// A call that has arrived: its header, the bytes of its arguments, and room for the reply.
///
/// It is small, so it is cheap to pass from one processor to the next.
#[derive(Debug)]
pub struct Call<'a, P> {
    /// The method, without the service that the message may name before it.
    pub(super) name: &'a [u8],
    pub(super) kind: Result<MessageType, u8>,
    pub(super) message: &'a Message<'a, P>,
    /// The reply is appended here.
    pub(super) reply: &'a mut Output,
}

impl<P: Protocol> Call<'_, P> {
    /// The method's name, as in the message.
    #[inline]
    pub fn method(&self) -> &[u8] {
        self.name
    }

    /// The sequence id, which the reply carries too.
    pub fn seqid(&self) -> i32 {
        self.message.header.seqid
    }

    /// What a handler can learn about the call.
    pub fn context(&self) -> Context {
        Context::new(self.message.peer, self.name, self.seqid())
    }

    /// Drops the first bytes of the method's name.
    pub(crate) fn strip(&mut self, length: usize) {
        self.name = self.name.get(length..).unwrap_or_default();
    }

    /// Reads the arguments, runs the handler, and writes its result as the reply.
    ///
    /// Arguments that cannot be read are answered with a protocol error. If the handler fails, the
    /// answer is the application exception that its error holds, or else an internal error, as
    /// after a panic.
    pub async fn answer<A, R, F>(self, handle: impl FnOnce(A) -> F + Send) -> Processed
    where
        A: Struct + Send,
        R: MethodResult,
        F: Future<Output = Result<R::Value, R::Error>> + Send,
    {
        if let Extent::Lost(error) = self.message.extent {
            return self.unreadable(error);
        }
        let (handled, end) = {
            let mut arguments = A::default();
            let end = match self.read_arguments(&mut arguments) {
                Ok(end) => end,
                Err(error) => return self.unreadable(&error),
            };
            (async move { handle(arguments).await }, end)
        };
        let outcome = Guarded(pin!(handled)).await;
        self.finish::<R>(end, outcome)
    }

    /// Reads the arguments of a `oneway` method and runs the handler. Nothing is ever answered,
    /// even if the message was sent as a call.
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

    /// Reads the arguments, and returns where the message ends.
    fn read_arguments<A: Struct>(&self, arguments: &mut A) -> Result<usize> {
        let Message { protocol, input, body, limits, .. } = self.message;
        protocol.read_body(*input, *body, limits, arguments)
    }

    /// Writes what the handler returned, if the caller waits for it. `None` is a panic.
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

    /// Tells the caller that the handler failed, or that its result cannot be written.
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

    /// Answers that there is no such method.
    pub fn unknown_method(self) -> Processed {
        self.refuse(|method| {
            let text = format!("unknown method {method}");
            ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, text)
        })
    }

    /// Answers that the call's handler could not be made.
    #[doc(hidden)]
    pub fn no_handler(self) -> Processed {
        self.refuse(|_| {
            let text = "making the handler panicked";
            ApplicationException::new(ApplicationErrorKind::INTERNAL_ERROR, text)
        })
    }

    /// Answers that servers take no such message.
    pub(crate) fn invalid_message_type(mut self) -> Processed {
        // It is answered like a call, whatever it is.
        self.kind = Ok(MessageType::Call);
        self.refuse(|method| {
            let text = format!("the message for {method} is neither a call nor oneway");
            ApplicationException::new(ApplicationErrorKind::INVALID_MESSAGE_TYPE, text)
        })
    }

    /// Answers with an exception, once the end of the message is known, or known not to be found.
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
        // A short text and a number can be written in every protocol.
        let _ = self.reply(MessageType::Exception, exception);
    }
}

fn done(end: usize) -> Processed {
    Processed { outcome: Outcome::Done { end } }
}
