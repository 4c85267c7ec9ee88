//! The first fields of a struct, without the rest.

use std::collections::BTreeMap;

#[cfg(feature = "compact")]
use crate::protocol::CompactProtocol;
#[cfg(feature = "json")]
use crate::protocol::JsonProtocol;
use crate::{
    ThriftStruct,
    protocol::{AnyProtocol, BinaryProtocol, Limits, MessageHeader, MessageType, Output, Protocol},
    value::{Any, AnyStruct},
};

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
struct Inner {
    #[thrift(id = 1)]
    on: bool,
    #[thrift(id = 2)]
    text: String,
}

#[derive(Debug, Default, ThriftStruct)]
struct Whole {
    #[thrift(id = 1)]
    title: String,
    #[thrift(id = 2)]
    skipped: Vec<Inner>,
    #[thrift(id = 3)]
    numbers: Vec<i32>,
    #[thrift(id = 4)]
    inner: BTreeMap<String, Inner>,
    #[thrift(id = 5)]
    flag: bool,
    #[thrift(id = 6)]
    pages: Vec<String>,
    #[thrift(id = 7)]
    last: Option<i64>,
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
struct Beginning {
    #[thrift(id = 1, required)]
    title: String,
    #[thrift(id = 3)]
    numbers: Vec<i32>,
    #[thrift(id = 4)]
    inner: BTreeMap<String, Inner>,
    #[thrift(id = 5)]
    flag: Option<bool>,
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
struct End {
    #[thrift(id = 1)]
    title: String,
    #[thrift(id = 7)]
    last: Option<i64>,
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
struct Needs {
    #[thrift(id = 1)]
    title: String,
    #[thrift(id = 9, required)]
    needed: i32,
}

fn whole() -> Whole {
    let inner = Inner { on: true, text: "ä}".repeat(3) };
    Whole {
        title: "Ships \"] ".into(),
        skipped: vec![inner.clone(); 3],
        numbers: vec![1, -2, 300_000],
        inner: [("key".to_owned(), inner)].into(),
        flag: true,
        pages: vec!["text ".repeat(20); 10],
        last: Some(-7),
    }
}

fn beginning() -> Beginning {
    let Whole { title, numbers, inner, flag, .. } = whole();
    Beginning { title, numbers, inner, flag: Some(flag) }
}

/// Cuts bytes off everywhere: the part is there, or more has to come.
fn cut_anywhere<P: Protocol>(protocol: P, bytes: &[u8]) {
    let mut there = None;
    for end in (0..=bytes.len()).step_by(if cfg!(miri) { 101 } else { 1 }) {
        match protocol.decode_part::<Beginning>(&bytes[..end]) {
            Ok(part) => {
                assert_eq!(part, beginning(), "{protocol:?}");
                there = there.or(Some(end));
            }
            Err(error) => {
                assert!(error.is_truncated(), "{protocol:?}, {end}: {error}");
                assert_eq!(there, None, "{protocol:?}");
            }
        }
    }
    // The pages are most of it.
    assert!(there.unwrap() < bytes.len() / 3, "{protocol:?}: {there:?}");
}

#[test]
fn the_first_fields_need_the_first_bytes() {
    fn test<P: Protocol>(protocol: P) {
        cut_anywhere(protocol, &protocol.encode(&whole()).unwrap());
    }
    each!(test);
}

#[test]
fn those_of_a_message_do_too() {
    fn test<P: Protocol>(protocol: P) {
        let header = MessageHeader::new(&b"method"[..], MessageType::Call, 7);
        let mut out = Output::new();
        protocol.write_message(&header, &whole(), &mut out).unwrap();
        let message = out.into_vec();
        let (_, at) = protocol.read_header(&message, &Limits::default()).unwrap();
        cut_anywhere(protocol, &message[at..]);
    }
    each!(test);
}

#[test]
fn what_is_behind_them_is_not_looked_at() {
    fn test<P: Protocol>(protocol: P) {
        let mut bytes = protocol.encode(&whole()).unwrap();
        let behind = bytes.len() / 3;
        bytes.truncate(behind);
        bytes.extend([0xff; 40]);
        assert_eq!(protocol.decode_part::<Beginning>(&bytes).unwrap(), beginning());
        // What is before them is.
        let error = protocol.decode_part::<Beginning>(&[0x1f, 0, 0, 0][..]).unwrap_err();
        assert!(!error.is_truncated(), "{protocol:?}: {error}");
    }
    each!(test);
}

#[test]
fn a_field_that_has_not_come_is_looked_for_to_the_end() {
    fn test<P: Protocol>(protocol: P) {
        let bytes = protocol.encode(&whole()).unwrap();
        let end: End = protocol.decode_part(&bytes).unwrap();
        assert_eq!(end, End { title: whole().title, last: Some(-7) });
        let without = protocol.encode(&Whole { last: None, ..whole() }).unwrap();
        assert_eq!(protocol.decode_part::<End>(&without).unwrap().last, None);
        let cut = protocol.decode_part::<End>(&without[..without.len() - 1]).unwrap_err();
        assert!(cut.is_truncated(), "{protocol:?}: {cut}");
        let error = protocol.decode_part::<Needs>(&bytes).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::MissingField, "{protocol:?}");
    }
    each!(test);
}

#[test]
fn a_limit_is_no_early_end_and_a_struct_is_read_into() {
    fn test<P: Protocol>(protocol: P) {
        let bytes = protocol.encode(&whole()).unwrap();
        let limits = Limits { string_size: 4, ..Limits::default() };
        let mut part = Beginning::default();
        let error = protocol.read_part(bytes[..].into(), &limits, &mut part).unwrap_err();
        assert!(error.is_limit(), "{protocol:?}: {error}");
        protocol.read_part(bytes[..].into(), &Limits::default(), &mut part).unwrap();
        assert_eq!(part, beginning());
    }
    each!(test);
}

#[test]
fn a_struct_that_knows_no_fields_takes_them_all() {
    fn test<P: Protocol>(protocol: P) {
        let value = AnyStruct(vec![(1, Any::Bool(true)), (2, Any::I32(7))]);
        let bytes = protocol.encode(&value).unwrap();
        assert_eq!(protocol.decode_part::<AnyStruct>(&bytes).unwrap(), value, "{protocol:?}");
    }
    each!(test);
}
