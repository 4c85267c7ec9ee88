//! Bytes in, bytes out, without any transport or async runtime.

use std::{
    future::Future,
    net::SocketAddr,
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
};

use thrift_runtime::{
    Answered, AnyProtocol, ApplicationErrorKind, ApplicationException, BinaryProtocol, Bytes, Call,
    Channel, Error, ErrorKind, Exchange, Headers, Limits, Multiplexed, Outcome, Processed,
    Processor, Protocol, Request, Response, Result,
    protocol::{MessageHeader, MessageType, Output},
};

mod extended {
    thrift_runtime::thrift!("./common/extended.thrift");
}

mod wide {
    thrift_runtime::thrift!("./common/wide.thrift");
}

use extended::{
    ExtendedService, ExtendedServiceClient, ExtendedServiceHalfError, ExtendedServiceProcessor,
    Odd, service::TestService,
};

fn protocols() -> Vec<AnyProtocol> {
    vec![
        BinaryProtocol::STRICT.into(),
        BinaryProtocol::NON_STRICT.into(),
        #[cfg(feature = "compact")]
        thrift_runtime::CompactProtocol.into(),
        #[cfg(feature = "json")]
        thrift_runtime::JsonProtocol.into(),
    ]
}

/// Runs what never waits.
fn run<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}

struct Handler {
    peer: String,
}

impl TestService for Handler {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a.wrapping_add(b))
    }

    async fn echo(&self, bytes: Bytes) -> Result<Bytes> {
        Ok(bytes)
    }

    async fn wait(&self) -> Result<i32> {
        Ok(0)
    }

    async fn fail(&self, text: String) -> Result<i32> {
        Err(Error::application(ApplicationErrorKind(42), text))
    }

    async fn panic(&self) -> Result<i32> {
        panic!("as it was asked to")
    }

    async fn note(&self, text: String) -> Result<()> {
        if text == "fail" {
            Err(Error::application(ApplicationErrorKind(42), text))
        } else {
            Ok(())
        }
    }

    async fn peer(&self) -> Result<String> {
        Ok(self.peer.clone())
    }
}

impl ExtendedService for Handler {
    async fn half(&self, number: i32) -> Result<i32, ExtendedServiceHalfError> {
        if number % 2 == 0 { Ok(number / 2) } else { Err(Odd { number }.into()) }
    }
}

fn processor() -> impl Processor {
    ExtendedServiceProcessor::per_call(|cx| {
        cx.set_reply_header("seqid", cx.seqid().to_string());
        let trace = cx.headers().get("trace").unwrap_or("untraced");
        let caller = cx.identity().unwrap_or("nobody");
        Handler { peer: format!("{caller} at {:?}, {trace}", cx.peer()) }
    })
}

/// Refuses all calls of `add`.
struct Refusing<T>(T);

impl<T: Processor> Processor for Refusing<T> {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        match call.method() {
            b"add" => call.refuse(ApplicationException::new(ApplicationErrorKind(7), "not today")),
            _ => self.0.process(call).await,
        }
    }
}

/// A channel whose server is a processor beside it.
struct Beside<T> {
    processor: T,
    protocol: AnyProtocol,
    answered: Mutex<Vec<Answered>>,
}

impl<T: Processor> Beside<T> {
    fn new(processor: T, protocol: AnyProtocol) -> Self {
        Beside { processor, protocol, answered: Mutex::default() }
    }

    /// What became of the last call.
    fn outcome(&self) -> Outcome {
        self.answered.lock().unwrap().last().unwrap().outcome
    }
}

impl<T: Processor> Channel for Beside<T> {
    type Protocol = AnyProtocol;

    async fn send(&self, request: Request<'_, AnyProtocol>) -> Result<Response<AnyProtocol>> {
        let kind = if request.is_oneway() { MessageType::Oneway } else { MessageType::Call };
        let header = MessageHeader::new(request.method().name().as_bytes(), kind, 9);
        let mut message = Output::new();
        request.arguments().write(self.protocol, &header, &mut message)?;
        let exchange = Exchange::new(message.into_vec()).headers(Headers::default());
        let answered = exchange.run(&self.processor).await?;
        let message = answered.message.clone();
        self.answered.lock().unwrap().push(answered);
        match request.is_oneway() {
            true => Ok(Response::oneway(self.protocol)),
            false => Response::from_message(self.protocol, &request, message),
        }
    }
}

#[test]
fn calls_are_answered_in_every_protocol() {
    for protocol in protocols() {
        let beside = Beside::new(processor(), protocol);
        let client = ExtendedServiceClient::new(&beside);
        assert_eq!(run(client.add(40, 2)).unwrap(), 42);
        assert_eq!(beside.outcome(), Outcome::Returned);
        let bytes = Bytes::from(vec![7; 100_000]);
        assert_eq!(run(client.echo(bytes.clone())).unwrap(), bytes);
        assert!(matches!(
            run(client.half(7)),
            Err(ExtendedServiceHalfError::Odd(Odd { number: 7 }))
        ));
        assert_eq!(beside.outcome(), Outcome::Declared { id: 1, name: "odd" });
        let error = run(client.fail("no".into())).unwrap_err();
        assert_eq!(error.as_application().unwrap().message(), "no");
        assert_eq!(beside.outcome(), Outcome::Failed(ApplicationErrorKind(42)));
        assert!(run(client.panic()).unwrap_err().is_application());
        assert_eq!(beside.outcome(), Outcome::Failed(ApplicationErrorKind::INTERNAL_ERROR));
        for answered in &*beside.answered.lock().unwrap() {
            assert_eq!(AnyProtocol::detect(&answered.message), Some(protocol));
            assert_eq!(answered.headers.get("seqid"), Some("9"));
        }
    }
}

#[test]
fn a_oneway_call_is_answered_with_nothing_and_has_an_outcome() {
    for protocol in protocols() {
        let beside = Beside::new(processor(), protocol);
        let client = ExtendedServiceClient::new(&beside);
        for (text, outcome) in
            [("", Outcome::Returned), ("fail", Outcome::Failed(ApplicationErrorKind(42)))]
        {
            run(client.note(text.into())).unwrap();
            assert_eq!(beside.outcome(), outcome);
            assert!(beside.answered.lock().unwrap().last().unwrap().message.is_empty());
        }
    }
}

#[test]
fn what_is_refused_is_answered_with_the_reason() {
    for protocol in protocols() {
        let services = Multiplexed::new().default_service(Refusing(processor()));
        let beside = Beside::new(services, protocol);
        let client = ExtendedServiceClient::new(&beside);
        let error = run(client.add(1, 2)).unwrap_err();
        assert_eq!(error.as_application().unwrap().message(), "not today");
        assert_eq!(beside.outcome(), Outcome::Refused(ApplicationErrorKind(7)));
        assert_eq!(run(client.half(8)).unwrap(), 4);
        assert_eq!(beside.outcome(), Outcome::Returned);
    }
}

/// A strict call without arguments.
fn call(name: &str) -> Vec<u8> {
    let mut message = b"\x80\x01\0\x01".to_vec();
    message.extend((name.len() as u32).to_be_bytes());
    message.extend(name.as_bytes());
    message.extend(b"\0\0\0\x09\0");
    message
}

/// The exception that a message is.
fn exception(answered: &Answered, name: &str) -> ApplicationException {
    let protocol = BinaryProtocol::STRICT;
    let (header, at) = protocol.read_header(&answered.message, &Limits::default()).unwrap();
    assert_eq!((&*header.name, header.seqid), (name.as_bytes(), 9));
    assert_eq!(header.kind, Ok(MessageType::Exception));
    protocol.decode(&answered.message[at..]).unwrap()
}

#[test]
fn what_is_known_of_the_caller_reaches_the_handler() {
    let peer: SocketAddr = "192.0.2.1:7".parse().unwrap();
    let exchange = Exchange::new(call("peer"))
        .protocol(BinaryProtocol::STRICT)
        .peer(peer)
        .identity("alice")
        .header("trace", "7f3a");
    let answered = run(exchange.run(&processor())).unwrap();
    let text = b"alice at Some(192.0.2.1:7), 7f3a";
    assert!(answered.message.windows(text.len()).any(|window| window == text));
    assert_eq!(answered.headers.get("seqid"), Some("9"));
    let answered = run(Exchange::new(call("peer")).run(&processor())).unwrap();
    assert!(answered.headers.is_empty(), "no headers came, so none are carried");
}

#[test]
fn a_message_that_cannot_be_answered_is_an_error() {
    let truncated = &call("add")[..9];
    for (message, kind) in [
        (&b""[..], ErrorKind::Dialect),
        (b"\x80", ErrorKind::Truncated),
        (truncated, ErrorKind::Truncated),
        (b"\x80\x07\0\x01\0\0\0\x03add\0\0\0\x09\0", ErrorKind::Malformed),
        (b"\x80\x01\0\x01\xff\xff\xff\xffadd\0\0\0\x09\0", ErrorKind::Malformed),
    ] {
        let error = run(Exchange::new(message.to_vec()).run(&processor())).unwrap_err();
        assert_eq!(error.kind(), kind, "{message:02x?}: {error}");
    }
    #[cfg(not(feature = "json"))]
    {
        let error = run(Exchange::new("[1,\"add\",1,9,{}]").run(&processor())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Dialect);
    }
}

#[test]
fn a_message_that_can_be_answered_is() {
    let cut = [&call("echo")[..16], b"\x0b\0\x01\0\0\0\x09x"].concat();
    let reply = {
        let mut reply = call("add");
        reply[3] = 2;
        reply
    };
    for (message, name, kind) in [
        (call("nothing"), "nothing", ApplicationErrorKind::UNKNOWN_METHOD),
        (cut, "echo", ApplicationErrorKind::PROTOCOL_ERROR),
        (reply, "add", ApplicationErrorKind::INVALID_MESSAGE_TYPE),
    ] {
        let answered = run(Exchange::new(message).run(&processor())).unwrap();
        assert_eq!(exception(&answered, name).kind(), kind);
        assert_eq!(answered.outcome, Outcome::Refused(kind));
    }
    let mut limits = Limits::default();
    limits.string_size = 10;
    let long = [&call("echo")[..16], b"\x0b\0\x01\0\0\0\x0b01234567890\0"].concat();
    let exchange = Exchange::new(long.clone()).limits(limits);
    let answered = run(exchange.run(&processor())).unwrap();
    assert_eq!(exception(&answered, "echo").kind(), ApplicationErrorKind::PROTOCOL_ERROR);
    assert_eq!(run(Exchange::new(long).run(&processor())).unwrap().outcome, Outcome::Returned);
}

struct Dropping;

impl wide::WideService for Dropping {
    async fn take(&self, _wide: wide::Wide) -> Result<()> {
        Ok(())
    }
}

/// A server's tasks have room for the largest call all the time.
#[test]
fn the_future_of_a_call_holds_its_arguments_once() {
    let processor = wide::WideServiceProcessor::new(Dropping);
    let exchange = Exchange::new(Bytes::new()).protocol(BinaryProtocol::STRICT);
    let (future, arguments) = (size_of_val(&exchange.run(&processor)), size_of::<wide::Wide>());
    assert!(future < 2 * arguments, "{future} bytes for arguments of {arguments}");
}
