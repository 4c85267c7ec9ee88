//! The lowest stream of a connection. It ends input from the peer when the server ends the connection,
//! and applies the timeouts while waiting for the peer.

use std::{
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    task::coop::unconstrained,
    time::{Duration, Instant, Sleep, sleep_until},
};

use super::{
    last_bytes::LastBytes,
    status::{Phase, Status},
};
use crate::{
    serving::{ConnectionOptions, Ending, Late, Pace, Timeouts},
    transport::lingering_close,
};

/// A connection's stream below TLS, compression and HTTP.
///
/// When the server ends the connection, bytes that have arrived by then are read, and none that arrive
/// later: for the layers above, the stream ends there, as if the peer had ended its side. A timeout of
/// the peer is an error.
pub(super) struct Link<S> {
    stream: S,
    status: Arc<Status>,
    timeouts: Timeouts,
    /// Whether the very first byte is part of a handshake.
    #[cfg(any(feature = "sasl", feature = "tls"))]
    in_handshake: bool,
    /// Whether the peer may be silent between calls for ever, as most peers may.
    may_rest: bool,
    /// The task that is woken by the status and by the timer.
    task: Option<Waker>,
    /// The phase in which this waits for the peer; below it, when the wait began, and its progress.
    phase: u64,
    since: Option<Instant>,
    pace: Option<Pace>,
    received: u64,
    timer: Option<Pin<Box<Sleep>>>,
    /// Output that the peer does not accept.
    unread: Option<Unread>,
    late: Option<Late>,
    /// The bytes that have arrived before the end, once the server has ended the connection.
    last: Option<Box<LastBytes>>,
    /// How large a message may be.
    limit: usize,
    /// When something was last written.
    written: Option<Instant>,
}

/// Output for a peer that does not accept it immediately.
struct Unread {
    pace: Pace,
    taken: u64,
    timer: Pin<Box<Sleep>>,
    /// Whether it was not accepted in time.
    is_late: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link<S> {
    pub(super) fn new(stream: S, options: &ConnectionOptions, status: Arc<Status>) -> Self {
        let mut timeouts = options.timeouts;
        timeouts.age = timeouts.own_age();
        Link {
            stream,
            status,
            may_rest: timeouts.idle.is_none() && timeouts.age.is_none(),
            timeouts,
            #[cfg(any(feature = "sasl", feature = "tls"))]
            in_handshake: options.begins_in_handshake(),
            task: None,
            phase: 0,
            since: None,
            pace: None,
            received: 0,
            timer: None,
            unread: None,
            late: None,
            last: None,
            limit: options.limits.message_size,
            written: None,
        }
    }

    /// Whether the server has ended the input from the peer.
    pub(super) fn is_cut(&self) -> bool {
        self.last.is_some()
    }

    /// What the peer has failed to do in time.
    pub(super) fn late(&self) -> Option<Late> {
        self.late
    }

    /// Notes that bytes have arrived.
    #[inline]
    fn receive(&mut self, count: usize) {
        let number = self.status.phase_number();
        match Phase::of(number) {
            Phase::Within | Phase::Handshake | Phase::Ahead => self.enter(number),
            Phase::First | Phase::Rest | Phase::Busy => {
                let number = self.status.begin(Phase::Within);
                self.enter(number);
            }
        }
        self.received += count as u64;
    }

    /// Restarts the measurements if the phase has changed.
    #[inline]
    fn enter(&mut self, number: u64) {
        if number != self.phase {
            (self.phase, self.since, self.pace, self.received) = (number, None, None, 0);
        }
    }

    /// When the wait for the peer ends, and the reason for it.
    #[inline]
    fn deadline(&mut self) -> Option<(Instant, Result<Late, Ending>)> {
        self.enter(self.status.phase_number());
        let Timeouts { message, idle, age, .. } = &self.timeouts;
        let (patience, late) = match Phase::of(self.phase) {
            Phase::First => (self.first_byte(), Late::FirstByte),
            Phase::Rest => (*idle, Late::Idle),
            Phase::Within => {
                let now = || Instant::now().into_std();
                let pace = self.pace.get_or_insert_with(|| Pace::new(now()));
                pace.reach(self.received, now);
                let end = pace.end(&self.timeouts, *message);
                return end.map(|end| (Instant::from_std(end), Ok(Late::Message)));
            }
            Phase::Handshake | Phase::Busy | Phase::Ahead => return None,
        };
        let late = match patience {
            None => None,
            Some(patience) => {
                let since = *self.since.get_or_insert_with(Instant::now);
                since.checked_add(patience).map(|at| (at, Ok(late)))
            }
        };
        match age {
            Some(age) => {
                let opened = Instant::from_std(self.status.opened);
                let aged = opened.checked_add(*age).map(|at| (at, Err(Ending::Age)));
                late.into_iter().chain(aged).min_by_key(|(at, _)| *at)
            }
            None => late,
        }
    }

    /// How long to wait for the first byte. If the server accepts only TLS, or only SASL, the very
    /// first byte is part of a handshake.
    fn first_byte(&self) -> Option<Duration> {
        #[cfg(any(feature = "sasl", feature = "tls"))]
        if self.in_handshake && self.phase == 0 {
            return self.timeouts.first_byte_of_handshake();
        }
        self.timeouts.first_byte
    }

    /// Waits until bytes arrive, the peer's time runs out, or the server ends the connection.
    #[inline]
    fn wait(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let known = self.task.as_ref().is_some_and(|task| task.will_wake(cx.waker()));
        // A timer may still be armed. It finds that nothing is due, and has no effect.
        match known && self.may_rest && self.status.phase() == Phase::Rest {
            true => Poll::Pending,
            false => self.wait_for(known, cx, buf),
        }
    }

    #[inline(never)]
    fn wait_for(
        &mut self,
        known: bool,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !known {
            self.task = Some(cx.waker().clone());
            self.status.register(cx.waker());
            if self.status.is_ending() {
                return self.poll_last(cx, buf);
            }
        }
        let Some((at, end)) = self.deadline() else { return Poll::Pending };
        match &mut self.timer {
            None => self.timer = Some(Box::pin(sleep_until(at))),
            // A timer may fire too early, and the deadline is then checked again. It must never fire
            // too late.
            Some(timer) if timer.deadline() > at || timer.is_elapsed() => timer.as_mut().reset(at),
            Some(_) if known => return Poll::Pending,
            Some(_) => {}
        }
        while let Some(timer) = &mut self.timer {
            ready!(timer.as_mut().poll(cx));
            if Instant::now() >= at {
                break;
            }
            timer.as_mut().reset(at);
        }
        match end {
            Ok(late) => Poll::Ready(Err(self.be_late(late))),
            Err(ending) => {
                self.status.end(ending);
                self.poll_last(cx, buf)
            }
        }
    }

    #[cold]
    fn be_late(&mut self, late: Late) -> io::Error {
        // What came first is what went wrong.
        self.late.get_or_insert(late);
        io::Error::new(io::ErrorKind::TimedOut, late.text())
    }

    /// Passes on the result of writing, unless the peer has taken too long.
    #[inline]
    fn wrote(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match polled {
            Poll::Ready(Ok(count)) => {
                self.written = Some(Instant::now());
                if let Some(unread) = &mut self.unread {
                    unread.taken += count as u64;
                    if unread.is_late {
                        return Poll::Ready(Err(self.be_late(Late::Write)));
                    }
                }
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => return self.poll_unread(cx).map(Err),
        }
        polled
    }

    /// The same for flushing, after which all output has been accepted.
    #[inline]
    fn flushed(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<()>>,
    ) -> Poll<io::Result<()>> {
        match polled {
            Poll::Ready(_) => {
                self.unread.take_if(|unread| !unread.is_late);
                polled
            }
            Poll::Pending => self.poll_unread(cx).map(Err),
        }
    }

    #[cold]
    fn poll_unread(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let now = Instant::now();
        let unread = self.unread.get_or_insert_with(|| {
            let pace = Pace::new(now.into_std());
            Unread { pace, taken: 0, timer: Box::pin(sleep_until(now)), is_late: false }
        });
        unread.pace.reach(unread.taken, || now.into_std());
        let Some(end) = unread.pace.end(&self.timeouts, self.timeouts.write) else {
            return Poll::Pending;
        };
        let end = Instant::from_std(end);
        if unread.timer.deadline() != end {
            unread.timer.as_mut().reset(end);
        }
        ready!(unread.timer.as_mut().poll(cx));
        unread.is_late = true;
        Poll::Ready(self.be_late(Late::Write))
    }

    #[cold]
    fn poll_last(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Link { stream, status, limit, .. } = self;
        let begin = || Box::new(LastBytes::new(*limit, status.load()));
        self.last.get_or_insert_with(begin).poll_read(stream, cx, buf)
    }

    /// Closes the connection. If the peer may not have read everything that was written, it is closed
    /// in a way that allows the peer to do so.
    pub(super) async fn close(mut self) {
        let Some(written) = self.written else { return };
        // Closing a socket with unread bytes sends a reset, which can make the peer lose the last
        // replies.
        if written.elapsed() < lingering_close::SILENCE || self.has_unread().await {
            let _ = lingering_close::close(self.stream).await;
        }
    }

    /// Whether there is something to read. It is discarded.
    async fn has_unread(&mut self) -> bool {
        let mut byte = [0];
        let read = unconstrained(self.stream.read(&mut byte));
        let mut read = pin!(read);
        poll_fn(|cx| Poll::Ready(matches!(read.as_mut().poll(cx), Poll::Ready(Ok(1..))))).await
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Link<S> {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.status.is_ending() {
            return this.poll_last(cx, buf);
        }
        let before = buf.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                this.receive(buf.filled().len() - before);
                Poll::Ready(Ok(()))
            }
            Poll::Pending => this.wait(cx, buf),
            failed => failed,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Link<S> {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.wrote(cx, polled)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write_vectored(cx, pieces);
        this.wrote(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_flush(cx);
        this.flushed(cx, polled)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_shutdown(cx);
        this.flushed(cx, polled)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncWriteExt, duplex},
        time::{Duration, Instant, sleep},
    };

    use super::*;
    use crate::call::{About, PeerAddr};

    /// How long a server takes to close a connection on which it wrote a reply three seconds before,
    /// if the peer sends `unread` meanwhile.
    async fn time_to_close(unread: &[u8]) -> Duration {
        let (ours, mut theirs) = duplex(100);
        let about = About::new(PeerAddr::Unknown, Instant::now().into_std(), None);
        let status = Arc::new(Status::new(about));
        let mut link = Link::new(ours, &ConnectionOptions::default(), status);
        link.write_all(b"reply").await.unwrap();
        sleep(Duration::from_secs(3)).await;
        theirs.write_all(unread).await.unwrap();
        let start = Instant::now();
        link.close().await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_unread_does_not_reset_the_last_reply() {
        assert_eq!(time_to_close(b"").await, Duration::ZERO);
        assert!(time_to_close(b"a call").await >= lingering_close::SILENCE);
    }
}
