//! A gateway, which hands calls on by their bytes.

#[path = "../../../examples/gateway/gateway.rs"]
mod processor;

use std::net::SocketAddr;

use processor::Gateway;
use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, BinaryProtocol, BoxProcessor, Bytes, Channel,
    Client, Framing, HttpClient, Multiplexed, Protocol, Reconnecting, Request, Response, Result,
    Server, protocol::Encoding,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    desk::{Desk, DeskClient, DeskHalfError, DeskProcessor},
    handler::Handler,
    layers::{Counted, Counts, Table},
    ways::{Host, PROTOCOLS, ways},
};

/// A server that speaks the binary protocol only, and what it is asked.
async fn server(framing: Framing) -> (SocketAddr, Counts) {
    let counts = Counts::default();
    let inner = DeskProcessor::new(Handler::named("server"));
    let desk = Counted { inner, counts: counts.clone() };
    let other = DeskProcessor::new(Handler::named("other"));
    let services = Multiplexed::new().service("Other", other).default_service(desk);
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let server = server.only::<BinaryProtocol>().framing(framing).concurrent_calls(8);
    tokio::spawn(server.serve(services));
    (address, counts)
}

fn gateway(server: SocketAddr, framing: Framing) -> BoxProcessor {
    let connect = move || Client::builder().framing(framing).connect(server);
    BoxProcessor::new(Gateway { server: Reconnecting::new(connect) })
}

fn table<const N: usize>(counts: [(&str, &str, u64); N]) -> Table {
    counts.into_iter().map(|(method, outcome, n)| ((method.into(), outcome.into()), n)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_caller_reaches_any_method_of_any_service() {
    let framings = [Framing::Buffered, Framing::Framed, Framing::Header];
    // Timers and connections of the gateway need a runtime, which a blocking server has not.
    let ways = ways().filter(|way| way.host != Host::Blocking);
    for (way, framing) in ways.zip(framings.into_iter().cycle()) {
        let (address, counts) = server(framing).await;
        let (outside, context) = (Counts::default(), format!("{way:?}, {framing}"));
        let inner = gateway(address, framing);
        let address = way.serve(Counted { inner, counts: outside.clone() }).await;
        let channel = way.connect(address).await;
        let desk = DeskClient::new(&channel);
        // JSON cannot tell a binary from a string.
        let is_json = way.protocol.encoding() == Encoding::Json;
        if is_json {
            assert_eq!(desk.need(5).await.unwrap(), 5, "{context}");
        } else {
            let bytes = Bytes::from((0..100_000).map(|n| n as u8).collect::<Vec<_>>());
            let words = vec!["word".to_owned(); 3];
            assert_eq!(desk.echo(bytes.clone(), words).await.unwrap(), bytes, "{context}");
        }
        assert_eq!(desk.who().await.unwrap(), "server", "{context}");
        assert!(matches!(desk.half(7).await, Err(DeskHalfError::Odd(odd)) if odd.number == 7));
        let error = desk.fail("no".into()).await.unwrap_err();
        let exception = error.as_application().unwrap();
        assert_eq!((exception.kind().0, exception.message()), (42, "no"), "{context}");
        assert!(desk.panic().await.unwrap_err().is_application(), "{context}");
        desk.note(Bytes::from_static(b"note"), "fail".into()).await.unwrap();
        desk.note(Bytes::new(), String::new()).await.unwrap();

        let other = DeskClient::new(To(&channel, "Other"));
        assert_eq!(other.who().await.unwrap(), "other", "{context}");
        let error = DeskClient::new(To(&channel, "Nobody")).who().await.unwrap_err();
        assert_eq!(error.as_application().unwrap().message(), "there is no service Nobody");

        let first = if is_json { "need" } else { "echo" };
        let expected = [
            (first, "returned", 1),
            ("who", "returned", 1),
            ("half", "exception odd", 1),
            ("fail", "failed (application exception 42)", 1),
            ("panic", "failed (internal error)", 1),
            ("note", "failed (application exception 42)", 1),
            ("note", "returned", 1),
        ];
        counts.expect(&table(expected), &context).await;
        // The gateway does not know the names of exceptions, nor what becomes of a oneway call.
        let expected = [
            (first, "returned", 1),
            ("who", "returned", 1),
            ("half", "exception 1", 1),
            ("fail", "failed (application exception 42)", 1),
            ("panic", "failed (internal error)", 1),
            ("note", "returned", 2),
            ("Other:who", "returned", 1),
            ("Nobody:who", "failed (unknown method)", 1),
        ];
        outside.expect(&table(expected), &context).await;
    }
}

/// Calls another service.
struct To<C>(C, &'static str);

impl<C: Channel> Channel for To<C> {
    type Protocol = C::Protocol;

    async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        request.set_service(self.1);
        self.0.send(request).await
    }
}

/// Starts a gateway to a server without frames.
async fn start() -> (SocketAddr, Counts) {
    let (address, counts) = server(Framing::Buffered).await;
    let front = Server::bind("127.0.0.1:0").await.unwrap();
    let front_address = front.local_addr().unwrap();
    tokio::spawn(front.serve(gateway(address, Framing::Buffered)));
    (front_address, counts)
}

/// Sends a frame, and reads one.
async fn exchange(stream: &mut TcpStream, message: &[u8]) -> Vec<u8> {
    let length = (message.len() as u32).to_be_bytes();
    stream.write_all(&[&length, message].concat()).await.unwrap();
    let length = stream.read_u32().await.unwrap();
    let mut answer = vec![0; length as usize];
    stream.read_exact(&mut answer).await.unwrap();
    answer
}

/// Bytes behind the arguments in a frame would be a call of their own in a stream without frames.
#[tokio::test]
async fn no_call_is_smuggled_within_another() {
    let (address, counts) = start().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let call = b"\x80\x01\0\x01\0\0\0\x03who\0\0\0\x01\0";
    let smuggled = b"\x80\x01\0\x01\0\0\0\x05panic\0\0\0\x02\0";
    for _ in 0..2 {
        let answer = exchange(&mut stream, &[&call[..], smuggled].concat()).await;
        assert_eq!(answer[..4], *b"\x80\x01\0\x02");
    }
    counts.expect(&table([("who", "returned", 2)]), "").await;
}

#[tokio::test]
async fn arguments_that_do_not_end_are_refused_and_harm_no_other_caller() {
    let (address, _) = start().await;
    let desk = DeskClient::new(Client::connect(address).await.unwrap());
    assert_eq!(desk.who().await.unwrap(), "server");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let call = b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\x01\x0b\0\x01\0\0\0\x09x";
    let answer = exchange(&mut stream, call).await;
    assert_eq!(answer[..4], *b"\x80\x01\0\x03");
    let exception: ApplicationException = BinaryProtocol::STRICT.decode(&answer[16..]).unwrap();
    assert_eq!(exception.kind(), ApplicationErrorKind::PROTOCOL_ERROR);
    assert_eq!(
        exception.message(),
        "the arguments of echo cannot be read: the input ends within a value"
    );
    assert_eq!(desk.who().await.unwrap(), "server");
}

/// Answers with more than a reply, or with less.
struct Sloppy;

impl Channel for Sloppy {
    type Protocol = BinaryProtocol;

    async fn send(&self, request: Request<'_, BinaryProtocol>) -> Result<Response<BinaryProtocol>> {
        let reply = b"\x80\x01\0\x02\0\0\0\x03who\0\0\0\0\x0b\0\0\0\0\0\x04self\0";
        let message = match request.method().name() {
            "who" => [&reply[..], reply].concat(),
            _ => reply[..20].to_vec(),
        };
        Response::from_message(BinaryProtocol::STRICT, &request, message)
    }
}

#[tokio::test]
async fn a_reply_is_handed_on_without_what_follows_it_and_only_if_it_ends() {
    let front = Server::bind("127.0.0.1:0").await.unwrap();
    let address = front.local_addr().unwrap();
    tokio::spawn(front.serve(Gateway { server: Sloppy }));
    let desk = DeskClient::new(Client::connect(address).await.unwrap());
    for _ in 0..3 {
        assert_eq!(desk.who().await.unwrap(), "self");
        let error = desk.panic().await.unwrap_err();
        let exception = error.as_application().expect("an application exception");
        assert_eq!(exception.kind(), ApplicationErrorKind::INTERNAL_ERROR);
        assert_eq!(exception.message(), "the input ends within a value");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_internal_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    let front = Server::bind("127.0.0.1:0").await.unwrap();
    let address = front.local_addr().unwrap();
    tokio::spawn(front.serve(gateway(nobody, Framing::Buffered)));
    let desk = DeskClient::new(Client::connect(address).await.unwrap());
    for _ in 0..2 {
        let error = desk.who().await.unwrap_err();
        let exception = error.as_application().unwrap();
        assert_eq!(exception.kind(), ApplicationErrorKind::INTERNAL_ERROR);
        // Where the server should be is nothing that callers are told.
        assert_eq!(exception.message(), "the handler failed");
    }
}

/// Headers that are about one HTTP message, such as its length, are not those of another.
#[tokio::test]
async fn over_http_on_both_sides_each_message_has_its_own_length() {
    let (server, _) = server(Framing::Buffered).await;
    let server = HttpClient::new(&format!("http://{server}/")).unwrap();
    let front = Server::bind("127.0.0.1:0").await.unwrap();
    let address = front.local_addr().unwrap();
    tokio::spawn(front.serve(Gateway { server }));
    for protocol in PROTOCOLS {
        let client = HttpClient::new(&format!("http://{address}/")).unwrap().protocol(protocol);
        let desk = DeskClient::new(client);
        for _ in 0..2 {
            assert_eq!(desk.who().await.unwrap(), "server", "{protocol:?}");
            assert!(matches!(desk.half(7).await, Err(DeskHalfError::Odd(_))), "{protocol:?}");
        }
        desk.note(Bytes::new(), String::new()).await.unwrap();
    }
}
