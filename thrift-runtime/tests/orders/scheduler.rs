//! Threads of which one goes on at a time, until its next step: then a random one does.

use std::{
    cell::RefCell,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
    thread,
};

use thrift_runtime::__private::orders;
use tokio::runtime::Handle;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Status {
    /// It can go on. It may have been woken before it waits.
    Ready {
        woken: bool,
    },
    Waiting,
    Done,
}

struct State {
    random: u64,
    /// Who goes on.
    current: usize,
    threads: Vec<Status>,
    /// What went wrong first.
    wrong: Option<String>,
}

/// Threads that take turns.
struct Turns {
    state: Mutex<State>,
    changed: Condvar,
    runtime: Handle,
}

thread_local! {
    /// The turns that this thread takes part in, and its number.
    static ME: RefCell<Option<(Arc<Turns>, usize)>> = const { RefCell::new(None) };
}

fn me() -> Option<(Arc<Turns>, usize)> {
    ME.with(|me| me.borrow().clone())
}

impl Turns {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a random thread go on, and waits for the turn of this one.
    fn pass_on(&self, mut state: MutexGuard<'_, State>, number: usize) {
        self.choose(&mut state);
        while state.current != number && state.wrong.is_none() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        // A thread that is unwinding goes to its end.
        if state.wrong.is_some() && !thread::panicking() {
            drop(state);
            panic!("somebody else has failed");
        }
    }

    fn choose(&self, state: &mut State) {
        let ready: Vec<usize> = (0..state.threads.len())
            .filter(|&number| matches!(state.threads[number], Status::Ready { .. }))
            .collect();
        if ready.is_empty() {
            if state.threads.contains(&Status::Waiting) {
                let text = format!("all wait, and nobody is woken: {:?}", state.threads);
                state.wrong.get_or_insert(text);
            }
        } else {
            state.random ^= state.random << 13;
            state.random ^= state.random >> 7;
            state.random ^= state.random << 17;
            state.current = ready[(state.random % ready.len() as u64) as usize];
        }
        self.changed.notify_all();
    }

    fn spawn(self: &Arc<Self>, run: impl FnOnce() + Send + 'static) {
        let number = {
            let mut state = self.lock();
            state.threads.push(Status::Ready { woken: false });
            state.threads.len() - 1
        };
        let turns = Arc::clone(self);
        thread::spawn(move || {
            ME.set(Some((Arc::clone(&turns), number)));
            let _entered = turns.runtime.enter();
            let ran = catch_unwind(AssertUnwindSafe(|| {
                let mut state = turns.lock();
                while state.current != number && state.wrong.is_none() {
                    state = turns.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                drop(state);
                run();
            }));
            let mut state = turns.lock();
            if let Err(panic) = ran {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).into()));
                state.wrong.get_or_insert(text.unwrap_or_default());
            }
            state.threads[number] = Status::Done;
            turns.choose(&mut state);
        });
    }
}

/// Wakes a thread.
struct Bell(Arc<Turns>, usize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        let Bell(turns, number) = &*self;
        let status = &mut turns.lock().threads[*number];
        *status = match *status {
            Status::Done => Status::Done,
            Status::Waiting => Status::Ready { woken: false },
            Status::Ready { .. } => Status::Ready { woken: true },
        };
    }
}

/// Runs a future to its end in a thread that takes turns.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let (turns, number) = me().expect("a thread that takes turns");
    let waker = Waker::from(Arc::new(Bell(Arc::clone(&turns), number)));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return done;
        }
        let mut state = turns.lock();
        let status = &mut state.threads[number];
        *status = match *status {
            Status::Ready { woken: true } => Status::Ready { woken: false },
            _ => Status::Waiting,
        };
        turns.pass_on(state, number);
    }
}

/// Runs something in a thread of its own, which takes turns with the others.
pub(crate) fn spawn(run: impl FnOnce() + Send + 'static) {
    let (turns, _) = me().expect("a thread that takes turns");
    turns.spawn(run);
}

/// A moment in which another thread may go on.
pub(crate) fn step() {
    if let Some((turns, number)) = me() {
        turns.pass_on(turns.lock(), number);
    }
}

/// Runs something and all the threads that it starts, in an order that the seed decides.
pub(crate) fn run(seed: u64, first: impl FnOnce() + Send + 'static) -> Result<(), String> {
    orders::set(orders::Scheduler { step, spawn: |task| spawn(move || block_on(task)) });
    let random = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let state = State { random, current: 0, threads: Vec::new(), wrong: None };
    let turns = Arc::new(Turns {
        state: Mutex::new(state),
        changed: Condvar::new(),
        runtime: Handle::current(),
    });
    turns.spawn(first);
    let mut state = turns.lock();
    while state.threads.iter().any(|status| *status != Status::Done) {
        state = turns.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    match state.wrong.take() {
        None => Ok(()),
        Some(wrong) => Err(wrong),
    }
}
