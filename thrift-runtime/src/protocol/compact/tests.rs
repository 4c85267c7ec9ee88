//! The compact protocol, byte by byte.

use std::collections::{BTreeMap, BTreeSet};

use hex_literal::hex;

use super::*;
use crate::{
    ApplicationErrorKind, ApplicationException,
    protocol::Scan,
    value::{Any, AnyStruct},
};

type CompactScanner = <CompactProtocol as Protocol>::Scanner;

fn round_trip<T: crate::Value + PartialEq + std::fmt::Debug>(value: &T, bytes: &[u8]) {
    assert_eq!(CompactProtocol.encode(value).unwrap(), bytes);
    assert_eq!(&CompactProtocol.decode::<T>(bytes).unwrap(), value);
    for end in 0..bytes.len() {
        let error = CompactProtocol.decode::<T>(&bytes[..end]).unwrap_err();
        assert!(error.is_truncated(), "cut at {end}: {error}");
    }
}

#[test]
fn base_types() {
    round_trip(&true, &hex!("01"));
    round_trip(&false, &hex!("02"));
    assert!(!CompactProtocol.decode::<bool>(&[0]).unwrap());
    round_trip(&-2_i8, &hex!("fe"));
    round_trip(&-1_i16, &hex!("01"));
    round_trip(&63_i32, &hex!("7e"));
    round_trip(&64_i32, &hex!("80 01"));
    round_trip(&i32::MIN, &hex!("ff ff ff ff 0f"));
    round_trip(&i64::MIN, &hex!("ff ff ff ff ff ff ff ff ff 01"));
    round_trip(&1.0_f64, &hex!("00 00 00 00 00 00 f0 3f"));
    round_trip(&"hé".to_owned(), &hex!("03  68 c3 a9"));
}

#[test]
fn containers() {
    round_trip(&vec![true, false], &hex!("21  01 02"));
    round_trip(&vec![1_i8; 15], &hex!("f3 0f  01 01 01 01 01 01 01 01 01 01 01 01 01 01 01"));
    round_trip(&BTreeSet::from([3_i64]), &hex!("16 06"));
    round_trip(&BTreeMap::from([(1_i32, "a".to_owned())]), &hex!("01 58  02  01 61"));
    round_trip(&BTreeMap::<i32, i32>::new(), &hex!("00"));
    // An element type of 2 is a boolean's as well.
    assert_eq!(CompactProtocol.decode::<Vec<bool>>(&hex!("12 01")).unwrap(), [true]);
}

#[test]
fn fields() {
    let value = AnyStruct(vec![
        (1, Any::Bool(true)),
        (2, Any::Bool(false)),
        (20, Any::I32(-1)),
        (21, Any::Struct(AnyStruct(vec![(1, Any::I8(7))]))),
        (22, Any::I16(0)),
        (5, Any::Bool(true)),
        (-1, Any::String("x".into())),
    ]);
    round_trip(&value, &hex!("11 12  05 28 01  1c 13 07 00  14 00  01 0a  08 01 01 78  00"));
}

#[test]
fn a_boolean_of_another_type_is_skipped() {
    let bytes = hex!("11  12  15 02  00");
    let value = CompactProtocol.decode::<ApplicationException>(&bytes).unwrap();
    assert_eq!(value, ApplicationException::default());
}

#[test]
fn hostile_bytes_are_refused() {
    for bytes in [
        &hex!("18 ff ff ff ff ff ff ff ff ff ff 01 00")[..],
        &hex!("18 ff ff ff ff 0f 61"),
        &hex!("3b ff ff ff ff 07 88"),
        &hex!("1f 00 00"),
        &hex!("19 f3 ff ff ff ff 07"),
        &hex!("19 10 00"),
        // ids beyond 16 bits
        &hex!("05 fe ff 03 00  15 00  00"),
    ] {
        CompactProtocol.decode::<ApplicationException>(bytes).unwrap_err();
    }
}

#[test]
fn messages_and_where_they_end() {
    for seqid in [0, 1, -1, 128, i32::MIN, i32::MAX] {
        let body = ApplicationException::new(ApplicationErrorKind(6), "x");
        let mut out = Output::new();
        let header = MessageHeader::new(&b"m"[..], MessageType::Exception, seqid);
        CompactProtocol.write_message(&header, &body, &mut out).unwrap();
        let message = out.into_vec();
        let limits = Limits::default();
        let (read, at) = CompactProtocol.read_header(&message, &limits).unwrap();
        assert_eq!(read, header);
        assert_eq!(CompactProtocol.skip_body(&message, at, &limits).unwrap(), message.len());
        let mut scanner = CompactScanner::default();
        for end in 0..message.len() {
            assert_eq!(scanner.scan(&message[..end], &limits).unwrap(), None);
        }
        assert_eq!(scanner.scan(&message, &limits).unwrap(), Some(message.len()));
    }
}

#[test]
fn everything_skips_and_scans() {
    let value = AnyStruct(vec![
        (1, Any::Bool(true)),
        (2, Any::I64(i64::MAX)),
        (3, Any::Double(1.5.into())),
        (4, Any::List(TType::Bool, vec![Any::Bool(true); 20])),
        (5, Any::Set(TType::String, vec![Any::String("abc".into())])),
        (
            6,
            Any::Map(
                TType::I32,
                TType::List,
                vec![(
                    Any::I32(300),
                    Any::List(TType::Struct, vec![Any::Struct(AnyStruct::default())]),
                )],
            ),
        ),
        (7, Any::Map(TType::Stop, TType::Stop, vec![])),
        (8, Any::Uuid(uuid::Uuid::from_u128(7))),
        (400, Any::I16(-5)),
    ]);
    let bytes = CompactProtocol.encode(&value).unwrap();
    assert_eq!(CompactProtocol.decode::<AnyStruct>(&bytes).unwrap(), value);
    let limits = Limits::default();
    assert_eq!(CompactProtocol.skip_body(&bytes, 0, &limits).unwrap(), bytes.len());
    for end in 0..bytes.len() {
        assert!(CompactProtocol.skip_body(&bytes[..end], 0, &limits).unwrap_err().is_truncated());
    }
}
