//! Two streams that are joined in memory, and that treat what goes through them as badly as a
//! network does.
//!
//! They end as TCP does: who closes with bytes unread, or gets more after closing, resets the
//! connection, and what the other side has not read yet is lost.

mod pipe;

use std::{
    io::{self, IoSlice},
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    task::coop::consume_budget,
    time::{Instant, Sleep, sleep_until},
};

pub(crate) use self::pipe::{Break, Conduct};
use self::pipe::{Pipe, Read, Written};
use crate::random::Random;

/// What joins two streams.
#[derive(Debug, Clone)]
pub(crate) struct Wire(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    to_server: Pipe,
    to_client: Pipe,
    reset: bool,
    /// What has happened to it.
    fate: Fate,
    /// A digest of all that went through it, and when.
    digest: u64,
    start: Instant,
}

/// What has happened to a wire.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fate {
    /// When it was broken, as planned.
    pub(crate) broken: Option<Instant>,
    pub(crate) reset_by_close: Option<ResetByClose>,
    /// An end wrote after it had said that it would not.
    pub(crate) misused: bool,
}

/// A reset since an end was closed that had not read everything, or that more came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResetByClose {
    /// For how long no answer had been written then.
    pub(crate) silence: Duration,
    /// Whether the end had sent everything, and told the other that no more comes.
    pub(crate) done: bool,
}

/// One of the two streams.
#[derive(Debug)]
pub(crate) struct End {
    wire: Wire,
    side: Side,
    timer: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }
}

impl Wire {
    /// The wire, the client's stream, and the server's.
    pub(crate) fn new(
        to_server: Conduct,
        to_client: Conduct,
        random: &mut Random,
    ) -> (Wire, End, End) {
        let state = State {
            to_server: Pipe::new(to_server, random.fork()),
            to_client: Pipe::new(to_client, random.fork()),
            reset: false,
            fate: Fate::default(),
            digest: 0,
            start: Instant::now(),
        };
        let wire = Wire(Arc::new(Mutex::new(state)));
        let end = |side| End { wire: wire.clone(), side, timer: None };
        let (client, server) = (end(Side::Client), end(Side::Server));
        (wire, client, server)
    }

    /// Resets the connection.
    pub(crate) fn reset(&self) {
        self.lock().break_at(Side::Client, Break::Reset);
    }

    pub(crate) fn fate(&self) -> Fate {
        self.lock().fate
    }

    pub(crate) fn digest(&self) -> u64 {
        self.lock().digest
    }

    /// Frees memory that is not in use, so that it is not taken for the connection's.
    pub(crate) fn shrink(&self) {
        let mut state = self.lock();
        state.to_server.shrink();
        state.to_client.shrink();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    /// The direction that a side writes to.
    fn outgoing(&mut self, side: Side) -> &mut Pipe {
        match side {
            Side::Client => &mut self.to_server,
            Side::Server => &mut self.to_client,
        }
    }

    /// The direction that a side reads from.
    fn incoming(&mut self, side: Side) -> &mut Pipe {
        match side {
            Side::Client => &mut self.to_client,
            Side::Server => &mut self.to_server,
        }
    }

    /// Breaks the direction that a side writes to.
    fn break_at(&mut self, side: Side, how: Break) {
        crate::trace!("{side:?}'s way out breaks: {how:?}");
        self.fate.broken.get_or_insert_with(Instant::now);
        match how {
            Break::Reset => self.reset(),
            Break::End | Break::Silence => self.outgoing(side).break_off(how),
        }
    }

    fn reset(&mut self) {
        self.reset = true;
        self.to_server.lose();
        self.to_client.lose();
    }

    /// Resets the connection, since bytes have come to a side that was closed and that nobody reads.
    fn reset_by_close(&mut self, closed: Side) {
        if !self.reset {
            crate::trace!("reset, as bytes come to the {closed:?}, which was closed");
            let silence = self.to_client.written_at.elapsed();
            let done = self.outgoing(closed).has_said_end();
            self.fate.reset_by_close = Some(ResetByClose { silence, done });
            self.reset();
        }
    }

    fn note(&mut self, side: Side, what: &str, count: usize) {
        let at = self.start.elapsed();
        crate::trace!("{side:?} {what} {count}");
        let what = what.len() as u64 ^ (side as u64) << 8 ^ (count as u64) << 16;
        let mixed = self.digest ^ what ^ (at.as_micros() as u64) << 40;
        self.digest = Random::new(mixed).next();
    }
}

impl End {
    fn write<'a>(
        &mut self,
        slices: impl Iterator<Item = &'a [u8]> + Clone,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        ready!(pin!(consume_budget()).poll(cx));
        let side = self.side;
        let mut state = self.wire.lock();
        loop {
            if state.reset {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            if state.outgoing(side).answers_with_reset() {
                state.reset_by_close(side.other());
                return Poll::Ready(Ok(slices.map(<[u8]>::len).sum()));
            }
            match state.outgoing(side).write(slices.clone(), cx) {
                Written::Some(count) => {
                    state.note(side, "writes", count);
                    return Poll::Ready(Ok(count));
                }
                Written::Pending => return Poll::Pending,
                Written::Breaks(how) => state.break_at(side, how),
                Written::Ended => {
                    state.fate.misused = true;
                    return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
                }
            }
        }
    }
}

impl AsyncRead for End {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(pin!(consume_budget()).poll(cx));
        loop {
            let mut state = this.wire.lock();
            if state.reset {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            let before = buf.filled().len();
            match state.incoming(this.side).read(buf, cx) {
                Read::Some | Read::End => {
                    state.note(this.side, "reads", buf.filled().len() - before);
                    return Poll::Ready(Ok(()));
                }
                Read::Pending(None) => return Poll::Pending,
                Read::Pending(Some(at)) => {
                    drop(state);
                    let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
                    if timer.deadline() != at {
                        timer.as_mut().reset(at);
                    }
                    ready!(timer.as_mut().poll(cx));
                }
            }
        }
    }
}

impl AsyncWrite for End {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().write([bytes].into_iter(), cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().write(slices.iter().map(|slice| &**slice), cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.wire.lock().outgoing(self.side).is_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.wire.lock();
        if state.outgoing(self.side).hesitates(cx) {
            return Poll::Pending;
        }
        state.outgoing(self.side).flush();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.wire.lock();
        if state.reset {
            return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
        }
        if state.outgoing(self.side).hesitates(cx) {
            return Poll::Pending;
        }
        state.note(self.side, "ends", 0);
        state.outgoing(self.side).say_end();
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let side = self.side;
        let mut state = self.wire.lock();
        state.note(side, "closes", 0);
        state.outgoing(side).leave();
        if state.incoming(side).abandon() {
            state.reset_by_close(side);
        }
    }
}
