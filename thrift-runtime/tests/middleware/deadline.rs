//! Calls that take too long are answered in time, and the connection goes on.

use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use crate::{
    desk::{Desk, DeskClient, DeskProcessor},
    handler::Handler,
    layers::{Counted, Counts, Within},
    ways::{Host, ways},
};

const TIME: Duration = Duration::from_millis(50);
/// Longer than any test waits.
const LONG: i32 = 60_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_takes_too_long_is_answered_in_time() {
    for way in ways() {
        let counts = Counts::default();
        let within = Within {
            inner: DeskProcessor::new(Handler::new()),
            time: TIME,
            runtime: Handle::current(),
        };
        let address = way.serve(Counted { inner: within, counts: counts.clone() }).await;
        let desk = DeskClient::new(way.connect(address).await);
        assert_eq!(desk.half(8).await.unwrap(), 4);
        for _ in 0..2 {
            let begun = Instant::now();
            let error = desk.wait(LONG).await.unwrap_err();
            let exception = error.as_application().expect("an application exception");
            assert_eq!(exception.kind().0, 504, "{way:?}");
            assert_eq!(exception.message(), "wait took longer than 50ms", "{way:?}");
            assert!(begun.elapsed() < Duration::from_secs(20), "{way:?}");
        }
        assert_eq!(desk.wait(1).await.unwrap(), 1, "{way:?}");
        let expected = [
            (("half", "returned"), 1),
            (("wait", "returned"), 1),
            (("wait", "refused (application exception 504)"), 2),
        ];
        let expected = expected.map(|((method, outcome), n)| ((method.into(), outcome.into()), n));
        counts.expect(&expected.into(), &format!("{way:?}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_handler_looks_at_the_deadline_itself() {
    let runtime = Handle::current();
    for way in ways().filter(|way| way.host == Host::Blocking) {
        let theirs = runtime.clone();
        let inner = DeskProcessor::blocking_per_call(move |cx| Handler::of(&theirs, cx));
        let within = Within { inner, time: TIME, runtime: runtime.clone() };
        let desk = DeskClient::new(way.connect(way.serve(within).await).await);
        let error = desk.wait(LONG).await.unwrap_err();
        assert_eq!(error.as_application().unwrap().message(), "out of time", "{way:?}");
        assert_eq!(desk.wait(1).await.unwrap(), 1, "{way:?}");
    }
}
