//! Recursive types, doubles by their total order, and keys of every type.

mod generated {
    thrift_runtime::thrift!("idl/recursive.thrift");
}

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{BuildHasher, Hash},
};

use generated::{Aliased, Chain, Either, Even, Expression, Inner, Keys, Measure, Odd, Pair};
use thrift_runtime::{
    BinaryProtocol, Bytes, OrderedFloat, Protocol, Uuid, Value,
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
