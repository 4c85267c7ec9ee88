//! What is small on the wire and would be large in memory. This is a program of its own with one
//! test, so that its memory is that of the bombs.

#![cfg(target_os = "linux")]

#[path = "common/bomb.rs"]
mod bomb;
mod common;

use std::{
    io::{Read, Write},
    net::SocketAddr,
    time::Duration,
};

use bomb::{bomb, peak_memory};
use common::{Blob, DIALECTS, Service, add};
use flate2::{Compression, write::ZlibEncoder};
use thrift_runtime::{Bytes, Client, Limits, Server};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const GIB: usize = 1 << 30;
/// What refusing a bomb may take: the buffers of a connection, and the compressed bytes.
const FLAT: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(300);

async fn start(limits: Limits) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap().limits(limits);
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Service::default()));
    address
}

/// Sends bytes, and gives what is answered to them until the server closes.
async fn send(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let (mut reading, mut writing) = TcpStream::connect(address).await.unwrap().into_split();
    let mut answer = Vec::new();
    let exchange = async {
        tokio::join!(
            async {
                let _ = writing.write_all(bytes).await;
                let _ = writing.shutdown().await;
            },
            async {
                let _ = reading.read_to_end(&mut answer).await;
            },
        )
    };
    timeout(PATIENCE, exchange).await.expect("the server closes the connection");
    answer
}

/// The beginning of a call whose argument is a blob of so many bytes.
fn blob(framed: bool, length: usize) -> Vec<u8> {
    let mut call = DIALECTS[usize::from(framed)].call("echo", 0, &Blob { bytes: Bytes::new() });
    call.truncate(call.len() - 5);
    call.extend((length as u32).to_be_bytes());
    if framed {
        let frame = call.len() - 4 + length + 1;
        call[..4].copy_from_slice(&(frame as u32).to_be_bytes());
    }
    call
}

/// A frame of THeader with a message that is compressed once.
fn header_frame(payload: &[u8]) -> Vec<u8> {
    frame(b"\x0f\xff\0\0\0\0\0\0\0\x01\0\x01\x01\0", payload)
}

/// The same with a message that is compressed twice: here it is once more.
fn header_frame_of_two(payload: &[u8]) -> Vec<u8> {
    let mut again = ZlibEncoder::new(Vec::new(), Compression::best());
    again.write_all(payload).unwrap();
    frame(b"\x0f\xff\0\0\0\0\0\0\0\x01\0\x02\x01\x01", &again.finish().unwrap())
}

fn frame(head: &[u8; 14], payload: &[u8]) -> Vec<u8> {
    let length = (head.len() + payload.len()) as u32;
    [&length.to_be_bytes(), &head[..], payload].concat()
}

fn post(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// The bomb is one: it inflates to what it should.
fn check_the_bomb() {
    for length in [7, 8, 264, 265, 266, 100_000, 3 << 20] {
        let mut inflated = Vec::new();
        let bytes = bomb(b"start", length);
        flate2::read::ZlibDecoder::new(&bytes[..]).read_to_end(&mut inflated).unwrap();
        assert_eq!(inflated.len(), length);
        assert!(inflated.starts_with(b"start") && inflated.ends_with(&[0]));
    }
}

#[tokio::test]
async fn a_mebibyte_or_less_that_inflates_to_a_gibibyte_is_refused_with_flat_memory() {
    check_the_bomb();
    let mut small = Limits::default();
    small.message_size = 2 << 20;
    small.frame_size = 2 << 20;
    let default = start(Limits::default()).await;
    let small = start(small).await;
    // A list of structs, each of which is a zero.
    let mut structs = blob(false, 0);
    structs.truncate(structs.len() - 7);
    structs.extend([15, 0, 1, 12]);
    structs.extend(((100 << 20) - 100_u32).to_be_bytes());
    let zlib = |start: &[u8]| bomb(start, GIB);
    // Everything that is sent exists before the memory is measured.
    let bombs = [
        ("a blob in a zlib connection", default, zlib(&blob(false, GIB - 100))),
        ("a frame in a zlib connection", default, zlib(&blob(true, GIB / 8 * 2 - 200))),
        ("empty structs in a zlib connection", small, zlib(&structs)),
        ("a message beyond the limit in a zlib connection", small, zlib(&blob(false, 64 << 20))),
        ("THeader", default, header_frame(&zlib(&blob(false, GIB - 100)))),
        ("THeader, with a small limit", small, header_frame(&zlib(&blob(false, GIB - 100)))),
        ("THeader, twice", default, header_frame_of_two(&zlib(&blob(false, GIB - 100)))),
        ("HTTP", default, post("Content-Encoding: deflate\r\n", &zlib(&blob(false, 100)))),
        ("HTTP of another type", small, post("", &zlib(&blob(false, 100)))),
    ];
    for (what, address, bytes) in &bombs {
        let most = if what.ends_with("twice") { 4096 } else { GIB / 1000 };
        assert!(bytes.len() < most, "{what} is of {} bytes", bytes.len());
        // Each server has served someone before.
        let client = Client::connect(*address).await.unwrap();
        assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    }
    let before = peak_memory();
    for (what, address, bytes) in &bombs {
        let answer = send(*address, bytes).await;
        assert!(answer.len() < 1000, "{what}: an answer of {} bytes", answer.len());
        if what.starts_with("HTTP") {
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.starts_with("HTTP/1.1 415"), "{what}: {answer:.20}");
        }
        let grown = peak_memory() - before;
        assert!(grown < FLAT, "{what}: memory grew by {grown} bytes");
        let client = Client::connect(*address).await.unwrap();
        assert_eq!(add(&client, 1, 2).await.unwrap(), 3, "{what}");
    }
}
