//! Several calls of one connection at once.

use std::{sync::atomic::Ordering, time::Duration};

use crate::{
    BUFFERED, FRAMED,
    common::{Add, Blob, DIALECTS, Nothing, Service, Text, settle},
    concurrent, send_and_never_read, serve_through, serve_with,
};
use thrift_runtime::{Bytes, protocol::MessageType};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::Instant,
};

#[tokio::test(start_paused = true)]
async fn concurrent_calls_are_answered_as_they_are_done() {
    for dialect in DIALECTS {
        let service = Service::default();
        let (mut stream, serving) = serve_with(&service, concurrent(3));
        let mut bytes = dialect.call("wait", 1, &Nothing {});
        bytes.extend(dialect.call("wait", 2, &Nothing {}));
        bytes.extend(dialect.call("add", 3, &Add { a: 1, b: 1 }));
        bytes.extend(dialect.call("add", 4, &Add { a: 1, b: 1 }));
        bytes.extend(dialect.call("wait", 5, &Nothing {}));
        bytes.extend(dialect.call("add", 6, &Add { a: 1, b: 1 }));
        for byte in bytes {
            stream.write_all(&[byte]).await.unwrap();
        }
        assert_eq!(dialect.read(&mut stream).await.seqid, 3);
        assert_eq!(dialect.read(&mut stream).await.seqid, 4);
        // All three wait; the last call is not begun.
        let more = tokio::time::timeout(Duration::from_secs(100), stream.read_u8()).await;
        assert!(more.is_err());
        assert_eq!(service.calls.load(Ordering::SeqCst), 5);
        service.gate.add_permits(3);
        let mut rest = Vec::new();
        for _ in 0..4 {
            rest.push(dialect.read(&mut stream).await.seqid);
        }
        rest.sort_unstable();
        assert_eq!(rest, [1, 2, 5, 6]);
        stream.shutdown().await.unwrap();
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
        serving.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_calls_before_garbage_or_the_end_are_answered() {
    let service = Service::default();
    let mut garbage = BUFFERED.call("fail", 2, &Text { text: "xx".into() });
    let at = garbage.len() - 7;
    garbage[at] = 0xff;
    for (dialect, end, exception) in [
        (BUFFERED, garbage, true),
        (FRAMED, vec![0x7f; 20], false),
        (FRAMED, vec![0; 20], false),
        (FRAMED, vec![], false),
    ] {
        let (mut stream, serving) = serve_with(&service, concurrent(10));
        let garbage = !end.is_empty();
        stream.write_all(&[dialect.call("wait", 1, &Nothing {}), end].concat()).await.unwrap();
        stream.shutdown().await.unwrap();
        settle().await;
        service.gate.add_permits(1);
        let mut seqids = vec![dialect.read(&mut stream).await.seqid];
        if exception {
            seqids.push(dialect.read(&mut stream).await.seqid);
            seqids.sort_unstable();
            assert_eq!(seqids, [1, 2]);
        }
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
        assert_eq!(serving.await.unwrap().is_err(), garbage);
    }
}

#[cfg(feature = "header")]
#[tokio::test(start_paused = true)]
async fn concurrent_calls_before_a_header_without_a_call_are_answered() {
    let enveloped = |message: &[u8]| {
        // Magic number and flags, sequence number, a header of one word: binary, no transforms.
        FRAMED.frame([b"\x0f\xff\0\0\0\0\0\x07\0\x01\0\0\0\0", message].concat())
    };
    let call = enveloped(&BUFFERED.call("wait", 1, &Nothing {}));
    let service = Service::default();
    let (mut stream, serving) = serve_with(&service, concurrent(10));
    stream.write_all(&[call, enveloped(b"no call")].concat()).await.unwrap();
    settle().await;
    service.gate.add_permits(1);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let result = crate::common::Returned { success: Some(7) };
    let reply = BUFFERED.reply("wait", 1, &result);
    assert!(answer.ends_with(&reply), "{answer:?}");
    assert!(serving.await.unwrap().is_err());
}

#[tokio::test(start_paused = true)]
async fn concurrent_calls_before_a_message_that_does_not_go_on_are_answered() {
    const PIPE: usize = 10_000;
    for dialect in DIALECTS {
        // The reply fits, or some of it is left that is too little to read no more for; and there may be
        // more calls, or not before one is answered.
        for (length, most) in [(3, 10), (PIPE + 1000, 10), (3, 2), (PIPE + 1000, 2)] {
            let service = Service::default();
            let mut options = concurrent(most);
            options.cancel_abandoned_calls = most == 2;
            let start = Instant::now();
            options.timeouts.message = Some(Duration::from_secs(20));
            let (mut stream, serving) = serve_through(PIPE, &service, options);
            let blob = Blob { bytes: Bytes::from(vec![7; length]) };
            let calls = [dialect.call("wait", 1, &Nothing {}), dialect.call("echo", 2, &blob)];
            stream.write_all(&calls.concat()).await.unwrap();
            stream.write_all(&calls[0][..5]).await.unwrap();
            // The reply that is done is read after that time.
            tokio::time::sleep(Duration::from_secs(30)).await;
            assert!(!serving.is_finished(), "{dialect:?}");
            assert_eq!(dialect.read(&mut stream).await.seqid, 2);
            service.gate.add_permits(1);
            assert_eq!(dialect.read(&mut stream).await.seqid, 1);
            assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
            assert_eq!(start.elapsed().as_secs(), 30, "{most} at once");
            let error = serving.await.unwrap().unwrap_err();
            assert_eq!(error.to_string(), "the rest of a call did not arrive in time");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_calls_of_a_peer_that_does_not_read_are_bounded() {
    for size in [10_000, 100_000] {
        send_and_never_read(concurrent(10), size).await;
    }
}

#[tokio::test(start_paused = true)]
async fn oneway_calls_run_to_their_end_though_the_peer_is_gone() {
    for dialect in DIALECTS {
        let service = Service::default();
        let (mut stream, serving) = serve_with(&service, concurrent(20));
        let oneway = dialect.message(MessageType::Oneway, b"wait", 1, &Nothing {});
        // Its reply is never read.
        let call = dialect.call("add", 2, &Add { a: 1, b: 1 });
        stream.write_all(&[oneway.repeat(10), call].concat()).await.unwrap();
        drop(stream);
        settle().await;
        assert_eq!(service.calls.load(Ordering::SeqCst), 11);
        assert!(!serving.is_finished());
        service.gate.add_permits(10);
        serving.await.unwrap().unwrap_err();
        assert_eq!(service.gate.available_permits(), 0, "all of them have gone on");
    }
}
