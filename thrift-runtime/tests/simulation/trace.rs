//! Tells what happens, when a seed is run alone.

use std::{
    cell::Cell,
    fmt,
    io::{self, Write as _},
    sync::atomic::AtomicBool,
};

use tokio::time::Instant;

pub(crate) static ON: AtomicBool = AtomicBool::new(false);

/// Prints what happens, and when, if a seed is run alone.
#[macro_export]
macro_rules! trace {
    ($($what:tt)*) => {
        if $crate::trace::ON.load(::std::sync::atomic::Ordering::Relaxed) {
            $crate::trace::print(::std::format_args!($($what)*));
        }
    };
}

thread_local! {
    static START: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Counts the time from now on.
pub(crate) fn start() {
    START.set(Some(Instant::now()));
}

pub(crate) fn print(what: fmt::Arguments<'_>) {
    let at = START.get().map(|start| start.elapsed()).unwrap_or_default();
    // What a test prints is kept, and would be counted as the conversation's memory.
    let _ = writeln!(io::stderr(), "{at:>10.1?}  {what}");
}
