//! Middleware around middleware, and middleware that panics.

use std::sync::Arc;

use thrift_runtime::{ApplicationErrorKind, Bytes};

use crate::{
    desk::{Desk, DeskClient, DeskProcessor},
    handler::Handler,
    layers::{Authorised, Counted, Counts, Panicking, Passed},
    ways::{Host, ways},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_outermost_layer_is_first_in_and_last_out() {
    for way in ways() {
        let steps = Arc::default();
        let inner = Passed {
            inner: DeskProcessor::new(Handler::new()),
            name: "inner",
            steps: Arc::clone(&steps),
        };
        let outer = Passed { inner, name: "outer", steps: Arc::clone(&steps) };
        let desk = DeskClient::new(way.connect(way.serve(outer).await).await);
        assert!(desk.half(7).await.is_err());
        let expected =
            ["outer in", "inner in", "inner out: exception odd", "outer out: exception odd"];
        assert_eq!(*steps.lock().unwrap(), expected, "{way:?}");
    }
}

#[tokio::test]
async fn a_call_that_is_refused_goes_no_further() {
    let steps = Arc::default();
    let inner = DeskProcessor::new(Handler::new());
    let inner = Passed { inner, name: "inner", steps: Arc::clone(&steps) };
    let counts = Counts::default();
    let counted = Counted { inner: Authorised { inner, token: "none" }, counts: counts.clone() };
    let way = ways().next().unwrap();
    let desk = DeskClient::new(way.connect(way.serve(counted).await).await);
    assert!(desk.who().await.unwrap_err().is_application());
    assert!(steps.lock().unwrap().is_empty());
    let refused = (("who".into(), "refused (application exception 401)".into()), 1);
    counts.expect(&[refused].into(), "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_is_answered_and_the_next_call_goes_through() {
    for way in ways() {
        let panicking = Panicking(DeskProcessor::new(Handler::new()));
        let desk = DeskClient::new(way.connect(way.serve(panicking).await).await);
        for _ in 0..2 {
            let error = desk.who().await.unwrap_err();
            let kind = error.as_application().expect("an application exception").kind();
            assert_eq!(kind, ApplicationErrorKind::INTERNAL_ERROR, "{way:?}");
            // Here it comes after the answer, which stands.
            assert_eq!(desk.half(8).await.unwrap(), 4, "{way:?}");
            let bytes = Bytes::from(vec![7; 100_000]);
            assert_eq!(desk.echo(bytes.clone(), Vec::new()).await.unwrap(), bytes, "{way:?}");
        }
    }
    assert!(ways().any(|way| way.host == Host::Blocking));
}
