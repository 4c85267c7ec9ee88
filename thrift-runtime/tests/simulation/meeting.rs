//! Where calls wait until all of them have come.
//!
//! tokio's barrier wakes those who wait in a random order, which no seed decides.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

#[derive(Debug)]
pub(crate) struct Meeting {
    to_come: AtomicUsize,
    count: usize,
    begun: Semaphore,
}

impl Meeting {
    pub(crate) fn of(count: usize) -> Self {
        Meeting { to_come: AtomicUsize::new(count), count, begun: Semaphore::new(0) }
    }

    pub(crate) async fn attend(&self) {
        if self.to_come.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.begun.add_permits(self.count);
        }
        if let Ok(permit) = self.begun.acquire().await {
            permit.forget();
        }
    }
}
