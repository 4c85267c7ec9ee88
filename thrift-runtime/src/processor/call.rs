//! Calls: how each is answered, or refused.

use std::{future::Future, pin::pin};

use super::{
    Extent, Message, Outcome, Processed,
    guard::{Guarded, catch},
};
use crate::{
    context::Context,
    error::{ApplicationErrorKind, ApplicationException, Error, Result},
    method::{MethodResult, Void},
    protocol::{MessageHeader, MessageType, Output, Protocol, Scan},
    value::Struct,
};

/// A call that has arrived: its header, the bytes of its arguments, and room for the reply.
///
/// It is small, since it is moved from one processor to the next.
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
        let Message { input, extent, limits, .. } = self.message;
        let end = match extent {
            Extent::Whole => Some(input.bytes.len()),
            Extent::Lost(_) => None,
            Extent::Unknown => match P::Scanner::default().scan(input.bytes, limits) {
                Ok(Some(end)) => Some(end),
                // More may come; or none can, and the call comes once more, to be refused for that,
                // as if it had arrived in pieces.
                Ok(None) | Err(_) => return Processed { outcome: Outcome::Incomplete },
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

fn done(end: usize) -> Processed {
    Processed { outcome: Outcome::Done { end } }
}
