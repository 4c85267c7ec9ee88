//! The layers that come with the library: deadlines, authorisation, and a log.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, BlockingClient, BlockingServer, Bytes, Channel,
    Client, ConnectionOptions, Context, Framing, HttpClient, Outcome, Processor, Result, UdpClient,
    middleware::{Access, AccessLog, Authorize, Deadline, Identity},
    serve_connection, serve_udp,
    telemetry::Traced,
};

use crate::{
    desk::{Desk, DeskBlocking as _, DeskBlockingClient, DeskClient, DeskHalfError, DeskProcessor},
    handler::{Handler, connect, serve},
};

const TIMEOUT: i32 = ApplicationErrorKind::TIMEOUT.0;

/// A client of a server within this process.
fn within(processor: impl Processor, framing: Framing) -> Client {
    let (ours, theirs) = tokio::io::duplex(1000);
    tokio::spawn(async move {
        serve_connection(theirs, processor, &ConnectionOptions::default()).await
    });
    Client::builder().framing(framing).over(ours)
}

/// Answers with what its caller has left, or has the next server answer.
struct Hop<C> {
    next: Option<DeskClient<Deadline<C>>>,
    left: Option<Duration>,
}

impl<C: Channel> Hop<C> {
    fn of(next: Option<&C>, cx: &Context) -> Self
    where
        C: Clone,
    {
        let next = next.cloned().map(Deadline::new);
        let next = next.map(|next| DeskClient::new(next.until(cx.deadline())));
        let now = tokio::time::Instant::now().into_std();
        Hop { next, left: cx.deadline().map(|at| at.saturating_duration_since(now)) }
    }
}

impl<C: Channel> Desk for Hop<C> {
    /// After a hundred milliseconds, of those that are left.
    async fn who(&self) -> Result<String> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        match &self.next {
            Some(next) => next.who().await,
            None => Ok(format!("{:?}", self.left.map(|left| left.as_millis()))),
        }
    }

    async fn wait(&self, millis: i32) -> Result<i32> {
        match &self.next {
            Some(next) => next.wait(millis).await,
            None => Handler::default().wait(millis).await,
        }
    }

    async fn echo(&self, bytes: Bytes, _words: Vec<String>) -> Result<Bytes> {
        Ok(bytes)
    }

    async fn half(&self, number: i32) -> Result<i32, DeskHalfError> {
        Ok(number / 2)
    }

    async fn need(&self, number: i32) -> Result<i32> {
        Ok(number)
    }

    async fn fail(&self, _text: String) -> Result<()> {
        Ok(())
    }

    async fn panic(&self) -> Result<i32> {
        Ok(0)
    }

    async fn note(&self, _bytes: Bytes, _then: String) -> Result<()> {
        Ok(())
    }
}

/// A client of three servers in a row, each of which calls the next.
fn three_hops(framing: Framing) -> Client {
    let last = DeskProcessor::per_call(|cx| Hop::<Client>::of(None, cx));
    let last = within(Deadline::new(last), framing);
    let second = DeskProcessor::per_call(move |cx| Hop::of(Some(&last), cx));
    let second = within(Deadline::new(second), framing);
    let first = DeskProcessor::per_call(move |cx| Hop::of(Some(&second), cx));
    within(Deadline::new(first), framing)
}

#[tokio::test(start_paused = true)]
async fn a_deadline_shrinks_from_hop_to_hop() {
    let client = three_hops(Framing::Header);
    let desk = DeskClient::new(Deadline::new(client.clone()).at_most(Duration::from_secs(1)));
    assert_eq!(desk.who().await.unwrap(), "Some(800)");
    // Of which none sets one by itself.
    assert_eq!(DeskClient::new(client).who().await.unwrap(), "None");
    let desk = DeskClient::new(Deadline::new(three_hops(Framing::Framed)));
    assert_eq!(desk.who().await.unwrap(), "None");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_takes_too_long_is_given_up_everywhere() {
    let client = three_hops(Framing::Header);
    // The caller waits for longer than it says, so that it reads the answer.
    let desk = DeskClient::new(client.with_header("client_timeout", "200"));
    let begun = tokio::time::Instant::now();
    let error = desk.wait(60_000).await.unwrap_err();
    // It passes for the first server and for the call that this makes at once: either may notice.
    let given_up = error.as_application().unwrap().kind().0 == TIMEOUT;
    assert!(given_up || error.to_string().contains("no reply to wait came within"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(desk.wait(10).await.unwrap(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_server_sets_a_deadline_whatever_its_caller_says() {
    let bounded = || {
        let deadline = Deadline::new(DeskProcessor::new(Handler::default()));
        deadline.at_most(Duration::from_millis(50)).header("x-left")
    };
    let client = within(bounded(), Framing::Header);
    for told in ["9999999", "18446744073709551615", "-1", "soon", ""] {
        let desk = DeskClient::new(client.with_header("x-left", told));
        assert_eq!(desk.wait(20).await.unwrap(), 20);
        let error = desk.wait(100).await.unwrap_err();
        assert_eq!(error.as_application().unwrap().kind().0, TIMEOUT, "{told}: {error}");
        let text = error.as_application().unwrap().message();
        assert_eq!(text, "wait was canceled at its deadline");
    }
    // Nothing begins for which there is no time.
    let desk = DeskClient::new(client.with_header("x-left", "0"));
    let error = desk.half(8).await.unwrap_err();
    assert!(error.to_string().contains("half was canceled at its deadline"), "{error}");
    let desk = DeskClient::new(within(bounded(), Framing::Framed));
    assert!(desk.wait(100).await.unwrap_err().is_application());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_was_refused_only_if_it_did_not_begin() {
    let outcomes = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&outcomes);
    let bounded = Deadline::new(DeskProcessor::new(Handler::default()));
    let tell = move |access: &Access| told.lock().unwrap().push(access.outcome);
    let client = within(AccessLog::new(bounded, tell), Framing::Header);
    for left in ["0", "10"] {
        let desk = DeskClient::new(client.with_header("client_timeout", left));
        assert!(desk.wait(100).await.is_err());
    }
    let late = ApplicationErrorKind::TIMEOUT;
    assert_eq!(*outcomes.lock().unwrap(), [Outcome::Refused(late), Outcome::Failed(late)]);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_time_left_is_not_sent() {
    let (calls, client) = logged(Framing::Header);
    let late = tokio::time::Instant::now().into_std();
    let desk = DeskClient::new(Deadline::new(client).until(late));
    let error = desk.wait(10).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.to_string(), "there is no time left to call wait");
    assert!(calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn deadlines_go_over_http_and_pass_over_udp() {
    let last = DeskProcessor::per_call(|cx| Hop::<Client>::of(None, cx));
    let address = serve(Deadline::new(last)).await;
    let http = HttpClient::new(&format!("http://{address}/")).unwrap();
    let desk = DeskClient::new(Deadline::new(http).at_most(Duration::from_secs(60)));
    let left = desk.who().await.unwrap();
    assert!(left.starts_with("Some(5") || left == "Some(60000)", "{left}");
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let last = DeskProcessor::per_call(|cx| Hop::<Client>::of(None, cx));
    tokio::spawn(serve_udp(socket, Deadline::new(last)));
    let client = UdpClient::connect(address).await.unwrap();
    let desk = DeskClient::new(Deadline::new(client).at_most(Duration::from_secs(60)));
    desk.note(Bytes::new(), String::new()).await.unwrap();
}

#[test]
fn a_blocking_server_gives_calls_up_without_a_runtime() {
    /// Waits for ever.
    struct Still;

    impl thrift_runtime::Processor for Still {
        async fn process<P: thrift_runtime::Protocol>(
            &self,
            _call: thrift_runtime::Call<'_, P>,
        ) -> thrift_runtime::Processed {
            std::future::pending().await
        }
    }

    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let bounded = Deadline::new(Still).at_most(Duration::from_millis(50));
    std::thread::spawn(move || server.serve(bounded));
    let desk = DeskBlockingClient::new(BlockingClient::connect(address).unwrap());
    for _ in 0..2 {
        let error = desk.wait(60_000).unwrap_err();
        assert_eq!(error.as_application().unwrap().kind().0, TIMEOUT, "{error}");
    }
}

struct Tenant(&'static str);

fn authorized(inner: impl Processor) -> impl Processor {
    Authorize::new(inner, |cx| match cx.headers().get("authorization") {
        Some("Bearer 7f3a") => Ok(Identity::new("alice").with(Tenant("blue"))),
        _ => {
            let text = format!("{} needs a token", cx.method());
            Err(ApplicationException::new(ApplicationErrorKind(401), text))
        }
    })
}

/// What calls came to a server that wants a token, and a client of it.
fn logged(framing: Framing) -> (Arc<Mutex<Vec<Access>>>, Client) {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&calls);
    let service = DeskProcessor::per_call(|cx| {
        let tenant = cx.extensions().get::<Tenant>().map_or("nowhere", |Tenant(name)| name);
        Handler { who: format!("{} of {tenant}", cx.identity().unwrap_or("nobody")) }
    });
    let processor = AccessLog::new(authorized(service), move |access: &Access| {
        log.lock().unwrap().push(access.clone());
        assert_ne!(access.method, "panic", "a log that panics");
    });
    (calls, within(Traced::new(processor), framing))
}

#[tokio::test]
async fn the_handler_learns_who_calls_and_others_are_refused() {
    for framing in [Framing::Header, Framing::Framed] {
        let (calls, client) = logged(framing);
        let error = DeskClient::new(client.clone()).who().await.unwrap_err();
        let exception = error.as_application().unwrap();
        assert_eq!((exception.kind().0, exception.message()), (401, "who needs a token"));
        if framing == Framing::Header {
            let client = client.with_header("authorization", "Bearer 7f3a");
            let desk = DeskClient::new(client);
            assert_eq!(desk.who().await.unwrap(), "alice of blue");
            assert!(desk.half(7).await.is_err());
            assert!(desk.panic().await.is_err());
            assert_eq!(desk.half(8).await.unwrap(), 4);
        }
        let calls = calls.lock().unwrap();
        let refused = Outcome::Refused(ApplicationErrorKind(401));
        assert_eq!((&*calls[0].method, calls[0].outcome), ("who", refused));
        assert_eq!(calls[0].identity, None);
        let Some(call) = calls.get(1) else { continue };
        assert_eq!((&*call.method, call.outcome), ("who", Outcome::Returned));
        assert_eq!(call.identity.as_deref(), Some("alice"));
        let mut shown = call.clone();
        shown.time = Duration::from_micros(312);
        assert_eq!(shown.to_string(), "- alice who: returned, 0.312 ms, 16 bytes in, 36 bytes out");
        assert_eq!(calls[2].outcome, Outcome::Declared { id: 1, name: "odd" });
        assert_eq!(calls.len(), 5);
    }
}

#[tokio::test]
async fn a_bearer_token_tells_who_calls() {
    let known = |token: &str| (token == "7f3a").then(|| Identity::new("alice"));
    let service = DeskProcessor::per_call(|cx| Handler { who: cx.identity().unwrap().to_owned() });
    let address = serve(Authorize::bearer(service, known)).await;
    let header = connect(address, Framing::Header).await;
    let http = HttpClient::new(&format!("http://{address}/")).unwrap();
    for told in ["Bearer 7f3a", "bearer  7f3a", "BEARER 7f3a "] {
        let desk = DeskClient::new(header.with_header("authorization", told));
        assert_eq!(desk.who().await.unwrap(), "alice", "{told}");
        let desk = DeskClient::new(http.with_header("authorization", told));
        assert_eq!(desk.who().await.unwrap(), "alice", "{told}");
    }
    for told in ["", "7f3a", "Bearer", "Bearer7f3a", "Bearer 7f3b", "Basic 7f3a"] {
        let desk = DeskClient::new(header.with_header("authorization", told));
        let error = desk.who().await.unwrap_err();
        let exception = error.as_application().unwrap();
        let text = "who needs a valid bearer token";
        assert_eq!((exception.kind().0, exception.message()), (401, text), "{told}");
    }
    // Where there are no headers, there is no token.
    let error = DeskClient::new(connect(address, Framing::Framed).await).who().await.unwrap_err();
    assert_eq!(error.as_application().unwrap().kind().0, 401);
}

#[tokio::test]
async fn the_log_has_one_line_a_call() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let service = DeskProcessor::new(Handler::default());
    let address = serve(AccessLog::new(service, move |access: &Access| {
        log.lock().unwrap().push(access.to_string());
    }))
    .await;
    let client = connect(address, Framing::Framed).await;
    let method = thrift_runtime::Method::named("a\nforged line".to_owned());
    let encoding = thrift_runtime::protocol::Encoding::Binary { strict: true };
    let nothing = &thrift_runtime::Encoded::new(encoding, &b"\0"[..]);
    let request = thrift_runtime::Request::new(&method, nothing);
    let _ = client.send(request).await.unwrap();
    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("127.0.0.1:"), "{lines:?}");
    assert!(lines[0].contains(r" - a\nforged line: refused (unknown method), "), "{lines:?}");
}
