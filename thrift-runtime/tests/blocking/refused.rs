//! What a server refuses for good, of which caller and observer are told.

#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};

use thrift_runtime::{BlockingServer, Event, Limits};

use crate::{Handler, TestServiceProcessor};

/// A call of `echo` with so many bytes, and how an answer to it begins that is an exception.
fn echo(bytes: u8) -> Vec<u8> {
    let head = b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\x05\x0b\0\x01\0\0\0";
    [&head[..], &[bytes], &vec![7; bytes.into()], &[0]].concat()
}
const REFUSED: &[u8] = b"\x80\x01\0\x03\0\0\0\x04echo\0\0\0\x05";

fn framed(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u32).to_be_bytes(), message].concat()
}

/// A server that takes 100 bytes, and tells of all that goes wrong.
fn serve(server: BlockingServer) -> mpsc::Receiver<String> {
    let (tell, told) = mpsc::channel();
    let mut limits = Limits::default();
    (limits.frame_size, limits.message_size) = (100, 100);
    let server = server.limits(limits).observer(move |event: &Event<'_>| {
        if event.is_failure() {
            let _ = tell.send(event.to_string());
        }
    });
    thread::spawn(move || server.serve(TestServiceProcessor::blocking(Handler::default())));
    told
}

fn start() -> (SocketAddr, mpsc::Receiver<String>) {
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    (server.local_addr().unwrap(), serve(server))
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

#[track_caller]
fn check_told(told: &mpsc::Receiver<String>, what: &str) {
    let event = told.recv_timeout(Duration::from_secs(20)).expect(what);
    assert!(event.contains(": closed: ") && event.contains(what), "{event}");
}

/// One call is answered, and the next, which is too large, is refused by its name; then the server ends the
/// connection.
fn check_refused(stream: &mut (impl Read + Write), framing: impl Fn(&[u8]) -> Vec<u8>) {
    let small = framing(&echo(60));
    stream.write_all(&small).unwrap();
    let mut answer = vec![0; framing(&echo(60)).len()];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer[answer.len() - 61..], [&[7; 60][..], &[0]].concat());
    stream.write_all(&framing(&echo(100))).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let message = &answer[framing(b"").len()..];
    assert!(message.starts_with(REFUSED), "{}", message.escape_ascii());
    assert_eq!(answer, framing(message));
    assert!(
        String::from_utf8_lossy(message).contains("limit of 100"),
        "{}",
        message.escape_ascii()
    );
}

#[test]
fn over_tcp() {
    let (address, told) = start();
    check_refused(&mut connect(address), <[u8]>::to_vec);
    check_told(&told, "exceeds the limit of 100");
    check_refused(&mut connect(address), framed);
    check_told(&told, "exceeds the limit of 100");
}

#[cfg(unix)]
#[test]
fn over_a_unix_socket() {
    let name = format!("thrift-blocking-refused-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let told = serve(BlockingServer::bind_unix(&path).unwrap());
    check_refused(&mut UnixStream::connect(&path).unwrap(), <[u8]>::to_vec);
    check_refused(&mut UnixStream::connect(&path).unwrap(), framed);
    for _ in 0..2 {
        check_told(&told, "exceeds the limit of 100");
    }
    std::fs::remove_file(path).unwrap();
}

/// Its end is that of TLS, too, as its peer could take the answer for a part of one otherwise.
#[cfg(feature = "tls")]
#[test]
fn in_tls() {
    use crate::{certificates::Authority, raw_tls, tls::server_tls};

    let authority = Authority::new();
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().tls(server_tls(&authority));
    let (address, told) = (server.local_addr().unwrap(), serve(server));
    check_refused(&mut raw_tls::connect(address, &authority.pem), <[u8]>::to_vec);
    check_refused(&mut raw_tls::connect(address, &authority.pem), framed);
    for _ in 0..2 {
        check_told(&told, "exceeds the limit of 100");
    }
    // What comes without TLS is refused for that, however large it is.
    let mut stream = connect(address);
    stream.write_all(&echo(100)).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(REFUSED), "{}", answer.escape_ascii());
    check_told(&told, "takes TLS only");
    // Nothing is nested in itself.
    let mut peer = raw_tls::connect(address, &authority.pem);
    peer.write_all(b"\x16\x03\x01\x02\0\x01\0").unwrap();
    let mut answer = Vec::new();
    peer.read_to_end(&mut answer).unwrap();
    assert_eq!(answer, b"\x15\x03\x03\0\x02\x02\x28");
    check_told(&told, "the peer speaks TLS within TLS");
}

#[cfg(feature = "sasl")]
#[test]
fn in_the_frames_of_sasl() {
    use thrift_runtime::sasl::{Login, ServerSasl};

    let sasl = ServerSasl::plain(|login: &Login| Ok::<_, String>(login.user().to_owned()));
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().sasl(sasl);
    let (address, told) = (server.local_addr().unwrap(), serve(server));
    let mut stream = connect(address);
    stream.write_all(b"\x01\0\0\0\x05PLAIN\x02\0\0\0\x04\0a\0b").unwrap();
    stream.read_exact(&mut [0; 5]).unwrap();
    // Frames are no messages here, so that a call in two of them is found too large in the second.
    let call = echo(100);
    let (one, other) = call.split_at(90);
    stream.write_all(&[framed(one), framed(other)].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer[4..].starts_with(REFUSED), "{}", answer.escape_ascii());
    check_told(&told, "exceeds the limit of 100");
}

/// The header of a call may come in pieces, whose frame alone is known to be too large.
#[test]
fn however_a_call_comes() {
    let (address, told) = start();
    let mut stream = connect(address);
    stream.set_nodelay(true).unwrap();
    let call = framed(&echo(100));
    for byte in &call[..call.len() - 100] {
        // It is refused before the arguments come.
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer[4..].starts_with(REFUSED), "{}", answer.escape_ascii());
    check_told(&told, "exceeds the limit of 100");
}

/// Those who speak something else are told, and the observer why, even if they stay.
#[test]
fn what_is_no_thrift() {
    let (address, told) = start();
    let mut stream = connect(address);
    stream.write_all(b"POST / HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
    check_told(&told, "the peer speaks HTTP, which a blocking server does not");
}

/// Whom nobody can name is not answered, and the observer is told the same.
#[test]
fn without_a_name() {
    let (address, told) = start();
    let oneway = framed(&[&b"\x80\x01\0\x04"[..], &echo(100)[4..]].concat());
    let long_name = [&b"\0\0\x20\0\x80\x01\0\x01\0\0\x10\0"[..], &[b'n'; 5000]].concat();
    for bytes in [&b"\0\0\x20\0\x80\x01\0"[..], &long_name, &oneway] {
        let mut stream = connect(address);
        stream.write_all(bytes).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // What the server has not read resets the connection.
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(answer, b"");
        check_told(&told, "exceeds the limit of 100");
    }
}

/// Where nothing says how long a message is, one that cannot become a call is not waited for.
#[cfg(all(feature = "compact", feature = "json"))]
#[test]
fn what_cannot_become_a_call_of_the_connections_protocol() {
    let add = |kind: &str| match kind {
        "binary" => b"\x80\x01\0\x01\0\0\0\x03add\0\0\0\x01\0".to_vec(),
        "compact" => b"\x82\x21\x01\x03add\0".to_vec(),
        _ => br#"[1,"add",1,1,{}]"#.to_vec(),
    };
    let (address, told) = start();
    for (protocol, wrong) in [
        ("binary", &b"\x82\x21\x01\x03"[..]),
        ("binary", b"[1,2"),
        ("compact", b"\x02\x21\x01\x03\"bad\"\0"),
        ("compact", b"[1,2"),
        ("json", b"[1,2"),
        ("json", b"\x80\x01\0\x01\0\0\0\x03add"),
    ] {
        let mut stream = connect(address);
        stream.write_all(&add(protocol)).unwrap();
        let mut answer = vec![0; 10];
        stream.read_exact(&mut answer).unwrap();
        stream.write_all(wrong).unwrap();
        // Sooner than a call that has begun has to come whole.
        stream.read_to_end(&mut answer).unwrap_or_else(|error| panic!("{protocol}: {error}"));
        let event = told.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!(event.contains(": closed: "), "{protocol}: {event}");
    }
}
