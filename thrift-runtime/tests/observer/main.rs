//! What a server tells of its connections, and what is kept with them.

#[path = "../common/certificates.rs"]
mod certificates;
#[path = "../common/mod.rs"]
mod common;
mod events;
#[path = "../common/raw_tls.rs"]
mod raw_tls;
mod sessions;

use std::{
    net::SocketAddr,
    sync::{Arc, mpsc},
    time::Duration,
};

use flate2::{Compress, Compression, FlushCompress};
use thrift_runtime::{CloseReason, ConnectionOptions, Event, Processor, Server, serve_connection};
use tokio::io::{DuplexStream, duplex};

const BUFFERED: common::Dialect = common::DIALECTS[0];
const FRAMED: common::Dialect = common::DIALECTS[1];
const PATIENCE: Duration = Duration::from_secs(20);

/// What an observer was told, without the peers' addresses.
struct Told(mpsc::Receiver<String>);

impl Told {
    /// What comes next; only for tests whose servers run elsewhere.
    fn next(&self) -> String {
        self.0.recv_timeout(PATIENCE).expect("an event")
    }

    /// Whatever has come.
    fn all(&self) -> Vec<String> {
        self.0.try_iter().collect()
    }
}

fn observer() -> (impl Fn(&Event<'_>) + Send + Sync + 'static, Told) {
    let (tell, told) = mpsc::channel();
    let observer = move |event: &Event<'_>| {
        let text = event.to_string();
        if let Event::Closed { why: CloseReason::Handshake(_), .. } = event {
            let _ = tell.send("the handshake failed".into());
            return;
        }
        let start = event.peer().map_or(0, |peer| peer.to_string().len() + 2);
        let _ = tell.send(text[start..].to_owned());
    };
    (observer, Told(told))
}

/// A server on a socket, on threads of the runtime.
async fn start(
    processor: impl Processor,
    configure: impl FnOnce(Server) -> Server,
) -> (SocketAddr, Told) {
    let (observer, told) = observer();
    let server = configure(Server::bind("127.0.0.1:0").await.unwrap()).observer(observer);
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(processor));
    (address, told)
}

/// A connection that is served within this thread.
fn serve(processor: impl Processor, mut options: ConnectionOptions) -> (DuplexStream, Told) {
    let (observer, told) = observer();
    options.observer = Some(Arc::new(observer));
    let (ours, theirs) = duplex(1 << 20);
    tokio::spawn(async move { serve_connection(theirs, processor, &options).await });
    (ours, told)
}

/// Messages, as they are sent one after another over a transport.
fn over(transport: &str, messages: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut deflater = Compress::new(Compression::none(), true);
    let framed = |message: &[u8]| FRAMED.frame(message.to_vec());
    let wrap = |message: &Vec<u8>| match transport {
        "buffered" => message.clone(),
        "framed" => framed(message),
        "header" => framed(&[b"\x0f\xff\0\0\0\0\0\x07\0\x01\0\0\0\0", &message[..]].concat()),
        "http" => {
            let length = message.len();
            let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
            [head.as_bytes(), message].concat()
        }
        _ => {
            let mut out = Vec::with_capacity(2 * message.len() + 100);
            deflater.compress_vec(message, &mut out, FlushCompress::Sync).unwrap();
            out
        }
    };
    messages.iter().map(wrap).collect()
}

const TRANSPORTS: [&str; 5] = ["buffered", "framed", "header", "http", "zlib"];
