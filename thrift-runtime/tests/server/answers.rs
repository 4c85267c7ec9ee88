//! What calls are answered with.

use std::sync::atomic::Ordering;

use crate::{
    BUFFERED, FRAMED,
    common::{Add, Blob, DIALECTS, Nothing, Service, Text, settle},
    exchange, serve, serve_with,
};
use thrift_runtime::{ApplicationErrorKind, ConnectionOptions, protocol::MessageType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test(start_paused = true)]
async fn a_reply_carries_name_and_seqid_in_the_dialect_of_the_call() {
    for dialect in DIALECTS {
        for seqid in [0, 1, -1, i32::MIN, i32::MAX] {
            let (answer, served) = exchange(&dialect.call("add", seqid, &Add { a: 5, b: 3 })).await;
            assert_eq!(answer, dialect.sum(seqid, 8), "{dialect:?}");
            served.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_method_is_answered_and_the_next_call_too() {
    for dialect in DIALECTS {
        let (mut stream, _serving) = serve(&Service::default());
        // The name is repeated byte for byte, be it UTF-8 or not.
        let call = dialect.message(MessageType::Call, b"n\xffne", 9, &Blob::default());
        stream.write_all(&call).await.unwrap();
        let answer = dialect.read(&mut stream).await;
        assert_eq!(answer.exception(), ApplicationErrorKind::UNKNOWN_METHOD);
        assert_eq!((&*answer.name, answer.seqid), (&b"n\xffne"[..], 9));
        stream.write_all(&dialect.call("add", 10, &Add { a: 1, b: 1 })).await.unwrap();
        assert_eq!(dialect.read(&mut stream).await.seqid, 10);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_or_panics_is_answered_and_the_next_call_too() {
    let (mut stream, _serving) = serve(&Service::default());
    stream.write_all(&FRAMED.call("panic", 1, &Nothing {})).await.unwrap();
    stream.write_all(&FRAMED.call("fail", 2, &Text { text: "no".into() })).await.unwrap();
    stream.write_all(&FRAMED.call("add", 3, &Add { a: 1, b: 1 })).await.unwrap();
    let answer = FRAMED.read(&mut stream).await;
    assert_eq!((answer.seqid, answer.exception()), (1, ApplicationErrorKind::INTERNAL_ERROR));
    let answer = FRAMED.read(&mut stream).await;
    assert_eq!((answer.seqid, answer.exception()), (2, ApplicationErrorKind(42)));
    assert_eq!(answer.exception.message(), "no");
    assert_eq!(FRAMED.read(&mut stream).await.kind, MessageType::Reply);
}

#[tokio::test(start_paused = true)]
async fn contents_that_cannot_be_read_are_answered_and_the_next_call_too() {
    // A string field of which two bytes are no UTF-8: the structure is sound.
    let mut bad = BUFFERED.call("fail", 1, &Text { text: "xx".into() });
    let at = bad.len() - 3;
    bad[at..at + 2].copy_from_slice(b"\xff\xff");
    for dialect in &DIALECTS[..2] {
        let mut bytes = dialect.frame(bad.clone());
        bytes.extend(dialect.call("add", 2, &Add { a: 1, b: 1 }));
        let (answer, served) = exchange(&bytes).await;
        let mut answer = &answer[..];
        let refused = dialect.read(&mut answer).await;
        assert_eq!((refused.seqid, refused.exception()), (1, ApplicationErrorKind::PROTOCOL_ERROR));
        assert!(refused.exception.message().contains("TestService.fail.text"), "{refused:?}");
        assert_eq!(answer, dialect.sum(2, 2));
        served.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_end_is_not_known_is_answered_and_the_connection_closed() {
    let length = |bytes: &mut Vec<u8>, length: [u8; 4]| {
        // The last field is a string: its length, its two bytes, and the end of the struct.
        let at = bytes.len() - 7;
        bytes[at..at + 4].copy_from_slice(&length);
    };
    for name in ["fail", "unknown"] {
        let mut negative = BUFFERED.call(name, 1, &Text { text: "xx".into() });
        length(&mut negative, [0xff; 4]);
        negative.extend([0; 64]);
        let (mut stream, serving) = serve(&Service::default());
        stream.write_all(&negative).await.unwrap();
        let refused = BUFFERED.read(&mut stream).await;
        assert_eq!(refused.seqid, 1);
        let expected = match name {
            "fail" => ApplicationErrorKind::PROTOCOL_ERROR,
            _ => ApplicationErrorKind::UNKNOWN_METHOD,
        };
        assert_eq!(refused.exception(), expected);
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
        drop(stream);
        serving.await.unwrap().unwrap_err();
    }
    // In a frame the end is known.
    let mut negative = BUFFERED.call("fail", 1, &Text { text: "xx".into() });
    length(&mut negative, [0xff; 4]);
    let mut bytes = FRAMED.frame(negative);
    bytes.extend(FRAMED.call("add", 2, &Add { a: 1, b: 1 }));
    let (answer, served) = exchange(&bytes).await;
    let mut answer = &answer[..];
    let refused = FRAMED.read(&mut answer).await;
    assert_eq!(refused.exception(), ApplicationErrorKind::PROTOCOL_ERROR);
    assert_eq!(answer, FRAMED.sum(2, 2));
    served.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_end_that_the_scanner_cannot_find_is_answered_too() {
    // The call's beginning comes first, and the length that is wrong later.
    let mut call = BUFFERED.call("fail", 5, &Text { text: "xx".into() });
    let at = call.len() - 7;
    call[at] = 0xff;
    let (mut stream, serving) = serve(&Service::default());
    for byte in call {
        stream.write_all(&[byte]).await.unwrap();
        settle().await;
    }
    let refused = BUFFERED.read(&mut stream).await;
    assert_eq!((refused.seqid, refused.exception()), (5, ApplicationErrorKind::PROTOCOL_ERROR));
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
    drop(stream);
    serving.await.unwrap().unwrap_err();
}

/// The brackets of a JSON message tell its end, whatever is between them and however it arrives.
#[cfg(feature = "json")]
#[tokio::test(start_paused = true)]
async fn contents_between_matching_brackets_are_answered_and_the_next_call_too() {
    for method in ["add", "unknown"] {
        let calls = format!("[1,\"{method}\",1,1,{{\"1\":{{}}}}][1,\"add\",1,2,{{}}]");
        let (whole, served) = exchange(calls.as_bytes()).await;
        served.unwrap();
        assert!(whole.starts_with(format!("[1,\"{method}\",3,1,").as_bytes()));
        assert!(whole.ends_with(b"[1,\"add\",2,2,{\"0\":{\"i32\":0}}]"));
        let (mut stream, serving) = serve(&Service::default());
        for byte in calls.bytes() {
            stream.write_all(&[byte]).await.unwrap();
            settle().await;
        }
        stream.shutdown().await.unwrap();
        let mut pieces = Vec::new();
        stream.read_to_end(&mut pieces).await.unwrap();
        assert_eq!(String::from_utf8(pieces), String::from_utf8(whole));
        serving.await.unwrap().unwrap();
    }
}

#[cfg(feature = "json")]
#[tokio::test(start_paused = true)]
async fn blanks_may_stand_between_json_messages() {
    let calls = b"[1,\"panic\",1,1,{}]\n [1,\"panic\",1,2,{}]\r\n[1,\"add\",1,3,{\"1\":[]}]\t[1,\"add\",1,4,{}]";
    let (whole, served) = exchange(calls).await;
    served.unwrap();
    let whole = String::from_utf8(whole).unwrap();
    let kinds = ["\"panic\",3,1", "\"panic\",3,2", "\"add\",3,3", "\"add\",2,4"];
    assert!(kinds.iter().all(|kind| whole.contains(kind)), "{whole}");
    let (mut stream, serving) = serve(&Service::default());
    for byte in calls {
        stream.write_all(&[*byte]).await.unwrap();
        settle().await;
    }
    stream.shutdown().await.unwrap();
    let mut pieces = String::new();
    stream.read_to_string(&mut pieces).await.unwrap();
    assert_eq!(pieces, whole);
    serving.await.unwrap().unwrap();
}

/// Where a frame is too large, a call in it is refused by name, if that is not very long.
#[tokio::test(start_paused = true)]
async fn the_name_of_a_call_that_is_too_large_is_repeated_up_to_a_length() {
    for (length, answered) in [(10, true), (4000, true), (5000, false), (100_000, false)] {
        let mut bytes = vec![0x0f, 0xff, 0xff, 0xff];
        bytes.extend(BUFFERED.call(&"n".repeat(length), 7, &Nothing {}));
        bytes.extend([0; 5000]);
        let (answer, served) = exchange(&bytes).await;
        assert_eq!(!answer.is_empty(), answered, "a name of {length} bytes");
        assert!(served.unwrap_err().is_limit());
    }
}

/// Its header may come in pieces.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_too_large_is_refused_by_name_however_it_comes() {
    for at_once in [1, 4] {
        let mut options = ConnectionOptions::default();
        options.concurrent_calls = at_once;
        let (mut stream, serving) = serve_with(&Service::default(), options);
        let mut bytes = vec![0x0f, 0xff, 0xff, 0xff];
        bytes.extend(BUFFERED.call("add", 7, &Nothing {}));
        for byte in bytes {
            if stream.write_all(&[byte]).await.is_err() {
                break;
            }
            settle().await;
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let refused = FRAMED.read(&mut &answer[..]).await;
        assert_eq!(refused.exception(), ApplicationErrorKind::PROTOCOL_ERROR, "{at_once} at once");
        assert!(serving.await.unwrap().unwrap_err().is_limit());
    }
}

/// Of one whose header does not come, the observer hears what was wrong with it.
#[tokio::test(start_paused = true)]
async fn a_frame_that_is_too_large_and_cut_short_is_too_large() {
    for at_once in [1, 4] {
        let mut options = ConnectionOptions::default();
        options.concurrent_calls = at_once;
        let (mut stream, serving) = serve_with(&Service::default(), options);
        stream.write_all(b"\x0f\xff\xff\xff\x80\x01\0\x01\0\0").await.unwrap();
        stream.shutdown().await.unwrap();
        assert!(serving.await.unwrap().unwrap_err().is_limit(), "{at_once} at once");
    }
}

#[tokio::test(start_paused = true)]
async fn arguments_cut_short_by_a_frame_are_answered() {
    let whole = BUFFERED.call("add", 1, &Add { a: 5, b: 3 });
    let header = 4 + 4 + 3 + 4;
    for cut in header..whole.len() {
        let mut bytes = FRAMED.frame(whole[..cut].to_vec());
        bytes.extend(FRAMED.call("add", 2, &Add { a: 1, b: 1 }));
        let (answer, _) = exchange(&bytes).await;
        let mut answer = &answer[..];
        let refused = FRAMED.read(&mut answer).await;
        assert_eq!(refused.exception(), ApplicationErrorKind::PROTOCOL_ERROR, "cut at {cut}");
        assert_eq!(answer, FRAMED.sum(2, 2));
    }
    // A frame without a whole header names no call to answer.
    for cut in 0..header {
        let mut bytes = FRAMED.call("add", 0, &Add { a: 1, b: 1 });
        bytes.extend(FRAMED.frame(whole[..cut].to_vec()));
        bytes.extend([0; 16]);
        let (answer, served) = exchange(&bytes).await;
        assert_eq!(answer, FRAMED.sum(0, 2), "cut at {cut}");
        served.unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn arguments_cut_short_by_the_end_of_the_stream_are_not_answered() {
    for dialect in DIALECTS {
        let first = dialect.call("add", 1, &Add { a: 1, b: 1 });
        let second = dialect.call("add", 2, &Add { a: 1, b: 1 });
        for cut in 1..second.len() {
            let (answer, served) = exchange(&[&first, &second[..cut]].concat()).await;
            assert_eq!(answer, dialect.sum(1, 2));
            assert!(served.unwrap_err().is_closed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn oneway_calls_are_never_answered() {
    let service = Service::default();
    for dialect in DIALECTS {
        let (mut stream, serving) = serve(&service);
        let text = Text { text: "x".into() };
        let mut bytes = dialect.message(MessageType::Oneway, b"note", 1, &text);
        // A method declared oneway, sent as a call; one that is not, sent as oneway; unknown ones
        // and ones that cannot be read.
        bytes.extend(dialect.call("note", 2, &text));
        bytes.extend(dialect.message(MessageType::Oneway, b"add", 3, &Add { a: 1, b: 1 }));
        bytes.extend(dialect.message(MessageType::Oneway, b"unknown", 4, &text));
        bytes.extend(dialect.message(MessageType::Oneway, b"panic", 5, &Nothing {}));
        bytes.extend(dialect.call("add", 6, &Add { a: 1, b: 1 }));
        stream.write_all(&bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, dialect.sum(6, 2));
        serving.await.unwrap().unwrap();
    }
    assert_eq!(service.notes.load(Ordering::SeqCst), 8);
    assert_eq!(service.calls.load(Ordering::SeqCst), 8);
}

#[tokio::test(start_paused = true)]
async fn what_is_neither_a_call_nor_oneway_is_refused() {
    for dialect in DIALECTS {
        for kind in [MessageType::Reply, MessageType::Exception] {
            let mut bytes = dialect.message(kind, b"add", 1, &Add { a: 1, b: 1 });
            bytes.extend(dialect.call("add", 2, &Add { a: 1, b: 1 }));
            let (answer, served) = exchange(&bytes).await;
            let mut answer = &answer[..];
            let refused = dialect.read(&mut answer).await;
            assert_eq!(refused.exception(), ApplicationErrorKind::INVALID_MESSAGE_TYPE);
            assert_eq!(refused.seqid, 1);
            assert_eq!(answer, dialect.sum(2, 2));
            served.unwrap();
        }
    }
}
