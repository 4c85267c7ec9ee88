//! What little came as takes little memory, wherever it is held.

use std::{fmt::Debug, sync::Arc};

use thrift_runtime::{
    AnyProtocol, BinaryProtocol, Limits, Protocol, ThriftStruct, Value, protocol::CompactProtocol,
    value::AnyStruct,
};

#[derive(Debug, Default, PartialEq, ThriftStruct)]
struct Large {
    #[thrift(id = 1)]
    block: Option<[f64; 32]>,
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
struct Small<T: Value> {
    #[thrift(id = 1)]
    value: Option<T>,
}

/// So many structs with an empty struct in each: five bytes in all.
fn structs(count: u32) -> Vec<u8> {
    let one = [12, 0, 1, 0, 0];
    [&[12][..], &count.to_be_bytes(), &one.repeat(count as usize)].concat()
}

fn check<T: Value + Debug + PartialEq>() {
    let few = BinaryProtocol::STRICT.decode::<Vec<Small<T>>>(&structs(1000)).unwrap();
    assert!(few.len() == 1000 && few[999].value == Some(T::default()));
    let error = BinaryProtocol::STRICT.decode::<Vec<Small<T>>>(&structs(400_000)).unwrap_err();
    assert!(error.is_limit(), "{error}");
    assert!(error.to_string().contains("more memory than 16 times its length"), "{error}");
}

#[test]
fn large_structs_behind_pointers() {
    check::<Box<Large>>();
    check::<Arc<Large>>();
    // Held in place, as those are that are elements themselves.
    check::<Large>();
}

#[test]
fn small_fields_of_unknown_structs() {
    // Field 1, true, each two bytes.
    let fields = |count| [[0x01, 0x02].repeat(count), vec![0]].concat();
    let few: AnyStruct = CompactProtocol.decode(&fields(1000)).unwrap();
    assert_eq!(few.0.len(), 1000);
    let error = CompactProtocol.decode::<AnyStruct>(&fields(4_000_000)).unwrap_err();
    assert!(error.is_limit(), "{error}");
}

/// The name in a message is a string, whichever form the message has.
#[test]
fn a_name_has_a_limit_in_every_form_of_a_message() {
    let mut limits = Limits::default();
    limits.string_size = 10;
    let messages = [
        &b"\x80\x01\0\x01\0\0\0\x0bhello world\0\0\0\x01\0"[..],
        b"\0\0\0\x0bhello world\x01\0\0\0\x01\0",
        b"\x82\x21\x01\x0bhello world\0",
        br#"[1,"hello world",1,1,{}]"#,
    ];
    for message in messages {
        let protocol = AnyProtocol::detect(message).unwrap();
        let error = protocol.read_header(message, &limits).unwrap_err();
        assert!(error.is_limit(), "{protocol:?}: {error}");
        limits.string_size = 11;
        assert_eq!(protocol.read_header(message, &limits).unwrap().0.name, &b"hello world"[..]);
        limits.string_size = 10;
        // What is announced is enough.
        if !matches!(protocol, AnyProtocol::Json(_)) {
            let error = protocol.read_header(&message[..12], &limits).unwrap_err();
            assert!(error.is_limit(), "{protocol:?}: {error}");
        }
    }
}
