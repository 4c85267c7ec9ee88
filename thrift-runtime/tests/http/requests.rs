//! Requests, good and bad, as the server answers them.

use std::{net::SocketAddr, sync::atomic::Ordering, time::Duration};

use crate::{
    PATIENCE,
    common::{Add, DIALECTS, Nothing, Returned, echo},
    recorder::Recorder,
};
use thrift_runtime::{Bytes, ErrorKind, HttpClient, Limits, Timeouts, protocol::MessageType};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// What the server answers to bytes, until it closes or says nothing for a while.
async fn answer(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(Ok(count @ 1..)) =
        timeout(Duration::from_millis(300), stream.read(&mut chunk)).await
    {
        answer.extend_from_slice(&chunk[..count]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn post(body: &[u8]) -> Vec<u8> {
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn what_is_no_call_gets_a_status() {
    let mut limits = Limits::default();
    limits.message_size = 1000;
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server.limits(limits)).await;
    let got = answer(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(got.starts_with("HTTP/1.1 405 ") && got.contains("Allow: POST"), "{got}");
    for (request, status) in [
        (post(b"hello"), "415"),
        (post(b""), "415"),
        (post(b"\x80\x01\0\x01\0\0"), "400"),
        (post(&[b'['; 1001]), "413"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n".to_vec(), "400"),
    ] {
        let got = answer(address, &request).await;
        assert!(got.starts_with(&format!("HTTP/1.1 {status} ")), "{got}");
    }
    let call = DIALECTS[0].call("add", 1, &Add { a: 1, b: 2 });
    assert!(answer(address, &post(&call)).await.starts_with("HTTP/1.1 200 "));
    for (kind, status) in [
        ("application/x-thrift; protocol=TBINARY", "200 OK"),
        ("application/vnd.apache.thrift.json", "415 Unsupported Media Type"),
    ] {
        let typed = format!("POST / HTTP/1.1\r\nContent-Type: {kind}\r\n");
        let request = [typed.as_bytes(), &post(&call)["POST / HTTP/1.1\r\n".len()..]].concat();
        let got = answer(address, &request).await;
        assert!(got.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{got}");
        assert_eq!(got.contains(&format!("Content-Type: {kind}")), status == "200 OK", "{got}");
    }

    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let error = echo(&client, &Bytes::from(vec![0; 2000])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert!(error.to_string().contains("413"), "{error}");
    for url in ["", "nothing", "ftp://127.0.0.1/", "/path"] {
        let error = HttpClient::new(url).unwrap_err();
        assert!(error.to_string().contains("such as http://host:9090/path"), "{error}");
    }
    let secure = HttpClient::new("https://127.0.0.1/");
    #[cfg(feature = "tls")]
    assert!(secure.is_ok());
    #[cfg(not(feature = "tls"))]
    assert!(secure.unwrap_err().to_string().contains("needs its feature `tls`"));
}

#[tokio::test]
async fn the_head_of_a_request_has_a_limit() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let call = post(&DIALECTS[0].call("echo", 1, &Returned { success: Some(7) }));
    for (length, status) in [(60_000, "200"), (80_000, "431")] {
        let line = format!("POST / HTTP/1.1\r\nX-Long: {}\r\n", "x".repeat(length));
        let request = [line.as_bytes(), &call["POST / HTTP/1.1\r\n".len()..]].concat();
        let got = answer(address, &request).await;
        assert!(got.starts_with(&format!("HTTP/1.1 {status} ")), "{got}");
    }
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The rest of it does not come.
    let part = format!("POST / HTTP/1.1\r\nX-Long: {}", "x".repeat(80_000));
    stream.write_all(part.as_bytes()).await.unwrap();
    let mut got = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut got)).await.unwrap().unwrap();
    assert_eq!(&got, b"HTTP/1.1 431");
    // A body has another.
    let bytes = Bytes::from(vec![7; 20 << 20]);
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    assert_eq!(echo(&client, &bytes).await.unwrap(), bytes);
}

#[tokio::test]
async fn a_request_that_stands_still_is_ended() {
    let recorder = Recorder::default();
    let mut timeouts = Timeouts::default();
    timeouts.message = Some(Duration::from_millis(50));
    let address = recorder.serve(|server| server.timeouts(timeouts)).await;
    for part in [&b"POST / HTTP/1.1\r\nHo"[..], &post(&[0x80; 100])[..80]] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(part).await.unwrap();
        let mut rest = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("it is closed");
    }
}

#[tokio::test]
async fn a_call_waits_for_the_oneway_calls_before_it_and_they_are_answered_at_once() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let oneway = DIALECTS[0].message(MessageType::Oneway, b"wait", 0, &Nothing {});
    let call = DIALECTS[0].call("add", 1, &Add { a: 1, b: 2 });
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&[post(&oneway), post(&oneway), post(&call)].concat()).await.unwrap();
    let mut answers = Vec::new();
    timeout(PATIENCE, async {
        while answers.windows(4).filter(|bytes| bytes == b"\r\n\r\n").count() < 2 {
            stream.read_buf(&mut answers).await.unwrap();
        }
    })
    .await
    .unwrap();
    assert!(timeout(Duration::from_millis(200), stream.read_buf(&mut answers)).await.is_err());

    recorder.service.gate.add_permits(2);
    let sum = DIALECTS[0].sum(1, 3);
    timeout(PATIENCE, async {
        while !answers.ends_with(&sum) {
            assert_ne!(stream.read_buf(&mut answers).await.unwrap(), 0);
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_call_is_answered_though_its_sender_has_ended_the_stream() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let call = DIALECTS[0].call("wait", 0, &Nothing {});
    stream.write_all(&post(&call)).await.unwrap();
    stream.shutdown().await.unwrap();
    timeout(PATIENCE, async {
        while recorder.service.calls.load(Ordering::SeqCst) < 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
    // The server has time to see the end.
    tokio::time::sleep(Duration::from_millis(50)).await;
    recorder.service.gate.add_permits(1);
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
    let reply = DIALECTS[0].reply("wait", 0, &Returned { success: Some(7) });
    assert!(answer.ends_with(&reply));
}

#[tokio::test]
async fn no_error_and_no_debug_shows_a_secret() {
    let wrong = HttpClient::new("https//me:hunter2@host/?key=hunter2").unwrap_err();
    let client = HttpClient::new("http://me:hunter2@127.0.0.1:1/path?key=hunter2").unwrap();
    let header =
        echo(&client.with_header("authorization", "hunter2\n"), &Bytes::new()).await.unwrap_err();
    let refused = echo(&client, &Bytes::new()).await.unwrap_err();
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let client = HttpClient::new(&format!("http://{address}/?key=hunter2")).unwrap();
    let client = client.with_header("authorization", "hunter2");
    echo(&client, &Bytes::new()).await.unwrap();
    assert_eq!(recorder.last("authorization").as_deref(), Some("hunter2"));
    let shown = format!("{wrong} {wrong:?} {header} {header:?} {refused} {client:?} {recorder:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("\"authorization\": .."), "{shown}");
}

#[tokio::test]
async fn a_refusal_forges_no_line() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = HttpClient::new(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let text = format!("no\n\x1b[2JERROR{}", "x".repeat(1000));
        let head = format!("HTTP/1.1 500 No\r\nContent-Length: {}\r\n\r\n", text.len());
        stream.write_all(format!("{head}{text}").as_bytes()).await.unwrap();
        std::future::pending::<()>().await;
    });
    let error = timeout(PATIENCE, echo(&client, &Bytes::new())).await.unwrap().unwrap_err();
    let text = error.to_string();
    assert!(text.ends_with('…') && text.contains(r"no\n\u{1b}[2JERRORxxx"), "{text}");
    assert!(text.len() < 300, "{text}");
}
