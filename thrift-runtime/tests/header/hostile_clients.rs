//! What clients make of replies in frames that are cut, or lie.

use std::time::Duration;

use thrift_runtime::{Client, ErrorKind, Framing, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
    time::Instant,
};

use crate::{
    common::add,
    enveloped::{FRAMINGS, Random, frame, framed, lies, unknown},
    hostile_servers::{read_frame, serve},
};

/// A client, its call, its peer that has read that, and what a server answers to it.
struct Called {
    client: Client,
    calling: JoinHandle<Result<i32>>,
    peer: DuplexStream,
    reply: Vec<u8>,
}

impl Called {
    async fn new(framing: Framing) -> Self {
        let (ours, mut peer) = duplex(1 << 20);
        let client = Client::builder().framing(framing).over(ours);
        let calling = adding(&client);
        let call = framed(&read_frame(&mut peer).await);
        let (mut server, _serving) = serve(1);
        server.write_all(&call).await.unwrap();
        let reply = framed(&read_frame(&mut server).await);
        Called { client, calling, peer, reply }
    }
}

fn adding(client: &Client) -> JoinHandle<Result<i32>> {
    let client = client.clone();
    tokio::spawn(async move { add(&client, 1, 2).await })
}

#[tokio::test(start_paused = true)]
async fn a_reply_may_be_cut_anywhere() {
    for framing in FRAMINGS {
        let length = Called::new(framing).await.reply.len();
        for end in 0..=length {
            let Called { client, calling, mut peer, reply } = Called::new(framing).await;
            let start = Instant::now();
            peer.write_all(&reply[..end]).await.unwrap();
            drop(peer);
            let called = calling.await.unwrap();
            assert_eq!(start.elapsed(), Duration::ZERO, "{framing}, {end}");
            match called {
                Ok(sum) => assert!(end == length && sum == 3, "{framing}, {end}"),
                Err(error) => {
                    assert!(end < length && error.is_closed(), "{framing}, {end}: {error}");
                }
            }
            assert!(add(&client, 1, 2).await.unwrap_err().is_closed(), "{framing}, {end}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_falls_silent_within_a_reply_takes_as_long_as_the_call_may() {
    for framing in FRAMINGS {
        let length = Called::new(framing).await.reply.len();
        for end in 0..length {
            let Called { client, calling, mut peer, reply } = Called::new(framing).await;
            let start = Instant::now();
            peer.write_all(&reply[..end]).await.unwrap();
            assert!(calling.await.unwrap().unwrap_err().is_timeout(), "{framing}, {end}");
            assert_eq!(start.elapsed(), Duration::from_secs(60), "{framing}, {end}");
            // The rest may come after all, and other replies.
            peer.write_all(&reply[end..]).await.unwrap();
            let again = adding(&client);
            let call = framed(&read_frame(&mut peer).await);
            let (mut server, _serving) = serve(1);
            server.write_all(&call).await.unwrap();
            peer.write_all(&framed(&read_frame(&mut server).await)).await.unwrap();
            assert_eq!(again.await.unwrap().unwrap(), 3, "{framing}, {end}");
        }
    }
}

/// A reply to the first call.
const REPLY: &[u8] = b"\x80\x01\0\x02\0\0\0\x03add\0\0\0\0\x08\0\0\0\0\0\x03\0";

#[tokio::test(start_paused = true)]
async fn replies_that_lie_end_the_connection_and_fail_the_call_at_once() {
    for framing in FRAMINGS {
        let mut lies = lies(framing, REPLY);
        lies.extend(
            unknown(framing).map(|(fields, text, _)| (frame(framing, fields, REPLY), text)),
        );
        lies.extend([
            (frame(framing, &[0, 0], b""), "the input ends within a value"),
            (frame(framing, &[0, 0], &REPLY[..9]), "the input ends within a value"),
            (b"\x7f\xff\xff\xff".to_vec(), "does not speak Thrift: it began with 7f ff ff ff"),
            (
                b"\0\0\0\x10\x80\x01\0\x02".to_vec(),
                "the peer answered framed, but this client sends ",
            ),
        ]);
        for (lie, text) in lies {
            let Called { client, calling, mut peer, .. } = Called::new(framing).await;
            let start = Instant::now();
            peer.write_all(&lie).await.unwrap();
            let error = calling.await.unwrap().unwrap_err();
            assert_eq!(start.elapsed(), Duration::ZERO, "{framing}, {}", lie.escape_ascii());
            assert!(error.to_string().contains(text), "{framing}, {}: {error}", lie.escape_ascii());
            assert_eq!(peer.read(&mut [0; 8]).await.unwrap(), 0);
            add(&client, 1, 2).await.unwrap_err();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_says_it_is_too_long_fails_its_call_alone() {
    for framing in FRAMINGS {
        let Called { client, calling, mut peer, reply } = Called::new(framing).await;
        let mut long = reply.clone();
        long[..4].copy_from_slice(&[1, 0, 0, 0]);
        peer.write_all(&long).await.unwrap();
        let error = calling.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{framing}: {error}");
        let again = adding(&client);
        read_frame(&mut peer).await;
        // Nothing of what was announced is kept.
        drop(peer);
        assert!(again.await.unwrap().unwrap_err().is_closed());
    }
}

#[tokio::test(start_paused = true)]
async fn no_bytes_make_the_client_panic_or_hang() {
    let mut random = Random(7);
    for framing in FRAMINGS {
        for _ in 0..500 {
            let Called { calling, mut peer, reply, .. } = Called::new(framing).await;
            let bytes = random.damaged(&reply);
            for piece in bytes.chunks(1 + random.below(bytes.len())) {
                let _ = peer.write_all(piece).await;
                tokio::task::yield_now().await;
            }
            drop(peer);
            let _ = calling.await.unwrap();
        }
    }
}
