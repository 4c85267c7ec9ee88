//! Parts of messages behind whole ones.

use std::time::Duration;

use thrift_runtime::ConnectionOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, sleep},
};

use crate::{
    BUFFERED, FRAMED,
    certificates::Authority,
    closed,
    common::Add,
    raw_tls, seconds, serve, tls_of,
    transports::{calls, post, shake_hands},
};

fn chunked(body: &[u8]) -> Vec<u8> {
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let length = format!("{:x}\r\n", body.len());
    [&head[..], length.as_bytes(), body, b"\r\n0\r\n\r\n"].concat()
}

#[tokio::test(start_paused = true)]
async fn a_part_of_a_message_behind_a_whole_one_is_no_rest() {
    let options = || {
        let mut options = ConnectionOptions::default();
        options.timeouts.message = seconds(20);
        options
    };
    let expected = ("the rest of a call did not arrive in time".to_owned(), 20);
    let chunks = chunked(&BUFFERED.call("add", 1, &Add { a: 1, b: 1 }));
    let mut calls = calls(300);
    calls.push(("chunked http", [chunks.clone(), chunks]));
    for (transport, [call, next]) in calls {
        // The first bytes of a compressed block say nothing, and the last ones end it.
        let ends = if transport == "zlib" { 20 } else { 1 };
        for part in [ends, 40, next.len() / 2, next.len() - ends] {
            let (mut stream, serving) = serve(options());
            stream.write_all(&[&*call, &next[..part]].concat()).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
            let start = Instant::now();
            assert_eq!(closed(serving, start).await, expected, "{part} bytes over {transport}");
        }
    }
    let authority = Authority::new();
    let secure = |options: ConnectionOptions| {
        let timeouts = options.timeouts;
        let mut options = tls_of(&authority, false);
        options.timeouts = timeouts;
        options
    };
    for (transport, call) in [
        ("framed", FRAMED.call("add", 1, &Add { a: 1, b: 1 })),
        ("http", post(&BUFFERED.call("add", 1, &Add { a: 1, b: 1 }))),
    ] {
        for part in [1, 4, 5, 6, 20] {
            let (mut stream, serving) = serve(secure(options()));
            let mut session = shake_hands(&mut stream, &authority).await;
            let [first, next] = [(); 2].map(|()| raw_tls::sealed(&mut session, &call));
            stream.write_all(&[&*first, &next[..part]].concat()).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
            let start = Instant::now();
            let what = format!("{part} bytes of a record over {transport} in TLS");
            assert_eq!(closed(serving, start).await, expected, "{what}");
        }
        // One that has whole messages only rests.
        let (mut stream, _serving) = serve(secure(options()));
        let mut session = shake_hands(&mut stream, &authority).await;
        for _ in 0..2 {
            let records = raw_tls::sealed(&mut session, &[&*call, &*call].concat());
            stream.write_all(&records).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.expect(transport), 0);
            sleep(Duration::from_secs(100_000)).await;
        }
    }
}
