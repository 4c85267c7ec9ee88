//! How a call is refused, and what is answered in place of a reply that there is not.

use super::{Call, unreadable};
use crate::{
    call::{Completeness, Event, Message, Outcome, Overload, Processed},
    error::{ApplicationErrorKind, ApplicationException, Error, Escaped, escaped_name},
    protocol::{MessageType, Protocol, Scan},
};

/// Refusing.
impl<P: Protocol> Call<'_, P> {
    /// Refuses the call with an application exception, which takes the place of a reply that was
    /// written before.
    #[cold]
    pub fn refuse(mut self, exception: ApplicationException) -> Processed {
        self.refuse_with(|_| exception)
    }

    /// Answers that there is no such method.
    #[doc(hidden)]
    pub fn unknown_method(&mut self) -> Processed {
        self.refuse_with(|method| {
            let text = format!("unknown method {method}");
            ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, text)
        })
    }

    /// Answers that nothing is served at the path that the call was posted to.
    #[cfg(feature = "http")]
    #[cold]
    pub(in crate::call) fn no_such_path(mut self, text: String) -> Processed {
        let refused = self
            .refuse_with(|_| ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, text));
        if self.path().is_some() {
            self.answer.more_mut().no_such_path = true;
        }
        refused
    }

    /// Answers that the call's handler could not be made.
    pub(crate) fn no_handler(mut self) -> Processed {
        self.tell_of_panic();
        self.fail_with("creating the handler panicked")
    }

    /// Answers that servers take no such message.
    pub(in crate::call) fn invalid_message_type(mut self) {
        let _ = self.refuse_with(|method| {
            let text = format!("the message for {method} is neither a call nor oneway");
            ApplicationException::new(ApplicationErrorKind::INVALID_MESSAGE_TYPE, text)
        });
    }

    /// Refuses the call, and has the connection closed.
    #[cfg(all(
        any(feature = "sasl", feature = "tls"),
        any(feature = "blocking", feature = "tokio")
    ))]
    pub(crate) fn refuse_and_close(mut self, exception: ApplicationException) -> Processed {
        let refused = self.refuse_with(|_| exception);
        self.answer.last = !self.answer.incomplete;
        refused
    }

    /// Answers that something panicked, unless the reply is written already.
    #[cold]
    pub(crate) fn panicked(&mut self) -> Processed {
        self.tell_of_panic();
        match (self.answer.written, self.answer.outcome) {
            (true, Some(_)) => Processed(()),
            _ => self.fail_with("the handler panicked"),
        }
    }

    #[cold]
    fn tell_of_panic(&self) {
        let method = &escaped_name(self.method()).to_string();
        self.message.origin.peer.tell(|connection| Event::Panicked { connection, method });
    }

    /// Answers for a processor that has not.
    #[cold]
    pub(in crate::call) fn unanswered(&mut self) {
        if self.answer.outcome.is_none() {
            let _ = self.fail_with("the processor did not answer");
        }
    }

    /// Refuses the call, as the server has too much to do.
    #[cold]
    pub(crate) fn overloaded(mut self, why: Overload) -> Processed {
        let refused = self.refuse_with(|_| why.exception());
        if !self.answer.incomplete {
            self.message.origin.peer.tell(|connection| Event::Overloaded { connection, why });
        }
        refused
    }

    /// Answers in place of a reply that does not fit into what the server may hold. The call was
    /// processed.
    #[cold]
    pub(in crate::call) fn no_room(mut self) {
        let (size, why) = (self.sent(), Overload::Bytes);
        self.message.origin.peer.tell(|connection| Event::Overloaded { connection, why });
        let _ = self.fail_with(format!("{why}, and the reply has {size} bytes"));
    }

    /// Answers in place of a reply that is larger than this side would read itself.
    #[cold]
    pub(in crate::call) fn too_large(mut self) {
        let (size, limit) = (self.sent(), self.message.origin.limits.message_size);
        let text = format!("the reply of {size} bytes exceeds the limit of {limit}");
        let method = &escaped_name(self.method()).to_string();
        let event = |connection| Event::ReplyTooLarge { connection, method, size };
        self.message.origin.peer.tell(event);
        let _ = self.fail_with(text);
    }

    #[cold]
    pub(super) fn unreadable(&mut self, error: &Error) -> Processed {
        let refused = self.refuse_with(|method| unreadable(method, error));
        // A message without an end ends the connection, and the observer is told of it there.
        if !self.answer.incomplete && !matches!(self.message.completeness, Completeness::Endless(_))
        {
            self.message.origin.peer.tell(|connection| Event::Unreadable { connection, error });
        }
        refused
    }

    /// Answers with an internal error.
    #[cold]
    fn fail_with(&mut self, text: impl Into<String>) -> Processed {
        let kind = ApplicationErrorKind::INTERNAL_ERROR;
        match self.find_end() {
            true => self.except(&ApplicationException::new(kind, text), Outcome::Failed(kind)),
            false => Processed(()),
        }
    }

    #[cold]
    fn refuse_with(
        &mut self,
        exception: impl FnOnce(Escaped<'_>) -> ApplicationException,
    ) -> Processed {
        if !self.find_end() {
            return Processed(());
        }
        let exception = exception(escaped_name(self.method()));
        self.except(&exception, Outcome::Refused(exception.kind()))
    }

    /// Finds the end of the message, without which it is not refused: it may not have arrived
    /// whole. If none can be found, that is known already.
    #[cold]
    pub(super) fn find_end(&mut self) -> bool {
        let Message { input, completeness, origin, .. } = self.message;
        if let (Completeness::Unknown, None) = (completeness, self.answer.end) {
            match self.protocol.scanner().scan(input.bytes, origin.limits) {
                Ok(Some(end)) => self.answer.end = Some(end),
                // The end may still come. If it cannot, the call is looked at again and refused for
                // that, as one that arrived in pieces would be.
                Ok(None) | Err(_) => self.answer.incomplete = true,
            }
        }
        !self.answer.incomplete
    }

    #[cold]
    pub(super) fn except(
        &mut self,
        exception: &ApplicationException,
        outcome: Outcome,
    ) -> Processed {
        self.answer.reply.truncate(self.answer.start);
        #[cfg(feature = "http")]
        if self.answer.more().is_some() {
            self.answer.more_mut().no_such_path = false;
        }
        // A short text and a number can be written in every protocol.
        let _ = self.reply(MessageType::Exception, exception, outcome);
        self.settle(outcome)
    }
}
