//! Calls, and how they are answered or refused.

use std::{future::Future, pin::pin};

use super::{Extent, Message, Outcome, Processed, guard::Guarded};
use crate::{
    context::Context,
    error::{ApplicationErrorKind, ApplicationException, Error, Result},
    method::{MethodResult, Void},
    protocol::{MessageHeader, MessageType, Protocol, Scan},
    value::Struct,
};

/// A call that has arrived: its header, the bytes of its arguments, and room for the reply.
///
/// It is just a reference, so it is cheap to pass from one processor to the next.
#[derive(Debug)]
pub struct Call<'a, P> {
    pub(super) message: &'a mut Message<'a, P>,
}

impl<P: Protocol> Call<'_, P> {
    /// The method's name, as in the message.
    #[inline]
    pub fn method(&self) -> &[u8] {
        self.message.name
    }

    /// The sequence id, which the reply carries too.
    pub fn seqid(&self) -> i32 {
        self.message.header.seqid
    }

    /// What a handler can learn about the call.
    pub fn context(&self) -> Context {
        Context::new(self.message.peer, self.message.name, self.seqid())
    }

    /// Drops the first bytes of the method's name.
    pub(crate) fn strip(&mut self, length: usize) {
        self.message.name = self.message.name.get(length..).unwrap_or_default();
    }

    /// Reads the arguments, runs the handler, and writes its result as the reply.
    ///
    /// Arguments that cannot be read are answered with a protocol error. If the handler fails, the
    /// answer is the application exception that its error holds, or else an internal error, as
    /// after a panic.
    pub async fn answer<A, R, F>(mut self, handle: impl FnOnce(A) -> F + Send) -> Processed
    where
        A: Struct + Send,
        R: MethodResult,
        F: Future<Output = Result<R::Value, R::Error>> + Send,
    {
        let call = &mut self;
        let answered = async move {
            let mut arguments = A::default();
            let end = match call.read(&mut arguments) {
                Ok(end) => end,
                Err(refused) => return refused,
            };
            call.finish::<R>(end, handle(arguments).await)
        };
        let answered = Guarded(pin!(answered)).await;
        answered.unwrap_or_else(|| self.panicked())
    }

    /// Reads the arguments of a `oneway` method and runs the handler. Nothing is ever answered,
    /// even if the message was sent as a call.
    pub fn answer_never<A, F>(
        self,
        handle: impl FnOnce(A) -> F + Send,
    ) -> impl Future<Output = Processed> + Send
    where
        A: Struct + Send,
        F: Future<Output = Result<()>> + Send,
    {
        self.message.reply = None;
        self.answer::<A, Void, F>(handle)
    }

    /// Reads the arguments, and returns where the message ends.
    #[inline]
    fn read<A: Struct>(&mut self, arguments: &mut A) -> Result<usize, Processed> {
        let Message { protocol, input, extent, body, limits, .. } = &*self.message;
        if let Extent::Lost(error) = extent {
            return Err(self.unreadable(error));
        }
        match protocol.read_body(*input, *body, limits, arguments) {
            Ok(end) => {
                self.message.ends_at(end);
                Ok(end)
            }
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// Writes what the handler returned, if the caller waits for it.
    #[inline]
    fn finish<R: MethodResult>(
        &mut self,
        end: usize,
        outcome: Result<R::Value, R::Error>,
    ) -> Processed {
        if self.message.reply.is_some() {
            let written =
                R::from_outcome(outcome).and_then(|result| self.reply(MessageType::Reply, &result));
            if let Err(error) = written {
                self.failed(&error);
            }
        }
        done(end)
    }

    /// Tells the caller of an error of the handler, or of writing its result.
    #[cold]
    fn failed(&mut self, error: &Error) {
        self.fail(&error.as_application().cloned().unwrap_or_else(|| {
            let kind = ApplicationErrorKind::INTERNAL_ERROR;
            ApplicationException::new(kind, error.to_string())
        }));
    }

    #[cold]
    fn panicked(&mut self) -> Processed {
        self.refuse(|_| {
            let text = "the handler panicked";
            ApplicationException::new(ApplicationErrorKind::INTERNAL_ERROR, text)
        })
    }

    #[cold]
    fn unreadable(&mut self, error: &Error) -> Processed {
        self.refuse(|method| {
            let text = format!("the arguments of {method} cannot be read: {error}");
            ApplicationException::new(ApplicationErrorKind::PROTOCOL_ERROR, text)
        })
    }

    /// Answers that there is no such method.
    pub fn unknown_method(mut self) -> Processed {
        self.refuse(|method| {
            let text = format!("unknown method {method}");
            ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, text)
        })
    }

    /// Answers that the call's handler could not be made.
    #[doc(hidden)]
    pub fn no_handler(mut self) -> Processed {
        self.refuse(|_| {
            let text = "making the handler panicked";
            ApplicationException::new(ApplicationErrorKind::INTERNAL_ERROR, text)
        })
    }

    /// Answers that servers take no such message.
    pub(crate) fn invalid_message_type(mut self) -> Processed {
        self.refuse(|method| {
            let text = format!("the message for {method} is neither a call nor oneway");
            ApplicationException::new(ApplicationErrorKind::INVALID_MESSAGE_TYPE, text)
        })
    }

    /// Answers with an exception, once the end of the message is known, or known not to be found.
    #[cold]
    pub(crate) fn refuse(
        &mut self,
        exception: impl FnOnce(&str) -> ApplicationException,
    ) -> Processed {
        let Message { input, extent, limits, .. } = &*self.message;
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
        let method = String::from_utf8_lossy(self.message.name);
        self.fail(&exception(&method));
        match end {
            Some(end) => done(end),
            None => Processed { outcome: Outcome::Lost },
        }
    }

    /// Writes the reply, if the caller waits for one. There is no other once it is written, even if
    /// dropping what it was made of panics.
    #[inline]
    fn reply<R: Struct>(&mut self, kind: MessageType, body: &R) -> Result<()> {
        let header = MessageHeader::new(self.message.name, kind, self.seqid());
        if let Some(reply) = &mut self.message.reply {
            self.message.protocol.write_message(&header, body, reply)?;
            self.message.reply = None;
        }
        Ok(())
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
