//! THeader's frames in requests and responses.

use std::net::SocketAddr;

use thrift_runtime::{
    ApplicationErrorKind, Bytes, CompactProtocol, Framing, HttpClient, Protocol, Server,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{
    PATIENCE,
    common::{Text, add, call, echo},
    frames::{CALL, Random, frame, lies, unknown},
    recorder::Recorder,
};

async fn check<P: Protocol>(client: HttpClient<P>, recorder: &Recorder) {
    let traced = client.with_header("trace", "7f3a");
    assert_eq!(add(&traced, 1, 2).await.unwrap(), 3);
    assert_eq!(recorder.last("trace").as_deref(), Some("7f3a"));
    let large = Bytes::from(vec![7; 300_000]);
    assert_eq!(echo(&client, &large).await.unwrap(), large);
    assert_eq!(recorder.last("trace"), None);
}

async fn post(address: SocketAddr, body: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-thrift\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn calls_may_be_in_theader() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server: Server| server).await;
    let url = format!("http://{address}/");
    check(HttpClient::new(&url).unwrap().header(), &recorder).await;
    check(HttpClient::new(&url).unwrap().protocol(CompactProtocol).header(), &recorder).await;
    let client = HttpClient::new(&url).unwrap().header();
    let error = call::<Text>(&client, "none", &Text { text: "x".into() }).await.unwrap_err();
    assert_eq!(error.as_application().unwrap().kind(), ApplicationErrorKind::UNKNOWN_METHOD);
}

#[tokio::test]
async fn the_answer_is_in_the_same_frame() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server: Server| server).await;
    let call = b"\x80\x01\x00\x01\0\0\0\x03add\0\0\0\x09\x08\0\x01\0\0\0\x01\x08\0\x02\0\0\0\x02\0";
    let envelope = b"\x0f\xff\x03\x04\x01\x02\x03\x04\x00\x01\x00\x00\x00\x00";
    let message = [&envelope[..], call].concat();
    let length = (message.len() as u32).to_be_bytes();
    let answer = post(address, &[&length[..], &message].concat()).await;
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
    assert_eq!(answer[body + 4..][..8], envelope[..8]);
    // In a frame once more, and cut.
    let twice = [&(length[3] as u32 + 4).to_be_bytes()[..], &length, &message].concat();
    let answer = post(address, &twice).await;
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
    for end in 1..length[3] as usize + 4 {
        let answer = post(address, &[&length[..], &message].concat()[..end]).await;
        assert!(answer.starts_with(b"HTTP/1.1 4"), "{end}");
    }
}

#[tokio::test]
async fn frames_that_lie_are_refused() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server: Server| server).await;
    for framing in [Framing::Header, Framing::HeaderInFrames, Framing::TtHeader] {
        let mut lies = lies(framing, CALL);
        lies.extend(unknown(framing).map(|(fields, text, _)| (frame(framing, fields, CALL), text)));
        lies.push((frame(framing, &[0, 0], b""), ""));
        for (lie, text) in lies {
            let answer = timeout(PATIENCE, post(address, &lie)).await.unwrap();
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.starts_with("HTTP/1.1 4"), "{framing}, {answer}");
            assert!(answer.contains(text), "{framing}, {answer}");
        }
    }
    let call = frame(Framing::Header, &[0, 0], CALL);
    let mut random = Random(7);
    for _ in 0..200 {
        let answer = timeout(PATIENCE, post(address, &random.damaged(&call))).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 "));
    }
    assert!(post(address, &call).await.starts_with(b"HTTP/1.1 200 "));
}

/// A reply to the first call.
const REPLY: &[u8] = b"\x80\x01\0\x02\0\0\0\x03add\0\0\0\0\x08\0\0\0\0\0\x03\0";

/// The error of a call that is answered with this body, or with the beginning of it.
async fn error_for(listener: &TcpListener, body: &[u8], come: usize) -> thrift_runtime::Error {
    let address = listener.local_addr().unwrap();
    let client = HttpClient::new(&format!("http://{address}/")).unwrap().header();
    let answering = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert_ne!(stream.read(&mut request).await.unwrap(), 0);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-thrift\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), &body[..come]].concat()).await.unwrap();
    };
    let (called, ()) = tokio::join!(timeout(PATIENCE, add(&client, 1, 2)), answering);
    called.unwrap().unwrap_err()
}

#[tokio::test]
async fn replies_that_are_cut_or_lie_fail_the_call() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let whole = frame(Framing::Header, &[0, 0], REPLY);
    for end in 0..whole.len() {
        // Less than was announced, and less than the frame has.
        error_for(&listener, &whole, end).await;
        let error = error_for(&listener, &whole[..end], end).await;
        assert!(!error.is_timeout(), "{end}: {error}");
    }
    let mut lies = lies(Framing::Header, REPLY);
    lies.extend(
        unknown(Framing::Header)
            .map(|(fields, text, _)| (frame(Framing::Header, fields, REPLY), text)),
    );
    for (lie, text) in lies {
        let error = error_for(&listener, &lie, lie.len()).await;
        assert!(error.to_string().contains(text), "{}: {error}", lie.escape_ascii());
    }
}
