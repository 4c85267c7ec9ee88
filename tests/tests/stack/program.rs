//! Reads structs that are wide and deep, and does with them all that can be done, on a thread with
//! the stack that Rust's library gives one. It ends well if nothing overflows.

use std::{
    fmt::Debug,
    hash::{BuildHasher, Hash, RandomState},
    hint::black_box,
    thread,
};

use thrift_runtime::{
    Error, Limits, Protocol, Result, Value,
    protocol::{AnyProtocol, Encoding, Input},
    value::AnyStruct,
};

thrift_runtime::thrift!("wide.thrift");

const ENCODINGS: [Encoding; 3] =
    [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json];

fn protocols() -> impl Iterator<Item = AnyProtocol> {
    ENCODINGS.into_iter().filter_map(AnyProtocol::for_encoding)
}

/// A struct in field 1 of a struct in field 1, and so on.
fn nested(protocol: AnyProtocol, levels: usize) -> Vec<u8> {
    let inner = levels - 1;
    match protocol.encoding() {
        Encoding::Binary { .. } => [[0x0c, 0, 1].repeat(inner), vec![0; levels]].concat(),
        Encoding::Compact => [vec![0x1c; inner], vec![0; levels]].concat(),
        _ => [r#"{"1":{"rec":"#.repeat(inner), "{}".into(), "}}".repeat(inner)].concat().into(),
    }
}

fn read<T: Value>(protocol: AnyProtocol, levels: usize) -> Result<T> {
    let mut value = T::default();
    let bytes = nested(protocol, levels);
    protocol.read_value(Input::from(&bytes), &Limits::default(), &mut value)?;
    Ok(value)
}

fn is_deep(error: &Error) -> bool {
    error.to_string().contains("too deep for the stack")
}

/// All that recurses into a value.
fn use_up<T: Value + Clone + Ord + Hash + Debug>(value: T) {
    let copy = value.clone();
    assert_eq!(copy, value);
    assert!(copy.cmp(&value).is_eq());
    black_box(RandomState::new().hash_one(&value));
    black_box(format!("{value:?} {copy:#?}"));
    for protocol in protocols() {
        if let Err(error) = protocol.encode(&value) {
            assert!(is_deep(&error), "{error}");
        }
    }
    drop(copy);
    drop(value);
}

fn check<T: Value + Clone + Ord + Hash + Debug>(name: &str) {
    for protocol in protocols() {
        let mut deepest = 0;
        for levels in 1..=64 {
            match read::<T>(protocol, levels) {
                Ok(value) => {
                    deepest = levels;
                    use_up(value);
                }
                Err(error) => assert!(error.is_limit() && is_deep(&error), "{error}"),
            }
        }
        println!("{name}, {protocol:?}: {deepest} levels");
        assert!(deepest > 0);
        // What is not known is passed over as deep as it may be.
        let unknown = nested(protocol, 63);
        let value: AnyStruct = protocol.decode(&unknown).unwrap();
        let value = AnyStruct(vec![(2, thrift_runtime::value::Any::Struct(value))]);
        protocol.decode::<T>(&protocol.encode(&value).unwrap()).unwrap();
    }
}

fn main() {
    thread::Builder::new().stack_size(2 << 20).spawn(check_all).unwrap().join().unwrap();
}
