//! THeader: what it carries, in which protocols, and beside what it is answered.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/enveloped.rs"]
mod enveloped;
mod hostile_clients;
mod hostile_servers;
mod onward;
#[path = "../common/recorder.rs"]
mod recorder;

use std::{net::SocketAddr, sync::atomic::Ordering, time::Duration};

use common::{Text, add, echo};
use recorder::Recorder;
use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, BinaryProtocol, Bytes, Client, ClientBuilder,
    ErrorKind, Framing, Limits, Protocol, ttheader,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(20);

async fn check<P: Protocol>(builder: ClientBuilder<P>, address: SocketAddr, recorder: &Recorder) {
    let client = builder.connect(address).await.unwrap();
    let traced = client.with_header("trace", "7f3a").with_header("tenant", "blue");
    assert_eq!(add(&traced, 1, 2).await.unwrap(), 3);
    assert_eq!(recorder.last("trace").as_deref(), Some("7f3a"));
    assert_eq!(recorder.last("tenant").as_deref(), Some("blue"));
    assert_eq!(add(&client, 3, 4).await.unwrap(), 7);
    assert_eq!(recorder.last("trace"), None);

    let large = Bytes::from(vec![7; 300_000]);
    assert_eq!(echo(&client, &large).await.unwrap(), large);
    let before = recorder.service.notes.load(Ordering::SeqCst);
    common::call_oneway(&client, "note", &Text { text: "x".into() }).await.unwrap();
    assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
    assert_eq!(recorder.service.notes.load(Ordering::SeqCst), before + 1);
}

#[tokio::test]
async fn calls_carry_headers_in_every_protocol() {
    for concurrent_calls in [1, 10] {
        let recorder = Recorder::default();
        let address = recorder.serve(|server| server.concurrent_calls(concurrent_calls)).await;
        check(Client::builder().header(), address, &recorder).await;
        #[cfg(feature = "compact")]
        {
            let builder = Client::builder().protocol(thrift_runtime::CompactProtocol);
            check(builder.header(), address, &recorder).await;
        }
        #[cfg(feature = "zlib")]
        if concurrent_calls == 1 {
            check(Client::builder().header_with_zlib(), address, &recorder).await;
        }
        for framing in [Framing::HeaderInFrames, Framing::TtHeader, Framing::TtHeaderFramed] {
            check(Client::builder().framing(framing), address, &recorder).await;
            #[cfg(feature = "compact")]
            {
                let builder = Client::builder().protocol(thrift_runtime::CompactProtocol);
                check(builder.framing(framing), address, &recorder).await;
            }
        }
        // On the same port, at the same time.
        let plain = Client::connect(address).await.unwrap();
        assert_eq!(add(&plain, 1, 2).await.unwrap(), 3);
    }
}

#[tokio::test]
async fn a_server_may_take_theader_only() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server.framing(Framing::Header)).await;
    let client = Client::builder().header().connect(address).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    let plain = Client::builder().framed().connect(address).await.unwrap();
    assert!(add(&plain, 1, 2).await.unwrap_err().is_closed());
    let other = Client::builder().framing(Framing::TtHeader).connect(address).await.unwrap();
    let error = add(&other, 1, 2).await.unwrap_err();
    let text = format!("this server takes {} only", Framing::Header);
    assert_eq!(error.as_application().unwrap().message(), text);
}

#[tokio::test]
async fn a_server_may_take_ttheader_only() {
    let recorder = Recorder::default();
    for wanted in [Framing::TtHeader, Framing::TtHeaderFramed] {
        let address = recorder.serve(|server| server.framing(wanted)).await;
        let client = Client::builder().framing(wanted).connect(address).await.unwrap();
        assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
        let other = Client::builder().header().connect(address).await.unwrap();
        let error = add(&other, 1, 2).await.unwrap_err();
        let text = format!("this server takes {wanted} only");
        assert_eq!(error.as_application().unwrap().message(), text);
    }
}

#[tokio::test]
async fn ttheader_names_the_method_and_the_timeout() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let client = Client::builder().framing(Framing::TtHeader).connect(address).await.unwrap();
    add(&client.with_timeout(Duration::from_secs(7)), 1, 2).await.unwrap();
    assert_eq!(recorder.last(ttheader::TO_METHOD).as_deref(), Some("add"));
    assert_eq!(recorder.last(ttheader::RPC_TIMEOUT).as_deref(), Some("7000"));
    let other = client.with_header(ttheader::TO_METHOD, "else");
    add(&other.with_header(ttheader::ACL_TOKEN, "secret"), 1, 2).await.unwrap();
    assert_eq!(recorder.last(ttheader::TO_METHOD).as_deref(), Some("else"));
    assert_eq!(recorder.last(ttheader::ACL_TOKEN).as_deref(), Some("secret"));
}

#[tokio::test]
async fn the_answer_repeats_flags_and_sequence_number() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Flags 0x0304, number 0x01020304, header of a word; a strict call of `add`, sequence id 9.
    let envelope = b"\x0f\xff\x03\x04\x01\x02\x03\x04\x00\x01\x00\x00\x00\x00";
    let call = b"\x80\x01\x00\x01\0\0\0\x03add\0\0\0\x09\0";
    let length = (envelope.len() + call.len()) as u32;
    stream.write_all(&[&length.to_be_bytes(), &envelope[..], call].concat()).await.unwrap();
    let mut answer = vec![0; timeout(PATIENCE, stream.read_u32()).await.unwrap().unwrap() as usize];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer[..14], envelope);
    assert_eq!(&answer[14..29], b"\x80\x01\x00\x02\0\0\0\x03add\0\0\0\x09");
}

/// Sends a frame and reads the next.
async fn exchange(stream: &mut TcpStream, frame: &[u8]) -> Vec<u8> {
    let length = (frame.len() as u32).to_be_bytes();
    stream.write_all(&[&length, frame].concat()).await.unwrap();
    let length = timeout(PATIENCE, stream.read_u32()).await.unwrap().unwrap();
    let mut answer = vec![0; length as usize];
    stream.read_exact(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_and_the_connection_goes_on() {
    for concurrent_calls in [1, 10] {
        let recorder = Recorder::default();
        let address = recorder.serve(|server| server.concurrent_calls(concurrent_calls)).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let good = b"\x0f\xff\0\0\0\0\0\x07\0\x01\0\0\0\0\x80\x01\0\x01\0\0\0\x03add\0\0\0\x09\0";
        for (header, kind, text) in [
            (b"\0\x01\x03\0", 8, "transform 3 of THeader is not known"),
            (b"\x05\0\0\0", 9, "protocol 5 of THeader is not known"),
        ] {
            let envelope = [b"\x0f\xff\0\0\0\0\0\x07\0\x01", &header[..]].concat();
            let answer = exchange(&mut stream, &[&envelope[..], b"whatever it is"].concat()).await;
            // In the binary protocol, with the frame's number and no name.
            let head = b"\x0f\xff\0\0\0\0\0\x07\0\x01\0\0\0\0\x80\x01\0\x03\0\0\0\0\0\0\0\x07";
            assert!(answer.starts_with(head), "{answer:02x?}");
            let exception: ApplicationException =
                BinaryProtocol::STRICT.decode(&answer[head.len()..]).unwrap();
            assert_eq!((exception.kind().0, exception.message()), (kind, text));
            assert_eq!(exchange(&mut stream, good).await[14..18], *b"\x80\x01\0\x02");
        }
    }
}

#[tokio::test]
async fn a_client_is_told_why_its_call_could_not_be_read() {
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    let client = Client::builder().header().over(ours);
    let calling = tokio::spawn(async move { (add(&client, 1, 2).await, add(&client, 3, 4).await) });
    for number in 0..2 {
        let length = timeout(PATIENCE, theirs.read_u32()).await.unwrap().unwrap();
        theirs.read_exact(&mut vec![0; length as usize]).await.unwrap();
        let exception = ApplicationException::new(ApplicationErrorKind::INVALID_TRANSFORM, "no");
        let mut message = [b"\x80\x01\0\x03\0\0\0\0\0\0\0", &[number][..]].concat();
        message.extend(BinaryProtocol::STRICT.encode(&exception).unwrap());
        let envelope = [b"\x0f\xff\0\0\0\0\0", &[number][..], b"\0\x01\0\0\0\0"].concat();
        let length = (envelope.len() + message.len()) as u32;
        theirs.write_all(&[&length.to_be_bytes(), &envelope[..], &message].concat()).await.unwrap();
    }
    let (first, second) = calling.await.unwrap();
    for error in [first.unwrap_err(), second.unwrap_err()] {
        let kind = error.as_application().unwrap().kind();
        assert_eq!(kind, ApplicationErrorKind::INVALID_TRANSFORM);
    }
}

#[tokio::test]
async fn a_peer_that_answers_otherwise_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 100]).await;
        stream.write_all(b"\0\0\0\x10\x80\x01\x00\x02").await.unwrap();
        std::future::pending::<()>().await;
    });
    let client = Client::builder().header().connect(address).await.unwrap();
    let error = timeout(PATIENCE, add(&client, 1, 2)).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Dialect);
}

#[cfg(feature = "zlib")]
#[tokio::test]
async fn a_bomb_is_refused() {
    let recorder = Recorder::default();
    let mut limits = thrift_runtime::Limits::default();
    limits.message_size = 8 << 20;
    let address = recorder.serve(|server| server.limits(limits)).await;
    // Compressed twice, a hundredth of a thousandth is left of many zeros.
    let bomb = bomb();
    assert!(bomb.len() < 2048, "{}", bomb.len());
    let envelope = b"\x0f\xff\0\0\0\0\0\0\x00\x01\x00\x02\x01\x01";
    let length = (envelope.len() + bomb.len()) as u32;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&[&length.to_be_bytes(), &envelope[..], &bomb].concat()).await.unwrap();
    let closed = timeout(PATIENCE, stream.read(&mut [0; 8])).await.unwrap();
    assert!(matches!(closed, Ok(0) | Err(_)));
    let client = Client::builder().header().connect(address).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
}

#[cfg(feature = "zlib")]
fn bomb() -> Vec<u8> {
    use std::io::Write;

    use flate2::{Compression, write::ZlibEncoder};

    let mut once = ZlibEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        once.write_all(&[0; 1 << 20]).unwrap();
    }
    let mut twice = ZlibEncoder::new(Vec::new(), Compression::best());
    twice.write_all(&once.finish().unwrap()).unwrap();
    twice.finish().unwrap()
}

#[tokio::test]
async fn a_reply_that_is_too_large_fails_its_call_alone() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let builders = [
        Client::builder().header(),
        #[cfg(feature = "zlib")]
        Client::builder().header_with_zlib(),
    ];
    for builder in builders {
        let mut limits = Limits::default();
        limits.message_size = 1000;
        let client = builder.limits(limits).connect(address).await.unwrap();
        let large = Bytes::from(vec![7; 300_000]);
        for n in 0..2 {
            let (echoed, sum) = tokio::join!(echo(&client, &large), add(&client, n, 1));
            let error = echoed.unwrap_err();
            assert!(error.is_limit(), "{error:?}");
            assert_eq!(sum.unwrap(), n + 1);
        }
    }
}
