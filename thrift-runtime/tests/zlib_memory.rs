//! What connections take that have begun to compress and go no further. This is a program of its own
//! with one test, so that its memory is theirs.

#![cfg(target_os = "linux")]

#[path = "common/bomb.rs"]
mod bomb;
mod common;

use std::time::Duration;

use common::{Service, add};
use thrift_runtime::{Client, Server};
use tokio::{io::AsyncWriteExt, net::TcpStream};

const COUNT: usize = 200;

#[tokio::test]
async fn a_connection_that_has_begun_to_compress_takes_little() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Service::default()));
    let client = Client::builder().zlib().connect(address).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    for (begun, most) in [(&b"x"[..], 32 << 10), (b"x\x9c", 32 << 10), (b"x\x9c\x4b", 96 << 10)] {
        let before = bomb::memory();
        let mut connections = Vec::new();
        for _ in 0..COUNT {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(begun).await.unwrap();
            connections.push(stream);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let each = bomb::memory().saturating_sub(before) / COUNT;
        println!("{begun:02x?}: {each} bytes each");
        assert!(each < most, "{begun:02x?}: {each} bytes each");
        assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    }
}
