//! Servers that do not take what they are sent.

use std::time::Duration;

use crate::{
    PATIENCE,
    common::{DIALECTS, Returned, echo},
};
use thrift_runtime::{Bytes, HttpClient};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// Far more than the buffers of two sockets hold.
const LARGE: usize = 32 << 20;

fn large() -> Bytes {
    vec![7; LARGE].into()
}

/// How much comes before the client ends the connection.
async fn rest(mut stream: TcpStream) -> usize {
    let mut space = vec![0; 1 << 16];
    let mut count = 0;
    loop {
        match timeout(PATIENCE, stream.read(&mut space)).await.expect("it ends") {
            Ok(0) | Err(_) => return count,
            Ok(more) => count += more,
        }
    }
}

async fn start() -> (TcpListener, HttpClient) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    (listener, HttpClient::new(&url).unwrap())
}

#[tokio::test]
async fn a_call_that_timed_out_leaves_no_connection_behind() {
    let (listener, client) = start().await;
    let hasty = client.with_timeout(Duration::from_millis(100));
    let call = tokio::spawn(async move { echo(&hasty, &large()).await });
    let (stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    let error = timeout(PATIENCE, call).await.unwrap().unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error}");
    // What was not in the buffers of the sockets by then does not come.
    assert!(rest(stream).await < LARGE);
}

#[tokio::test]
async fn a_call_whose_caller_is_gone_leaves_no_connection_behind() {
    let (listener, client) = start().await;
    let call = tokio::spawn(async move { echo(&client, &large()).await });
    let (mut stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    stream.read_u8().await.unwrap();
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert!(rest(stream).await < LARGE);
}

/// A server that answers a call of which it has read only the beginning.
async fn answer_early(stream: &mut TcpStream, with: &[u8]) {
    stream.read_u8().await.unwrap();
    let success = Some(Bytes::copy_from_slice(with));
    let reply = DIALECTS[0].reply("echo", 0, &Returned { success });
    let length = reply.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-thrift\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), &reply].concat()).await.unwrap();
}

#[tokio::test]
async fn a_whole_answer_counts_though_the_request_is_not_taken() {
    let (listener, client) = start().await;
    let call = tokio::spawn({
        let client = client.clone().with_timeout(PATIENCE);
        async move { echo(&client, &large()).await }
    });
    let (mut first, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    answer_early(&mut first, b"early").await;
    // It has not been read, and comes all the same.
    assert_eq!(timeout(2 * PATIENCE, call).await.unwrap().unwrap().unwrap(), &b"early"[..]);
    // The server may still take the request, on a connection that is not used again.
    let read = tokio::spawn(rest(first));
    let again = tokio::spawn(async move { echo(&client, &Bytes::from_static(b"x")).await });
    timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    again.abort();
    assert!(timeout(PATIENCE, read).await.unwrap().unwrap() > LARGE);
}
