//! Clients of what is not spoken on a port are told so at once, and what to use; the operator hears
//! what it was, and what to switch on.

mod common;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use common::Service;
use thrift_runtime::{BlockingServer, CloseReason, Event, Server};

/// What a client begins with.
struct Client {
    /// What the operator is told that it speaks.
    name: &'static str,
    begins: &'static [u8],
    /// What the client is told in its own words; nothing where there are none.
    told: &'static [u8],
    /// What the operator can do about it; or the feature that was left out.
    advice: &'static str,
    feature: Option<(&'static str, bool)>,
}

const CLIENTS: [Client; 9] = [
    Client {
        name: "SASL",
        begins: b"\x01\0\0\0\x05PLAIN\x02\0\0\0\x0a\0alice\0abc",
        told: b"\x03\0\0\0\x3cthis server takes no SASL; connect without it (Hive: NOSASL)",
        advice: "set `sasl` on the server",
        feature: Some(("sasl", cfg!(feature = "sasl"))),
    },
    Client {
        name: "TTHeader",
        begins:
            b"\0\0\0\x1f\x10\0\0\0\0\0\0\x09\0\x01\0\0\0\0\x80\x01\0\x01\0\0\0\x03add\0\0\0\x09\0",
        told: b"this server speaks no TTHeader; use framed Thrift instead",
        advice: "have it speak framed Thrift, or use the server on tokio",
        feature: Some(("header", cfg!(feature = "header"))),
    },
    Client {
        name: "THeader",
        begins:
            b"\0\0\0\x1f\x0f\xff\0\0\0\0\0\x09\0\x01\0\0\0\0\x80\x01\0\x01\0\0\0\x03add\0\0\0\x09\0",
        told: b"this server speaks no THeader; use framed Thrift instead",
        advice: "have it speak framed Thrift, or use the server on tokio",
        feature: Some(("header", cfg!(feature = "header"))),
    },
    Client {
        name: "TLS",
        begins: b"\x16\x03\x01\0\x06\x01\0\0\x02\x03\x03",
        // The alert `handshake_failure`.
        told: b"\x15\x03\x03\0\x02\x02\x28",
        advice: "set `tls` on the server",
        feature: Some(("tls", cfg!(feature = "tls"))),
    },
    Client {
        name: "HTTP/2",
        begins: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
        // GOAWAY, as HTTP/1.1 is required, and a text.
        told: b"\x07\0\0\0\0\0\0\0\0\0\0\0\0\x0dthis ",
        advice: "have it speak ",
        feature: None,
    },
    Client {
        name: "the PROXY protocol",
        begins: b"PROXY TCP4 192.0.2.1 192.0.2.2 56324 9090\r\n",
        told: b"",
        advice: "switch it off in the load balancer",
        feature: None,
    },
    Client {
        name: "the PROXY protocol",
        begins: b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\xdc\x04\x23\x82",
        told: b"",
        advice: "switch it off in the load balancer",
        feature: None,
    },
    Client {
        name: "Rocket",
        begins: b"\0\0\x24\0\0\0\0\x04\0\0\x01\0\0\0\0\x75\x30\0\0\x75\x30\
                 \x08text/foo\x08text/foo",
        told: b"this server speaks no Rocket; use THeader instead",
        advice: "have it speak THeader",
        feature: None,
    },
    Client {
        name: "ThriftMux",
        begins: b"\0\0\0\x0e\x7f\0\0\x01tinit check",
        told: b"this server speaks no ThriftMux; use framed Thrift instead",
        advice: "have it speak framed Thrift",
        feature: None,
    },
];

/// Tells a test why connections fail.
fn tell(sender: Sender<String>) -> impl Fn(&Event<'_>) + Send + Sync {
    move |event| {
        if let Event::Closed { why: CloseReason::Failed(error), .. } = event {
            let _ = sender.send(error.to_string());
        }
    }
}

/// What a client is told, which goes on waiting, and what the operator, within a second.
fn told(client: &Client, address: SocketAddr, errors: &Receiver<String>) -> (Vec<u8>, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let start = Instant::now();
    stream.write_all(client.begins).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(start.elapsed() < Duration::from_secs(1), "{}: {:?}", client.name, start.elapsed());
    drop(stream);
    (answer, errors.recv_timeout(Duration::from_secs(20)).unwrap())
}

fn check(address: SocketAddr, errors: &Receiver<String>, serves: impl Fn(&Client) -> bool) {
    for client in CLIENTS.iter().filter(|client| !serves(client)) {
        let (answer, error) = told(client, address, errors);
        let has_told = answer.windows(client.told.len().max(1)).any(|part| part == client.told);
        assert!(has_told || client.told.is_empty(), "{}: {}", client.name, answer.escape_ascii());
        assert!(error.starts_with(&format!("the peer speaks {}, which ", client.name)), "{error}");
        let advice = match client.feature {
            Some((feature, false)) => format!("without the feature `{feature}`"),
            _ => client.advice.to_owned(),
        };
        // A blocking server has none of THeader, whatever is built in.
        assert!(error.contains(&advice) || error.contains(client.advice), "{error}");
        if client.name.ends_with("Header") {
            // The number of the call, in the frame and in the message.
            assert_eq!(answer[4..14], client.begins[4..14], "{}", answer.escape_ascii());
            assert_eq!(answer[18..30], *b"\x80\x01\0\x03\0\0\0\0\0\0\0\x09");
        }
    }
}

#[test]
fn clients_are_told_at_once_what_is_not_spoken() {
    let (sender, errors) = channel();
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().observer(tell(sender));
    let address = server.local_addr().unwrap();
    thread::spawn(move || server.serve(Service::default()));
    check(address, &errors, |_| false);

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (sender, errors) = channel();
    let server = runtime.block_on(Server::bind("127.0.0.1:0")).unwrap().observer(tell(sender));
    let address = server.local_addr().unwrap();
    runtime.spawn(server.serve(Service::default()));
    check(address, &errors, |client| client.name.ends_with("Header") && cfg!(feature = "header"));
}
