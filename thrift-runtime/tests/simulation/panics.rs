//! Notices panics in tasks, whose runtime keeps them to itself.

use std::{cell::Cell, panic, sync::Once};

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// Counts panics from now on. Those that handlers are to have do not come here.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            COUNT.set(COUNT.get() + 1);
            tell(info);
        }));
    });
}

/// How many there were on this thread since this was called last.
pub(crate) fn take() -> u32 {
    COUNT.take()
}
