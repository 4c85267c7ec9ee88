//! A server, a client of it that means well, and what is said to and by the server.

use std::{fmt::Debug, net::SocketAddr, time::Duration};

use thrift_runtime::{
    AnyProtocol, ApplicationErrorKind, ApplicationException, BinaryProtocol, Client,
    CompactProtocol, Framing, JsonProtocol, Limits, Processor, Protocol, Server,
    protocol::{Input, MessageType},
};
use thrift_tests::conformance::idl::{BeyondClient, conformance::Conformance};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// A server in this thread.
pub(crate) struct Served {
    address: SocketAddr,
    bystander: BeyondClient,
    _serving: JoinSet<()>,
}

impl Served {
    pub(crate) async fn start(processor: impl Processor) -> Self {
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let mut serving = JoinSet::new();
        serving.spawn(server.serve(processor));
        let bystander = BeyondClient::connect(address).await.unwrap();
        Served { address, bystander, _serving: serving }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Has the bystander served.
    pub(crate) async fn goes_on(&self) {
        let answer = timeout(PATIENCE, self.bystander.join(1, 2, 3)).await;
        assert_eq!(answer.expect("another connection is served").unwrap(), "1 2 3");
    }

    /// What is answered to bytes after which nothing comes.
    pub(crate) async fn exchange(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        let answer = end(stream).await;
        self.goes_on().await;
        answer
    }

    /// Shows that a call is answered with an exception, framed and unframed; where its end can be
    /// known, which in a frame it is, the next call is answered too, and otherwise the server
    /// closes the connection.
    pub(crate) async fn refuses(&self, what: &str, call: &[u8], refused: &Answer, sound: bool) {
        let next = call_of_nothing(2);
        let done = Answer { kind: MessageType::Reply, ..Answer::to("nothing", 2) };
        for dialect in &DIALECTS[..2] {
            let framed = dialect.framing == Framing::Framed;
            let mut stream = self.connect().await;
            stream.write_all(&dialect.frame(call)).await.unwrap();
            stream.write_all(&dialect.frame(&next)).await.unwrap();
            let answers = if framed || sound { end(stream).await } else { rest(stream).await };
            let answers = dialect.answers(&answers);
            let expected = if framed || sound { &[refused, &done][..] } else { &[refused] };
            assert_eq!(answers.iter().collect::<Vec<_>>(), expected, "{what}, {dialect:?}");
            self.goes_on().await;
        }
    }
}

/// What is answered until the server closes, once nothing more is sent.
pub(crate) async fn end(mut stream: TcpStream) -> Vec<u8> {
    // The server may have closed already.
    let _ = stream.shutdown().await;
    rest(stream).await
}

/// What is answered until the server closes.
async fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    // What was answered counts, also if the server closed without reading all.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the server closes");
    answer
}

/// A call in strict binary, of which the body is given.
pub(crate) fn call(method: &str, seqid: i32, body: &[u8]) -> Vec<u8> {
    let length = method.len() as u32;
    let name = [&length.to_be_bytes(), method.as_bytes()].concat();
    [b"\x80\x01\x00\x01", &*name, &seqid.to_be_bytes(), body].concat()
}

fn call_of_nothing(seqid: i32) -> Vec<u8> {
    call("nothing", seqid, &[0])
}

/// What is spoken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    protocol: AnyProtocol,
    framing: Framing,
}

pub(crate) const DIALECTS: [Dialect; 8] = {
    use AnyProtocol::{Binary, Compact, Json};
    use Framing::{Buffered, Framed};
    const fn dialect(protocol: AnyProtocol, framing: Framing) -> Dialect {
        Dialect { protocol, framing }
    }
    [
        dialect(Binary(BinaryProtocol::STRICT), Buffered),
        dialect(Binary(BinaryProtocol::STRICT), Framed),
        dialect(Binary(BinaryProtocol::NON_STRICT), Buffered),
        dialect(Binary(BinaryProtocol::NON_STRICT), Framed),
        dialect(Compact(CompactProtocol), Buffered),
        dialect(Compact(CompactProtocol), Framed),
        dialect(Json(JsonProtocol), Buffered),
        dialect(Json(JsonProtocol), Framed),
    ]
};

impl Dialect {
    /// The bytes that a client sends for a call, its first.
    pub(crate) async fn record<T: Debug>(
        self,
        call: impl AsyncFnOnce(BeyondClient<Client<AnyProtocol>>) -> T,
    ) -> Vec<u8> {
        let (ours, mut theirs) = duplex(1 << 20);
        let client = Client::builder().protocol(self.protocol).framed().over(ours);
        let reading = async {
            let mut message = vec![0; theirs.read_u32().await.unwrap() as usize];
            theirs.read_exact(&mut message).await.unwrap();
            message
        };
        tokio::select! {
            message = reading => self.frame(&message),
            answer = call(BeyondClient::new(client)) => panic!("nobody answered {answer:?}"),
        }
    }

    /// A message as it follows others.
    pub(crate) fn frame(self, message: &[u8]) -> Vec<u8> {
        match self.framing {
            Framing::Framed => [&(message.len() as u32).to_be_bytes(), message].concat(),
            _ => message.to_vec(),
        }
    }

    /// Reads messages that follow one another to the end.
    pub(crate) fn answers(self, mut bytes: &[u8]) -> Vec<Answer> {
        let mut answers = Vec::new();
        while !bytes.is_empty() {
            if self.framing == Framing::Framed {
                bytes = &bytes[4..];
            }
            let (answer, end) = self.answer(bytes);
            answers.push(answer);
            bytes = &bytes[end..];
        }
        answers
    }

    fn answer(self, bytes: &[u8]) -> (Answer, usize) {
        let limits = Limits::default();
        let (header, at) = self.protocol.read_header(bytes, &limits).unwrap();
        let kind = header.kind.expect("a known kind of message");
        let mut exception = ApplicationException::default();
        let end = match kind {
            MessageType::Exception => {
                self.protocol.read_body(Input::from(bytes), at, &limits, &mut exception).unwrap()
            }
            _ => self.protocol.skip_body(bytes, at, &limits).unwrap(),
        };
        let name = header.name.to_vec();
        (Answer { name, seqid: header.seqid, kind, exception: exception.kind() }, end)
    }
}

/// A message of the server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) name: Vec<u8>,
    seqid: i32,
    kind: MessageType,
    exception: ApplicationErrorKind,
}

impl Answer {
    fn to(method: &str, seqid: i32) -> Self {
        let exception = ApplicationErrorKind::default();
        Answer { name: method.into(), seqid, kind: MessageType::Reply, exception }
    }

    pub(crate) fn exception(method: &str, seqid: i32, exception: ApplicationErrorKind) -> Self {
        Answer { kind: MessageType::Exception, exception, ..Answer::to(method, seqid) }
    }
}
