//! Replies that are wrong, or that cannot be read.

use std::time::Duration;

use crate::{
    BUFFERED, FRAMED, adding, client_and_peer,
    common::{Add, DIALECTS, Dialect, Nothing, Returned, add, call_oneway, settle},
    error_for, waiting,
};
use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, BinaryProtocol, Client, ErrorKind, Result,
    protocol::MessageType,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

#[tokio::test(start_paused = true)]
async fn a_wrong_reply_ends_every_call_and_the_connection() {
    for dialect in DIALECTS {
        for bytes in [
            dialect.sum(1, 8),
            dialect.sum(-1, 8),
            dialect.reply("subtract", 0, &Returned { success: Some(8) }),
            dialect.call("add", 0, &Add { a: 1, b: 1 }),
            dialect.message(MessageType::Oneway, b"add", 0, &Nothing {}),
        ] {
            let (error, client) = error_for(dialect, &bytes).await;
            assert_eq!(error.kind(), ErrorKind::WrongReply, "{error}");
            settle().await;
            assert!(client.is_closed());
            let later = add(&client, 1, 1).await.unwrap_err();
            assert!(later.is_closed(), "{later}");
            assert!(later.to_string().contains(&error.to_string()), "{later}");
        }
    }
}

/// What a server of Apache in Python answers to any call that it does not know.
fn unknown(dialect: Dialect, method: &[u8], seqid: i32) -> Vec<u8> {
    let exception = ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, "note");
    dialect.message(MessageType::Exception, method, seqid, &exception)
}

#[tokio::test(start_paused = true)]
async fn a_reply_to_a_oneway_call_is_dropped() {
    for dialect in DIALECTS {
        let (ours, mut peer) = duplex(1 << 16);
        let builder = Client::builder().protocol(dialect.protocol).max_in_flight(1);
        let client = if dialect.framed { builder.framed() } else { builder }.over(ours);
        // The first reply of all, one beside others, and one long after its call.
        call_oneway(&client, "note", &Nothing {}).await.unwrap();
        let first = dialect.read(&mut peer).await.seqid;
        peer.write_all(&unknown(dialect, b"note", first)).await.unwrap();
        settle().await;
        for n in 0..3 {
            call_oneway(&client, "note", &Nothing {}).await.unwrap();
            let note = dialect.read(&mut peer).await.seqid;
            let call = adding(&client, n, 1);
            let seqid = dialect.read(&mut peer).await.seqid;
            let stray = unknown(dialect, b"note", if n == 2 { first } else { note });
            peer.write_all(&[stray, dialect.sum(seqid, n + 1)].concat()).await.unwrap();
            assert_eq!(call.await.unwrap().unwrap(), n + 1);
        }
        // It gave no call's place in flight back.
        let calls = [waiting(&client), waiting(&client)];
        dialect.read(&mut peer).await;
        let more = tokio::time::timeout(Duration::from_secs(1), peer.read_u8()).await;
        assert!(more.is_err(), "a second call was sent");
        drop(calls);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_reply_ends_calls_of_other_tasks_at_once() {
    let (client, mut peer) = client_and_peer(FRAMED);
    let calls: Vec<_> = (0..5).map(|_| waiting(&client)).collect();
    settle().await;
    peer.write_all(&FRAMED.sum(3, 8)).await.unwrap();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap_err().kind(), ErrorKind::WrongReply);
    }
    // The peer sees the end, too.
    while peer.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {}
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_cannot_be_read_fails_its_call_alone() {
    for dialect in DIALECTS {
        let (client, mut peer) = client_and_peer(dialect);
        let call = tokio::spawn({
            let client = client.clone();
            async move {
                let bad: Result<Returned<String>> =
                    crate::common::call(&client, "text", &Nothing {}).await;
                (bad.unwrap_err(), add(&client, 1, 1).await)
            }
        });
        let seqid = dialect.read(&mut peer).await.seqid;
        let mut reply = dialect.reply("text", seqid, &Returned { success: Some("xx".to_owned()) });
        let at = reply.len() - 2;
        reply[at] = 0xff;
        peer.write_all(&reply).await.unwrap();
        let seqid = dialect.read(&mut peer).await.seqid;
        peer.write_all(&dialect.sum(seqid, 2)).await.unwrap();
        let (error, sum) = call.await.unwrap();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert!(error.to_string().starts_with("Returned.success: "), "{error}");
        assert_eq!(sum.unwrap(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_whose_end_cannot_be_found_ends_the_connection() {
    let mut reply = BUFFERED.reply("add", 0, &Returned { success: Some("xx".to_owned()) });
    let at = reply.len() - 7;
    reply[at] = 0xff;
    let (error, client) = error_for(BUFFERED, &reply).await;
    assert_eq!(error.kind(), ErrorKind::Malformed, "{error}");
    settle().await;
    assert!(client.is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_peer_of_another_dialect_is_named() {
    let non_strict = Dialect { framed: false, protocol: BinaryProtocol::NON_STRICT };
    for (dialect, bytes, text) in [
        (BUFFERED, FRAMED.sum(0, 8), "the peer answered framed, but this client sends buffered"),
        (FRAMED, BUFFERED.sum(0, 8), "the peer answered buffered, but this client sends framed"),
        (FRAMED, non_strict.sum(0, 8), "the peer answered buffered, but this client sends framed"),
        (
            BUFFERED,
            b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
            "the peer answered in HTTP, but this client speaks plain Thrift",
        ),
        (
            BUFFERED,
            b"\x15\x03\x01\x00\x02\x02\x32".to_vec(),
            "the peer answered in TLS, but this client speaks plain Thrift",
        ),
        (
            BUFFERED,
            b"\x82\x41\x00\x03add\x00".to_vec(),
            "the peer answered in the compact protocol; this client speaks the binary one",
        ),
    ] {
        let (error, _client) = error_for(dialect, &bytes).await;
        assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Dialect, text));
    }
    // Strict or not, both are read.
    let (client, mut peer) = client_and_peer(BUFFERED);
    let call = adding(&client, 5, 3);
    BUFFERED.read(&mut peer).await;
    peer.write_all(&non_strict.sum(0, 8)).await.unwrap();
    assert_eq!(call.await.unwrap().unwrap(), 8);
}

#[tokio::test(start_paused = true)]
async fn no_bytes_make_the_client_panic_or_hang() {
    let mut state = 9_u64;
    let mut random = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % end
    };
    for round in 0..4000 {
        let dialect = DIALECTS[round % 4];
        let (client, mut peer) = client_and_peer(dialect);
        let call = tokio::spawn(async move {
            // The peer sees the connection end when the calls have ended.
            let _ = tokio::join!(add(&client, 1, 1), add(&client, 2, 2));
        });
        let mut bytes = [dialect.sum(0, 2), dialect.sum(1, 4)].concat();
        let at = random(bytes.len());
        bytes[at] = random(256) as u8;
        bytes.truncate(bytes.len() - random(2) * random(bytes.len()));
        let _ = peer.write_all(&bytes).await;
        let _ = peer.shutdown().await;
        call.await.unwrap();
        let _ = peer.read_to_end(&mut Vec::new()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_peer_sends_forges_no_line_and_is_cut() {
    let forged = "no\nERROR \u{1b}[31mall is lost\u{202e}";
    let shown = r"no\nERROR \u{1b}[31mall is lost\u{202e}";
    for dialect in DIALECTS {
        let exception = ApplicationException::new(ApplicationErrorKind::INTERNAL_ERROR, forged);
        let reply = dialect.message(MessageType::Exception, b"add", 0, &exception);
        let (error, _) = error_for(dialect, &reply).await;
        assert_eq!(error.to_string(), format!("internal error: {shown}"));
        assert_eq!(error.as_application().unwrap().message(), forged);

        let wrong = dialect.reply(forged, 0, &Nothing {});
        let (error, _) = error_for(dialect, &wrong).await;
        assert!(error.to_string().starts_with(&format!("the message for {shown} ")), "{error}");

        let wrong = dialect.reply(&"x".repeat(1 << 20), 0, &Nothing {});
        let (error, _) = error_for(dialect, &wrong).await;
        assert_eq!(error.kind(), ErrorKind::WrongReply);
        assert!(error.to_string().len() < 300, "{} bytes", error.to_string().len());
        let long = "x".repeat(1 << 20);
        let exception = ApplicationException::new(ApplicationErrorKind::UNKNOWN, long);
        let reply = dialect.message(MessageType::Exception, b"add", 0, &exception);
        let (error, _) = error_for(dialect, &reply).await;
        assert_eq!(error.to_string().chars().count(), "unknown: ".len() + 1001);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_server_of_sasl_says_is_told() {
    // As Apache's server answers a strict call without frames, and one of ours of another length.
    for refusal in
        [&b"\x04\0\0\0\x13Invalid status -128"[..], &[&b"\x03\0\0\0\x5b"[..], &[b'x'; 91]].concat()]
    {
        for dialect in DIALECTS {
            for cut in [refusal.len(), 7] {
                let (client, mut peer) = client_and_peer(dialect);
                let call = adding(&client, 1, 1);
                dialect.read(&mut peer).await;
                peer.write_all(&refusal[..5]).await.unwrap();
                settle().await;
                peer.write_all(&refusal[5..cut]).await.unwrap();
                settle().await;
                assert_eq!(call.is_finished(), cut == refusal.len());
                drop(peer);
                let error = call.await.unwrap().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
                let text = String::from_utf8_lossy(&refusal[5..cut]);
                assert!(
                    error.to_string().contains(&format!("without it: \"{text}\"; set `sasl`")),
                    "{error}"
                );
            }
        }
    }
}
