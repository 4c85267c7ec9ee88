//! Answering several calls of one connection at once.

use std::{sync::Arc, task::Poll};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::JoinSet,
};

use super::{
    ahead::while_there,
    connection::{Connection, FLUSH_SIZE},
};
use crate::{
    call::{Answer, Completeness, Held, Message, Origin, Peer, Processor},
    error::{Error, ErrorKind, Result},
    protocol::{Input, Limits, MessageType, Output, Protocol},
    serving::ConnectionOptions,
    transport::{
        Framing, Framings, buffered::Boundaries, framed::header_is_to_come, lingering_close,
    },
};

/// The calls of a connection that are in progress, each in its own task.
pub(super) struct Concurrent<P: Protocol, T> {
    protocol: P,
    framings: Framings,
    boundaries: Boundaries<P>,
    processor: Arc<T>,
    limits: Arc<Limits>,
    cancel: bool,
    /// Each returns its reply.
    calls: JoinSet<Result<Output>>,
    /// The error of a call that ends the connection.
    failed: Option<Error>,
    most: usize,
}

/// A message for a task to answer.
struct Arrived {
    bytes: Bytes,
    /// Why the end of the message cannot be found, if it cannot.
    lost: Option<Error>,
}

/// What a connection waited for.
enum Happened {
    /// Replies are ready, or have been sent.
    Replied,
    /// Bytes have arrived.
    Arrived,
    /// The stream has ended.
    Ended,
    /// It cannot be read any more.
    Failed(Error),
}

impl Happened {
    fn of(more: Result<bool>) -> Self {
        match more {
            Ok(true) => Happened::Arrived,
            Ok(false) => Happened::Ended,
            Err(error) => Happened::Failed(error),
        }
    }
}

/// What a connection reads while it waits.
#[derive(Clone, Copy)]
enum Reading {
    /// Calls, unless there are enough.
    Calls,
    /// Only to see whether the caller leaves.
    Ahead,
    /// Nothing: the stream has ended.
    Nothing,
}

impl<P: Protocol, T: Processor> Concurrent<P, T> {
    pub(super) fn new(
        protocol: P,
        framings: Framings,
        processor: &Arc<T>,
        options: &ConnectionOptions,
    ) -> Self {
        Concurrent {
            protocol,
            framings,
            boundaries: Boundaries::new(protocol),
            processor: Arc::clone(processor),
            limits: Arc::new(options.limits.clone()),
            cancel: options.cancel_abandoned_calls,
            calls: JoinSet::new(),
            failed: None,
            most: options.concurrent_calls,
        }
    }

    /// Answers calls until no more arrive and all are done. Calls that have begun run to their end
    /// even if nobody receives the reply, as oneway calls must.
    pub(super) async fn answer_calls<S>(&mut self, connection: &mut Connection<'_, S>) -> Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let answered = self.answer_while_open(connection).await;
        if answered.is_err() {
            connection.caller_is_gone();
        }
        while self.calls.join_next().await.is_some() {}
        answered
    }

    /// Answers calls until no more arrive and all are done, or the connection fails.
    async fn answer_while_open<S>(&mut self, connection: &mut Connection<'_, S>) -> Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        // How the connection ended; set once nothing more is read. Whether the caller may be there yet,
        // and whether it has been told something after it was late.
        let (mut end, mut there, mut told) = (None, true, false);
        loop {
            let failed = self.failed.take().map_or(Ok(()), Err);
            let was_full = self.is_full(connection);
            let before = connection.input.data().len();
            connection.count();
            let begun = failed
                .and_then(|()| self.begin(connection))
                .and_then(|()| connection.check_room(self.protocol, self.framings));
            let took = connection.input.data().len() < before;
            // While the peer takes replies, it is not idle.
            let busy = !self.calls.is_empty() || !connection.output.is_empty();
            connection.settle(took || was_full, busy);
            if let Err(error) = begun {
                // After a call that failed in this way, the following bytes cannot be divided into
                // messages.
                connection.input.clear();
                // A call that was cancelled says nothing new.
                if !(error.is_closed() && matches!(end, Some(Err(_)))) {
                    end = Some(Err(error));
                }
            }
            if self.calls.is_empty()
                && let Some(end) = end.take_if(|_| connection.output.is_empty())
            {
                if told {
                    // What the peer sends now would discard the replies.
                    let _ = lingering_close::close(&mut connection.stream).await;
                }
                return end;
            }
            let reading = match end {
                None => Reading::Calls,
                Some(_) if there => Reading::Ahead,
                Some(_) => Reading::Nothing,
            };
            // Replies to the calls in progress may yet reach the peer, however this ends: it may have
            // closed one direction, or sent something else that is wrong.
            match self.event(connection, reading).await {
                Ok(Happened::Replied) => {
                    told |=
                        end.as_ref().is_some_and(|end| end.as_ref().is_err_and(Error::is_timeout));
                }
                Ok(Happened::Arrived) => {}
                Ok(Happened::Ended) => {
                    there = false;
                    end = Some(connection.at_end(self.framings.reading));
                }
                Ok(Happened::Failed(error)) => {
                    // A peer that is late may be there all the same.
                    there = error.is_timeout();
                    connection.input.clear();
                    end = Some(Err(error));
                }
                // What failed first is what went wrong.
                Err(error) => return end.unwrap_or(Ok(())).and(Err(error)),
            }
            if !there {
                connection.caller_is_gone();
            }
        }
    }

    /// Whether reading is paused.
    fn is_full<S>(&self, connection: &Connection<'_, S>) -> bool {
        self.calls.len() >= self.most || connection.output.len() >= FLUSH_SIZE
    }

    /// Starts the calls in the buffer, up to the allowed number in progress.
    fn begin<S>(&mut self, connection: &mut Connection<'_, S>) -> Result<()> {
        while self.calls.len() < self.most && connection.output.len() < FLUSH_SIZE {
            let input = &mut connection.input;
            let data = input.data();
            let framing = self.framings.reading;
            let start = framing.prefix();
            let end = framing.message_end(&mut self.boundaries, data, &self.limits);
            let (bytes, lost) = match end {
                Ok(None) => return Ok(()),
                Ok(Some(end)) => (input.take(end).slice(start..), None),
                Err(_)
                    if framing == Framing::Framed
                        && header_is_to_come(
                            self.protocol,
                            data.get(start..).unwrap_or_default(),
                            &self.limits,
                        ) =>
                {
                    return Ok(());
                }
                Err(error) => (input.take(data.len()).slice(start..), Some(error)),
            };
            // From here on, the task of the call counts these bytes.
            connection.count();
            #[cfg(feature = "header")]
            if framing.style().is_some() {
                match lost {
                    None => self.answer_enveloped(bytes, &connection.peer),
                    Some(error) => return Err(error),
                }
                continue;
            }
            let reason = lost.as_ref().map(|error| Error::new(error.kind(), error.to_string()));
            match self.protocol.read_header(&bytes, &self.limits) {
                Ok(_) => self.answer(Arrived { bytes, lost }, &connection.peer),
                // Without a header, there is no call to answer.
                Err(error) => return Err(lost.unwrap_or(error)),
            }
            if let Some(reason) = reason {
                return Err(reason);
            }
        }
        Ok(())
    }

    #[cfg(feature = "header")]
    fn answer_enveloped(&mut self, frame: Bytes, peer: &Peer) {
        let (processor, limits) = (Arc::clone(&self.processor), Arc::clone(&self.limits));
        let (peer, cancel) = (peer.clone(), self.cancel);
        let held = Held::of(peer.load.as_ref(), frame.len());
        self.calls.spawn(async move {
            let _held = held;
            let answered = super::header::answer::<P, T>(frame, &peer, &limits, cancel, &processor);
            answered.await.map(|(reply, _)| reply)
        });
    }

    fn answer(&mut self, arrived: Arrived, peer: &Peer) {
        let (protocol, framing, peer) = (self.protocol, self.framings.writing, peer.clone());
        let cancel = self.cancel;
        let (processor, limits) = (Arc::clone(&self.processor), Arc::clone(&self.limits));
        let held = Held::of(peer.load.as_ref(), arrived.bytes.len());
        self.calls.spawn(async move {
            let _held = held;
            let Arrived { bytes, lost } = arrived;
            let completeness = lost.as_ref().map_or(Completeness::Whole, Completeness::Endless);
            let header = protocol.read_header(&bytes, &limits)?;
            let (input, origin) = (Input::of_message(&bytes), Origin::new(&peer, &limits));
            let message = Message::new(&header, input, completeness, origin);
            let mut answer = Answer::new(Output::vectored());
            let start = framing.begin(&mut answer.reply);
            let cancel = cancel && header.0.kind != Ok(MessageType::Oneway);
            let answering = answer.run(protocol, message, &*processor);
            while_there(cancel, &peer, answering).await?;
            framing.finish(&mut answer.reply, start)?;
            Ok(answer.reply)
        });
    }

    /// Waits for something to happen.
    ///
    /// # Errors
    ///
    /// If replies cannot be written.
    async fn event<S>(
        &mut self,
        connection: &mut Connection<'_, S>,
        reading: Reading,
    ) -> Result<Happened>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let busy = !self.calls.is_empty();
        connection
            .wait(busy, |connection, cx| {
                let mut answered = false;
                while let Poll::Ready(Some(reply)) = self.calls.poll_join_next(cx) {
                    answered = true;
                    match reply.unwrap_or_else(|_| Err(panicked())) {
                        Ok(mut reply) => connection.output.append(&mut reply),
                        // The other calls are finished first.
                        Err(error) => self.failed = Some(error),
                    }
                }
                let unsent = !connection.output.is_empty();
                let sent = connection.poll_flush(cx)?.is_ready() && unsent;
                if answered || sent {
                    return Poll::Ready(Ok(Happened::Replied));
                }
                match reading {
                    Reading::Nothing => Poll::Pending,
                    Reading::Calls if !self.is_full(connection) => {
                        connection.poll_more(cx).map(|more| Ok(Happened::of(more)))
                    }
                    // Tasks that wait for the caller to leave are woken.
                    Reading::Calls => {
                        connection.poll_gone(self.cancel, cx);
                        Poll::Pending
                    }
                    Reading::Ahead => {
                        connection.watch(cx);
                        Poll::Pending
                    }
                }
            })
            .await
    }
}

#[cold]
fn panicked() -> Error {
    Error::new(ErrorKind::Closed, "answering a call panicked")
}
