//! Passing calls to the connection's task.

use std::{
    future::poll_fn,
    mem,
    pin::pin,
    task::{Poll, Waker},
    time::Duration,
};

use tokio::{sync::TryAcquireError, time::Instant};

use super::Shared;
#[cfg(feature = "header")]
use crate::transport::header::{self, Envelope};
use crate::{
    call::{CallSettings, Request, Response},
    client::{
        calls::{Deadline, Ended},
        waiting::{InFlight, in_time, no_reply},
    },
    error::Result,
    protocol::{MessageHeader, MessageType, Output, Protocol},
    transport::{Framing, framed},
};

/// Callers wait while this many bytes are waiting to be sent.
const MAX_QUEUED: usize = 1 << 20;

/// Too much is waiting to be sent.
struct Full;

/// What a message is sent for.
#[derive(Clone, Copy)]
enum Purpose<'a> {
    /// To get a reply, for which the caller is woken.
    Reply(&'a Waker, Deadline),
    Oneway,
}

impl<P: Protocol> Shared<P> {
    /// Sends a request, and waits for its reply unless it is oneway.
    pub(in crate::client) async fn send(
        &self,
        request: Request<'_, P>,
        settings: &CallSettings,
    ) -> Result<Response<P>> {
        let request = &request;
        self.check_headers(request, settings)?;
        if request.is_oneway() {
            match self.try_send(request, settings, Purpose::Oneway) {
                Ok(sent) => drop(sent?),
                Err(Full) => Box::pin(self.send_oneway_later(request, settings)).await?,
            }
            return Ok(Response::oneway(self.protocol));
        }
        let timeout = settings.patience(request);
        let sent = match self.in_flight.try_acquire() {
            Ok(permit) => {
                let deadline = timeout.map_or(Deadline::Never, Deadline::In);
                let sent = poll_fn(|cx| {
                    let purpose = Purpose::Reply(cx.waker(), deadline);
                    Poll::Ready(self.try_send(request, settings, purpose))
                })
                .await;
                if let Ok(Ok(_)) = sent {
                    // Even if this future is dropped, the call is in flight until its reply comes.
                    permit.forget();
                }
                sent
            }
            Err(TryAcquireError::NoPermits) => Err(Full),
            Err(TryAcquireError::Closed) => return Err(self.closed()),
        };
        let seqid = match sent {
            Ok(sent) => sent?,
            // Boxed, as it is large and rare: every call's future would be as large otherwise.
            Err(Full) => Box::pin(self.send_later(request, settings, timeout)).await?,
        };
        match InFlight::new(self, seqid).await {
            Some(Ended::Reply(reply)) => {
                Ok(Response::new(self.protocol, request, reply, &self.limits))
            }
            Some(Ended::Failed(error)) => Err(error),
            Some(Ended::TimedOut) => Err(no_reply(request.method().name(), timeout)),
            None => Err(self.closed()),
        }
    }

    /// Sends a call when that is possible.
    async fn send_later(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
        timeout: Option<Duration>,
    ) -> Result<i32> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let sending = async {
            let Ok(permit) = self.in_flight.acquire().await else { return Err(self.closed()) };
            let deadline = deadline.map_or(Deadline::Never, Deadline::At);
            let seqid = self.pass_on(request, settings, Some(deadline)).await?;
            permit.forget();
            Ok(seqid)
        };
        in_time(request.method().name(), timeout, deadline, sending).await
    }

    /// Sends a call that is not answered, when that is possible.
    async fn send_oneway_later(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
    ) -> Result<()> {
        let timeout = settings.patience(request);
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let sending = self.pass_on(request, settings, None);
        in_time(request.method().name(), timeout, deadline, sending).await.map(drop)
    }

    /// Checks that headers, if there are any, can be sent.
    #[inline]
    fn check_headers(&self, request: &Request<'_, P>, settings: &CallSettings) -> Result<()> {
        match self.framing {
            #[cfg(feature = "header")]
            Framing::Header => Ok(()),
            framing => settings.check_no_headers(request, framing),
        }
    }

    /// Passes a message on as soon as there is room. If dropped before, nothing is sent.
    async fn pass_on(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
        reply: Option<Deadline>,
    ) -> Result<i32> {
        let try_send = || {
            poll_fn(|cx| {
                let purpose = match reply {
                    Some(deadline) => Purpose::Reply(cx.waker(), deadline),
                    None => Purpose::Oneway,
                };
                Poll::Ready(self.try_send(request, settings, purpose))
            })
        };
        loop {
            let mut room = pin!(self.room.notified());
            if let Ok(sent) = try_send().await {
                return sent;
            }
            // So that room which appears between the two attempts is not missed.
            room.as_mut().enable();
            match try_send().await {
                Ok(sent) => return sent,
                Err(Full) => room.await,
            }
        }
    }

    fn try_send(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
        purpose: Purpose<'_>,
    ) -> Result<Result<i32>, Full> {
        let mut state = self.lock();
        if state.ended.is_some() {
            drop(state);
            return Ok(Err(self.closed()));
        }
        if state.output.len() >= MAX_QUEUED {
            return Err(Full);
        }
        let seqid = state.calls.free_seqid();
        let kind = match purpose {
            Purpose::Reply(..) => MessageType::Call,
            Purpose::Oneway => MessageType::Oneway,
        };
        if let Err(error) = self.write(request, settings, kind, seqid, &mut state.output) {
            return Ok(Err(error));
        }
        match purpose {
            Purpose::Reply(caller, deadline) => {
                state.calls.insert(seqid, request.method().shared_name(), caller, deadline);
            }
            Purpose::Oneway => state.calls.insert_oneway(seqid),
        }
        if mem::take(&mut state.idle) {
            let task = state.task.clone();
            drop(state);
            task.wake();
        }
        Ok(Ok(seqid))
    }

    /// Writes a message, or nothing.
    fn write(
        &self,
        request: &Request<'_, P>,
        settings: &CallSettings,
        kind: MessageType,
        seqid: i32,
        out: &mut Output,
    ) -> Result<()> {
        let arguments = request.arguments();
        let name = request.method().wire_name(settings.service(request));
        let header = MessageHeader::new(name, kind, seqid);
        match self.framing {
            Framing::Buffered => arguments.write(self.protocol, &header, out),
            Framing::Framed => {
                let start = framed::begin(out);
                let written = arguments.write(self.protocol, &header, out);
                let finished = framed::finish(out, start);
                written.and(finished)
            }
            #[cfg(feature = "header")]
            Framing::Header => {
                let mut message = Output::vectored();
                arguments.write(self.protocol, &header, &mut message)?;
                let envelope = Envelope {
                    seqid,
                    compressed: self.compressed,
                    headers: settings.headers(request),
                    ..Envelope::new(self.protocol.encoding())
                };
                header::seal(&envelope, &mut message, out)
            }
        }
    }
}
