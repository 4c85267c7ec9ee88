//! Tells what happens, when a seed is run alone.

use std::sync::atomic::AtomicBool;

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
    static START: std::cell::Cell<Option<tokio::time::Instant>> =
        const { std::cell::Cell::new(None) };
}

/// Counts the time from now on.
pub(crate) fn start() {
    START.set(Some(tokio::time::Instant::now()));
}

pub(crate) fn print(what: std::fmt::Arguments<'_>) {
    let at = START.get().map(|start| start.elapsed()).unwrap_or_default();
    eprintln!("{at:>10.1?}  {what}");
}
