//! Recursive types, doubles by their total order, and keys of every type.

mod generated {
    thrift_runtime::thrift!("idl/recursive.thrift");
}

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    hash::{BuildHasher, Hash, RandomState},
};

use generated::{Aliased, Chain, Either, Even, Expression, Inner, Keys, Measure, Odd, Pair};
use thrift_runtime::{
    BinaryProtocol, Bytes, ErrorKind, OrderedFloat, Protocol, Uuid, Value,
    protocol::{CompactProtocol, JsonProtocol},
};

fn round_trip<T: Value + PartialEq + std::fmt::Debug>(value: &T) {
    fn through<T: Value + PartialEq + std::fmt::Debug, P: Protocol>(protocol: P, value: &T) {
        let bytes = protocol.encode(value).unwrap();
        assert_eq!(&protocol.decode::<T>(&bytes).unwrap(), value, "{protocol:?}");
    }
    through(BinaryProtocol::STRICT, value);
    through(CompactProtocol, value);
    through(JsonProtocol, value);
}

fn chain(length: usize) -> Chain {
    let mut chain = Chain::default();
    for number in 1..length {
        chain = Chain { next: Some(Box::new(chain)), number: number as i32 };
    }
    chain
}

#[test]
fn cycles_are_held_in_boxes() {
    let even =
        Even { next: Some(Box::new(Odd { next: Some(Box::new(Even::default())), number: 1.0 })) };
    round_trip(&even);
    assert_eq!(even.clone(), even);
    assert!(Even::default() < even);
    let number = |number| Expression::Number(number);
    let pair = Pair { left: number(2), right: Expression::Negated(Box::new(number(3))) };
    let product = Expression::Product(Box::new(pair));
    let sum = Expression::Sum(vec![product.clone(), number(4)]);
    let named = Expression::Named(BTreeMap::from([("a".to_owned(), sum.clone())]));
    round_trip(&named);
    assert!(number(9) < product && product < named);
}

#[test]
fn depth_is_limited_where_values_come_from_outside() {
    round_trip(&chain(64));
    fn refused<P: Protocol>(protocol: P) {
        let bytes = protocol.encode(&chain(65)).unwrap();
        let error = protocol.decode::<Chain>(&bytes).unwrap_err();
        assert!(error.is_limit(), "{error}");
        assert!(error.to_string().starts_with("Chain.next: the value nests deeper"), "{error}");
        // As many levels as there are lists in lists, too.
        let mut sums = Expression::Number(1);
        for _ in 0..100 {
            sums = Expression::Sum(vec![sums]);
        }
        let bytes = protocol.encode(&sums).unwrap();
        assert!(protocol.decode::<Expression>(&bytes).unwrap_err().is_limit());
    }
    refused(BinaryProtocol::STRICT);
    refused(CompactProtocol);
    refused(JsonProtocol);
}

/// A value that this program itself nests too deep is an error to write, not the end of it.
#[test]
fn depth_is_limited_where_values_are_written() {
    fn limited<P: Protocol>(protocol: P) {
        protocol.encode(&chain(500)).unwrap();
        let mut long = chain(20_000);
        let error = protocol.encode(&long).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unwritable, "{error}");
        // Dropping it whole is Rust's own recursion; so take it apart.
        while let Some(next) = long.next.take() {
            long = *next;
        }
    }
    limited(BinaryProtocol::STRICT);
    limited(CompactProtocol);
    limited(JsonProtocol);
}

/// What can be written can be dropped, compared and formatted, on the stack of a thread of a test
/// and half of it.
#[test]
fn deep_values_are_compared_formatted_and_dropped() {
    let deep = || {
        let a = chain(500);
        let b = a.clone();
        assert_eq!(a, b);
        assert_eq!(a.cmp(&b), Ordering::Equal);
        let hasher = RandomState::new();
        assert_eq!(hasher.hash_one(&a), hasher.hash_one(&b));
        assert!(format!("{a:?}").len() > 500);
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(deep).unwrap().join().unwrap();
}

fn hash(value: &impl Hash) -> u64 {
    std::hash::BuildHasherDefault::<std::collections::hash_map::DefaultHasher>::default()
        .hash_one(value)
}

fn measure(number: f64) -> Measure {
    let float = OrderedFloat(number);
    let inner = Inner {
        number,
        sets: BTreeSet::from([BTreeSet::from([float])]),
        keyed: BTreeMap::from([(vec![float], number)]),
    };
    Measure {
        number,
        several: vec![number, 1.0],
        by_name: BTreeMap::from([("a".to_owned(), number)]),
        maybe: Some(number),
        set: BTreeSet::from([float]),
        by_number: BTreeMap::from([(float, vec![number])]),
        inners: BTreeSet::from([inner.clone()]),
        inner,
    }
}

#[test]
fn doubles_have_a_total_order() {
    let nan = measure(f64::NAN);
    assert_eq!(nan, nan.clone());
    assert_eq!(hash(&nan), hash(&nan.clone()));
    round_trip(&nan);
    round_trip(&measure(f64::INFINITY));
    round_trip(&measure(-0.0));
    let mut all = [measure(f64::NAN), measure(1.0), measure(f64::NEG_INFINITY), measure(-1.0)];
    all.sort();
    let numbers: Vec<f64> = all.iter().map(|measure| measure.number).collect();
    assert_eq!(numbers[..3], [f64::NEG_INFINITY, -1.0, 1.0]);
    assert!(numbers[3].is_nan());

    let one = measure(1.0);
    for other in [
        Measure { several: vec![1.0], ..one.clone() },
        Measure { several: vec![0.0, 9.0], ..one.clone() },
        Measure { by_name: BTreeMap::new(), ..one.clone() },
        Measure { maybe: None, ..one.clone() },
    ] {
        assert!(other < one);
        assert!(one > other);
        assert!(other != one);
        assert_ne!(hash(&other), hash(&one));
    }
}

#[test]
fn unions_with_doubles_compare_by_member_and_value() {
    let nan = Either::Number(f64::NAN);
    assert_eq!(nan, nan.clone());
    assert_eq!(hash(&nan), hash(&nan.clone()));
    assert!(Either::Number(1.0) < nan);
    assert!(nan < Either::Text(String::new()));
    assert_ne!(nan, Either::Measures(vec![]));
    assert!(Either::Measures(vec![measure(1.0)]) > Either::Measures(vec![]));
    round_trip(&Either::Measures(vec![measure(2.0)]));
}

#[test]
fn typedefs_of_doubles_are_keys() {
    let numbers = BTreeSet::from([OrderedFloat(1.0)]);
    let value = Aliased {
        numbers: numbers.clone(),
        by_numbers: BTreeMap::from([(numbers.clone(), Inner::default())]),
        sets: BTreeSet::from([numbers]),
    };
    round_trip(&value);
}

#[test]
fn every_type_is_a_key() {
    let keys = Keys {
        by_union: BTreeMap::from([(Expression::Sum(vec![Expression::Number(1)]), 2)]),
        chains: BTreeSet::from([chain(1), chain(3), chain(2)]),
        by_containers: BTreeMap::from([(
            BTreeSet::from([3, 1]),
            BTreeMap::from([(vec!["a".to_owned()], true)]),
        )]),
        nested: BTreeMap::from([
            (Either::Number(f64::NAN), Keys::default()),
            (Either::Measures(vec![measure(1.0)]), Keys::default()),
        ]),
        binaries: BTreeSet::from([Bytes::from_static(&[0xff, 0]), Bytes::new()]),
        by_uuid: BTreeMap::from([(Uuid::from_u128(9), true)]),
        by_bool: BTreeMap::from([(true, BTreeSet::from([-1, 1])), (false, BTreeSet::new())]),
    };
    round_trip(&keys);
    let outer = Keys {
        nested: BTreeMap::from([(Either::Text("k".to_owned()), keys)]),
        ..Default::default()
    };
    round_trip(&outer);
}
