//! Calls that are posted.

use std::{sync::atomic::Ordering, time::Duration};

use crate::{
    PATIENCE,
    common::{Nothing, Returned, Text, add, call, echo, wait},
    recorder::Recorder,
};
use thrift_runtime::{
    ApplicationErrorKind, Bytes, Client, ContentType, Delivery, ErrorKind, HttpClient,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::timeout,
};

#[tokio::test]
async fn calls_are_posted_with_headers_over_connections_that_are_kept() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server.max_connections(1)).await;
    let client = HttpClient::new(&format!("http://{address}/messages?v=1")).unwrap();
    for n in 0..10 {
        let traced = client.with_header("Trace", n.to_string());
        // With one connection at most, it is used again.
        assert_eq!(timeout(PATIENCE, add(&traced, n, 1)).await.unwrap().unwrap(), n + 1);
        assert_eq!(recorder.last("trace"), Some(n.to_string()));
        assert_eq!(recorder.last("content-type").as_deref(), Some("application/x-thrift"));
    }
    // As a gateway would that hands on the headers of a call.
    let gateway = client
        .with_header("content-length", "1")
        .with_header("Transfer-Encoding", "chunked")
        .with_header("connection", "close")
        .with_header("trace", "z");
    assert_eq!(timeout(PATIENCE, add(&gateway, 1, 1)).await.unwrap().unwrap(), 2);
    assert_eq!(recorder.last("trace").as_deref(), Some("z"));
    assert_eq!(recorder.last("transfer-encoding"), None);
    let large = Bytes::from(vec![7; 3 << 20]);
    assert_eq!(echo(&client, &large).await.unwrap(), large);
    let error = crate::common::call::<Returned<i32>>(&client, "fail", &Text { text: "no".into() })
        .await
        .unwrap_err();
    assert_eq!(error.as_application().unwrap().kind(), ApplicationErrorKind(42));
    crate::common::call_oneway(&client, "note", &Text { text: "x".into() }).await.unwrap();
    assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
    timeout(PATIENCE, async {
        while recorder.service.notes.load(Ordering::SeqCst) < 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
}

#[cfg(feature = "compact")]
#[tokio::test]
async fn any_protocol_is_posted() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let client = HttpClient::new(&format!("http://{address}")).unwrap();
    let compact = client.protocol(thrift_runtime::CompactProtocol);
    assert_eq!(add(&compact, 1, 2).await.unwrap(), 3);
    #[cfg(feature = "json")]
    assert_eq!(add(&compact.protocol(thrift_runtime::JsonProtocol), 1, 2).await.unwrap(), 3);
}

#[tokio::test]
async fn the_content_type_is_what_the_client_is_told() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let client = HttpClient::new(&format!("http://{address}")).unwrap();
    for (kind, expected) in [
        (ContentType::Thrift, "application/x-thrift"),
        (ContentType::Protocol, "application/x-thrift; protocol=TBINARY"),
        (ContentType::Registered, "application/vnd.apache.thrift.binary"),
    ] {
        let client = client.clone().content_type(kind);
        assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
        assert_eq!(recorder.last("content-type").as_deref(), Some(expected));
        assert_eq!(recorder.last("accept").as_deref(), Some(expected));
        #[cfg(feature = "compact")]
        {
            let compact = client.protocol(thrift_runtime::CompactProtocol);
            assert_eq!(add(&compact, 1, 2).await.unwrap(), 3);
            let expected = expected.replace("BINARY", "COMPACT").replace("binary", "compact");
            assert_eq!(recorder.last("content-type"), Some(expected));
        }
    }
}

#[tokio::test]
async fn one_port_answers_http_beside_the_rest_and_calls_at_once() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let plain = Client::connect(address).await.unwrap();
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { wait(&client).await }
    });
    assert_eq!(add(&plain, 1, 2).await.unwrap(), 3);
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    let hasty = client.with_timeout(Duration::from_millis(50));
    let error = wait(&hasty).await.unwrap_err();
    assert!(error.is_timeout() && error.kind() == ErrorKind::Timeout, "{error:?}");
    recorder.service.gate.add_permits(2);
    assert_eq!(timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap(), 7);
}

#[tokio::test]
async fn a_oneway_call_does_not_wait_for_a_body_without_a_length() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        // As Apache's server in Python, which runs the call only now.
        stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n").await.unwrap();
        std::future::pending::<()>().await
    });
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let note = Text { text: "x".into() };
    timeout(PATIENCE, crate::common::call_oneway(&client, "note", &note)).await.unwrap().unwrap();
}

/// Apache's servers in C++ and for Node.js do not.
#[tokio::test(start_paused = true)]
async fn a_oneway_call_does_not_need_to_be_answered() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, mut requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut streams = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let count = stream.read(&mut request).await.unwrap();
            sender.send(request[..count].to_vec()).unwrap();
            streams.push(stream);
        }
    });
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let note = Text { text: "x".into() };
    for (client, wait) in [
        (client.clone(), Duration::from_secs(1)),
        (client.clone().oneway_wait(Duration::ZERO), Duration::ZERO),
    ] {
        let start = tokio::time::Instant::now();
        crate::common::call_oneway(&client, "note", &note).await.unwrap();
        let request = requests.recv().await.unwrap();
        assert!(request.windows(16).any(|name| name == b"\r\nContent-Length"));
        assert!(request.windows(4).any(|name| name == b"note"));
        let took = start.elapsed();
        assert!(wait <= took && took < 3 * wait + Duration::from_secs(1), "{took:?}");
    }
    let patient = client.oneway_wait(None).with_timeout(Duration::from_secs(30));
    let error = crate::common::call_oneway(&patient, "note", &note).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn callers_are_known_by_password_token_or_cookie() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let url = format!("http://{address}/");
    let basic = HttpClient::new(&url).unwrap().basic_auth("hive", "sec:ret").unwrap();
    assert_eq!(add(&basic, 1, 2).await.unwrap(), 3);
    // RFC 7617's form, of "hive:sec:ret".
    assert_eq!(recorder.last("authorization").as_deref(), Some("Basic aGl2ZTpzZWM6cmV0"));
    assert_eq!(add(&basic.with_header("Authorization", "own"), 1, 2).await.unwrap(), 3);
    assert_eq!(recorder.last("authorization").as_deref(), Some("own"));
    let bearer = HttpClient::new(&url).unwrap().bearer_auth("7f3a").unwrap();
    assert_eq!(add(&bearer, 1, 2).await.unwrap(), 3);
    assert_eq!(recorder.last("authorization").as_deref(), Some("Bearer 7f3a"));
    assert!(!format!("{basic:?}{bearer:?}").contains("7f3a"));
    assert!(HttpClient::new(&url).unwrap().basic_auth("a:b", "").is_err());
    assert!(HttpClient::new(&url).unwrap().bearer_auth("a\r\nb").is_err());
}

#[tokio::test]
async fn cookies_come_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let mut cookies = Vec::new();
        let (mut stream, _) = listener.accept().await.unwrap();
        for set in [
            "Set-Cookie: auth=7f3a; Path=/; HttpOnly\r\n",
            "",
            "Set-Cookie: auth=; Max-Age=0\r\n",
            "",
        ] {
            let mut request = vec![0; 4096];
            let count = stream.read(&mut request).await.unwrap();
            let request = String::from_utf8_lossy(&request[..count]).into_owned();
            cookies.push(
                request.lines().find_map(|line| line.strip_prefix("Cookie: ").map(str::to_owned)),
            );
            let head = format!("HTTP/1.1 403 Forbidden\r\n{set}Content-Length: 0\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            stream = listener.accept().await.unwrap().0;
        }
        cookies
    });
    let client = HttpClient::new(&format!("http://{address}/")).unwrap().cookies();
    for _ in 0..5 {
        let _ = add(&client.with_timeout(PATIENCE), 1, 2).await;
        if serving.is_finished() {
            break;
        }
    }
    let cookies = serving.await.unwrap();
    let auth = Some("auth=7f3a".to_owned());
    assert_eq!(cookies, [None, auth.clone(), auth, None]);
}

#[tokio::test]
async fn why_the_connection_failed_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        // Closing a socket with unread bytes resets the connection.
        let _ = stream.peek(&mut [0; 1]).await;
    });
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let error = add(&client, 1, 2).await.unwrap_err();
    assert!(error.is_closed(), "{error:?}");
    assert!(error.to_string().contains("connection error: "), "{error}");
    assert_eq!(error.delivery(), Delivery::Possible);
}

#[tokio::test]
async fn errors_say_whether_a_call_may_have_been_processed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let error = add(&client.with_header("a b", "c"), 1, 2).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent);
    let serving = tokio::spawn(async move {
        for status in ["403 Forbidden", "404 Not Found", "429 Busy", "500 Oops", "503 Busy"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = format!("HTTP/1.0 {status}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        // It reads, and does not answer.
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    });
    for delivery in [
        Delivery::Refused,
        Delivery::Refused,
        Delivery::Refused,
        Delivery::Possible,
        Delivery::Possible,
    ] {
        let error = add(&client, 1, 2).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Status, delivery), "{error}");
    }
    let hasty = client.with_timeout(Duration::from_millis(100));
    assert_eq!(add(&hasty, 1, 2).await.unwrap_err().delivery(), Delivery::Possible);
    serving.await.unwrap();
    // Nobody listens any more.
    assert_eq!(add(&client, 1, 2).await.unwrap_err().delivery(), Delivery::NotSent);
}

#[tokio::test]
async fn a_server_that_is_overloaded_says_whether_it_refused_the_call() {
    // The head of its message is too long to be answered.
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server.max_bytes(100 << 10)).await;
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let name = "x".repeat(1 << 20);
    let called = call::<Nothing>(&client, &name, &Nothing {}).await.unwrap_err();
    assert!(called.to_string().contains("503"), "{called}");
    assert_eq!((called.kind(), called.delivery()), (ErrorKind::Status, Delivery::Refused));

    for (header, delivery) in [
        ("Server: x", Delivery::Possible),
        ("Retry-After: 1", Delivery::Possible),
        ("Thrift-Delivery: possible", Delivery::Possible),
        ("Thrift-Delivery: refused", Delivery::Refused),
        ("x-envoy-overloaded: true", Delivery::Refused),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let head = format!("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n{header}\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
        });
        let client = HttpClient::new(&format!("http://{address}/")).unwrap();
        let error = add(&client, 1, 1).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Status, delivery), "{header}");
    }
}
