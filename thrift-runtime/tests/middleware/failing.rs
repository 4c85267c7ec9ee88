//! What callers, and the operator, are told when a handler fails.

use std::{
    error::Error as StdError,
    fmt,
    sync::{Arc, Mutex},
};

use thrift_runtime::{
    ApplicationErrorKind, BlockingClient, BlockingServer, Bytes, Call, Context, Error, ErrorKind,
    Event, Processed, Processor, Protocol, Result, Server,
};

use crate::{
    desk::{Desk, DeskBlocking, DeskBlockingClient, DeskClient, DeskHalfError, DeskProcessor, Odd},
    handler::Handler,
    ways::ways,
};

/// What only the operator is to read.
#[derive(Debug)]
struct Secret;

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no file /etc/secret")
    }
}

impl StdError for Secret {}

/// Another server's method, asked by this one's handler.
fn elsewhere(kind: ApplicationErrorKind) -> Error {
    // The way in which an exception comes off the wire.
    use thrift_runtime::{
        ApplicationException, BinaryProtocol, Method, Request, Response,
        protocol::{MessageHeader, MessageType, Output},
    };
    let protocol = BinaryProtocol::STRICT;
    let header = MessageHeader::new(&b"who"[..], MessageType::Exception, 0);
    let mut out = Output::new();
    let exception = ApplicationException::new(kind, "elsewhere");
    protocol.write_message(&header, &exception, &mut out).unwrap();
    let method = Method::new("who");
    let request = Request::new(&method, &exception);
    let response = Response::from_message(protocol, &request, out.into_vec()).unwrap();
    response.read::<ApplicationException>().unwrap_err()
}

fn failure(how: &str) -> Error {
    match how {
        "internal" => Error::internal(Secret),
        "told" => Error::internal(Secret).told_to_caller(),
        "elsewhere" => elsewhere(ApplicationErrorKind::UNKNOWN_METHOD),
        "told from elsewhere" => elsewhere(ApplicationErrorKind(42)).told_to_caller(),
        "declared" => DeskHalfError::from(Odd { number: 7 }).into(),
        "io" => std::io::Error::other(Secret).into(),
        "own" => Error::application(ApplicationErrorKind(42), "own"),
        "own, told" => Error::application(ApplicationErrorKind(42), "own").told_to_caller(),
        how => panic!("{how}"),
    }
}

/// How a handler fails, and what its caller is told.
const TOLD: [(&str, i32, &str); 8] = [
    ("internal", 6, "the handler failed"),
    ("told", 6, "no file /etc/secret"),
    ("elsewhere", 6, "the handler failed"),
    ("told from elsewhere", 6, "application exception 42: elsewhere"),
    ("declared", 6, "the handler failed"),
    ("io", 6, "the handler failed"),
    ("own", 42, "own"),
    ("own, told", 42, "own"),
];

#[derive(Debug, Clone)]
struct Failing;

impl Desk for Failing {
    async fn echo(&self, bytes: Bytes, _: Vec<String>) -> Result<Bytes> {
        Ok(bytes)
    }
    async fn half(&self, _: i32) -> Result<i32, DeskHalfError> {
        Err(Error::internal(Secret))?
    }
    async fn need(&self, number: i32) -> Result<i32> {
        Ok(number)
    }
    async fn fail(&self, text: String) -> Result<()> {
        Err(failure(&text))
    }
    async fn panic(&self) -> Result<i32> {
        Ok(0)
    }
    async fn wait(&self, millis: i32) -> Result<i32> {
        Ok(millis)
    }
    async fn who(&self) -> Result<String> {
        Ok(String::new())
    }
    async fn note(&self, _: Bytes, then: String) -> Result<()> {
        Err(failure(&then))
    }
}

impl DeskBlocking for Failing {
    fn echo(&self, bytes: Bytes, _: Vec<String>) -> Result<Bytes> {
        Ok(bytes)
    }
    fn half(&self, _: i32) -> Result<i32, DeskHalfError> {
        Err(Error::internal(Secret))?
    }
    fn need(&self, number: i32) -> Result<i32> {
        Ok(number)
    }
    fn fail(&self, text: String) -> Result<()> {
        Err(failure(&text))
    }
    fn panic(&self) -> Result<i32> {
        Ok(0)
    }
    fn wait(&self, millis: i32) -> Result<i32> {
        Ok(millis)
    }
    fn who(&self) -> Result<String> {
        Ok(String::new())
    }
    fn note(&self, _: Bytes, then: String) -> Result<()> {
        Err(failure(&then))
    }
}

/// Middleware that fails in place of the handler.
struct Before<T>(T);

impl<T: Processor> Processor for Before<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let _ = self.0.process(call.reborrow()).await;
        match call.method() {
            b"fail" => call.fail(&failure("internal")),
            _ => call.fail(&elsewhere(ApplicationErrorKind::UNKNOWN_METHOD)),
        }
    }
}

async fn expect_told(desk: &DeskClient<impl thrift_runtime::Channel>, context: &str) {
    for (how, kind, text) in TOLD {
        let error = desk.fail(how.to_owned()).await.unwrap_err();
        let exception = error.as_application().expect(how);
        assert_eq!((exception.kind().0, exception.message()), (kind, text), "{how}, {context}");
    }
    let error = Error::from(desk.half(1).await.unwrap_err());
    assert_eq!(error.to_string(), "internal error: the handler failed", "{context}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_is_told_what_the_handler_means_it_to_know() {
    for way in ways() {
        let address = way.serve(DeskProcessor::new(Failing)).await;
        let desk = DeskClient::new(way.connect(address).await);
        expect_told(&desk, &format!("{way:?}")).await;
        let address = way.serve(DeskProcessor::per_call(|_: &Context| Failing)).await;
        let desk = DeskClient::new(way.connect(address).await);
        expect_told(&desk, &format!("{way:?}, per call")).await;
        let address = way.serve(DeskProcessor::blocking(Failing)).await;
        let desk = DeskClient::new(way.connect(address).await);
        expect_told(&desk, &format!("{way:?}, blocking handler")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_is_told_as_much_by_middleware() {
    for way in ways() {
        let address = way.serve(Before(DeskProcessor::new(Handler::new()))).await;
        let desk = DeskClient::new(way.connect(address).await);
        for error in [desk.fail(String::new()).await.unwrap_err(), desk.who().await.unwrap_err()] {
            assert_eq!(error.to_string(), "internal error: the handler failed", "{way:?}");
        }
    }
}

/// What an observer is told, without the connections and their addresses.
type Heard = Arc<Mutex<Vec<String>>>;

fn observer() -> (Heard, impl Fn(&Event<'_>) + Send + Sync + 'static) {
    let heard = Heard::default();
    let hearing = Arc::clone(&heard);
    (heard, move |event: &Event<'_>| {
        if let Event::Failed { method, error, .. } = event {
            assert!(event.is_failure() && event.error().is_some());
            hearing.lock().unwrap().push(format!("{method}: {error}"));
        }
    })
}

const HEARD: [&str; 6] = [
    "fail: no file /etc/secret",
    "fail: no file /etc/secret",
    "fail: unknown method: elsewhere",
    "fail: application exception 42: elsewhere",
    "fail: Odd { number: 7 }",
    "fail: no file /etc/secret",
];

#[tokio::test]
async fn the_operator_hears_what_callers_do_not() {
    let (heard, observer) = observer();
    let server = Server::bind("127.0.0.1:0").await.unwrap().observer(observer);
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(DeskProcessor::new(Failing)));
    let desk = DeskClient::connect(address).await.unwrap();
    // Nobody is answered here, and all the more has to be heard.
    desk.note(Bytes::new(), "internal".into()).await.unwrap();
    expect_told(&desk, "observed").await;
    let mut heard = std::mem::take(&mut *heard.lock().unwrap());
    assert_eq!(heard.remove(0), "note: no file /etc/secret");
    assert_eq!(heard.pop().unwrap(), "half: no file /etc/secret");
    assert_eq!(heard, HEARD);
}

#[test]
fn the_operator_of_a_blocking_server_hears_it() {
    let (heard, observer) = observer();
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().observer(observer);
    let address = server.local_addr().unwrap();
    std::thread::spawn(move || server.serve(DeskProcessor::blocking(Failing)));
    let desk = DeskBlockingClient::new(BlockingClient::connect(address).unwrap());
    for (how, ..) in TOLD {
        desk.fail(how.to_owned()).unwrap_err();
    }
    assert_eq!(*heard.lock().unwrap(), HEARD);
}

#[test]
fn a_declared_exception_keeps_its_type() {
    let error = Error::from(DeskHalfError::from(Odd { number: 7 }));
    assert_eq!(error.kind(), ErrorKind::Declared);
    assert_eq!(error.get_ref().unwrap().downcast_ref::<Odd>(), Some(&Odd { number: 7 }));
    let error = Error::from(DeskHalfError::from(Error::new(ErrorKind::Closed, "gone")));
    assert!(error.is_closed());
}

#[test]
fn an_exception_within_an_internal_error_is_no_answer() {
    let exception = elsewhere(ApplicationErrorKind(42)).as_application().unwrap().clone();
    let error = Error::internal(exception);
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert_eq!(error.as_application(), None);
    assert!(error.get_ref().is_some());
}
