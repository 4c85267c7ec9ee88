//! Passing calls to the connection's task.

use std::{
    future::poll_fn,
    mem,
    pin::pin,
    task::{Poll, Waker},
    time::Duration,
};

use tokio::time::Instant;

use super::{Shared, State};
use crate::{
    call::{CallSettings, LARGE, Request},
    client::{alarm::in_time, calls::Deadline, errors::not_sent, sync::MutexGuard},
    error::Result,
    protocol::{MessageHeader, MessageType, Output, Protocol},
    transport::{Framing, framed},
};
#[cfg(feature = "header")]
use crate::{
    transport::header::{self, Envelope, Style},
    ttheader,
};

/// Callers wait while this many bytes are waiting to be sent.
const MAX_QUEUED: usize = 1 << 20;

/// Too many bytes are waiting to be sent, or too many calls are in flight.
pub(in crate::client) struct Full;

impl<P: Protocol> Shared<P> {
    /// Sends a call, if that is possible immediately. Returns its sequence id.
    #[inline]
    pub(in crate::client) fn send_now(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
        caller: &Waker,
        timeout: Option<Duration>,
    ) -> Result<Result<i32>, Full> {
        let deadline = timeout.map_or(Deadline::Never, Deadline::In);
        self.try_send(request, settings, caller, deadline, false)
    }

    /// Sends a call as soon as that is possible. Also returns the time that the call has left.
    pub(in crate::client) async fn send_later(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
        timeout: Option<Duration>,
    ) -> Result<(i32, Option<Duration>)> {
        let end = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let sending = async {
            let deadline = end.map_or(Deadline::Never, Deadline::At);
            let seqid = self.pass_on(request, settings, deadline).await?;
            Ok((seqid, end.map(|end| end.saturating_duration_since(Instant::now()))))
        };
        in_time(end, sending).await.unwrap_or_else(|| {
            // The call had to wait for a place or for room: earlier calls have not been answered, or
            // the peer does not read.
            self.note_timeouts(1);
            let task = self.lock().task.clone();
            task.wake();
            Err(not_sent(request, timeout))
        })
    }

    /// Checks that headers, if there are any, can be sent.
    #[inline]
    pub(in crate::client) fn check_headers(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
    ) -> Result<()> {
        match self.framing {
            #[cfg(feature = "header")]
            framing if framing.style().is_some() => Ok(()),
            framing => settings.check_no_headers(request, framing),
        }
    }

    /// Passes a message on as soon as there is room. If this is dropped before, nothing is sent.
    async fn pass_on(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
        deadline: Deadline,
    ) -> Result<i32> {
        let _place = match request.is_oneway() {
            true => None,
            false => Some(self.place().await?),
        };
        loop {
            let mut room = pin!(self.room.notified());
            // Listen before the attempt, so that room which appears right after it is not missed.
            room.as_mut().enable();
            let sent = poll_fn(|cx| {
                Poll::Ready(self.try_send(request, settings, cx.waker(), deadline, true))
            });
            match sent.await {
                Ok(sent) => return sent,
                Err(Full) => room.await,
            }
        }
    }

    /// Sends a call, if there is room. It needs a place in flight, unless it was `granted` one.
    fn try_send(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
        caller: &Waker,
        deadline: Deadline,
        granted: bool,
    ) -> Result<Result<i32>, Full> {
        let mut state = self.lock();
        if state.ended.is_some() {
            drop(state);
            return Ok(Err(self.closed()));
        }
        let oneway = request.is_oneway();
        // A oneway call takes no place, as there is no reply that would free it.
        if !oneway && !granted && self.is_crowded(&state) {
            return Err(Full);
        }
        if state.output.len() >= MAX_QUEUED {
            // The task then notifies those who wait for room.
            state.flushing = true;
            return Err(Full);
        }
        let seqid = state.calls.free_seqid();
        let most = if request.arguments().are_large() { 0 } else { LARGE };
        match self.write(request, settings, seqid, &mut state.output, most) {
            Some(Ok(())) => {}
            Some(Err(error)) => return Ok(Err(error.not_sent())),
            None => return Ok(self.send_large(state, request, settings, seqid, caller, deadline)),
        }
        state.calls.insert(seqid, oneway, request.method().shared_name(), caller, deadline);
        if mem::take(&mut state.idle) {
            let task = state.task.clone();
            drop(state);
            task.wake();
        }
        Ok(Ok(seqid))
    }

    /// Sends a call with large arguments, which are written without holding the lock.
    #[cold]
    #[inline(never)]
    fn send_large(
        &self,
        mut state: MutexGuard<'_, State>,
        request: &Request<'_, P>,
        settings: &CallSettings,
        seqid: i32,
        caller: &Waker,
        deadline: Deadline,
    ) -> Result<i32> {
        let oneway = request.is_oneway();
        state.calls.begin(seqid, oneway, request.method().shared_name());
        drop(state);
        let mut begun = Begun { shared: self, seqid, oneway, entered: false };
        let mut message = Output::vectored();
        if let Some(Err(error)) = self.write(request, settings, seqid, &mut message, u32::MAX) {
            return Err(error.not_sent());
        }
        let deadline = match deadline {
            Deadline::In(time) => {
                Instant::now().checked_add(time).map_or(Deadline::Never, Deadline::At)
            }
            deadline => deadline,
        };
        let mut state = self.lock();
        if state.ended.is_some() {
            drop(state);
            return Err(self.closed());
        }
        state.output.take_whole(message);
        state.calls.enter(seqid, oneway, caller, deadline);
        begun.entered = true;
        // The task may not know of a deadline that is earlier than those before.
        let task = state.task.clone();
        state.idle = false;
        drop(state);
        task.wake();
        Ok(seqid)
    }

    /// Writes a message. If its arguments take more than `most` bytes, writes nothing and returns
    /// `None`.
    #[inline(always)]
    fn write(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
        seqid: i32,
        out: &mut Output,
        most: u32,
    ) -> Option<Result<()>> {
        let arguments = request.arguments();
        let kind = if request.is_oneway() { MessageType::Oneway } else { MessageType::Call };
        let name = request.method().wire_name(settings.service(request));
        let header = MessageHeader::new(name, kind, seqid);
        match self.writing {
            Framing::Buffered => {
                out.within(most, |out| arguments.write(self.protocol, &header, out))
            }
            Framing::Framed => {
                let start = framed::begin(out);
                let written = out.within(most, |out| arguments.write(self.protocol, &header, out));
                let finished = framed::finish(out, start);
                written.map(|written| written.and(finished))
            }
            #[cfg(feature = "header")]
            framing => {
                let mut message = Output::vectored();
                let written =
                    message.within(most, |out| arguments.write(self.protocol, &header, out))?;
                if written.is_err() {
                    return Some(written);
                }
                let envelope = self.envelope(framing.style()?, request, settings, seqid);
                Some(header::seal(&envelope, &mut message, out))
            }
        }
    }

    /// The envelope that is written before a message.
    #[cfg(feature = "header")]
    fn envelope(
        &self,
        style: Style,
        request: &Request<'_, P>,
        settings: &CallSettings,
        seqid: i32,
    ) -> Envelope {
        let mut headers = settings.headers(request);
        if let Style::TtHeader { .. } = style {
            let mut offer = |name, value| {
                if headers.get(name).is_none() {
                    headers.set(name, value);
                }
            };
            offer(ttheader::TO_METHOD, request.method().name().to_owned());
            if let Some(timeout) = settings.patience(request) {
                // A timeout of 0 would mean none.
                offer(ttheader::RPC_TIMEOUT, timeout.as_millis().max(1).to_string());
            }
        }
        // TTHeader has no compression.
        let compressed = if let Style::Header { .. } = style { self.compressed } else { 0 };
        Envelope { seqid, compressed, headers, ..Envelope::new(style, self.protocol.encoding()) }
    }
}

/// A call whose arguments are being written. If that fails, its sequence id and its place become free
/// again.
struct Begun<'a, P: Protocol> {
    shared: &'a Shared<P>,
    seqid: i32,
    oneway: bool,
    entered: bool,
}

impl<P: Protocol> Drop for Begun<'_, P> {
    fn drop(&mut self) {
        if !self.entered {
            self.shared.with_calls(|calls| calls.abandon(self.seqid, self.oneway));
            self.shared.pass_places_on();
        }
    }
}
