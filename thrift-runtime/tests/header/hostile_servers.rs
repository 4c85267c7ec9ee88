//! What servers make of calls in frames that are cut, or lie.

use std::time::Duration;

use thrift_runtime::{
    ApplicationException, BinaryProtocol, Client, ConnectionOptions, Framing, Protocol, Result,
    serve_connection,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
    time::{Instant, timeout},
};

use crate::{
    common::{Service, add},
    enveloped::{CALL, FRAMINGS, Random, frame, framed, lies, unknown},
};

/// A server at the other end of a pipe.
pub(crate) fn serve(concurrent_calls: usize) -> (DuplexStream, JoinHandle<Result<()>>) {
    let (ours, theirs) = duplex(1 << 20);
    let mut options = ConnectionOptions::default();
    options.concurrent_calls = concurrent_calls;
    let serving =
        tokio::spawn(async move { serve_connection(theirs, Service::default(), &options).await });
    (ours, serving)
}

/// What a client sends for a call with a header.
pub(crate) async fn sent(framing: Framing) -> Vec<u8> {
    let (ours, mut theirs) = duplex(1 << 16);
    let client = Client::builder().framing(framing).over(ours).with_header("trace", "7f3a");
    let calling = tokio::spawn(async move { add(&client, 1, 2).await });
    let call = framed(&read_frame(&mut theirs).await);
    calling.abort();
    call
}

/// The content of the next frame.
pub(crate) async fn read_frame(stream: &mut DuplexStream) -> Vec<u8> {
    let mut content = vec![0; stream.read_u32().await.unwrap() as usize];
    stream.read_exact(&mut content).await.unwrap();
    content
}

/// What is answered to bytes, which nothing follows though the connection is open, and how that ends.
/// No time may pass.
async fn end_of(concurrent_calls: usize, bytes: &[u8]) -> (Vec<u8>, String) {
    let (mut stream, serving) = serve(concurrent_calls);
    let start = Instant::now();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let ended = timeout(Duration::from_secs(100), stream.read_to_end(&mut answer)).await;
    assert!(ended.is_ok() && start.elapsed().is_zero(), "{}", bytes.escape_ascii());
    drop(stream);
    (answer, serving.await.unwrap().unwrap_err().to_string())
}

#[tokio::test(start_paused = true)]
async fn a_call_may_be_cut_anywhere() {
    for framing in FRAMINGS {
        let call = sent(framing).await;
        for (end, concurrent_calls) in (0..=call.len()).flat_map(|end| [(end, 1), (end, 4)]) {
            let (mut stream, serving) = serve(concurrent_calls);
            stream.write_all(&call[..end]).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            assert_eq!(!answer.is_empty(), end == call.len(), "{framing}, {end}");
            match serving.await.unwrap() {
                Ok(()) => assert!(end < 10 || end == call.len(), "{framing}, {end}"),
                Err(error) => {
                    assert!(error.is_closed() && end < call.len(), "{framing}, {end}: {error}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_falls_silent_within_a_call_is_given_up() {
    for framing in FRAMINGS {
        let call = sent(framing).await;
        for (end, concurrent_calls) in (0..call.len()).flat_map(|end| [(end, 1), (end, 4)]) {
            let (mut stream, serving) = serve(concurrent_calls);
            let start = Instant::now();
            stream.write_all(&call[..end]).await.unwrap();
            let error = serving.await.unwrap().unwrap_err();
            assert!(error.is_timeout(), "{framing}, {end}: {error}");
            assert_eq!(start.elapsed(), Duration::from_secs(60), "{framing}, {end}");
            assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn frames_that_lie_end_the_connection_at_once() {
    for (framing, concurrent_calls) in FRAMINGS.into_iter().flat_map(|it| [(it, 1), (it, 4)]) {
        let call = sent(framing).await;
        let mut lies = lies(framing, CALL);
        lies.extend([
            (frame(framing, &[0, 0], b""), "the input ends within a value"),
            (frame(framing, &[0, 0], &CALL[..9]), "the input ends within a value"),
        ]);
        for (lie, text) in lies {
            let (answer, error) = end_of(concurrent_calls, &lie).await;
            assert!(error.contains(text), "{framing}, {}: {error}", lie.escape_ascii());
            assert_eq!(answer.escape_ascii().to_string(), "");
            // Behind a call, which is answered.
            let (answer, error) = end_of(concurrent_calls, &[&call[..], &lie].concat()).await;
            assert!(error.contains(text), "{framing}, {}: {error}", lie.escape_ascii());
            assert!(!answer.is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_such_frame_ends_the_connection_at_once() {
    for (framing, concurrent_calls) in FRAMINGS.into_iter().flat_map(|it| [(it, 1), (it, 4)]) {
        let call = sent(framing).await;
        for (other, text) in [
            (&b"\x7f\xff\xff\xff"[..], "exceeds the limit of 16384000"),
            (b"\xff\xff\xff\xff", "a frame has the negative length -1"),
            (b"\0\xff\xff\xff\x0f\xff", "exceeds the limit of 16384000"),
            (b"\0\0\0\0", "a frame ends within its header"),
            (b"\0\0\0\x01\x0f", "a frame ends within its header"),
            (b"\0\0\0\x09\x10\0\0\0\0\0\0\x07\0", "a frame ends within its header"),
            (b"\0\0\0\x04\x80\x01\0\x01", "changed from frames with headers to another"),
            (b"\0\0\0\x09\0\0\0\x06\x0f\xff\0\0\0", "changed from frames with headers to another"),
        ] {
            let (answer, error) = end_of(concurrent_calls, &[&call[..], other].concat()).await;
            assert!(error.contains(text), "{framing}, {}: {error}", other.escape_ascii());
            assert!(!answer.is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_known_is_answered_and_the_connection_goes_on() {
    for (framing, concurrent_calls) in FRAMINGS.into_iter().flat_map(|it| [(it, 1), (it, 4)]) {
        let (mut stream, serving) = serve(concurrent_calls);
        for (fields, text, kind) in unknown(framing) {
            stream.write_all(&frame(framing, fields, b"whatever")).await.unwrap();
            let answer = read_frame(&mut stream).await;
            let at = answer.windows(4).position(|start| start == b"\x80\x01\0\x03").unwrap();
            assert_eq!(answer[at + 4..][..8], *b"\0\0\0\0\0\0\0\x09");
            let exception: ApplicationException =
                BinaryProtocol::STRICT.decode(&answer[at + 12..]).unwrap();
            assert_eq!((exception.kind().0, exception.message()), (kind, text));
        }
        // A call that ends within its arguments, whose end is known.
        stream.write_all(&frame(framing, &[0, 0], &CALL[..15])).await.unwrap();
        let answer = read_frame(&mut stream).await;
        assert!(answer.windows(4).any(|start| start == b"\x80\x01\0\x03"));
        stream.write_all(&frame(framing, &[0, 0], CALL)).await.unwrap();
        let answer = read_frame(&mut stream).await;
        assert!(answer.windows(4).any(|start| start == b"\x80\x01\0\x02"));
        stream.shutdown().await.unwrap();
        serving.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn no_bytes_make_the_server_panic_or_hang() {
    let mut random = Random(7);
    for framing in FRAMINGS {
        let calls = sent(framing).await.repeat(2);
        for round in 0..1000 {
            let (mut stream, serving) = serve(1 + round % 2);
            let bytes = random.damaged(&calls);
            for piece in bytes.chunks(1 + random.below(bytes.len())) {
                let _ = stream.write_all(piece).await;
                tokio::task::yield_now().await;
            }
            let _ = stream.shutdown().await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            let _ = serving.await.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn many_that_begin_and_stop_leave_nothing() {
    let mut serving = Vec::new();
    let mut streams = Vec::new();
    for framing in FRAMINGS {
        let call = sent(framing).await;
        for end in (0..call.len()).cycle().take(500) {
            let (mut stream, task) = serve(1);
            stream.write_all(&call[..end]).await.unwrap();
            streams.push(stream);
            serving.push(task);
        }
    }
    let start = Instant::now();
    for task in serving {
        assert!(task.await.unwrap().unwrap_err().is_timeout());
    }
    assert_eq!(start.elapsed(), Duration::from_secs(60));
    let left = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(left, 0);
}
