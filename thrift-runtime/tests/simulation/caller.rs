//! Callers, and whether what they get is what they should get.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use thrift_runtime::{
    AnyProtocol, ApplicationErrorKind, BoxChannel, Channel, Client, Error, ErrorKind, Framing,
    Request, Response, Result,
};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    content::{self, TOO_DEEP},
    handler::FAILED,
    plan::{Conclusion, End, Method, Order, Patience},
    service::{Desk as _, DeskClient, DeskWorkError},
    tally::Tally,
    wire::Break,
    world::World,
};

/// How long a call may take by default.
const LONGEST: Duration = Duration::from_secs(60);
/// How much later than its time a call may end: timers count milliseconds.
const ALLOWANCE: Duration = Duration::from_millis(2);
/// How long an end that closes waits for its peer to do so too.
const LINGERING: Duration = Duration::from_secs(1);

/// How a call failed.
#[derive(Debug)]
enum Failure {
    /// With the exception that its method declares, which has this number.
    Refused(i64),
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

impl From<DeskWorkError> for Failure {
    fn from(error: DeskWorkError) -> Self {
        match error {
            DeskWorkError::Refusal(refusal) => Failure::Refused(refusal.number),
            DeskWorkError::Other(error) => Failure::Error(error),
        }
    }
}

/// Middleware around a client.
struct Marking<C> {
    inner: C,
    world: Arc<World>,
}

impl<C: Channel> Channel for Marking<C> {
    type Protocol = C::Protocol;

    async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        self.world.log().passed[0] += 1;
        if self.world.plan.dialect.framing == Framing::Header {
            request.headers_mut().set("marked", "yes");
        }
        let sent = self.inner.send(request).await;
        crate::trace!("sent: {}", thrift_runtime::Outcome::of(&sent));
        sent
    }
}

/// A client, with whatever is around it.
pub(crate) fn desk(
    world: &Arc<World>,
    client: Client<AnyProtocol>,
) -> DeskClient<BoxChannel<AnyProtocol>> {
    DeskClient::new(match world.plan.client_middleware {
        true => BoxChannel::new(Marking { inner: client, world: Arc::clone(world) }),
        false => BoxChannel::new(client),
    })
}

/// Makes a caller's calls, one after another.
pub(crate) async fn call_all(world: Arc<World>, client: Client<AnyProtocol>, numbers: Vec<usize>) {
    for number in numbers {
        let order = &world.plan.orders[number];
        if !order.thought.is_zero() {
            sleep(order.thought).await;
        }
        let client = match order.timeout {
            Some(timeout) => client.with_timeout(timeout),
            None => client.clone(),
        };
        let desk = desk(&world, client);
        let start = Instant::now();
        crate::trace!("call {number}");
        let calling = call(&desk, number, order);
        let outcome = match order.patience {
            Patience::Endless => Some(calling.await),
            Patience::For(time) => timeout(time, calling).await.ok(),
            Patience::Polls(count) => polled(count, calling).await,
        };
        drop(desk);
        crate::trace!("call {number} ends: {outcome:?}");
        judge(&world, number, start.elapsed(), outcome);
    }
}

/// Makes a call, and tells whether its answer is right.
async fn call<C: Channel>(
    desk: &DeskClient<C>,
    number: usize,
    order: &Order,
) -> Result<bool, Failure> {
    let (name, asked, answered) = (number as i64, order.asked, order.answered);
    Ok(match order.method {
        Method::Work => {
            let answer = desk.work(name, content::bytes(number, asked)).await?;
            answer.number == name && answer.bytes == content::bytes(number + 1, answered)
        }
        Method::Tell => {
            let told = desk.tell(name, content::text(number, asked).to_owned()).await?;
            told == content::told(number, answered)
        }
        Method::Count => desk.count(name).await? == content::counted(number),
        Method::Settle => {
            desk.settle(name, content::bytes(number, asked)).await?;
            true
        }
        Method::Nest => {
            let nest = desk.nest(name, content::nest(asked)).await?;
            content::levels(&nest) == answered
        }
        Method::Note => {
            desk.note(name, content::bytes(number, asked)).await?;
            true
        }
    })
}

/// Polls a future so many times at most, then drops it.
async fn polled<F: Future>(count: u64, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = count;
    poll_fn(|cx| {
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    })
    .await
}

/// Checks what became of a call; `None` if the caller has dropped it.
fn judge(world: &World, number: usize, took: Duration, outcome: Option<Result<bool, Failure>>) {
    let order = &world.plan.orders[number];
    let longest = order.timeout.unwrap_or(LONGEST);
    if took > longest + ALLOWANCE {
        world.wrong(format_args!("call {number} took {took:?}, and its timeout is {longest:?}"));
    }
    let oneway = order.method == Method::Note;
    count(&mut world.log().tally, oneway, &outcome);
    let runs = world.log().calls[number].runs;
    match outcome {
        None => {}
        Some(Ok(true)) if oneway => world.log().calls[number].accepted = true,
        Some(Ok(true)) if order.conclusion == Conclusion::Return && runs == 1 => {}
        Some(Err(Failure::Refused(other)))
            if order.conclusion == Conclusion::Throw && other == number as i64 => {}
        Some(Ok(_) | Err(Failure::Refused(_))) => {
            let what = format_args!("call {number} gets the answer {outcome:?}, after {runs} runs");
            world.wrong(what);
        }
        Some(Err(Failure::Error(error))) => judge_error(world, number, took, &error),
    }
}

fn count(tally: &mut Tally, oneway: bool, outcome: &Option<Result<bool, Failure>>) {
    *match outcome {
        None => &mut tally.dropped,
        Some(Ok(_)) if oneway => &mut tally.accepted,
        Some(Ok(_)) => &mut tally.returned,
        Some(Err(Failure::Refused(_))) => &mut tally.declared,
        Some(Err(Failure::Error(error))) if error.is_application() => &mut tally.failed,
        Some(Err(Failure::Error(error))) if error.kind() == ErrorKind::Unwritable => {
            &mut tally.unwritable
        }
        Some(Err(Failure::Error(error))) if error.is_timeout() => &mut tally.timed_out,
        Some(Err(Failure::Error(_))) => &mut tally.lost,
    } += 1;
}

fn judge_error(world: &World, number: usize, took: Duration, error: &Error) {
    let order = &world.plan.orders[number];
    if let Some(exception) = error.as_application() {
        let right = match order.conclusion {
            Conclusion::Fail => {
                exception.kind() == FAILED && exception.message() == number.to_string()
            }
            Conclusion::Panic => exception.kind() == ApplicationErrorKind::INTERNAL_ERROR,
            Conclusion::Return if order.method == Method::Nest => {
                order.answered >= TOO_DEEP
                    && exception.kind() == ApplicationErrorKind::INTERNAL_ERROR
            }
            Conclusion::Return | Conclusion::Throw => false,
        };
        if !right || order.method == Method::Note {
            world.wrong(format_args!("call {number} gets the exception {exception:?}"));
        }
        return;
    }
    if error.kind() == ErrorKind::Unwritable {
        let runs = world.log().calls[number].runs;
        if order.method != Method::Nest || order.asked < TOO_DEEP || runs > 0 {
            world.wrong(format_args!("call {number} cannot be written: {error:?}"));
        }
        return;
    }
    if error.is_timeout() && took >= order.timeout.unwrap_or(LONGEST) {
        // Nothing that is planned takes as long as the default.
        if order.timeout.is_none() && world.struck().is_none() {
            world.wrong(format_args!("call {number} is not answered"));
        }
        return;
    }
    if world.struck().is_none() || !is_planned(world, error) {
        world.wrong(format_args!("call {number} fails: {error:?}"));
    } else if order.method != Method::Note && is_owed(world, number) {
        // A oneway call is owed nothing, and may end with the connection though it has arrived.
        world.wrong(format_args!("the answer to call {number} is lost: {error:?}"));
    }
}

/// Whether calls may fail so in this conversation.
fn is_planned(world: &World, error: &Error) -> bool {
    let cuts = match world.plan.end {
        End::Peaceful | End::CallersGone(_) | End::Shutdown(_) => world.lost_by_closing(LINGERING),
        End::Broken | End::Reset(_) | End::ServerGone(_) => true,
    };
    error.kind() == ErrorKind::Closed || cuts && error.kind() == ErrorKind::Truncated
}

/// Whether a call has to be answered though its connection ends: its handler began before.
fn is_owed(world: &World, number: usize) -> bool {
    let begun = world.log().calls[number].begun;
    let (Some(begun), Some(struck)) = (begun, world.struck()) else { return false };
    if world.lost_by_closing(LINGERING) {
        return false;
    }
    let ends = |breaks: Option<(u64, Break)>| breaks.is_some_and(|(_, how)| how == Break::End);
    match world.plan.end {
        End::Shutdown(_) => begun < struck,
        // It has arrived whole, and the way back is open.
        End::Broken => ends(world.plan.to_server.breaks),
        _ => false,
    }
}
