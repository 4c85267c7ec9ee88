//! The servers, each echoing on a port of its own.

use std::{future::pending, io::Write, net::SocketAddr};

use thrift_runtime::{Bytes, Limits, Result, Server};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    blobs, http2,
    peers::{self, Blob, Message, grpc::echo_server},
    runtime,
    wire::{self, Framing, Small, ours},
};

/// The servers of other libraries.
pub const PEERS: [&str; 3] = ["volo", "Apache", "tonic"];

/// The bytes of the largest frame that is taken.
pub const LARGEST_FRAME: usize = 100 << 20;
/// What drops all that it reads.
pub const SINK: &str = "sink";
/// The size of raw tokio's buffers.
const SPACE: usize = 64 << 10;

/// Prints the server's address, and serves for ever.
pub fn run(library: &str, framing: Framing) {
    if library == "Apache" {
        return apache(framing);
    }
    runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        announce(listener.local_addr().unwrap());
        match library {
            "raw tokio" => accept(listener, echo).await,
            blobs::RAW_FRAMES => accept(listener, echo_frames).await,
            "thrift-runtime" => {
                let mut limits = Limits::default();
                limits.frame_size = LARGEST_FRAME;
                let server = Server::from_listener(listener).framing(framing.into()).limits(limits);
                server.serve(ours::EchoServiceProcessor::new(Echo)).await;
            }
            "volo" => volo(listener, framing).await,
            "tonic" => {
                let incoming = tonic::transport::server::TcpIncoming::from(listener);
                let server = tonic::transport::Server::builder()
                    .add_service(echo_server::EchoServer::new(Echo));
                server.serve_with_incoming(incoming.with_nodelay(Some(true))).await.unwrap();
            }
            // Answers for clients.
            "thrift" => accept(listener, move |stream| answer(stream, framing)).await,
            "grpc" => accept(listener, answer_grpc).await,
            SINK => accept(listener, drop_all).await,
            _ => panic!("there is no library {library}"),
        }
    });
}

fn announce(address: SocketAddr) {
    println!("{address}");
    std::io::stdout().flush().unwrap();
}

async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        tokio::spawn(serve(stream));
    }
}

/// Sends back what comes.
async fn echo(mut stream: TcpStream) {
    let mut space = vec![0; SPACE];
    while let Ok(count @ 1..) = stream.read(&mut space).await {
        if stream.write_all(&space[..count]).await.is_err() {
            break;
        }
    }
}

/// Reads what comes.
async fn drop_all(mut stream: TcpStream) {
    let mut space = vec![0; SPACE];
    while let Ok(1..) = stream.read(&mut space).await {}
}

/// Sends back each frame when it is whole.
async fn echo_frames(mut stream: TcpStream) {
    let mut frame = Vec::new();
    while let Ok(length) = stream.read_u32().await {
        frame.clear();
        frame.extend_from_slice(&length.to_be_bytes());
        frame.resize(4 + length as usize, 0);
        if stream.read_exact(&mut frame[4..]).await.is_err()
            || stream.write_all(&frame).await.is_err()
        {
            break;
        }
    }
}

/// Sends replies with the arguments of the calls.
async fn answer(mut stream: TcpStream, framing: Framing) {
    let length = wire::call(framing).len();
    let mut space = vec![0; SPACE];
    let mut end = 0;
    while let Ok(count @ 1..) = stream.read(&mut space[end..]).await {
        end += count;
        let whole = wire::answer(&mut space[..end], framing, length);
        if stream.write_all(&space[..whole]).await.is_err() {
            break;
        }
        space.copy_within(whole..end, 0);
        end -= whole;
    }
}

async fn answer_grpc(mut stream: TcpStream) {
    let mut answerer = http2::Answerer::default();
    let mut space = vec![0; SPACE];
    let mut out = Vec::new();
    while let Ok(count @ 1..) = stream.read(&mut space).await {
        answerer.answer(&space[..count], &mut out);
        if stream.write_all(&out).await.is_err() {
            break;
        }
        out.clear();
    }
}

/// The handler of every library.
#[derive(Clone)]
struct Echo;

impl ours::EchoService for Echo {
    async fn echo(&self, value: Small) -> Result<Small> {
        Ok(value)
    }

    async fn blob(&self, value: Bytes) -> Result<Bytes> {
        Ok(value)
    }

    async fn tell(&self, _value: Small) -> Result<()> {
        Ok(())
    }
}

async fn volo(listener: TcpListener, framing: Framing) {
    use volo_thrift::codec::default::DefaultMakeCodec;

    let server = peers::volo::EchoServiceServer::new(Echo);
    let incoming = volo::net::incoming::DefaultIncoming::from(listener);
    match framing {
        Framing::Framed => server.make_codec(DefaultMakeCodec::framed()).run(incoming).await,
        Framing::Unframed => server.make_codec(DefaultMakeCodec::buffered()).run(incoming).await,
    }
    .unwrap();
    pending().await
}

impl peers::volo::EchoService for Echo {
    async fn echo(
        &self,
        value: peers::volo::Small,
    ) -> std::result::Result<peers::volo::Small, volo_thrift::ServerError> {
        Ok(value)
    }

    async fn blob(
        &self,
        value: pilota::Bytes,
    ) -> std::result::Result<pilota::Bytes, volo_thrift::ServerError> {
        Ok(value)
    }

    async fn tell(
        &self,
        _value: peers::volo::Small,
    ) -> std::result::Result<(), volo_thrift::ServerError> {
        Ok(())
    }
}

#[tonic::async_trait]
impl echo_server::Echo for Echo {
    async fn echo(
        &self,
        request: tonic::Request<Message>,
    ) -> std::result::Result<tonic::Response<Message>, tonic::Status> {
        Ok(tonic::Response::new(request.into_inner()))
    }

    async fn blob(
        &self,
        request: tonic::Request<Blob>,
    ) -> std::result::Result<tonic::Response<Blob>, tonic::Status> {
        Ok(tonic::Response::new(request.into_inner()))
    }
}

impl peers::apache::EchoServiceSyncHandler for Echo {
    fn handle_echo(&self, value: peers::apache::Small) -> thrift::Result<peers::apache::Small> {
        Ok(value)
    }

    fn handle_blob(&self, value: Vec<u8>) -> thrift::Result<Vec<u8>> {
        Ok(value)
    }

    fn handle_tell(&self, _value: peers::apache::Small) -> thrift::Result<()> {
        Ok(())
    }
}

/// Serves each connection in a thread.
fn apache(framing: Framing) {
    use thrift::{
        protocol::{TBinaryInputProtocolFactory, TBinaryOutputProtocolFactory},
        server::TServer,
        transport::{
            TBufferedReadTransportFactory, TBufferedWriteTransportFactory,
            TFramedReadTransportFactory, TFramedWriteTransportFactory,
        },
    };

    const THREADS: usize = 100;
    // Its server does not tell at which port it listens.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let read = TBinaryInputProtocolFactory::new();
    let write = TBinaryOutputProtocolFactory::new();
    let processor = peers::apache::EchoServiceSyncProcessor::new(Echo);
    std::thread::spawn(move || {
        while std::net::TcpStream::connect(address).is_err() {
            std::thread::yield_now();
        }
        announce(address);
    });
    match framing {
        Framing::Framed => TServer::new(
            TFramedReadTransportFactory::new(),
            read,
            TFramedWriteTransportFactory::new(),
            write,
            processor,
            THREADS,
        )
        .listen(address),
        Framing::Unframed => TServer::new(
            TBufferedReadTransportFactory::new(),
            read,
            TBufferedWriteTransportFactory::new(),
            write,
            processor,
            THREADS,
        )
        .listen(address),
    }
    .unwrap();
}
