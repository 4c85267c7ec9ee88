//! What a client makes of its peers, good and bad.

mod common;

use std::{sync::atomic::Ordering, time::Duration};

use common::{
    Add, Blob, DIALECTS, Dialect, Nothing, Returned, Service, Text, add, echo, settle, wait,
};
use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, BinaryProtocol, Bytes, Channel, Client,
    ConnectionOptions, Error, ErrorKind, Limits, Result, Server, protocol::MessageType,
    serve_connection,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinSet,
};

const FRAMED: Dialect = DIALECTS[1];
const BUFFERED: Dialect = DIALECTS[0];

/// A client whose server is `service`, in a dialect.
fn client_of(service: &Service, dialect: Dialect) -> Client {
    let (ours, theirs) = duplex(1 << 16);
    let service = service.clone();
    tokio::spawn(
        async move { serve_connection(theirs, service, &ConnectionOptions::default()).await },
    );
    over(ours, dialect)
}

fn over(stream: DuplexStream, dialect: Dialect) -> Client {
    let builder = Client::builder().protocol(dialect.protocol);
    if dialect.framed { builder.framed() } else { builder.buffered() }.over(stream)
}

/// A client whose peer is the test itself.
fn client_and_peer(dialect: Dialect) -> (Client, DuplexStream) {
    let (ours, theirs) = duplex(1 << 16);
    (over(ours, dialect), theirs)
}

/// The error of a call, after which the peer sends `bytes`.
async fn error_for(dialect: Dialect, bytes: &[u8]) -> (Error, Client) {
    let (client, mut peer) = client_and_peer(dialect);
    let call = tokio::spawn({
        let client = client.clone();
        async move { add(&client, 5, 3).await }
    });
    dialect.read(&mut peer).await;
    peer.write_all(bytes).await.unwrap();
    let error = call.await.unwrap().unwrap_err();
    (error, client)
}

#[tokio::test(start_paused = true)]
async fn calls_are_answered_in_every_dialect() {
    for dialect in DIALECTS {
        let service = Service::default();
        let client = client_of(&service, dialect);
        assert_eq!(add(&client, 5, 3).await.unwrap(), 8);
        let large = Bytes::from(vec![7; 300_000]);
        assert_eq!(echo(&client, &large).await.unwrap(), large);
        let error =
            client.call::<_, Returned<i32>>("fail", &Text { text: "no".into() }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Application);
        let exception = ApplicationException::new(ApplicationErrorKind(42), "no");
        assert_eq!(error.as_application(), Some(&exception));
        client.call_oneway("note", &Text { text: "x".into() }).await.unwrap();
        assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
        assert_eq!(service.notes.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn replies_find_their_calls_in_any_order() {
    let (client, mut peer) = client_and_peer(FRAMED);
    let mut calls = JoinSet::new();
    for n in 0..10 {
        let client = client.clone();
        calls.spawn(async move { (n, add(&client, n, 0).await.unwrap()) });
    }
    let mut seqids = Vec::new();
    for _ in 0..10 {
        seqids.push(FRAMED.read(&mut peer).await.seqid);
    }
    // The calls were begun in order, so that the sequence ids are those of `n`.
    for seqid in seqids.iter().rev() {
        peer.write_all(&FRAMED.sum(*seqid, *seqid * 3)).await.unwrap();
    }
    while let Some(call) = calls.join_next().await {
        let (n, sum) = call.unwrap();
        assert_eq!(sum, n * 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_tasks_share_a_client_and_half_of_the_calls_are_dropped() {
    for framed in [false, true] {
        let service = Service::default();
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let serving = tokio::spawn(server.serve(service.clone()));
        let builder = Client::builder();
        let builder = if framed { builder.framed() } else { builder };
        let client = builder.connect(address).await.unwrap();
        let mut tasks = JoinSet::new();
        for task in 0..100 {
            let client = client.clone();
            tasks.spawn(async move {
                for n in 0..50 {
                    if (task + n) % 2 == 0 {
                        assert_eq!(add(&client, task * 1000, n).await.unwrap(), task * 1000 + n);
                        continue;
                    }
                    // Dropped before it is sent, while it is on its way, or when it is there.
                    let call = add(&client, task, n);
                    tokio::select! {
                        biased;
                        sum = call => assert_eq!(sum.unwrap(), task + n),
                        () = async {
                            for _ in 0..(task % 4) {
                                tokio::task::yield_now().await;
                            }
                        } => {}
                    }
                }
            });
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        assert_eq!(add(&client, 20, 22).await.unwrap(), 42);
        serving.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_keeps_its_sequence_id_until_its_reply_comes() {
    let (client, mut peer) = client_and_peer(BUFFERED);
    let dropped = tokio::time::timeout(Duration::from_secs(1), add(&client, 1, 1)).await;
    assert!(dropped.is_err());
    assert_eq!(BUFFERED.read(&mut peer).await.seqid, 0);
    let call = tokio::spawn({
        let client = client.clone();
        async move { add(&client, 2, 2).await }
    });
    assert_eq!(BUFFERED.read(&mut peer).await.seqid, 1);
    peer.write_all(&BUFFERED.sum(0, 2)).await.unwrap();
    settle().await;
    peer.write_all(&BUFFERED.sum(1, 4)).await.unwrap();
    assert_eq!(call.await.unwrap().unwrap(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_call_times_out_and_the_connection_lives_on() {
    let service = Service::default();
    let client = client_of(&service, BUFFERED);
    let start = tokio::time::Instant::now();
    let error = wait(&client.with_timeout(Duration::from_secs(3))).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.to_string(), "no reply to wait came within 3s");
    assert_eq!(start.elapsed().as_secs(), 3);
    let error = wait(&client).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(start.elapsed().as_secs(), 63);
    service.gate.add_permits(2);
    assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn calls_in_flight_are_limited() {
    let (ours, mut peer) = duplex(1 << 16);
    let client = Client::builder().max_in_flight(1).over(ours);
    let mut calls = JoinSet::new();
    for n in 0..3 {
        let client = client.clone();
        calls.spawn(async move { add(&client, n, n).await });
    }
    for _ in 0..3 {
        let call = BUFFERED.read(&mut peer).await;
        let more = tokio::time::timeout(Duration::from_secs(1), peer.read_u8()).await;
        assert!(more.is_err(), "a second call was sent");
        peer.write_all(&BUFFERED.sum(call.seqid, 1)).await.unwrap();
        assert_eq!(calls.join_next().await.unwrap().unwrap().unwrap(), 1);
    }
    // A call that is given up counts until its reply comes.
    let dropped = tokio::time::timeout(Duration::from_secs(1), add(&client, 1, 1)).await;
    assert!(dropped.is_err());
    let call = BUFFERED.read(&mut peer).await;
    let waiting = tokio::time::timeout(Duration::from_secs(1), add(&client, 1, 1)).await;
    assert!(waiting.is_err());
    let more = tokio::time::timeout(Duration::from_secs(1), peer.read_u8()).await;
    assert!(more.is_err(), "it did not count");
    peer.write_all(&BUFFERED.sum(call.seqid, 1)).await.unwrap();
    client.call_oneway("note", &Text::default()).await.unwrap();
    assert_eq!(BUFFERED.read(&mut peer).await.kind, MessageType::Oneway);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_reply_ends_every_call_and_the_connection() {
    for dialect in DIALECTS {
        for bytes in [
            dialect.sum(1, 8),
            dialect.sum(-1, 8),
            dialect.reply("subtract", 0, &Returned { success: Some(8) }),
            dialect.call("add", 0, &Add { a: 1, b: 1 }),
            dialect.message(MessageType::Oneway, b"add", 0, &Nothing {}),
        ] {
            let (error, client) = error_for(dialect, &bytes).await;
            assert_eq!(error.kind(), ErrorKind::WrongReply, "{error}");
            settle().await;
            assert!(client.is_closed());
            let later = add(&client, 1, 1).await.unwrap_err();
            assert!(later.is_closed(), "{later}");
            assert!(later.to_string().contains(&error.to_string()), "{later}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_reply_ends_calls_of_other_tasks_at_once() {
    let (client, mut peer) = client_and_peer(FRAMED);
    let calls: Vec<_> = (0..5)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { wait(&client).await })
        })
        .collect();
    settle().await;
    peer.write_all(&FRAMED.sum(3, 8)).await.unwrap();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap_err().kind(), ErrorKind::WrongReply);
    }
    // The peer sees the end, too.
    while peer.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {}
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_cannot_be_read_fails_its_call_alone() {
    for dialect in DIALECTS {
        let (client, mut peer) = client_and_peer(dialect);
        let call = tokio::spawn({
            let client = client.clone();
            async move {
                let bad: Result<Returned<String>> = client.call("text", &Nothing {}).await;
                (bad.unwrap_err(), add(&client, 1, 1).await)
            }
        });
        let seqid = dialect.read(&mut peer).await.seqid;
        let mut reply = dialect.reply("text", seqid, &Returned { success: Some("xx".to_owned()) });
        let at = reply.len() - 2;
        reply[at] = 0xff;
        peer.write_all(&reply).await.unwrap();
        let seqid = dialect.read(&mut peer).await.seqid;
        peer.write_all(&dialect.sum(seqid, 2)).await.unwrap();
        let (error, sum) = call.await.unwrap();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert!(error.to_string().starts_with("Returned.success: "), "{error}");
        assert_eq!(sum.unwrap(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_whose_end_cannot_be_found_ends_the_connection() {
    let mut reply = BUFFERED.reply("add", 0, &Returned { success: Some("xx".to_owned()) });
    let at = reply.len() - 7;
    reply[at] = 0xff;
    let (error, client) = error_for(BUFFERED, &reply).await;
    assert_eq!(error.kind(), ErrorKind::Malformed, "{error}");
    settle().await;
    assert!(client.is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_peer_of_another_dialect_is_named() {
    let non_strict = Dialect { framed: false, protocol: BinaryProtocol::NON_STRICT };
    for (dialect, bytes, text) in [
        (BUFFERED, FRAMED.sum(0, 8), "the peer answered framed; this client is buffered"),
        (FRAMED, BUFFERED.sum(0, 8), "the peer answered buffered; this client is framed"),
        (FRAMED, non_strict.sum(0, 8), "the peer answered buffered; this client is framed"),
        (
            BUFFERED,
            b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
            "the peer answered in HTTP; this client speaks plain Thrift",
        ),
        (
            BUFFERED,
            b"\x15\x03\x01\x00\x02\x02\x32".to_vec(),
            "the peer answered in TLS; this client speaks plain Thrift",
        ),
        (
            BUFFERED,
            b"\x82\x41\x00\x03add\x00".to_vec(),
            "the peer answered in the compact protocol; this client speaks the binary one",
        ),
    ] {
        let (error, _client) = error_for(dialect, &bytes).await;
        assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Dialect, text));
    }
    // Strict or not, both are read.
    let (client, mut peer) = client_and_peer(BUFFERED);
    let call = tokio::spawn(async move { add(&client, 5, 3).await });
    BUFFERED.read(&mut peer).await;
    peer.write_all(&non_strict.sum(0, 8)).await.unwrap();
    assert_eq!(call.await.unwrap().unwrap(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_ends_calls_with_its_cause() {
    let (client, mut peer) = client_and_peer(FRAMED);
    let call = tokio::spawn({
        let client = client.clone();
        async move { wait(&client).await }
    });
    FRAMED.read(&mut peer).await;
    peer.write_all(&FRAMED.sum(0, 8)[..5]).await.unwrap();
    drop(peer);
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_closed());
    assert!(error.to_string().contains("closed the connection within a message"), "{error}");
    let later = add(&client, 1, 1).await.unwrap_err();
    assert!(later.is_closed());
    assert!(client.call_oneway("note", &Text::default()).await.unwrap_err().is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_is_announced_too_long_ends_the_connection() {
    let (ours, mut peer) = duplex(1 << 16);
    let limits = Limits { frame_size: 1000, ..Limits::default() };
    let client = Client::builder().framed().limits(limits).over(ours);
    let call = tokio::spawn(async move { add(&client, 1, 1).await });
    FRAMED.read(&mut peer).await;
    peer.write_all(b"\x00\x00\x03\xe9\x80\x01").await.unwrap();
    assert!(call.await.unwrap().unwrap_err().is_limit());
}

#[tokio::test(start_paused = true)]
async fn the_last_handle_sends_oneway_calls_and_closes() {
    let (ours, mut peer) = duplex(16);
    let client = Client::from_stream(ours);
    let other = client.clone();
    for n in 0..100 {
        client.call_oneway("note", &Text { text: n.to_string() }).await.unwrap();
    }
    drop(client);
    drop(other);
    let mut sent = Vec::new();
    peer.read_to_end(&mut sent).await.unwrap();
    let mut sent = &sent[..];
    for seqid in 0..100 {
        assert_eq!(BUFFERED.read(&mut sent).await.seqid, seqid);
    }
    assert_eq!(sent, b"");
}

#[tokio::test(start_paused = true)]
async fn callers_wait_while_too_much_is_to_be_sent() {
    for size in [10_000, 100_000] {
        let (ours, mut peer) = duplex(64);
        let client = Client::builder().call_timeout(None).over(ours);
        let mut accepted = 0;
        let blob = Blob { bytes: Bytes::from(vec![7; size]) };
        while let Ok(sent) =
            tokio::time::timeout(Duration::from_secs(1), client.call_oneway("note", &blob)).await
        {
            sent.unwrap();
            accepted += size;
            assert!(accepted < 10_000_000, "nothing bounds the calls to be sent");
        }
        assert!(accepted > 500_000);
        let reading = tokio::spawn(async move {
            let mut sent = Vec::new();
            peer.read_to_end(&mut sent).await.unwrap();
            sent.len()
        });
        client.call_oneway("note", &blob).await.unwrap();
        drop(client);
        assert!(reading.await.unwrap() > accepted + size);
    }
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_an_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = Client::connect(address).await.unwrap_err();
    assert!(error.is_io(), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn no_bytes_make_the_client_panic_or_hang() {
    let mut state = 9_u64;
    let mut random = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % end
    };
    for round in 0..4000 {
        let dialect = DIALECTS[round % 4];
        let (client, mut peer) = client_and_peer(dialect);
        let call = tokio::spawn(async move {
            // The peer sees the connection end when the calls have ended.
            let _ = tokio::join!(add(&client, 1, 1), add(&client, 2, 2));
        });
        let mut bytes = [dialect.sum(0, 2), dialect.sum(1, 4)].concat();
        let at = random(bytes.len());
        bytes[at] = random(256) as u8;
        bytes.truncate(bytes.len() - random(2) * random(bytes.len()));
        let _ = peer.write_all(&bytes).await;
        let _ = peer.shutdown().await;
        call.await.unwrap();
        let _ = peer.read_to_end(&mut Vec::new()).await;
    }
}

#[tokio::test]
async fn calls_end_with_the_runtime_of_their_connection() {
    let (ours, _theirs) = duplex(64);
    let other = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { Client::from_stream(ours) })
    });
    let client = other.join().unwrap();
    assert!(add(&client, 1, 1).await.unwrap_err().is_closed());
}

/// A value that cannot be written.
#[derive(Debug, Default)]
struct Explosive;

impl thrift_runtime::value::Struct for Explosive {
    const NAME: &'static str = "Explosive";
    const FIELDS: &'static [thrift_runtime::value::Field] = &[];

    fn write<W: thrift_runtime::value::StructOut>(&self, _: &mut W) {
        panic!("as it should");
    }

    fn read<R: thrift_runtime::value::StructIn>(&mut self, _: &mut R) -> Result<()> {
        Ok(())
    }
}

impl thrift_runtime::Value for Explosive {
    const TYPE: thrift_runtime::protocol::TType = thrift_runtime::protocol::TType::Struct;

    fn encode<W: thrift_runtime::value::Out>(&self, w: &mut W) {
        w.structure(self);
    }

    fn decode_into<R: thrift_runtime::value::In>(&mut self, _: &mut R) -> Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_value_ends_the_connection_and_every_call() {
    let (client, _peer) = client_and_peer(FRAMED);
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { wait(&client).await }
    });
    settle().await;
    let exploding = tokio::spawn({
        let client = client.clone();
        async move { client.call_oneway("note", &Explosive).await }
    });
    assert!(exploding.await.unwrap_err().is_panic());
    assert!(add(&client, 1, 1).await.unwrap_err().is_closed());
    assert!(waiting.await.unwrap().unwrap_err().is_closed());
}
