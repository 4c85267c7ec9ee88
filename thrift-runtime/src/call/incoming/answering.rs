//! How a call is answered.

use std::future::Future;

use super::Call;
use crate::{
    call::{Completeness, Event, Handle, Message, MethodResult, Outcome, Processed, Response},
    error::{ApplicationErrorKind, ApplicationException, Error, Result, escaped_name},
    protocol::{MessageHeader, MessageType, Protocol},
    value::{EncodeStruct, Struct},
};

/// Answering.
impl<P: Protocol> Call<'_, P> {
    /// Reads the arguments, runs the handler, and writes its result as the reply. The caller of a
    /// oneway method is never answered, even if the message was sent as a call.
    ///
    /// Arguments that cannot be read are answered with a protocol error. If the handler fails, the
    /// answer is the application exception that it made, or else an internal error. Panics are left
    /// to the caller of this function.
    // Not an `async fn`: that this future can be sent is proven here once, and not in each method
    // of each service.
    #[allow(clippy::manual_async_fn)]
    #[doc(hidden)]
    #[inline]
    pub fn answer<S, H>(&mut self, handler: &H) -> impl Future<Output = Processed> + Send
    where
        S: Handle<H>,
        S::Arguments: Send,
        H: Sync,
    {
        async move {
            if const { S::DECLARED.method.is_oneway() } {
                self.answer.due = false;
            }
            let handled = {
                let mut arguments = S::Arguments::default();
                match self.read(&mut arguments) {
                    Ok(()) => S::handle(arguments, handler),
                    Err(refused) => return refused,
                }
            };
            self.finish::<S::Result>(handled.await)
        }
    }

    /// Answers a call that was handed on to another server with the answer of that server. A reply
    /// that is malformed is answered with an internal error instead.
    ///
    /// The reply's headers go along.
    pub fn forward<Q: Protocol>(mut self, response: &Response<Q>) -> Processed {
        let outcome = response.outcome();
        if !response.headers().is_empty() {
            self.reply_headers_mut().extend(response.headers());
        }
        self.answer.reply.truncate(self.answer.start);
        let written = match self.answer.due {
            true => {
                let header = MessageHeader::new(self.method(), MessageType::Reply, self.seqid());
                response.write(self.protocol, header, &mut self.answer.reply)
            }
            false => Ok(()),
        };
        match written {
            Ok(()) => self.settle(outcome),
            Err(error) => self.unwritten(&error),
        }
    }

    /// Answers with an error, as if a handler had failed with it: the application exception that was
    /// made here, or else an internal error. The text of an internal error goes to the caller only
    /// if the error [says so](Error::told_to_caller), and always to the server's observer. The
    /// answer takes the place of a reply that was written before.
    #[cold]
    pub fn fail(mut self, error: &Error) -> Processed {
        match self.find_end() {
            true => self.failed(error),
            false => Processed(()),
        }
    }

    /// Reads the arguments.
    #[inline]
    pub(crate) fn read<A: Struct>(&mut self, arguments: &mut A) -> Result<(), Processed> {
        let Message { input, completeness, body, origin, .. } = self.message;
        if let Completeness::Endless(error) = completeness {
            return Err(self.unreadable(error));
        }
        match self.protocol.read_body(*input, *body, origin.limits, arguments) {
            Ok(end) => {
                self.answer.end = Some(end);
                Ok(())
            }
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// Writes what the handler returned, if the caller waits for it.
    #[inline]
    fn finish<R: MethodResult>(&mut self, returned: R::Output) -> Processed {
        let result = match R::from_returned(returned) {
            Ok(result) => result,
            Err(error) => return self.failed(&error),
        };
        match self.reply(MessageType::Reply, &result, result.outcome()) {
            Ok(()) => Processed(()),
            Err(error) => self.unwritten(&error),
        }
    }

    /// Answers with an error of the handler.
    #[cold]
    pub(crate) fn failed(&mut self, error: &Error) -> Processed {
        if error.is_internal() {
            let method = &escaped_name(self.method()).to_string();
            let event = |connection| Event::Failed { connection, method, error };
            self.message.origin.peer.tell(event);
        }
        let exception = error.answer();
        self.except(&exception, Outcome::Failed(exception.kind()))
    }

    /// Tells the caller why a result cannot be written, which is about nothing but that result.
    #[cold]
    pub(crate) fn unwritten(&mut self, error: &Error) -> Processed {
        let kind = ApplicationErrorKind::INTERNAL_ERROR;
        self.except(&ApplicationException::new(kind, error.to_string()), Outcome::Failed(kind))
    }

    /// Writes the reply, if the caller waits for one. What follows, such as a panic while the result
    /// is dropped, changes nothing about it.
    #[inline]
    pub(super) fn reply<R: EncodeStruct>(
        &mut self,
        kind: MessageType,
        body: &R,
        outcome: Outcome,
    ) -> Result<()> {
        if self.answer.due {
            let header = MessageHeader::new(self.method(), kind, self.seqid());
            self.protocol.write_message(&header, body, &mut self.answer.reply)?;
        }
        self.answer.written = true;
        self.answer.outcome = Some(outcome);
        Ok(())
    }

    /// Learns from the method's declaration that nobody is answered.
    #[cfg(feature = "dynamic")]
    pub(crate) fn set_oneway(&mut self) {
        self.answer.due = false;
    }

    /// Writes a result as the reply.
    #[cfg(feature = "dynamic")]
    pub(crate) fn reply_with<R: EncodeStruct>(
        &mut self,
        result: &R,
        outcome: Outcome,
    ) -> Result<Processed> {
        self.reply(MessageType::Reply, result, outcome).map(|()| Processed(()))
    }

    pub(super) fn settle(&mut self, outcome: Outcome) -> Processed {
        self.answer.written = true;
        self.answer.outcome = Some(outcome);
        Processed(())
    }
}
