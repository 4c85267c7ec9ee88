//! What little came as takes little memory, wherever it is held.

use std::{fmt::Debug, sync::Arc};

use thrift_runtime::{
    BinaryProtocol, Protocol, ThriftStruct, Value, protocol::CompactProtocol, value::AnyStruct,
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
