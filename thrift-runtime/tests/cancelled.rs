//! Callers who leave before they are answered.

#[path = "common/certificates.rs"]
mod certificates;
mod common;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use certificates::Authority;
use common::{Add, DIALECTS, Nothing, Service, Text, add, call_oneway, settle, wait};
use thrift_runtime::{
    AnyProtocol, ApplicationErrorKind, ApplicationException, BinaryProtocol, BlockingServer,
    BoxChannel, Call, Client, ConnectionOptions, ErrorKind, Framing, HttpClient, Processed,
    Processor, Protocol, Server, serve_connection, serve_connection_until,
    tls::{ClientTls, ServerTls},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    net::TcpStream,
    sync::oneshot,
    time::{sleep, timeout},
};

const PATIENCE: Duration = Duration::from_secs(20);

/// What became of calls.
#[derive(Default)]
struct Fates {
    begun: AtomicUsize,
    /// Those that were told that their caller is gone.
    told: AtomicUsize,
    /// Those whose futures were dropped.
    dropped: AtomicUsize,
}

/// Counts calls of `wait`, and waits for their callers to leave.
#[derive(Clone, Default)]
struct Watching {
    service: Service,
    fates: Arc<Fates>,
    /// Whether it does not ask, and never ends.
    hangs: bool,
}

impl Processor for Watching {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        if call.method() != b"wait" && call.method() != b"note" {
            return self.service.process(call).await;
        }
        self.fates.begun.fetch_add(1, Ordering::SeqCst);
        let cancelled = call.cancelled();
        let dropped = Dropped(&self.fates);
        if self.hangs {
            std::future::pending::<()>().await;
        }
        cancelled.await;
        assert!(call.is_cancelled());
        self.fates.told.fetch_add(1, Ordering::SeqCst);
        std::mem::forget(dropped);
        call.refuse(ApplicationException::new(ApplicationErrorKind(7), "nobody waits"))
    }
}

struct Dropped<'a>(&'a Fates);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

async fn until(condition: impl Fn() -> bool, what: &str) {
    let holds = async {
        while !condition() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, holds).await.unwrap_or_else(|_| panic!("{what}"));
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Plain(Framing),
    Tls,
    Zlib,
    Http,
}

const WAYS: [Way; 6] = [
    Way::Plain(Framing::Buffered),
    Way::Plain(Framing::Framed),
    Way::Plain(Framing::Header),
    Way::Tls,
    Way::Zlib,
    Way::Http,
];

impl Way {
    async fn connect(self, address: SocketAddr, authority: &Authority) -> BoxChannel<AnyProtocol> {
        let builder = Client::builder().protocol(AnyProtocol::Binary(BinaryProtocol::STRICT));
        match self {
            Way::Plain(framing) => {
                BoxChannel::new(builder.framing(framing).connect(address).await.unwrap())
            }
            Way::Tls => {
                let tls = ClientTls::with_roots(&authority.pem).unwrap();
                BoxChannel::new(
                    builder
                        .connect_tls(&format!("localhost:{}", address.port()), &tls)
                        .await
                        .unwrap(),
                )
            }
            Way::Zlib => BoxChannel::new(builder.zlib().connect(address).await.unwrap()),
            Way::Http => {
                let client = HttpClient::new(&format!("http://{address}/")).unwrap();
                let protocol = AnyProtocol::Binary(BinaryProtocol::STRICT);
                BoxChannel::new(client.protocol(protocol))
            }
        }
    }
}

/// A server in every dialect.
async fn serve(
    processor: impl Processor,
    authority: &Authority,
    configure: impl FnOnce(Server) -> Server,
) -> SocketAddr {
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap().and_plain();
    let server = configure(Server::bind("127.0.0.1:0").await.unwrap().tls(tls));
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(processor));
    address
}

#[tokio::test]
async fn a_call_is_told_when_its_caller_leaves() {
    let authority = Authority::new();
    for concurrent_calls in [1, 2, 10] {
        let watching = Watching::default();
        let address =
            serve(watching.clone(), &authority, |server| server.concurrent_calls(concurrent_calls))
                .await;
        for (round, way) in WAYS.into_iter().enumerate() {
            let fates = &watching.fates;
            let client = way.connect(address, &authority).await;
            let caller = tokio::spawn(async move { wait(&client).await });
            until(|| fates.begun.load(Ordering::SeqCst) > round, "the call begins").await;
            caller.abort();
            let told = || fates.told.load(Ordering::SeqCst) > round;
            until(told, &format!("{way:?}, {concurrent_calls} at once: told")).await;
        }
        assert_eq!(watching.fates.dropped.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_calls_as_there_may_be_are_told_when_their_caller_leaves() {
    let watching = Watching::default();
    let mut options = ConnectionOptions::default();
    options.concurrent_calls = 2;
    let (mut stream, theirs) = duplex(64 << 10);
    let processor = watching.clone();
    let serving = tokio::spawn(async move { serve_connection(theirs, processor, &options).await });
    stream.write_all(&DIALECTS[0].call("wait", 1, &Nothing {}).repeat(2)).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(watching.fates.begun.load(Ordering::SeqCst), 2);
    drop(stream);
    let error = timeout(PATIENCE, serving).await.expect("an end").unwrap().unwrap_err();
    assert!(error.is_closed(), "{error}");
    assert_eq!(watching.fates.told.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn calls_of_callers_who_left_hold_no_connection_if_they_are_cancelled() {
    let authority = Authority::new();
    for concurrent_calls in [1, 2, 10] {
        for way in WAYS {
            let hanging = Watching { hangs: true, ..Watching::default() };
            let address = serve(hanging.clone(), &authority, |server| {
                let server = server.concurrent_calls(concurrent_calls).max_connections(5);
                server.cancel_abandoned_calls(true)
            })
            .await;
            let mut callers = Vec::new();
            for _ in 0..5 {
                let client = way.connect(address, &authority).await;
                callers.push(tokio::spawn(async move { wait(&client).await }));
            }
            until(|| hanging.fates.begun.load(Ordering::SeqCst) == 5, "the calls begin").await;
            callers.iter().for_each(|caller| caller.abort());
            let what = format!("{way:?}, {concurrent_calls} at once: dropped");
            until(|| hanging.fates.dropped.load(Ordering::SeqCst) == 5, &what).await;
            let client = way.connect(address, &authority).await;
            assert_eq!(timeout(PATIENCE, add(&client, 1, 2)).await.unwrap().unwrap(), 3);
        }
    }
}

#[tokio::test]
async fn a_oneway_call_is_not_cancelled() {
    let authority = Authority::new();
    for concurrent_calls in [1, 10] {
        for way in WAYS {
            let hanging = Watching { hangs: true, ..Watching::default() };
            let address = serve(hanging.clone(), &authority, |server| {
                server.concurrent_calls(concurrent_calls).cancel_abandoned_calls(true)
            })
            .await;
            let client = way.connect(address, &authority).await;
            call_oneway(&client, "note", &Text { text: "x".into() }).await.unwrap();
            until(|| hanging.fates.begun.load(Ordering::SeqCst) == 1, "the call begins").await;
            drop(client);
            sleep(Duration::from_millis(50)).await;
            assert_eq!(hanging.fates.dropped.load(Ordering::SeqCst), 0, "{way:?}");
        }
    }
}

/// Asks whether its caller is there, and then waits for the gate.
#[derive(Clone)]
struct Asking(Service);

impl Processor for Asking {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        assert!(!call.is_cancelled());
        self.0.process(call).await
    }
}

fn asking(concurrent_calls: usize) -> (Asking, ConnectionOptions) {
    let mut options = ConnectionOptions::default();
    options.concurrent_calls = concurrent_calls;
    options.timeouts.message = Some(Duration::from_secs(5));
    options.cancel_abandoned_calls = true;
    (Asking(Service::default()), options)
}

#[tokio::test(start_paused = true)]
async fn what_comes_meanwhile_is_answered_after_it() {
    for dialect in DIALECTS {
        for concurrent_calls in [1, 2] {
            let (asking, options) = asking(concurrent_calls);
            let (mut stream, theirs) = duplex(64 << 10);
            let serving = {
                let asking = asking.clone();
                tokio::spawn(async move { serve_connection(theirs, asking, &options).await })
            };
            let mut bytes = dialect.call("wait", 1, &Nothing {});
            bytes.extend(dialect.call("wait", 2, &Nothing {}));
            stream.write_all(&bytes).await.unwrap();
            settle().await;
            // More than is read ahead, and the last one in pieces.
            let calls: Vec<u8> =
                (3..1000).flat_map(|n| dialect.call("add", n, &Add { a: n, b: 1 })).collect();
            let (last, rest) = (calls.len() - 7, &calls[calls.len() - 7..]);
            stream.write_all(&calls[..last]).await.unwrap();
            // A call may take its time, and so may what waits for it.
            sleep(Duration::from_secs(60)).await;
            asking.0.gate.add_permits(2);
            let mut seqids = Vec::new();
            for _ in 1..999 {
                seqids.push(dialect.read(&mut stream).await.seqid);
            }
            stream.write_all(rest).await.unwrap();
            seqids.push(dialect.read(&mut stream).await.seqid);
            seqids.sort_unstable();
            assert!(seqids.into_iter().eq(1..1000));
            drop(stream);
            serving.await.unwrap().unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_wrong_is_told_though_the_calls_before_it_are_cancelled() {
    let framed = DIALECTS.into_iter().find(|dialect| dialect.framed).unwrap();
    let wait = framed.call("wait", 1, &Nothing {});
    for (fault, expected) in [
        (vec![0x7f; 20], "exceeds the limit"),
        (framed.frame(b"no message".to_vec()), "a method name of"),
    ] {
        let (asking, options) = asking(4);
        let (mut stream, theirs) = duplex(64 << 10);
        let serving = tokio::spawn(async move { serve_connection(theirs, asking, &options).await });
        stream.write_all(&[&wait, &fault[..]].concat()).await.unwrap();
        sleep(Duration::from_secs(100)).await;
        assert!(!serving.is_finished(), "its call waits");
        // More than is read ahead of calls.
        stream.write_all(&[0; 100_000]).await.unwrap();
        drop(stream);
        let served = timeout(PATIENCE, serving).await.expect("the call is cancelled");
        let error = served.unwrap().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn half_a_message_that_came_meanwhile_has_to_go_on_in_time() {
    for dialect in DIALECTS {
        let (asking, options) = asking(1);
        let (mut stream, theirs) = duplex(64 << 10);
        let serving = {
            let asking = asking.clone();
            tokio::spawn(async move { serve_connection(theirs, asking, &options).await })
        };
        stream.write_all(&dialect.call("wait", 1, &Nothing {})).await.unwrap();
        settle().await;
        let half = dialect.call("add", 2, &Add { a: 1, b: 1 });
        stream.write_all(&half[..half.len() - 5]).await.unwrap();
        sleep(Duration::from_secs(60)).await;
        asking.0.gate.add_permits(1);
        assert_eq!(dialect.read(&mut stream).await.seqid, 1);
        let ended = timeout(Duration::from_secs(10), serving).await.expect("the end in time");
        assert_eq!(ended.unwrap().unwrap_err().kind(), ErrorKind::Timeout);
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_cancels_nothing() {
    for dialect in DIALECTS {
        for concurrent_calls in [1, 2] {
            let (asking, options) = asking(concurrent_calls);
            let (mut stream, theirs) = duplex(64 << 10);
            let (stop, stopped) = oneshot::channel::<()>();
            let serving = {
                let asking = asking.clone();
                let signal = async { _ = stopped.await };
                tokio::spawn(async move {
                    serve_connection_until(theirs, asking, &options, signal).await
                })
            };
            stream.write_all(&dialect.call("wait", 1, &Nothing {})).await.unwrap();
            settle().await;
            drop(stop);
            settle().await;
            asking.0.gate.add_permits(1);
            assert_eq!(dialect.read(&mut stream).await.seqid, 1);
            assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
            drop(stream);
            serving.await.unwrap().unwrap();
        }
    }
}

/// Waits in its thread until its caller has left.
#[derive(Clone, Default)]
struct WatchingThread {
    service: Service,
    fates: Arc<Fates>,
}

impl Processor for WatchingThread {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        if call.method() != b"wait" {
            return self.service.process(call).await;
        }
        self.fates.begun.fetch_add(1, Ordering::SeqCst);
        while !call.is_cancelled() {
            thread::sleep(Duration::from_millis(1));
        }
        self.fates.told.fetch_add(1, Ordering::SeqCst);
        call.refuse(ApplicationException::new(ApplicationErrorKind(7), "nobody waits"))
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_call_in_a_thread_is_told_when_its_caller_leaves() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap().and_plain();
    let watching = WatchingThread::default();
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().tls(tls);
    let address = server.local_addr().unwrap();
    let serving = watching.clone();
    thread::spawn(move || server.serve(serving));
    let fates = &*watching.fates;
    let begun = |count| until(move || fates.begun.load(Ordering::SeqCst) == count, "it begins");
    let told = |count| until(move || fates.told.load(Ordering::SeqCst) == count, "told");
    // With TLS, a client says goodbye before it leaves.
    for (round, way) in [Way::Plain(Framing::Framed), Way::Tls].into_iter().enumerate() {
        let client = way.connect(address, &authority).await;
        let caller = tokio::spawn(async move { wait(&client).await });
        begun(round + 1).await;
        sleep(Duration::from_millis(20)).await;
        assert_eq!(fates.told.load(Ordering::SeqCst), round);
        caller.abort();
        told(round + 1).await;
    }
    // One that has left something unread.
    let mut stream = TcpStream::connect(address).await.unwrap();
    for seqid in [1, 2] {
        let call = DIALECTS[1].call("wait", seqid, &Nothing {});
        stream.write_all(&call).await.unwrap();
    }
    begun(3).await;
    drop(stream);
    told(4).await;
    let client = Way::Plain(Framing::Framed).connect(address, &authority).await;
    assert_eq!(timeout(PATIENCE, add(&client, 1, 2)).await.unwrap().unwrap(), 3);
}
