//! How a connection ends: by its handles, its peer, its runtime, or a panic.

use std::{
    future::Future,
    io,
    pin::{Pin, pin},
    sync::{Arc, OnceLock},
    task::{Context, Poll, Waker},
    time::Duration,
};

use crate::{
    BUFFERED, FRAMED, adding, client_and_peer,
    common::{Text, add, call_oneway, settle},
    waiting,
};
use thrift_runtime::{Client, Result};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex},
    time::timeout,
};

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_an_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = Client::connect(address).await.unwrap_err();
    assert!(error.is_io(), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn the_last_handle_sends_oneway_calls_and_closes() {
    let (ours, mut peer) = duplex(16);
    let client = Client::from_stream(ours);
    let other = client.clone();
    for n in 0..100 {
        // Nobody reads yet, so nobody waits.
        let note = Text { text: n.to_string() };
        let call = call_oneway(&client, "note", &note);
        assert!(timeout(Duration::ZERO, call).await.is_err());
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
async fn a_lost_connection_ends_calls_with_its_cause() {
    let (client, mut peer) = client_and_peer(FRAMED);
    let call = waiting(&client);
    FRAMED.read(&mut peer).await;
    peer.write_all(&FRAMED.sum(0, 8)[..5]).await.unwrap();
    drop(peer);
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_closed());
    assert!(error.to_string().contains("closed the connection within a message"), "{error}");
    let later = add(&client, 1, 1).await.unwrap_err();
    assert!(later.is_closed());
    assert!(call_oneway(&client, "note", &Text::default()).await.unwrap_err().is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_has_come_is_received_though_the_next_call_cannot_be_sent() {
    let (ours, mut peer) = duplex(100);
    let client = Client::builder().framed().over(ours);
    let first = adding(&client, 5, 3);
    FRAMED.read(&mut peer).await;
    // It is sent in part.
    let large = Text { text: "x".repeat(1000) };
    let second = tokio::spawn(async move { call_oneway(&client, "note", &large).await });
    settle().await;
    peer.write_all(&FRAMED.sum(0, 8)).await.unwrap();
    drop(peer);
    assert_eq!(first.await.unwrap().unwrap(), 8);
    assert!(second.await.unwrap().unwrap_err().is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_answers_may_speak_otherwise() {
    let hint = "it may expect another framing or protocol";
    let (client, mut peer) = client_and_peer(FRAMED);
    let call = waiting(&client);
    FRAMED.read(&mut peer).await;
    drop(peer);
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_closed() && error.to_string().contains(hint), "{error}");

    // One that has answered does not, nor one that was not asked.
    let (client, mut peer) = client_and_peer(FRAMED);
    let call = adding(&client, 1, 1);
    FRAMED.read(&mut peer).await;
    peer.write_all(&FRAMED.sum(0, 2)).await.unwrap();
    assert_eq!(call.await.unwrap().unwrap(), 2);
    let call = waiting(&client);
    FRAMED.read(&mut peer).await;
    drop(peer);
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_closed() && !error.to_string().contains(hint), "{error}");

    let (client, peer) = client_and_peer(FRAMED);
    settle().await;
    drop(peer);
    settle().await;
    let error = add(&client, 1, 1).await.unwrap_err();
    assert!(error.is_closed() && !error.to_string().contains(hint), "{error}");
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

impl thrift_runtime::value::EncodeStruct for Explosive {
    const NAME: &'static str = "Explosive";
    const FIELDS: &'static [thrift_runtime::value::Field] = &[];

    fn write<W: thrift_runtime::value::StructWriter>(&self, _: &mut W) {
        panic!("as it should");
    }
}

impl<'de> thrift_runtime::value::DecodeStruct<'de> for Explosive {
    fn read<R: thrift_runtime::value::StructReader<'de>>(&mut self, _: &mut R) -> Result<()> {
        Ok(())
    }
}

impl thrift_runtime::Encode for Explosive {
    const TYPE: thrift_runtime::protocol::TType = thrift_runtime::protocol::TType::Struct;

    fn encode<W: thrift_runtime::value::ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de> thrift_runtime::Decode<'de> for Explosive {
    fn decode_into<R: thrift_runtime::value::ValueReader<'de>>(&mut self, _: &mut R) -> Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_value_ends_the_connection_and_every_call() {
    let (client, _peer) = client_and_peer(FRAMED);
    let waiting = waiting(&client);
    settle().await;
    let exploding = tokio::spawn({
        let client = client.clone();
        async move { call_oneway(&client, "note", &Explosive).await }
    });
    assert!(exploding.await.unwrap_err().is_panic());
    assert!(add(&client, 1, 1).await.unwrap_err().is_closed());
    assert!(waiting.await.unwrap().unwrap_err().is_closed());
}

/// A stream whose client is closed once something has been read.
struct Closing {
    stream: DuplexStream,
    client: Arc<OnceLock<Client>>,
}

impl AsyncRead for Closing {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if let (false, Some(client)) = (buf.filled().is_empty(), self.client.get()) {
            let closing = pin!(client.close());
            assert!(closing.poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        polled
    }
}

impl AsyncWrite for Closing {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[tokio::test(start_paused = true)]
async fn late_replies_may_come_while_the_client_is_closed() {
    // The second reply is one that cannot be accepted.
    for replies in [BUFFERED.sum(0, 3), BUFFERED.reply("other", 0, &Text::default())] {
        let (ours, mut peer) = duplex(1 << 16);
        let slot = Arc::new(OnceLock::new());
        let stream = Closing { stream: ours, client: Arc::clone(&slot) };
        let client = Client::builder().buffered().over(stream);
        let hasty = client.clone().with_timeout(Duration::from_millis(50));
        assert!(add(&hasty, 1, 2).await.unwrap_err().is_timeout());
        slot.set(client.clone()).unwrap();
        peer.write_all(&replies).await.unwrap();
        settle().await;
        let closed = timeout(Duration::from_secs(60), client.close()).await.unwrap();
        closed.unwrap();
    }
}
