//! The place for a call's answer, and how a processor comes to fill it.

use std::{mem, pin::pin, sync::Arc, time::Instant};

use super::{
    Call, Completeness, Extensions, Headers, Message, Origin, Outcome, Processor,
    context::ReplyHeaders, guard::Watched, load::Counted,
};
use crate::{
    error::Result,
    protocol::{Input, MessageType, Output, Protocol},
};

/// A reply that is longer is checked to fit into what the server may hold.
const LARGE_REPLY: usize = 64 << 10;

/// The place for one answer after another, and what is known of the call that is answered now.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Where replies are appended.
    pub(crate) reply: Output,
    /// Where in `reply` the current one begins.
    pub(super) start: u32,
    /// Whether the caller waits for a reply.
    pub(super) due: bool,
    /// Whether the reply is written.
    pub(super) written: bool,
    /// The message is not whole, and nothing was done.
    pub(super) incomplete: bool,
    /// No further call of this connection is to be answered.
    pub(super) last: bool,
    /// Where the message ends, once that is known.
    pub(super) end: Option<usize>,
    /// What became of the call, once that is known.
    pub(super) outcome: Option<Outcome>,
    more: Option<Box<More>>,
}

/// What most calls have none of.
#[derive(Debug, Default)]
pub(super) struct More {
    pub(super) headers: Headers,
    pub(super) extensions: Extensions,
    pub(super) deadline: Option<Instant>,
    pub(super) identity: Option<Arc<str>>,
    /// Whether nothing is served at the path that the call was posted to.
    #[cfg(feature = "http")]
    pub(super) no_such_path: bool,
    /// The headers that the handler sets.
    pub(super) from_handler: Option<ReplyHeaders>,
}

/// What the loop over a connection's messages does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The next message begins this many bytes behind the start of this one.
    Next(usize),
    /// The message is not whole, and nothing was done.
    Incomplete,
    /// Nothing more is answered: the end of the message cannot be found, or it was the last.
    Close,
}

impl Answer {
    pub(crate) fn new(reply: Output) -> Self {
        Answer {
            reply,
            start: 0,
            due: false,
            written: false,
            incomplete: false,
            last: false,
            end: None,
            outcome: None,
            more: None,
        }
    }

    /// Begins with a message whose header was read, and gives back the call that a processor is to
    /// have; `None` if it is not to have any. Either way, [`finish`](Answer::finish) follows.
    ///
    /// Middleware must see a call once. So a processor that is not generated gets whole messages
    /// only: a quick skip looks for the end, and where it finds none, the scanner takes over before
    /// anything runs. Generated processors read the arguments at once instead, which finds the end
    /// too, and give up before the handler if they are not whole.
    #[inline]
    pub(crate) fn begin<'a, P: Protocol>(
        &'a mut self,
        protocol: P,
        message: &'a mut Message<'_>,
        speculates: bool,
    ) -> Option<Call<'a, P>> {
        self.start = self.reply.position();
        self.due = message.header.kind != Ok(MessageType::Oneway);
        self.written = false;
        self.incomplete = false;
        self.last = false;
        self.end = None;
        self.outcome = None;
        if self.more.is_some() {
            self.more = None;
        }
        if !speculates && let Completeness::Unknown = message.completeness {
            match protocol.skip_body(message.input.bytes, message.body, message.origin.limits) {
                Ok(end) => message.ends_at(end),
                // The message is incomplete or malformed. The scanner finds out which.
                Err(_) => {
                    self.incomplete = true;
                    return None;
                }
            }
        }
        if let Some(load) = &message.origin.peer.load
            && let Some(why) = load.overload()
        {
            let _ = Call::new(protocol, message, self).overloaded(why);
            return None;
        }
        let call = Call::new(protocol, message, self);
        match message.header.kind {
            Ok(MessageType::Call | MessageType::Oneway) => Some(call),
            _ => {
                call.invalid_message_type();
                None
            }
        }
    }

    /// Ends with a message that a processor has had, or that it was not to have.
    #[inline]
    pub(crate) fn finish<P: Protocol>(
        &mut self,
        protocol: P,
        message: &Message<'_>,
        panicked: bool,
    ) -> Step {
        let length = self.reply.len();
        let large = length > message.origin.limits.message_size || length > LARGE_REPLY;
        if panicked || large || self.outcome.is_none() {
            self.mend(protocol, message, panicked);
        }
        match (message.completeness, self.end) {
            _ if self.incomplete => Step::Incomplete,
            _ if self.last => Step::Close,
            (Completeness::Whole, _) => Step::Next(message.input.bytes.len()),
            (Completeness::Unknown, Some(end)) => Step::Next(end),
            (Completeness::Unknown, None) | (Completeness::Endless(_), _) => Step::Close,
        }
    }

    /// Answers in place of a processor that has not done so as it should.
    #[cold]
    fn mend<P: Protocol>(&mut self, protocol: P, message: &Message<'_>, panicked: bool) {
        if self.incomplete {
            return;
        }
        let mut call = Call::new(protocol, message, self);
        if panicked {
            let _ = call.panicked();
        } else {
            call.unanswered();
        }
        let size = self.reply.len_since(self.start);
        let refused = matches!(self.outcome, Some(Outcome::Refused(_)));
        let crowded = message.origin.peer.load.as_ref().is_some_and(|load| !load.has_room(size));
        if size > message.origin.limits.message_size && !refused {
            Call::new(protocol, message, self).too_large();
        } else if size > LARGE_REPLY && crowded {
            Call::new(protocol, message, self).no_room();
        }
    }

    /// Has a processor answer a message whose header was read.
    pub(crate) async fn run<P: Protocol, T: Processor>(
        &mut self,
        protocol: P,
        mut message: Message<'_>,
        processor: &T,
    ) -> Step {
        let (speculates, load) = (processor.speculates(), message.origin.peer.load.as_deref());
        let mut panicked = false;
        if let Some(call) = self.begin(protocol, &mut message, speculates) {
            let _counted = load.map(Counted::new);
            panicked = Watched::new(pin!(processor.process(call)), !speculates).await.is_none();
        }
        self.finish(protocol, &message, panicked)
    }

    /// Has a processor answer a message that has arrived whole.
    ///
    /// # Errors
    ///
    /// If it is no message.
    pub(crate) async fn run_whole<P: Protocol, T: Processor>(
        &mut self,
        protocol: P,
        input: Input<'_>,
        origin: Origin<'_>,
        processor: &T,
    ) -> Result<Step> {
        let header = protocol.read_header(input.bytes, origin.limits)?;
        let message = Message::new(&header, input, Completeness::Whole, origin);
        Ok(self.run(protocol, message, processor).await)
    }

    /// What became of the call.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Whether nothing is served at the path that the call was posted to.
    #[cfg(feature = "http")]
    pub(crate) fn has_no_such_path(&self) -> bool {
        self.more().is_some_and(|more| more.no_such_path)
    }

    /// The headers for the reply, the handler's among them.
    pub(super) fn headers_mut(&mut self) -> &mut Headers {
        let More { headers, from_handler, .. } = self.more_mut();
        if let Some(others) = from_handler {
            headers.extend(&others.take());
        }
        headers
    }

    /// The headers for the reply.
    pub(crate) fn take_headers(&mut self) -> Headers {
        match self.more {
            Some(_) => mem::take(self.headers_mut()),
            None => Headers::default(),
        }
    }

    #[inline]
    pub(super) fn more(&self) -> Option<&More> {
        self.more.as_deref()
    }

    pub(super) fn more_mut(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }
}
