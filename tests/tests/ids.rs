//! Field ids at their limits, in every protocol.

mod generated {
    thrift_runtime::thrift! { path: "idl/ids.thrift", warnings: off, unknown_fields: keep }
}

use generated::{
    Below, Choice, Ids, Numbers, NumbersAddError, NumbersClient, NumbersFailError,
    NumbersProcessor, Unlucky,
};
use thrift_runtime::{
    BinaryProtocol, Client, Protocol, Result, ThriftStruct, ThriftUnion,
    protocol::{AnyProtocol, CompactProtocol, JsonProtocol},
    value::{Any, AnyStruct, EncodeStruct, Struct, Value},
};
use thrift_tests::server::serve;

fn ids<P: Protocol>(protocol: P) {
    let value = Ids {
        first: 1,
        second: "two".to_owned(),
        one: 3,
        fifteen: 4,
        sixteen: true,
        thirty_one: vec![5],
        last: "six".to_owned(),
        far: true,
        ..Default::default()
    };
    let bytes = protocol.encode(&value).unwrap();
    assert_eq!(protocol.decode::<Ids>(&bytes).unwrap(), value, "{protocol:?}");
    let untyped: AnyStruct = protocol.decode(&bytes).unwrap();
    let written: Vec<i16> = untyped.0.iter().map(|(id, _)| *id).collect();
    assert_eq!(written, [-2, -1, 1, 15, 16, 31, 200, 32767], "{protocol:?}");

    // Others, in any order and with any distance between them.
    let unknown = [i16::MIN, -129, 2, 0, 300, i16::MAX - 1, -3];
    let unknown = unknown.map(|id| (id, Any::I32(id.into()))).into_iter();
    let all = AnyStruct(untyped.0.iter().cloned().chain(unknown).rev().collect());
    let bytes = protocol.encode(&all).unwrap();
    let read: Ids = protocol.decode(&bytes).unwrap();
    assert_eq!((&read.last, read.unknown_fields.len()), (&value.last, 7));
    let again = protocol.encode(&read).unwrap();
    assert_eq!(protocol.decode::<Ids>(&again).unwrap(), read, "{protocol:?}");
    let mut ids: Vec<i16> =
        protocol.decode::<AnyStruct>(&again).unwrap().0.iter().map(|(id, _)| *id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 15);
    assert_eq!(Ids::FIELDS.first().map(|field| field.id), Some(-2));
}

#[test]
fn every_id_can_be_written_and_read() {
    ids(BinaryProtocol::STRICT);
    ids(CompactProtocol);
    ids(JsonProtocol);
}

/// The IDL's `Below` once more.
#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
struct Derived {
    #[thrift(id = 0, required)]
    zero: i32,
    #[thrift(id = -3)]
    three: String,
    #[thrift(id = -4)]
    four: bool,
    #[thrift(id = -20)]
    distant: Option<i64>,
    #[thrift(id = -32768)]
    lowest: Vec<i32>,
    #[thrift(id = 1)]
    one: i32,
}

/// The IDL's `Choice` once more.
#[derive(Debug, Clone, PartialEq, ThriftUnion)]
#[thrift(default, closed)]
enum DerivedChoice {
    #[thrift(id = 0)]
    Zero(i32),
    #[thrift(id = -5)]
    Five(String),
    #[thrift(id = -6)]
    Six(bool),
}

const PROTOCOLS: [AnyProtocol; 4] = [
    AnyProtocol::Binary(BinaryProtocol::STRICT),
    AnyProtocol::Binary(BinaryProtocol::NON_STRICT),
    AnyProtocol::Compact(CompactProtocol),
    AnyProtocol::Json(JsonProtocol),
];

/// Both values become the same bytes, and each comes back from them.
fn same<A, B>(one: &A, other: &B)
where
    A: Struct + Value + PartialEq + std::fmt::Debug,
    B: Struct + Value + PartialEq + std::fmt::Debug,
{
    for protocol in PROTOCOLS {
        let bytes = protocol.encode(one).unwrap();
        assert_eq!(protocol.encode(other).unwrap(), bytes, "{protocol:?}");
        assert_eq!(protocol.decode::<A>(&bytes).unwrap(), *one, "{protocol:?}");
        assert_eq!(protocol.decode::<B>(&bytes).unwrap(), *other, "{protocol:?}");
        // In the opposite order too.
        let AnyStruct(mut fields) = protocol.decode(&bytes).unwrap();
        fields.reverse();
        let reversed = protocol.encode(&AnyStruct(fields)).unwrap();
        assert_eq!(protocol.decode::<A>(&reversed).unwrap(), *one, "{protocol:?}");
        assert_eq!(protocol.decode::<B>(&reversed).unwrap(), *other, "{protocol:?}");
    }
}

#[test]
fn ids_of_zero_and_below_stay_what_is_written() {
    let ids: Vec<i16> = Below::FIELDS.iter().map(|field| field.id).collect();
    assert_eq!(ids, [-32768, -20, -4, -3, 0, 1]);
    let ids: Vec<i16> = Choice::FIELDS.iter().map(|field| field.id).collect();
    assert_eq!(ids, [-6, -5, 0]);
    for distant in [Some(1 << 40), None] {
        let below = Below {
            zero: 7,
            three: "three".to_owned(),
            four: true,
            distant,
            lowest: vec![1, -2],
            one: 8,
            ..Default::default()
        };
        let derived = Derived {
            zero: 7,
            three: "three".to_owned(),
            four: true,
            distant,
            lowest: vec![1, -2],
            one: 8,
        };
        same(&below, &derived);
    }
    same(&Choice::Zero(3), &DerivedChoice::Zero(3));
    same(&Choice::Five("five".to_owned()), &DerivedChoice::Five("five".to_owned()));
    same(&Choice::Six(true), &DerivedChoice::Six(true));
    let error = BinaryProtocol::STRICT.decode::<Below>(&[0]).unwrap_err();
    assert!(error.to_string().contains("zero"), "{error}");
}

#[test]
fn compact_writes_them_in_the_long_form() {
    let bytes = CompactProtocol.encode(&Choice::Zero(3)).unwrap();
    assert_eq!(bytes, [0x05, 0x00, 0x06, 0x00]); // i32, 0; 3; stop
    let bytes = CompactProtocol.encode(&Choice::Five("a".to_owned())).unwrap();
    assert_eq!(bytes, [0x08, 0x09, 0x01, b'a', 0x00]); // string, -5; "a"; stop
    let bytes = CompactProtocol.encode(&Below { four: true, ..Below::default() }).unwrap();
    // The lowest is the farthest from 0; -3 follows -4 in the short form.
    let expected = [
        &[0x09, 0xff, 0xff, 0x03, 0x05][..], // list, -32768; no i32
        &[0x01, 0x07],                       // true, -4
        &[0x18, 0x00],                       // string, one on; ""
        &[0x35, 0x00],                       // i32, three on; 0
        &[0x15, 0x00, 0x00],                 // i32, one on; 0; stop
    ];
    assert_eq!(bytes, expected.concat());
}

#[derive(Debug)]
struct Handler;

impl Numbers for Handler {
    async fn add(&self, first: i32, second: i32, third: i32) -> Result<i32, NumbersAddError> {
        match first {
            13 => Err(Unlucky { why: "13".to_owned(), ..Default::default() }.into()),
            _ => Ok(first + 10 * second + 100 * third),
        }
    }

    async fn fail(&self, why: String) -> Result<(), NumbersFailError> {
        Err(Unlucky { why, ..Default::default() }.into())
    }

    async fn same(&self, choice: Choice) -> Result<Choice> {
        Ok(choice)
    }
}

#[tokio::test]
async fn arguments_and_exceptions_may_have_them() {
    let address = serve(NumbersProcessor::new(Handler)).await;
    for protocol in PROTOCOLS {
        let channel = Client::builder().protocol(protocol).connect(address).await.unwrap();
        let numbers = NumbersClient::new(channel);
        assert_eq!(numbers.add(1, 2, 3).await.unwrap(), 321);
        let error = numbers.add(13, 0, 0).await.unwrap_err();
        assert!(matches!(&error, NumbersAddError::Unlucky(found) if found.why == "13"), "{error}");
        let error = numbers.fail("so".to_owned()).await.unwrap_err();
        assert!(matches!(&error, NumbersFailError::Unlucky(found) if found.why == "so"), "{error}");
        assert_eq!(numbers.same(Choice::Six(true)).await.unwrap(), Choice::Six(true));
    }
}
