//! Notices when a peer has fallen silent.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

use crate::{
    error::{Error, ErrorKind},
    transport::LEAST_SILENCE,
};

/// When to give up a peer that sends nothing although replies are due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Endurance {
    /// If it has been silent for this long.
    pub(super) silence: Option<Duration>,
    /// If this many calls in a row have timed out.
    pub(super) timeouts: Option<u32>,
}

/// How long the peer has been silent.
#[derive(Debug)]
pub(super) struct Silence {
    endurance: Endurance,
    /// When replies became due or, if that is later, when the peer last sent something. Not tracked if
    /// nothing depends on it.
    since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    /// When calls began to time out.
    late_since: Option<Instant>,
}

impl Silence {
    pub(super) fn new(endurance: Endurance) -> Self {
        Silence { endurance, since: None, timer: None, late_since: None }
    }

    /// Notes that the peer has sent something.
    #[inline]
    pub(super) fn end(&mut self) {
        if self.since.is_some() {
            self.since = Some(Instant::now());
        }
    }

    /// Whether the caller has to find out whether replies are due.
    #[inline]
    pub(super) fn is_limited(&self) -> bool {
        self.endurance.silence.is_some()
    }

    /// Checks that the silence does not last too long while replies are due. Otherwise, the task will
    /// be woken when it does.
    ///
    /// # Errors
    ///
    /// If it has lasted too long.
    pub(super) fn check(&mut self, due: bool, cx: &mut Context<'_>) -> Result<(), Error> {
        let (Some(patience), true) = (self.endurance.silence, due) else {
            self.since = None;
            return Ok(());
        };
        let since = *self.since.get_or_insert_with(Instant::now);
        let Some(end) = since.checked_add(patience) else { return Ok(()) };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        if timer.deadline() != end {
            timer.as_mut().reset(end);
        }
        match timer.as_mut().poll(cx) {
            Poll::Pending => Ok(()),
            Poll::Ready(()) => {
                let text = format!(
                    "the peer sent nothing for {patience:?} while calls waited for replies"
                );
                Err(Error::new(ErrorKind::Timeout, text))
            }
        }
    }

    /// Checks that not too many calls in a row have timed out.
    ///
    /// # Errors
    ///
    /// If too many have.
    #[inline]
    pub(super) fn check_timeouts(&mut self, timeouts: u32) -> Result<(), Error> {
        if timeouts == 0 {
            self.late_since = None;
            return Ok(());
        }
        self.check_several(timeouts)
    }

    #[cold]
    fn check_several(&mut self, timeouts: u32) -> Result<(), Error> {
        let since = *self.late_since.get_or_insert_with(Instant::now);
        match self.endurance.timeouts {
            Some(most) if timeouts >= most && since.elapsed() >= LEAST_SILENCE => {
                let text = format!("the peer sent nothing while {timeouts} calls timed out");
                Err(Error::new(ErrorKind::Timeout, text))
            }
            _ => Ok(()),
        }
    }
}
