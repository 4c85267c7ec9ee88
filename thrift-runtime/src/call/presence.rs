//! Whether the caller of a connection's calls is still there.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, Waker},
};

use super::Connection;

/// Nobody has asked whether the caller is there, so that nobody looks.
const UNKNOWN: u8 = 0;
const WATCHED: u8 = 1;
const GONE: u8 = 2;

/// Whether the caller of a connection's calls is still there, as far as somebody wants to know.
#[derive(Default)]
pub(crate) struct Presence {
    state: AtomicU8,
    /// Those to wake when the caller is gone. A place is free when its future was dropped.
    waiting: Mutex<Vec<Option<Waker>>>,
    /// Whom to wake once somebody wants to know.
    #[cfg(feature = "tokio")]
    looking: Mutex<Option<Waker>>,
    /// How to look, where nobody does so meanwhile.
    look: OnceLock<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl Presence {
    /// Whether the caller is gone. From now on, that is looked after.
    pub(super) fn is_gone(&self) -> bool {
        if let Some(is_gone) = self.look.get()
            && is_gone()
        {
            self.leave();
        }
        let before =
            self.state.compare_exchange(UNKNOWN, WATCHED, Ordering::AcqRel, Ordering::Acquire);
        #[cfg(feature = "tokio")]
        if before.is_ok() {
            let looking = self.looking().take();
            looking.into_iter().for_each(Waker::wake);
        }
        before == Err(GONE)
    }

    /// Whether somebody wants to know, and it is not known yet.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn is_watched(&self) -> bool {
        self.state.load(Ordering::Acquire) == WATCHED
    }

    /// The same. If nobody wants to know, the task is woken once somebody does.
    #[cfg(feature = "tokio")]
    pub(crate) fn poll_watched(&self, cx: &Context<'_>) -> bool {
        if self.is_watched() {
            return true;
        }
        let mut looking = self.looking();
        match &mut *looking {
            Some(task) => task.clone_from(cx.waker()),
            None => *looking = Some(cx.waker().clone()),
        }
        drop(looking);
        // Somebody may have asked before it was known whom to wake.
        self.is_watched()
    }

    /// Notes that the caller is gone.
    pub(crate) fn leave(&self) {
        if self.state.swap(GONE, Ordering::AcqRel) != GONE {
            let waiting = std::mem::take(&mut *self.waiting());
            waiting.into_iter().flatten().for_each(Waker::wake);
        }
    }

    /// Sets how to find out whether the caller is gone.
    #[cfg(all(unix, feature = "blocking"))]
    pub(crate) fn look_with(&self, is_gone: impl Fn() -> bool + Send + Sync + 'static) {
        let _ = self.look.set(Box::new(is_gone));
    }

    #[cfg(feature = "tokio")]
    fn looking(&self) -> MutexGuard<'_, Option<Waker>> {
        self.looking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Option<Waker>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Presence").field(&self.state).finish()
    }
}

/// Is ready when the caller of a call is gone; see [`Context::cancelled`](crate::Context::cancelled).
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Cancelled {
    connection: Connection,
    /// Its place among those that wait.
    place: Option<usize>,
}

impl Cancelled {
    pub(crate) fn new(connection: Connection) -> Self {
        Cancelled { connection, place: None }
    }
}

impl Future for Cancelled {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Cancelled { connection, place } = self.get_mut();
        let presence = connection.presence();
        if presence.is_gone() {
            return Poll::Ready(());
        }
        let mut waiting = presence.waiting();
        let known = place.and_then(|place| waiting.get_mut(place));
        match known {
            Some(Some(task)) => task.clone_from(cx.waker()),
            _ => {
                let free = waiting.iter().position(Option::is_none);
                let at = free.unwrap_or(waiting.len());
                match waiting.get_mut(at) {
                    Some(free) => *free = Some(cx.waker().clone()),
                    None => waiting.push(Some(cx.waker().clone())),
                }
                *place = Some(at);
            }
        }
        drop(waiting);
        // It may have left before it was known that somebody waits.
        match presence.is_gone() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

impl Drop for Cancelled {
    fn drop(&mut self) {
        if let Some(place) = self.place
            && let Some(place) = self.connection.presence().waiting().get_mut(place)
        {
            *place = None;
        }
    }
}
