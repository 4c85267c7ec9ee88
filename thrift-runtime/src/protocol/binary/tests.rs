//! The binary protocol, byte by byte.

use std::collections::{BTreeMap, BTreeSet};

use hex_literal::hex;

use super::*;
use crate::{
    ApplicationErrorKind, ApplicationException, ErrorKind,
    protocol::{Scan, TType, input::Reader},
    value::Value,
};

type BinaryScanner = <BinaryProtocol as Protocol>::Scanner;

fn round_trip<T: Value + PartialEq + std::fmt::Debug>(value: &T, bytes: &[u8]) {
    assert_eq!(BinaryProtocol::STRICT.encode(value).unwrap(), bytes);
    assert_eq!(&BinaryProtocol::STRICT.decode::<T>(bytes).unwrap(), value);
    for end in 0..bytes.len() {
        let error = BinaryProtocol::STRICT.decode::<T>(&bytes[..end]).unwrap_err();
        assert!(error.is_truncated(), "cut at {end}: {error}");
    }
}

#[test]
fn base_types() {
    round_trip(&true, &hex!("01"));
    round_trip(&-2_i8, &hex!("fe"));
    round_trip(&-2_i16, &hex!("ff fe"));
    round_trip(&0x0102_0304_i32, &hex!("01 02 03 04"));
    round_trip(&i64::MIN, &hex!("80 00 00 00 00 00 00 00"));
    round_trip(&-1.5_f64, &hex!("bf f8 00 00 00 00 00 00"));
    round_trip(&"hé".to_owned(), &hex!("00 00 00 03  68 c3 a9"));
    round_trip(&bytes::Bytes::from_static(&[0, 255]), &hex!("00 00 00 02  00 ff"));
}

#[test]
fn containers() {
    round_trip(&vec![1_i16, -1], &hex!("06 00 00 00 02  00 01  ff ff"));
    round_trip(&BTreeSet::from([3_i8]), &hex!("03 00 00 00 01  03"));
    round_trip(
        &BTreeMap::from([("a".to_owned(), vec![true])]),
        // key, value, size | "a" | list of bool, size, true
        &hex!("0b 0f 00 00 00 01  00 00 00 01 61  02 00 00 00 01 01"),
    );
}

#[test]
fn a_struct_and_its_fields_in_any_order() {
    let exception = ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, "no");
    round_trip(&exception, &hex!("0b 00 01 00 00 00 02 6e 6f  08 00 02 00 00 00 01  00"));
    let swapped = hex!("08 00 02 00 00 00 01  0b 00 01 00 00 00 02 6e 6f  00");
    assert_eq!(BinaryProtocol::STRICT.decode::<ApplicationException>(&swapped).unwrap(), exception);
}

#[test]
fn a_field_of_another_type_or_id_is_skipped() {
    // field 1 as i32; field 9 a map<i32, list<string>>; field 2 twice, of which the last counts
    let bytes = hex!(
        "08 00 01 00 00 00 05"
        "0d 00 09 08 0f 00 00 00 01  00 00 00 07  0b 00 00 00 01  00 00 00 01 ff"
        "08 00 02 00 00 00 01  08 00 02 00 00 00 02  00"
    );
    let exception = BinaryProtocol::STRICT.decode::<ApplicationException>(&bytes).unwrap();
    assert_eq!(
        exception,
        ApplicationException::new(ApplicationErrorKind::INVALID_MESSAGE_TYPE, "")
    );
}

#[test]
fn errors_say_where() {
    let bad_utf8 = hex!("0b 00 01 00 00 00 01 ff  00");
    let error = BinaryProtocol::STRICT.decode::<ApplicationException>(&bad_utf8).unwrap_err();
    assert!(error.to_string().starts_with("TApplicationException.message: "), "{error}");
    let error = BinaryProtocol::STRICT.decode::<Vec<i32>>(&hex!("08 ff ff ff ff")).unwrap_err();
    assert_eq!(error.to_string(), "a container has the negative size -1");
    let error = BinaryProtocol::STRICT.decode::<bool>(&hex!("01 01")).unwrap_err();
    assert_eq!(error.to_string(), "1 bytes are left over after the value");
}

#[test]
fn hostile_sizes_and_types_are_refused() {
    for (bytes, kind) in [
        (&hex!("0f 00 01  0c 00 ff ff ff  00")[..], "truncated"),
        (&hex!("0d 00 01  0b 0b 00 0f ff ff  00"), "truncated"),
        (&hex!("0f 00 01  0c 7f ff ff ff  00"), "limit"),
        (&hex!("0d 00 01  00 00 00 00 00 01  00"), "malformed"),
        (&hex!("0f 00 01  63 00 00 00 00  00"), "malformed"),
        (&hex!("63 00 01  00 00 00 00"), "malformed"),
        (&hex!("0b 00 01  80 00 00 00  00"), "malformed"),
    ] {
        let error = BinaryProtocol::STRICT.decode::<ApplicationException>(bytes).unwrap_err();
        let expected = match kind {
            "truncated" => ErrorKind::Truncated,
            "limit" => ErrorKind::Limit,
            _ => ErrorKind::Malformed,
        };
        assert_eq!(error.kind(), expected, "{bytes:02x?}: {error}");
    }
}

#[test]
fn depth_is_bounded_in_skipping_and_scanning() {
    for (levels, fits) in [(63, true), (64, false), (100_000, false)] {
        let mut bytes =
            BinaryProtocol::STRICT.write_message_of(&ApplicationException::default()).into_vec();
        bytes.pop();
        bytes.extend(hex!("0c 00 09").repeat(levels));
        bytes.extend(vec![0; levels + 1]);
        let (_, at) = BinaryProtocol::STRICT.read_header(&bytes, &Limits::default()).unwrap();
        let skipped = BinaryProtocol::STRICT.skip_body(&bytes, at, &Limits::default());
        let scanned = BinaryScanner::default().scan(&bytes, &Limits::default());
        assert_eq!(skipped.is_ok(), fits, "{levels} levels: {skipped:?}");
        assert_eq!(scanned.is_ok(), fits, "{levels} levels: {scanned:?}");
    }
}

impl BinaryProtocol {
    fn write_message_of<S: crate::value::Struct>(self, body: &S) -> Output {
        let mut out = Output::new();
        let header = MessageHeader::new(&b"method"[..], MessageType::Call, -7);
        self.write_message(&header, body, &mut out).unwrap();
        out
    }
}

#[test]
fn messages_of_both_forms() {
    let body = ApplicationException::new(ApplicationErrorKind(2), "x");
    for (protocol, bytes) in [
        (BinaryProtocol::STRICT, &hex!("80 01 00 01  00 00 00 06 6d6574686f64  ff ff ff f9")[..]),
        (BinaryProtocol::NON_STRICT, &hex!("00 00 00 06 6d6574686f64  01  ff ff ff f9")),
    ] {
        let out = protocol.write_message_of(&body);
        let message = out.contiguous();
        assert!(message.starts_with(bytes));
        let (header, at) = protocol.read_header(&message, &Limits::default()).unwrap();
        assert_eq!(header, MessageHeader::new(&b"method"[..], MessageType::Call, -7));
        let mut read = ApplicationException::default();
        let input = Input::from(&*message);
        assert_eq!(
            protocol.read_body(input, at, &Limits::default(), &mut read).unwrap(),
            out.len()
        );
        assert_eq!(read, body);
    }
}

#[test]
fn the_scanner_finds_the_end_however_the_bytes_arrive() {
    let mut message = BinaryProtocol::NON_STRICT
        .write_message_of(&ApplicationException::new(ApplicationErrorKind(1), "text"))
        .into_vec();
    message.pop();
    // field 3 a map<string, list<struct>>, field 4 a set<i64>
    message.extend(hex!(
        "0d 00 03  0b 0f 00 00 00 01  00 00 00 01 6b  0c 00 00 00 02  00  02 00 01 01 00"
        "0e 00 04  0a 00 00 00 01  00 00 00 00 00 00 00 07  00"
    ));
    let length = message.len();
    message.extend(hex!("80 01"));
    for step in 1..=message.len() {
        let mut scanner = BinaryScanner::default();
        let mut arrived = 0;
        let found = loop {
            arrived = (arrived + step).min(message.len());
            if let Some(end) = scanner.scan(&message[..arrived], &Limits::default()).unwrap() {
                break end;
            }
            assert!(arrived < length, "not found with {arrived} bytes, {step} at a time");
        };
        assert_eq!(found, length);
    }
}

#[test]
fn the_scanner_refuses_what_the_reader_refuses() {
    let header = hex!("00 00 00 01 6d  01  00 00 00 00");
    for body in [
        &hex!("0b 00 01 80 00 00 00")[..],
        &hex!("0f 00 01 63 00 00 00 00"),
        &hex!("0f 00 01 0a 7f ff ff ff"),
        &hex!("63"),
        &hex!("0f 00 01 00 00 00 00 01"),
    ] {
        let message = [&header[..], body].concat();
        BinaryScanner::default().scan(&message, &Limits::default()).unwrap_err();
    }
}

#[test]
fn skipping_needs_a_type() {
    let skip = |reader: &mut Reader<'_, '_, BinaryLayout>| reader.skip(TType::Stop);
    read(Input::from(&[0; 8]), 0, &Limits::default(), skip).unwrap_err();
}
