//! Which dialects are taken, and what is too much in one.

use crate::{
    BUFFERED, FRAMED,
    common::{Add, Blob, DIALECTS, Dialect, Service},
    exchange, serve_with,
};

use thrift_runtime::{
    ApplicationErrorKind, BinaryProtocol, Bytes, ConnectionOptions, ErrorKind, Framing, Limits,
    protocol::MessageType,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test(start_paused = true)]
async fn other_dialects_are_refused_by_name() {
    for (bytes, name) in [
        (&b"\x82\x21\x01\x03add\x00"[..], "compact buffered"),
        (b"\x00\x00\x00\x08\x82\x21\x01\x03add\x00", "compact framed"),
        (b"[1,\"add\",1,0,{}]", "JSON buffered"),
        (b"POST / HTTP/1.1\r\n\r\n", "HTTP"),
        (b"GET / HTTP/1.1\r\n\r\n", "HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\x00", "TLS"),
        (b"\x78\x9c\x00\x00", "zlib"),
        (b"\x00\x00\x00\x20\x0f\xff\x00\x00", "THeader"),
        (b"\x00\x00\x00\x20\x10\x00\x00\x00", "TTHeader"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
        (b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n", "the PROXY protocol"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", "the PROXY protocol"),
        (b"\0\0\0\x0f\x7f\0\0\x01tinit check", "ThriftMux"),
        (b"\0\0\x51\0\0\0\0\x04\0\0\x01\0\0\0\0\x75\x30", "Rocket"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff", "ff ff ff ff"),
        (b"\x80\x02\x00\x01\x00\x00\x00\x03", "80 02 00 01"),
        (b"\x7f\x7f\x7f\x7f\x7f", "7f 7f 7f 7f"),
    ] {
        let answered = (cfg!(feature = "compact") && name.starts_with("compact"))
            || (cfg!(feature = "json") && name.starts_with("JSON"))
            || (cfg!(feature = "http") && name == "HTTP")
            || (cfg!(feature = "zlib") && name == "zlib")
            || (cfg!(feature = "header") && ["THeader", "TTHeader"].contains(&name));
        if answered {
            continue;
        }
        let (answer, served) = exchange(bytes).await;
        let error = served.unwrap_err();
        match name {
            // An alert.
            "TLS" => assert_eq!(answer, b"\x15\x03\x03\0\x02\x02\x28"),
            "HTTP" => {
                let answer = String::from_utf8(answer).unwrap();
                let (head, body) = answer.split_once("\r\n\r\n").unwrap();
                assert!(head.starts_with("HTTP/1.1 501 "), "{head}");
                assert!(
                    head.contains(&format!("\r\nContent-Length: {}\r\n", body.len())),
                    "{head}"
                );
            }
            // SETTINGS, and GOAWAY with the code that asks for HTTP/1.1.
            "HTTP/2" => {
                assert_eq!(usize::from(answer[11]), answer.len() - 18);
                assert_eq!(answer[12..26], *b"\x07\0\0\0\0\0\0\0\0\0\0\0\0\x0d");
            }
            // Messages of these for an error.
            "THeader" | "TTHeader" => {
                let text = String::from_utf8_lossy(&answer);
                assert!(text.contains(&format!("speaks no {name}")), "{text:?}");
            }
            "Rocket" => assert_eq!(answer[7..13], *b"\x2c\0\0\0\0\x02"),
            "ThriftMux" => assert_eq!(answer[4..8], *b"\x80\0\0\x01"),
            _ => assert_eq!(answer, b"", "{name}"),
        }
        if ["HTTP/2", "Rocket", "ThriftMux", "the PROXY protocol"].contains(&name) {
            // What to do about it.
            assert!(error.to_string().contains("; "), "{error}");
        }
        assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pinned_framing_takes_no_other() {
    for (wanted, other) in [(Framing::Framed, BUFFERED), (Framing::Buffered, FRAMED)] {
        let mut options = ConnectionOptions::default();
        options.framing = Some(wanted);
        let (mut stream, serving) = serve_with(&Service::default(), options);
        stream.write_all(&other.call("add", 1, &Add { a: 1, b: 1 })).await.unwrap();
        let error = serving.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn strict_and_non_strict_calls_on_one_connection_are_both_read() {
    let dialect = Dialect { framed: false, protocol: BinaryProtocol::NON_STRICT };
    let mut bytes = BUFFERED.call("add", 1, &Add { a: 1, b: 1 });
    bytes.extend(dialect.call("add", 2, &Add { a: 2, b: 2 }));
    let (answer, served) = exchange(&bytes).await;
    assert_eq!(answer, [BUFFERED.sum(1, 2), BUFFERED.sum(2, 4)].concat());
    served.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_message_over_the_limit_is_refused_by_name() {
    let mut limits = Limits::default();
    limits.frame_size = 100;
    limits.message_size = 100;
    for dialect in DIALECTS {
        let mut options = ConnectionOptions::default();
        options.limits = limits.clone();
        let (mut stream, serving) = serve_with(&Service::default(), options);
        let small = Blob { bytes: Bytes::from(vec![0; 60]) };
        stream.write_all(&dialect.call("echo", 1, &small)).await.unwrap();
        assert_eq!(dialect.read(&mut stream).await.kind, MessageType::Reply);
        let large = Blob { bytes: Bytes::from(vec![0; 100]) };
        stream.write_all(&dialect.call("echo", 2, &large)).await.unwrap();
        let refused = dialect.read(&mut stream).await;
        assert_eq!((refused.seqid, refused.exception()), (2, ApplicationErrorKind::PROTOCOL_ERROR));
        assert!(refused.exception.message().contains("limit of 100"), "{refused:?}");
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
        drop(stream);
        assert!(serving.await.unwrap().unwrap_err().is_limit());
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_frame_ends_the_connection() {
    let mut bytes = FRAMED.call("add", 1, &Add { a: 1, b: 1 });
    bytes.extend([0; 4]);
    bytes.extend(FRAMED.call("add", 2, &Add { a: 1, b: 1 }));
    let (answer, served) = exchange(&bytes).await;
    assert_eq!(answer, FRAMED.sum(1, 2));
    served.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_peer_of_sasl_is_refused_in_its_own_words() {
    for bytes in [
        &b"\x01\0\0\0\x05PLAIN\x02\0\0\0\x04\0u\0p"[..],
        b"\x01\0\0\0\x06GSSAPI",
        b"\x01\x7f\xff\xff\xff",
        b"\x02\0\0\0\x03abc",
    ] {
        let (mut stream, serving) = serve_with(&Service::default(), ConnectionOptions::default());
        let start = tokio::time::Instant::now();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(start.elapsed() < std::time::Duration::from_secs(1), "{:?}", start.elapsed());
        let text = "this server takes no SASL; connect without it (Hive: NOSASL)";
        assert_eq!(answer, [b"\x03\0\0\0\x3c", text.as_bytes()].concat());
        drop(stream);
        let error = serving.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
        assert!(error.to_string().starts_with("the peer speaks SASL, which "), "{error}");
    }
}
