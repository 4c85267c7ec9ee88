//! A processor as a service of other HTTP servers.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    PATIENCE,
    common::{Add, DIALECTS, Nothing, Returned, Text, settle},
    recorder::Recorder,
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::{Body, Frame},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use thrift_runtime::{
    ApplicationErrorKind, Bytes, Call, Context as CallContext, Event, HttpBody, HttpService,
    Limits, PeerAddr, Processed, Processor, Protocol, protocol::MessageType,
};
use tokio::{io::AsyncWriteExt, time::timeout};
use tower_service::Service;

fn post(message: impl Into<Bytes>) -> Request<Full<Bytes>> {
    Request::post("/somewhere?x=1").body(Full::new(message.into())).unwrap()
}

fn typed(message: impl Into<Bytes>, content_type: &str) -> Request<Full<Bytes>> {
    let mut request = post(message);
    request.headers_mut().insert("content-type", content_type.parse().unwrap());
    request
}

/// What comes back: the status, the headers and the body.
type Got = (StatusCode, HeaderMap, Bytes);

async fn got(answered: Result<Response<HttpBody>, Infallible>) -> Got {
    let (head, body) = answered.unwrap().into_parts();
    (head.status, head.headers, body.collect().await.unwrap().to_bytes())
}

async fn ask<T, B>(service: &HttpService<T>, request: Request<B>) -> Got
where
    T: Processor,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    got(service.clone().call(request).await).await
}

fn add() -> Vec<u8> {
    DIALECTS[0].call("add", 1, &Add { a: 1, b: 2 })
}

#[tokio::test]
async fn a_call_is_answered_in_the_content_type_of_its_request() {
    let service = HttpService::new(Recorder::default());
    for (asked, answered) in [
        ("application/x-thrift", "application/x-thrift"),
        ("application/x-thrift; protocol=TBINARY", "application/x-thrift; protocol=TBINARY"),
        ("application/vnd.apache.thrift.binary", "application/vnd.apache.thrift.binary"),
        ("application/octet-stream", "application/x-thrift"),
    ] {
        let (status, headers, body) = ask(&service, typed(add(), asked)).await;
        assert_eq!(
            (status, &headers["content-type"]),
            (StatusCode::OK, &answered.parse().unwrap())
        );
        assert_eq!(body, DIALECTS[0].sum(1, 3));
    }
    let (_, headers, body) = ask(&service, post(add())).await;
    assert_eq!(headers["content-type"], "application/x-thrift");
    assert_eq!(body, DIALECTS[0].sum(1, 3));
    // Both forms of the binary protocol have one name.
    let old = DIALECTS[2].call("add", 1, &Add { a: 1, b: 2 });
    let (_, _, body) = ask(&service, typed(old, "application/x-thrift; protocol=TBINARY")).await;
    assert_eq!(body, DIALECTS[2].sum(1, 3));
}

#[cfg(all(feature = "compact", feature = "json"))]
#[tokio::test]
async fn every_protocol_is_answered_and_no_contradiction() {
    use thrift_runtime::{AnyProtocol, BinaryProtocol, CompactProtocol, JsonProtocol};
    let service = HttpService::new(Recorder::default());
    let protocols: [(AnyProtocol, &str); 3] = [
        (BinaryProtocol::STRICT.into(), "binary"),
        (CompactProtocol.into(), "compact"),
        (JsonProtocol.into(), "json"),
    ];
    for (protocol, name) in protocols {
        let mut message = thrift_runtime::protocol::Output::new();
        let header =
            thrift_runtime::protocol::MessageHeader::new(&b"add"[..], MessageType::Call, 1);
        protocol.write_message(&header, &Add { a: 1, b: 2 }, &mut message).unwrap();
        let message = message.into_vec();
        for (_, stated) in protocols {
            for content_type in [
                format!("application/x-thrift; protocol=T{}", stated.to_uppercase()),
                format!("application/vnd.apache.thrift.{stated}"),
            ] {
                let request = typed(message.clone(), &content_type);
                let (status, headers, body) = ask(&service, request).await;
                let text = String::from_utf8_lossy(&body);
                if stated == name {
                    assert_eq!(status, StatusCode::OK, "{text}");
                    assert_eq!(headers["content-type"], content_type);
                    let (header, _) = protocol.read_header(&body, &Limits::default()).unwrap();
                    assert_eq!(header.kind, Ok(MessageType::Reply));
                } else {
                    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{text}");
                    assert!(text.contains("the content type says that the body is "), "{text}");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_call_gets_a_status_here_too() {
    let mut limits = Limits::default();
    limits.message_size = 100;
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    let service =
        HttpService::new(Recorder::default()).limits(limits).observer(move |event: &Event<'_>| {
            assert!(event.is_failure(), "{event}");
            count.fetch_add(1, Ordering::SeqCst);
        });
    let get = Request::get("/").body(Full::new(Bytes::new())).unwrap();
    let (status, headers, _) = ask(&service, get).await;
    assert_eq!(
        (status, &headers["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap())
    );
    let text = typed(add(), "application/x-thrift; protocol=TTEXT");
    let large = post(vec![b'['; 101]);
    for (request, status) in [
        (post("hello"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (text, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (post(""), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (post(&b"\x80\x01\0\x01\0\0"[..]), StatusCode::BAD_REQUEST),
        (large, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        assert_eq!(ask(&service, request).await.0, status);
    }
    assert_eq!(told.load(Ordering::SeqCst), 5);
    // The host's own limit.
    let (parts, body) = post(add()).into_parts();
    let limited = Request::from_parts(parts, Limited::new(body, 10));
    assert_eq!(ask(&service, limited).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    // What fails on the way is no message.
    let broken = Pieces(|_: &mut Context<'_>| Poll::Ready(Some(Err(io::Error::other("it broke")))));
    let (status, _, body) = ask(&service, Request::post("/").body(broken).unwrap()).await;
    assert_eq!((status, &*body), (StatusCode::SERVICE_UNAVAILABLE, &b"it broke\n"[..]));
}

#[tokio::test]
async fn exceptions_and_panics_are_replies() {
    let service = HttpService::new(Recorder::default());
    for (method, kind) in [
        ("fail", ApplicationErrorKind(42)),
        ("panic", ApplicationErrorKind::INTERNAL_ERROR),
        ("nothing", ApplicationErrorKind::UNKNOWN_METHOD),
    ] {
        let call = DIALECTS[0].call(method, 1, &Text { text: "no".into() });
        let (status, _, body) = ask(&service, post(call)).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(DIALECTS[0].read(&mut &*body).await.exception(), kind);
    }
}

/// Notes what the context of its calls says, and sets a header of each reply.
#[derive(Clone, Default)]
struct Noting {
    recorder: Recorder,
    contexts: Arc<Mutex<Vec<CallContext>>>,
}

impl Processor for Noting {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let cx = call.context();
        cx.set_reply_header("Answered", "yes");
        cx.set_reply_header("content-type", "text/html");
        cx.set_reply_header("connection", "close");
        self.contexts.lock().unwrap().push(cx);
        self.recorder.process(call).await
    }
}

#[tokio::test]
async fn headers_the_path_and_the_address_reach_the_handler_and_headers_the_caller() {
    let noting = Noting::default();
    let service = HttpService::new(noting.clone());
    let address: SocketAddr = "192.0.2.1:80".parse().unwrap();
    let mut request = post(add());
    request.headers_mut().insert("trace", "7f3a".parse().unwrap());
    request.extensions_mut().insert(PeerAddr::Tcp(address));
    let (status, headers, _) = ask(&service, request).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["answered"], "yes");
    assert_eq!(headers["content-type"], "application/x-thrift");
    assert_eq!(headers.get("connection"), None);
    {
        let cx = noting.contexts.lock().unwrap().pop().unwrap();
        assert_eq!(cx.headers().get("Trace"), Some("7f3a"));
        assert_eq!((cx.path(), cx.peer()), (Some("/somewhere"), Some(address)));
        assert_eq!(cx.connection().peer(), PeerAddr::Tcp(address));
    }
    // The host's own note.
    let service = service.peer(|extensions| extensions.get().copied());
    let mut request = post(add());
    request.extensions_mut().insert(address);
    ask(&service, request).await;
    ask(&service, post(add())).await;
    let contexts = noting.contexts.lock().unwrap();
    assert_eq!(contexts.iter().map(CallContext::peer).collect::<Vec<_>>(), [Some(address), None]);
}

#[tokio::test(start_paused = true)]
async fn a_oneway_call_is_answered_at_once_and_runs_to_its_end() {
    let recorder = Recorder::default();
    let service = HttpService::new(recorder.clone()).max_oneways(2);
    let oneway = DIALECTS[0].message(MessageType::Oneway, b"wait", 0, &Nothing {});
    for _ in 0..2 {
        let (status, headers, body) = ask(&service, post(oneway.clone())).await;
        assert_eq!((status, body.len()), (StatusCode::OK, 0));
        assert_eq!(headers["content-type"], "application/x-thrift");
    }
    settle().await;
    assert_eq!(recorder.service.calls.load(Ordering::SeqCst), 2);
    // There may be no more of them, but other calls.
    let mut third = Box::pin(ask(&service, post(oneway)));
    assert!(timeout(Duration::from_secs(60), &mut third).await.is_err());
    assert_eq!(ask(&service, post(add())).await.2, DIALECTS[0].sum(1, 3));
    recorder.service.gate.add_permits(1);
    assert_eq!(third.await.0, StatusCode::OK);
    settle().await;
    assert_eq!(recorder.service.calls.load(Ordering::SeqCst), 4);
    // The callers have long left.
    assert!(timeout(Duration::from_secs(60), service.oneways_done()).await.is_err());
    recorder.service.gate.add_permits(2);
    service.oneways_done().await;
    assert_eq!(recorder.service.gate.available_permits(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_is_cancelled_when_its_future_is_dropped() {
    let noting = Noting::default();
    let service = HttpService::new(noting.clone());
    let call = DIALECTS[0].call("wait", 0, &Nothing {});
    let asking = tokio::spawn({
        let (service, call) = (service.clone(), call.clone());
        async move { ask(&service, post(call)).await }
    });
    settle().await;
    assert_eq!(noting.recorder.service.calls.load(Ordering::SeqCst), 1);
    let cx = noting.contexts.lock().unwrap().pop().unwrap();
    let waiting = tokio::spawn({
        let cx = cx.clone();
        async move { cx.cancelled().await }
    });
    settle().await;
    assert!(!waiting.is_finished() && !cx.is_cancelled());
    asking.abort();
    timeout(PATIENCE, waiting).await.unwrap().unwrap();
    assert!(cx.is_cancelled());
    // Nobody waits at the gate any more.
    noting.recorder.service.gate.add_permits(1);
    let (_, _, body) = ask(&service, post(call)).await;
    assert_eq!(body, DIALECTS[0].reply("wait", 0, &Returned { success: Some(7) }));
    // It is answered, not cancelled.
    assert!(!noting.contexts.lock().unwrap().pop().unwrap().is_cancelled());
}

#[tokio::test]
async fn a_call_is_cancelled_when_its_caller_leaves_the_host() {
    let noting = Noting::default();
    let service = HttpService::new(noting.clone());
    let (mut caller, stream) = tokio::io::duplex(4096);
    let service = service_fn(move |request| service.clone().call(request));
    tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    let call = DIALECTS[0].call("wait", 0, &Nothing {});
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", call.len());
    caller.write_all(&[head.as_bytes(), &call].concat()).await.unwrap();
    timeout(PATIENCE, async {
        while noting.recorder.service.calls.load(Ordering::SeqCst) < 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
    let cx = noting.contexts.lock().unwrap().pop().unwrap();
    assert!(!cx.is_cancelled());
    drop(caller);
    timeout(PATIENCE, cx.cancelled()).await.unwrap();
}

#[tokio::test]
async fn a_body_is_read_as_it_comes() {
    let service = HttpService::new(Recorder::default());
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<Bytes>(1);
    let body = Pieces(move |cx: &mut Context<'_>| receiver.poll_recv(cx).map(|it| it.map(Ok)));
    let asking =
        tokio::spawn(async move { ask(&service, Request::post("/").body(body).unwrap()).await });
    for byte in add() {
        // There is room for one.
        timeout(PATIENCE, sender.send(Bytes::from(vec![byte]))).await.unwrap().unwrap();
    }
    drop(sender);
    assert_eq!(timeout(PATIENCE, asking).await.unwrap().unwrap().2, DIALECTS[0].sum(1, 3));
}

/// A body of the pieces that a function gives.
struct Pieces<F>(F);

impl<F> Body for Pieces<F>
where
    F: FnMut(&mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> + Unpin,
{
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        (self.0)(cx).map(|piece| piece.map(|bytes| bytes.map(Frame::data)))
    }
}
