//! What every protocol promises.

use bytes::Bytes;

use super::*;
use crate::{
    ApplicationErrorKind, ApplicationException, ErrorKind,
    value::{Any, AnyStruct},
};

/// Each protocol by itself and as one of any.
macro_rules! each {
    ($test:ident) => {
        $test(BinaryProtocol::STRICT);
        $test(BinaryProtocol::NON_STRICT);
        $test(AnyProtocol::Binary(BinaryProtocol::NON_STRICT));
        #[cfg(feature = "compact")]
        {
            $test(CompactProtocol);
            $test(AnyProtocol::Compact(CompactProtocol));
        }
        #[cfg(feature = "json")]
        {
            $test(JsonProtocol);
            $test(AnyProtocol::Json(JsonProtocol));
        }
    };
}

mod part;

fn bodies() -> [AnyStruct; 3] {
    let text = |text: &'static str| Any::String(Bytes::from_static(text.as_bytes()));
    let inner = AnyStruct(vec![(1, Any::Bool(true)), (2, text("] ]} \"")), (300, Any::I64(-1))]);
    let pairs = vec![(text("key"), Any::Struct(inner.clone()))];
    let outer = AnyStruct(vec![
        (1, Any::Struct(inner.clone())),
        (2, Any::List(TType::Double, vec![Any::Double(1.5.into())])),
        (3, Any::Map(TType::String, TType::Struct, pairs)),
        (9, Any::Uuid(uuid::Uuid::from_u128(9))),
    ]);
    [AnyStruct::default(), inner, outer]
}

fn message<P: Protocol>(protocol: P, header: &MessageHeader<'_>, body: &AnyStruct) -> Vec<u8> {
    let mut out = Output::new();
    protocol.write_message(header, body, &mut out).unwrap();
    out.into_vec()
}

#[test]
fn a_body_is_cut_out_and_written_again() {
    fn test<P: Protocol>(protocol: P) {
        let limits = Limits::default();
        for kind in [MessageType::Call, MessageType::Exception] {
            for body in bodies() {
                let header = MessageHeader::new(&b"m\"\xff"[..], kind, -300);
                let whole = message(protocol, &header, &body);
                let (read, at) = protocol.read_header(&whole, &limits).unwrap();
                let encoded = protocol.body(&whole, at);
                assert_eq!(encoded, protocol.encode(&body).unwrap(), "{protocol:?}");
                let mut out = Output::new();
                out.put_slice(b"before");
                protocol.write_encoded(&read, encoded, &mut out).unwrap();
                assert_eq!(out.into_vec(), [b"before", &whole[..]].concat(), "{protocol:?}");
            }
        }
    }
    each!(test);
}

#[test]
fn a_body_ends_before_what_is_no_part_of_it() {
    for protocol in [BinaryProtocol::STRICT, BinaryProtocol::NON_STRICT] {
        assert_eq!(protocol.body(b"abc", 1), b"bc");
        assert_eq!(protocol.body(b"abc", 4), b"");
    }
    #[cfg(feature = "json")]
    {
        let text = b" [1,\"m\",1,0, {\"1\":{\"tf\":1} } \n ] \n";
        let (_, at) = JsonProtocol.read_header(text, &Limits::default()).unwrap();
        assert_eq!(JsonProtocol.body(text, at), b"{\"1\":{\"tf\":1} }");
        assert_eq!(JsonProtocol.body(b"{}", 0), b"{}");
        assert_eq!(JsonProtocol.body(b"[1]", 40), b"");
    }
}

#[test]
fn what_cannot_be_written_leaves_nothing() {
    fn test<P: Protocol>(protocol: P) {
        // As long as `Output` allows, and more; zeros take no memory until they are touched.
        let name = vec![0; i32::MAX as usize + 1];
        let header = MessageHeader::new(&name[..], MessageType::Call, 0);
        let mut out = Output::new();
        out.put_slice(b"before");
        let error = protocol.write_encoded(&header, b"\0", &mut out).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unwritable);
        assert_eq!(out.into_vec(), b"before");
    }
    each!(test);
}

#[test]
fn bodies_go_from_each_protocol_to_each() {
    fn test<P: Protocol>(from: P) {
        let encodings = [
            Encoding::Binary { strict: true },
            Encoding::Binary { strict: false },
            Encoding::Compact,
            Encoding::Json,
        ];
        for to in encodings.into_iter().filter_map(AnyProtocol::for_encoding) {
            for body in bodies() {
                let (encoded, mut out) = (from.encode(&body).unwrap(), Output::new());
                let input = Input::from(&encoded);
                transcode_body(from, to, input, &Limits::default(), &mut out).unwrap();
                assert_eq!(out.into_vec(), to.encode(&body).unwrap(), "{from:?} to {to:?}");
            }
        }
    }
    each!(test);
}

#[test]
fn what_is_no_body_is_not_transcoded() {
    let (limits, mut out) = (Limits::default(), Output::new());
    let exception = ApplicationException::new(ApplicationErrorKind(1), "text");
    let body = BinaryProtocol::STRICT.encode(&exception).unwrap();
    let longer = [&body[..], b"\0"].concat();
    for (input, kind) in [
        (&body[..body.len() - 1], ErrorKind::Truncated),
        (&longer, ErrorKind::Malformed),
        (b"\x63", ErrorKind::Malformed),
    ] {
        let protocol = BinaryProtocol::STRICT;
        let error =
            transcode_body(protocol, protocol, input.into(), &limits, &mut out).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(out.is_empty());
    }
}
