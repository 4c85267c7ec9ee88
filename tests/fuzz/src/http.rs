//! A client that reads the replies of an HTTP server.

use std::io;

use thrift_runtime::HttpClient;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, sink},
    net::{TcpListener, TcpStream},
    runtime::Builder,
};

use super::types::{
    self,
    known::{Base as _, Echo as _, EchoClient},
};

/// The cases of the target `client` from which on it speaks HTTP.
pub(crate) const CASES: u8 = 0xf0;
/// Those in which the bytes are the body of a good reply.
const BODIES: u8 = 0xf8;

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/x-thrift\r\n";

fn body(bytes: &[u8]) -> Vec<u8> {
    let head = format!("{HEAD}Content-Length: {}\r\n\r\n", bytes.len());
    [head.as_bytes(), bytes].concat()
}

/// Answers the first request of a connection, and ends it.
async fn answer(mut stream: TcpStream, reply: Vec<u8>) -> io::Result<()> {
    stream.read(&mut [0; 1024]).await?;
    stream.write_all(&reply).await?;
    stream.shutdown().await?;
    tokio::io::copy(&mut stream, &mut sink()).await?;
    Ok(())
}

/// Makes calls to a server that sends these bytes. It has a socket, as this client makes its connections
/// itself.
pub(crate) fn run(case: u8, bytes: &[u8]) {
    let reply = if case < BODIES { bytes.to_vec() } else { body(bytes) };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, reply.clone()));
            }
        });
        let client = HttpClient::new(&url).expect("a URL").protocol(types::protocol(case));
        let client = EchoClient::new(client);
        // What they come to is the server's business. None waits for long, as the connection ends.
        let _ = tokio::join!(client.add(1, 2), client.nothing());
        let _ = client.echo(types::everything()).await;
    });
}

pub(crate) fn seeds(protocol: u8, reply: &[u8]) -> [Vec<u8>; 4] {
    let chunked = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", reply.len());
    let chunked = [chunked.as_bytes(), reply, b"\r\n0\r\n\r\n"].concat();
    let refused = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\n\r\nno";
    [
        [&[BODIES + protocol, 0][..], reply].concat(),
        [&[CASES + protocol, 0][..], &body(reply)].concat(),
        [&[CASES + protocol, 0][..], &chunked].concat(),
        [&[CASES + protocol, 0][..], refused].concat(),
    ]
}
