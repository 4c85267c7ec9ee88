//! A call over a connection, from sending it to its reply.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use super::{
    calls::Ended,
    errors::late,
    shared::Shared,
    waiting::{InFlight, wait_elsewhere},
};
use crate::{
    call::{CallSettings, Request, Response},
    error::Result,
    protocol::Protocol,
};

/// The stage of a call.
enum Stage<'a, P: Protocol, F> {
    New,
    InFlight(InFlight<'a, P>),
    /// The call needs steps that most calls do not.
    Slow(Pin<Box<F>>),
}

/// The result of trying to send a call.
enum Begun<'a, P: Protocol> {
    /// It is in flight, and its caller will be woken.
    InFlight(InFlight<'a, P>),
    /// It is in flight, but its caller has to enforce the timeout itself.
    Elsewhere(InFlight<'a, P>),
    /// It cannot be sent yet.
    Full,
}

/// Sends a request when it is first polled, and waits for its reply or, if it is oneway, until it is
/// sent. Dropping it cancels the call.
///
/// Every call goes through this function. It is not async, since that would nest futures, and move the
/// reply from one to the next.
pub(super) fn send<P: Protocol>(
    shared: &Shared<P>,
    settings: &CallSettings,
    request: Request<'_, P>,
) -> impl Future<Output = Result<Response<P>>> + Send {
    let (mut stage, mut timeout) = (Stage::New, None);
    poll_fn(move |cx| match &mut stage {
        Stage::New => {
            timeout = settings.patience(&request);
            let call = match begin(shared, settings, &request, timeout, cx)? {
                Begun::InFlight(call) => {
                    stage = Stage::InFlight(call);
                    return Poll::Pending;
                }
                Begun::Elsewhere(call) => Some(call),
                Begun::Full => None,
            };
            let slow = send_slowly(shared, settings, request.clone(), timeout, call);
            let mut slow = Box::pin(slow);
            let polled = slow.as_mut().poll(cx);
            stage = Stage::Slow(slow);
            polled
        }
        Stage::InFlight(call) => {
            let ended = ready!(Pin::new(call).poll(cx));
            Poll::Ready(conclude(shared, &request, timeout, ended))
        }
        Stage::Slow(slow) => slow.as_mut().poll(cx),
    })
}

#[inline]
fn begin<'a, P: Protocol>(
    shared: &'a Shared<P>,
    settings: &CallSettings,
    request: &Request<'_, P>,
    timeout: Option<Duration>,
    cx: &mut Context<'_>,
) -> Result<Begun<'a, P>> {
    shared.check_headers(request, settings)?;
    let Ok(sent) = shared.send_now(request, settings, cx.waker(), timeout) else {
        return Ok(Begun::Full);
    };
    let call = InFlight::new(shared, sent?);
    Ok(if shared.is_elsewhere() { Begun::Elsewhere(call) } else { Begun::InFlight(call) })
}

/// Sends a call, if it is not in flight yet, as soon as that is possible, and waits for its reply.
async fn send_slowly<P: Protocol>(
    shared: &Shared<P>,
    settings: &CallSettings,
    request: Request<'_, P>,
    timeout: Option<Duration>,
    call: Option<InFlight<'_, P>>,
) -> Result<Response<P>> {
    let ended = match call {
        Some(call) => wait_elsewhere(call, timeout).await,
        None => {
            let (seqid, left) = shared.send_later(&request, settings, timeout).await?;
            let call = InFlight::new(shared, seqid);
            if shared.is_elsewhere() { wait_elsewhere(call, left).await } else { call.await }
        }
    };
    conclude(shared, &request, timeout, ended)
}

/// Turns the outcome of a call into the result for its caller.
#[inline(always)]
fn conclude<P: Protocol>(
    shared: &Shared<P>,
    request: &Request<'_, P>,
    timeout: Option<Duration>,
    ended: Option<Ended>,
) -> Result<Response<P>> {
    match ended {
        Some(Ended::Reply(reply)) => {
            Ok(Response::new(shared.protocol, request, reply, &shared.limits))
        }
        Some(Ended::Sent) => Ok(Response::oneway(shared.protocol)),
        Some(Ended::Failed(error)) => Err(error),
        Some(Ended::TimedOut) => Err(late(request, timeout)),
        None => Err(shared.closed()),
    }
}
