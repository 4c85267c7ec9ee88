//! Both ways of writing a type come to the same bytes, in every protocol.

use std::fmt::Debug;

use arbitrary::Unstructured;
use thrift_runtime::{
    BinaryProtocol, CompactProtocol, JsonProtocol, Protocol, Value, arbitrary_value,
};

use super::{idl, types};

/// Random values of the one, read and written as the other.
fn equal<A, B>(protocol: impl Protocol, seed: u32)
where
    A: Value + Debug,
    B: Value + Debug,
{
    let bytes: Vec<u8> =
        (seed..seed + 60_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let mut random = Unstructured::new(&bytes);
    let mut place = B::default();
    for _ in 0..200 {
        let value: A = arbitrary_value(&mut random).unwrap();
        let written = protocol.encode(&value).unwrap();
        let other: B = protocol.decode(&written).unwrap();
        assert_eq!(protocol.encode(&other).unwrap(), written, "{value:?} is {other:?}");
        // What was in the place before leaves no trace. (A NaN does not equal itself.)
        protocol.decode_into(&written, &mut place).unwrap();
        assert_eq!(format!("{place:?}"), format!("{other:?}"));
    }
}

fn both_ways<A, B>()
where
    A: Value + Debug,
    B: Value + Debug,
{
    equal::<A, B>(BinaryProtocol::STRICT, 0);
    equal::<B, A>(BinaryProtocol::STRICT, 1);
    equal::<A, B>(CompactProtocol, 2);
    equal::<B, A>(CompactProtocol, 3);
    equal::<A, B>(JsonProtocol, 4);
    equal::<B, A>(JsonProtocol, 5);
}

#[test]
fn enums() {
    both_ways::<Vec<idl::Urgency>, Vec<types::Urgency>>();
}

#[test]
fn structs() {
    both_ways::<idl::Order, types::Order>();
}

#[test]
fn unions() {
    both_ways::<Vec<idl::Payment>, Vec<types::Payment>>();
}

#[test]
fn exceptions() {
    both_ways::<idl::Refused, types::Refused>();
    let mut ours = types::Refused::default();
    let mut theirs = idl::Refused::default();
    ours.message = "no more".to_owned();
    theirs.message = "no more".to_owned();
    assert_eq!(ours.to_string(), theirs.to_string());
}

#[test]
fn what_is_absent_is_its_default() {
    let empty = [0];
    let ours: types::Refused = BinaryProtocol::STRICT.decode(&empty).unwrap();
    assert_eq!(ours.code, Some(7));
    let error = BinaryProtocol::STRICT.decode::<types::Order>(&empty).unwrap_err();
    let theirs = BinaryProtocol::STRICT.decode::<idl::Order>(&empty).unwrap_err();
    assert_eq!(error.to_string(), theirs.to_string());
    assert_eq!(types::Order::default().count, 3);
    assert_eq!(types::Order::default().taken.as_secs(), 1);
}
