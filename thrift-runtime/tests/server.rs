//! What peers send a server, and what they get back, byte by byte.

mod common;

use std::{sync::atomic::Ordering, time::Duration};

use common::{Add, Blob, DIALECTS, Dialect, Nothing, Returned, Service, Text, settle};
use thrift_runtime::{
    ApplicationErrorKind, BinaryProtocol, Bytes, ConnectionOptions, ErrorKind, Framing, Limits,
    Result, protocol::MessageType, serve_connection,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
};

const FRAMED: Dialect = DIALECTS[1];
const BUFFERED: Dialect = DIALECTS[0];

/// A server at the other end of a pipe.
fn serve_with(
    service: &Service,
    options: ConnectionOptions,
) -> (DuplexStream, JoinHandle<Result<()>>) {
    let (ours, theirs) = duplex(1 << 20);
    let service = service.clone();
    let serving = tokio::spawn(async move { serve_connection(theirs, service, &options).await });
    (ours, serving)
}

fn serve(service: &Service) -> (DuplexStream, JoinHandle<Result<()>>) {
    serve_with(service, ConnectionOptions::default())
}

/// What the server answers to `bytes`, which are followed by a half-close.
async fn exchange(bytes: &[u8]) -> (Vec<u8>, Result<()>) {
    let (mut stream, serving) = serve(&Service::default());
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    (answer, serving.await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_reply_carries_name_and_seqid_in_the_dialect_of_the_call() {
    for dialect in DIALECTS {
        for seqid in [0, 1, -1, i32::MIN, i32::MAX] {
            let (answer, served) = exchange(&dialect.call("add", seqid, &Add { a: 5, b: 3 })).await;
            assert_eq!(answer, dialect.sum(seqid, 8), "{dialect:?}");
            served.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_method_is_answered_and_the_next_call_too() {
    for dialect in DIALECTS {
        let (mut stream, _serving) = serve(&Service::default());
        // The name is repeated byte for byte, be it UTF-8 or not.
        let call = dialect.message(MessageType::Call, b"n\xffne", 9, &Blob::default());
        stream.write_all(&call).await.unwrap();
        let answer = dialect.read(&mut stream).await;
        assert_eq!(answer.exception(), ApplicationErrorKind::UNKNOWN_METHOD);
        assert_eq!((&*answer.name, answer.seqid), (&b"n\xffne"[..], 9));
        stream.write_all(&dialect.call("add", 10, &Add { a: 1, b: 1 })).await.unwrap();
        assert_eq!(dialect.read(&mut stream).await.seqid, 10);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_or_panics_is_answered_and_the_next_call_too() {
    let (mut stream, _serving) = serve(&Service::default());
    stream.write_all(&FRAMED.call("panic", 1, &Nothing {})).await.unwrap();
    stream.write_all(&FRAMED.call("fail", 2, &Text { text: "no".into() })).await.unwrap();
    stream.write_all(&FRAMED.call("add", 3, &Add { a: 1, b: 1 })).await.unwrap();
    let answer = FRAMED.read(&mut stream).await;
    assert_eq!((answer.seqid, answer.exception()), (1, ApplicationErrorKind::INTERNAL_ERROR));
    let answer = FRAMED.read(&mut stream).await;
    assert_eq!((answer.seqid, answer.exception()), (2, ApplicationErrorKind(42)));
    assert_eq!(answer.exception.message(), "no");
    assert_eq!(FRAMED.read(&mut stream).await.kind, MessageType::Reply);
}

#[tokio::test(start_paused = true)]
async fn contents_that_cannot_be_read_are_answered_and_the_next_call_too() {
    // A string field of which two bytes are no UTF-8: the structure is sound.
    let mut bad = BUFFERED.call("fail", 1, &Text { text: "xx".into() });
    let at = bad.len() - 3;
    bad[at..at + 2].copy_from_slice(b"\xff\xff");
    for dialect in &DIALECTS[..2] {
        let mut bytes = dialect.frame(bad.clone());
        bytes.extend(dialect.call("add", 2, &Add { a: 1, b: 1 }));
        let (answer, served) = exchange(&bytes).await;
        let mut answer = &answer[..];
        let refused = dialect.read(&mut answer).await;
        assert_eq!((refused.seqid, refused.exception()), (1, ApplicationErrorKind::PROTOCOL_ERROR));
        assert!(refused.exception.message().contains("TestService.fail.text"), "{refused:?}");
        assert_eq!(answer, dialect.sum(2, 2));
        served.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_end_is_not_known_is_answered_and_the_connection_closed() {
    let length = |bytes: &mut Vec<u8>, length: [u8; 4]| {
        // The last field is a string: its length, its two bytes, and the end of the struct.
        let at = bytes.len() - 7;
        bytes[at..at + 4].copy_from_slice(&length);
    };
    for name in ["fail", "unknown"] {
        let mut negative = BUFFERED.call(name, 1, &Text { text: "xx".into() });
        length(&mut negative, [0xff; 4]);
        negative.extend([0; 64]);
        let (mut stream, serving) = serve(&Service::default());
        stream.write_all(&negative).await.unwrap();
        let refused = BUFFERED.read(&mut stream).await;
        assert_eq!(refused.seqid, 1);
        let expected = match name {
            "fail" => ApplicationErrorKind::PROTOCOL_ERROR,
            _ => ApplicationErrorKind::UNKNOWN_METHOD,
        };
        assert_eq!(refused.exception(), expected);
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
        drop(stream);
        serving.await.unwrap().unwrap_err();
    }
    // In a frame the end is known.
    let mut negative = BUFFERED.call("fail", 1, &Text { text: "xx".into() });
    length(&mut negative, [0xff; 4]);
    let mut bytes = FRAMED.frame(negative);
    bytes.extend(FRAMED.call("add", 2, &Add { a: 1, b: 1 }));
    let (answer, served) = exchange(&bytes).await;
    let mut answer = &answer[..];
    let refused = FRAMED.read(&mut answer).await;
    assert_eq!(refused.exception(), ApplicationErrorKind::PROTOCOL_ERROR);
    assert_eq!(answer, FRAMED.sum(2, 2));
    served.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_end_that_the_scanner_cannot_find_is_answered_too() {
    // The call's beginning comes first, and the length that is wrong later.
    let mut call = BUFFERED.call("fail", 5, &Text { text: "xx".into() });
    let at = call.len() - 7;
    call[at] = 0xff;
    let (mut stream, serving) = serve(&Service::default());
    for byte in call {
        stream.write_all(&[byte]).await.unwrap();
        settle().await;
    }
    let refused = BUFFERED.read(&mut stream).await;
    assert_eq!((refused.seqid, refused.exception()), (5, ApplicationErrorKind::PROTOCOL_ERROR));
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
    drop(stream);
    serving.await.unwrap().unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn arguments_cut_short_by_a_frame_are_answered() {
    let whole = BUFFERED.call("add", 1, &Add { a: 5, b: 3 });
    let header = 4 + 4 + 3 + 4;
    for cut in header..whole.len() {
        let mut bytes = FRAMED.frame(whole[..cut].to_vec());
        bytes.extend(FRAMED.call("add", 2, &Add { a: 1, b: 1 }));
        let (answer, _) = exchange(&bytes).await;
        let mut answer = &answer[..];
        let refused = FRAMED.read(&mut answer).await;
        assert_eq!(refused.exception(), ApplicationErrorKind::PROTOCOL_ERROR, "cut at {cut}");
        assert_eq!(answer, FRAMED.sum(2, 2));
    }
    // A frame without a whole header names no call to answer.
    for cut in 0..header {
        let mut bytes = FRAMED.call("add", 0, &Add { a: 1, b: 1 });
        bytes.extend(FRAMED.frame(whole[..cut].to_vec()));
        bytes.extend([0; 16]);
        let (answer, served) = exchange(&bytes).await;
        assert_eq!(answer, FRAMED.sum(0, 2), "cut at {cut}");
        served.unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn arguments_cut_short_by_the_end_of_the_stream_are_not_answered() {
    for dialect in DIALECTS {
        let first = dialect.call("add", 1, &Add { a: 1, b: 1 });
        let second = dialect.call("add", 2, &Add { a: 1, b: 1 });
        for cut in 1..second.len() {
            let (answer, served) = exchange(&[&first, &second[..cut]].concat()).await;
            assert_eq!(answer, dialect.sum(1, 2));
            assert!(served.unwrap_err().is_closed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn oneway_calls_are_never_answered() {
    let service = Service::default();
    for dialect in DIALECTS {
        let (mut stream, serving) = serve(&service);
        let text = Text { text: "x".into() };
        let mut bytes = dialect.message(MessageType::Oneway, b"note", 1, &text);
        // A method declared oneway, sent as a call; one that is not, sent as oneway; unknown ones
        // and ones that cannot be read.
        bytes.extend(dialect.call("note", 2, &text));
        bytes.extend(dialect.message(MessageType::Oneway, b"add", 3, &Add { a: 1, b: 1 }));
        bytes.extend(dialect.message(MessageType::Oneway, b"unknown", 4, &text));
        bytes.extend(dialect.message(MessageType::Oneway, b"panic", 5, &Nothing {}));
        bytes.extend(dialect.call("add", 6, &Add { a: 1, b: 1 }));
        stream.write_all(&bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, dialect.sum(6, 2));
        serving.await.unwrap().unwrap();
    }
    assert_eq!(service.notes.load(Ordering::SeqCst), 8);
    assert_eq!(service.calls.load(Ordering::SeqCst), 8);
}

#[tokio::test(start_paused = true)]
async fn what_is_neither_a_call_nor_oneway_is_refused() {
    for dialect in DIALECTS {
        for kind in [MessageType::Reply, MessageType::Exception] {
            let mut bytes = dialect.message(kind, b"add", 1, &Add { a: 1, b: 1 });
            bytes.extend(dialect.call("add", 2, &Add { a: 1, b: 1 }));
            let (answer, served) = exchange(&bytes).await;
            let mut answer = &answer[..];
            let refused = dialect.read(&mut answer).await;
            assert_eq!(refused.exception(), ApplicationErrorKind::INVALID_MESSAGE_TYPE);
            assert_eq!(refused.seqid, 1);
            assert_eq!(answer, dialect.sum(2, 2));
            served.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn calls_arrive_a_byte_at_a_time() {
    for dialect in DIALECTS {
        let (mut stream, _serving) = serve(&Service::default());
        for seqid in 0..3 {
            for byte in dialect.call("add", seqid, &Add { a: seqid, b: 1 }) {
                stream.write_all(&[byte]).await.unwrap();
                settle().await;
            }
            let mut answer = dialect.sum(seqid, seqid + 1);
            let expected = answer.clone();
            stream.read_exact(&mut answer).await.unwrap();
            assert_eq!(answer, expected);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_arrive_in_one_write() {
    for dialect in DIALECTS {
        let calls: Vec<u8> =
            (0..1000).flat_map(|n| dialect.call("add", n, &Add { a: n, b: n })).collect();
        let sums: Vec<u8> = (0..1000).flat_map(|n| dialect.sum(n, 2 * n)).collect();
        let (answer, served) = exchange(&calls).await;
        assert!(answer == sums, "{dialect:?}");
        served.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn large_messages_arrive_in_pieces_between_small_ones() {
    for dialect in DIALECTS {
        let mut calls = Vec::new();
        let mut expected = Vec::new();
        for (seqid, size) in [(0, 10), (1, 1 << 20), (2, 20_000), (3, 0), (4, 3 << 20), (5, 5)] {
            let bytes = Bytes::from(vec![seqid as u8; size]);
            calls.extend(dialect.call("echo", seqid, &Blob { bytes: bytes.clone() }));
            expected.extend(dialect.reply("echo", seqid, &Returned { success: Some(bytes) }));
        }
        let (stream, serving) = serve(&Service::default());
        let (mut read, mut write) = tokio::io::split(stream);
        let writing = tokio::spawn(async move {
            for piece in calls.chunks(77_777) {
                write.write_all(piece).await.unwrap();
            }
            write.shutdown().await.unwrap();
        });
        let mut answer = Vec::new();
        read.read_to_end(&mut answer).await.unwrap();
        assert!(answer == expected, "{dialect:?}");
        writing.await.unwrap();
        serving.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_finished_answer_does_not_wait_for_a_slower_handler() {
    for dialect in DIALECTS {
        let service = Service::default();
        let (mut stream, _serving) = serve(&service);
        let mut bytes = dialect.call("add", 1, &Add { a: 1, b: 1 });
        bytes.extend(dialect.call("wait", 2, &Nothing {}));
        bytes.extend(dialect.call("add", 3, &Add { a: 2, b: 2 }));
        stream.write_all(&bytes).await.unwrap();
        let mut answer = dialect.sum(1, 2);
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, dialect.sum(1, 2));
        service.gate.add_permits(1);
        assert_eq!(dialect.read(&mut stream).await.seqid, 2);
        assert_eq!(dialect.read(&mut stream).await.seqid, 3);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_half_close_calls_that_were_received_are_answered() {
    let service = Service::default();
    let (mut stream, serving) = serve(&service);
    stream.write_all(&BUFFERED.call("wait", 1, &Nothing {})).await.unwrap();
    stream.write_all(&BUFFERED.call("add", 2, &Add { a: 1, b: 1 })).await.unwrap();
    stream.shutdown().await.unwrap();
    settle().await;
    service.gate.add_permits(1);
    assert_eq!(BUFFERED.read(&mut stream).await.seqid, 1);
    assert_eq!(BUFFERED.read(&mut stream).await.seqid, 2);
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
    serving.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn other_dialects_are_refused_by_name() {
    for (bytes, name) in [
        (&b"\x82\x21\x01\x03add\x00"[..], "compact buffered"),
        (b"\x00\x00\x00\x08\x82\x21\x01\x03add\x00", "compact framed"),
        (b"[1,\"add\",1,0,{}]", "JSON buffered"),
        (b"POST / HTTP/1.1\r\n\r\n", "HTTP"),
        (b"GET / HTTP/1.1\r\n\r\n", "HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\x00", "TLS"),
        (b"\x78\x9c\x00\x00", "zlib"),
        (b"\x00\x00\x00\x20\x0f\xff\x00\x00", "THeader"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff", "ff ff ff ff"),
        (b"\x80\x02\x00\x01\x00\x00\x00\x03", "80 02 00 01"),
    ] {
        let answered = (cfg!(feature = "compact") && name.starts_with("compact"))
            || (cfg!(feature = "json") && name.starts_with("JSON"))
            || (cfg!(feature = "http") && name == "HTTP")
            || (cfg!(feature = "zlib") && name == "zlib")
            || (cfg!(feature = "header") && name == "THeader");
        if answered {
            continue;
        }
        let (answer, served) = exchange(bytes).await;
        let error = served.unwrap_err();
        match name {
            // An alert.
            "TLS" => assert_eq!(answer, b"\x15\x03\x03\0\x02\x02\x28"),
            "HTTP" => {
                let answer = String::from_utf8(answer).unwrap();
                let (head, body) = answer.split_once("\r\n\r\n").unwrap();
                assert!(head.starts_with("HTTP/1.1 501 "), "{head}");
                assert!(
                    head.contains(&format!("\r\nContent-Length: {}\r\n", body.len())),
                    "{head}"
                );
            }
            _ => assert_eq!(answer, b""),
        }
        assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pinned_framing_takes_no_other() {
    for (wanted, other) in [(Framing::Framed, BUFFERED), (Framing::Buffered, FRAMED)] {
        let mut options = ConnectionOptions::default();
        options.framing = Some(wanted);
        let (mut stream, serving) = serve_with(&Service::default(), options);
        stream.write_all(&other.call("add", 1, &Add { a: 1, b: 1 })).await.unwrap();
        let error = serving.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_over_the_limit_is_refused_by_name() {
    let limits = Limits { frame_size: 100, message_size: 100, ..Limits::default() };
    for dialect in DIALECTS {
        let mut options = ConnectionOptions::default();
        options.limits = limits.clone();
        let (mut stream, serving) = serve_with(&Service::default(), options);
        let small = Blob { bytes: Bytes::from(vec![0; 60]) };
        stream.write_all(&dialect.call("echo", 1, &small)).await.unwrap();
        assert_eq!(dialect.read(&mut stream).await.kind, MessageType::Reply);
        let large = Blob { bytes: Bytes::from(vec![0; 100]) };
        stream.write_all(&dialect.call("echo", 2, &large)).await.unwrap();
        let refused = dialect.read(&mut stream).await;
        assert_eq!((refused.seqid, refused.exception()), (2, ApplicationErrorKind::PROTOCOL_ERROR));
        assert!(refused.exception.message().contains("limit of 100"), "{refused:?}");
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
        drop(stream);
        assert!(serving.await.unwrap().unwrap_err().is_limit());
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_is_not_read_from() {
    let (mut stream, serving) = {
        let (ours, theirs) = duplex(4096);
        let service = Service::default();
        let serving = tokio::spawn(async move {
            serve_connection(theirs, service, &ConnectionOptions::default()).await
        });
        (ours, serving)
    };
    let call = FRAMED.call("echo", 1, &Blob { bytes: Bytes::from(vec![0; 1000]) });
    let mut sent = 0;
    while let Ok(written) =
        tokio::time::timeout(Duration::from_secs(1), stream.write_all(&call)).await
    {
        written.unwrap();
        sent += call.len();
        assert!(sent < 1 << 20, "the server goes on reading");
    }
    let error = serving.await.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_stands_still_is_closed() {
    let mut options = ConnectionOptions::default();
    options.idle_timeout = Some(Duration::from_secs(10));
    options.stall_timeout = Some(Duration::from_secs(5));
    let start = tokio::time::Instant::now();
    let (_stream, serving) = serve_with(&Service::default(), options.clone());
    assert!(serving.await.unwrap().unwrap_err().is_timeout());
    assert_eq!(start.elapsed().as_secs(), 10);

    let (mut stream, serving) = serve_with(&Service::default(), options);
    stream.write_all(b"\x80\x01\x00\x01\x00").await.unwrap();
    assert!(serving.await.unwrap().unwrap_err().is_timeout());
    assert_eq!(start.elapsed().as_secs(), 15);
}

#[tokio::test(start_paused = true)]
async fn strict_and_non_strict_calls_on_one_connection_are_both_read() {
    let dialect = Dialect { framed: false, protocol: BinaryProtocol::NON_STRICT };
    let mut bytes = BUFFERED.call("add", 1, &Add { a: 1, b: 1 });
    bytes.extend(dialect.call("add", 2, &Add { a: 2, b: 2 }));
    let (answer, served) = exchange(&bytes).await;
    assert_eq!(answer, [BUFFERED.sum(1, 2), BUFFERED.sum(2, 4)].concat());
    served.unwrap();
}

fn concurrent(most: usize) -> ConnectionOptions {
    let mut options = ConnectionOptions::default();
    options.concurrent_calls = most;
    options
}

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

#[tokio::test(start_paused = true)]
async fn concurrent_calls_of_a_peer_that_does_not_read_are_bounded() {
    let (mut stream, theirs) = duplex(4096);
    let serving =
        tokio::spawn(
            async move { serve_connection(theirs, Service::default(), &concurrent(10)).await },
        );
    let call = FRAMED.call("echo", 1, &Blob { bytes: Bytes::from(vec![0; 10_000]) });
    let mut sent = 0;
    while let Ok(written) =
        tokio::time::timeout(Duration::from_secs(1), stream.write_all(&call)).await
    {
        written.unwrap();
        sent += call.len();
        assert!(sent < 1 << 20, "the server goes on reading");
    }
    let error = serving.await.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_empty_frame_ends_the_connection() {
    let mut bytes = FRAMED.call("add", 1, &Add { a: 1, b: 1 });
    bytes.extend([0; 4]);
    bytes.extend(FRAMED.call("add", 2, &Add { a: 1, b: 1 }));
    let (answer, served) = exchange(&bytes).await;
    assert_eq!(answer, FRAMED.sum(1, 2));
    served.unwrap_err();
}

/// A processor around another that fails in its own code.
struct Broken;

impl thrift_runtime::Processor for Broken {
    async fn process<P: thrift_runtime::Protocol>(
        &self,
        call: thrift_runtime::Call<'_, P>,
    ) -> thrift_runtime::Processed {
        assert_eq!(call.method(), b"add", "a panic outside of any handler");
        thrift_runtime::Processor::process(&Service::default(), call).await
    }
}

#[tokio::test]
async fn a_panic_outside_of_handlers_harms_no_other_connection() {
    for concurrent_calls in [1, 4] {
        let server = thrift_runtime::Server::bind("127.0.0.1:0").await.unwrap();
        let server = server.concurrent_calls(concurrent_calls);
        let address = server.local_addr().unwrap();
        tokio::spawn(server.serve(Broken));
        let client = thrift_runtime::Client::connect(address).await.unwrap();
        assert_eq!(common::add(&client, 1, 1).await.unwrap(), 2);
        let other = thrift_runtime::Client::connect(address).await.unwrap();
        assert!(common::wait(&other).await.unwrap_err().is_closed());
        assert_eq!(common::add(&client, 1, 1).await.unwrap(), 2);
    }
}

/// Random numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

#[tokio::test(start_paused = true)]
async fn no_bytes_make_the_server_panic_or_hang() {
    let mut random = Random(7);
    for round in 0..4000 {
        let dialect = DIALECTS[round % 4];
        let mut bytes = dialect.call("echo", 1, &Blob { bytes: Bytes::from(vec![3; 40]) });
        bytes.extend(dialect.call("unknown", 2, &Add { a: 1, b: 1 }));
        bytes.extend(dialect.message(MessageType::Oneway, b"note", 3, &Text::default()));
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] = random.below(256) as u8,
                1 => drop(bytes.drain(at..(at + random.below(8)).min(bytes.len()))),
                _ => drop(bytes.splice(at..at, [0x7f, 0xff].repeat(random.below(3)))),
            }
        }
        let (mut stream, serving) = serve_with(&Service::default(), concurrent(1 + round / 4 % 2));
        for piece in bytes.chunks(1 + random.below(bytes.len())) {
            let _ = stream.write_all(piece).await;
            tokio::task::yield_now().await;
        }
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        // Whether it was an error is not the point: the task has ended, and not by a panic.
        let _ = serving.await.unwrap();
    }
}
