//! Connecting: to one of several addresses, and what happens if none answers.

use std::{
    thread,
    time::{Duration, Instant},
};

use thrift_runtime::{BlockingClient, ErrorKind};

use crate::{
    TestServiceBlocking, TestServiceBlockingClient,
    black_hole::{BlackHole, refusing},
    start,
};

#[test]
fn an_address_that_is_silent_or_fails_does_not_keep_from_the_next() {
    let (hole, (good, _)) = (BlackHole::new(), start(|server| server));
    for patience in [None, Some(Duration::from_secs(20))] {
        let began = Instant::now();
        let builder = BlockingClient::builder().connect_timeout(patience);
        let client = builder.connect(&[refusing(), hole.address(), good][..]).unwrap();
        assert_eq!(TestServiceBlockingClient::new(client).add(1, 2).unwrap(), 3);
        let took = began.elapsed();
        assert!((Duration::from_millis(250)..Duration::from_secs(10)).contains(&took), "{took:?}");
    }
}

#[test]
fn errors_name_every_address_that_was_tried() {
    let (hole, one, two) = (BlackHole::new(), refusing(), refusing());
    let error = BlockingClient::connect(&[one, two][..]).unwrap_err();
    assert!(error.is_io(), "{error:?}");
    let text = error.to_string();
    assert!(text.starts_with(&format!("cannot connect to {one} (")), "{text}");
    assert!(text.contains(&format!(") or {two}: ")), "{text}");

    let builder = BlockingClient::builder().connect_timeout(Duration::from_millis(400));
    let error = builder.clone().connect(&[hole.address(), one][..]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    let hole = hole.address();
    let text = format!("no connection was made within 400ms: {hole} did not answer, {one}: ");
    assert!(error.to_string().starts_with(&text), "{error}");
    let error = builder.connect(hole).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    let text = format!("no connection was made within 400ms: {hole} did not answer");
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_unix_socket_without_room_is_waited_for() {
    let path = std::env::temp_dir().join(format!("thrift-blocking-room-{}", std::process::id()));
    let hole = BlackHole::unix(&path);
    let builder = BlockingClient::builder().connect_timeout(Duration::from_millis(200));
    let error = builder.connect_unix(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error}");
    let text =
        format!("no connection was made within 200ms: the queue of {} is full", path.display());
    assert_eq!(error.to_string(), text);

    let connecting = thread::spawn({
        let path = path.clone();
        move || BlockingClient::connect_unix(path)
    });
    thread::sleep(Duration::from_millis(50));
    drop(hole.accept());
    connecting.join().unwrap().unwrap();
    std::fs::remove_file(&path).unwrap();
}
