//! The annotations in an IDL that generated code follows.

mod generated {
    thrift_runtime::thrift!("idl/annotations.thrift");
}

use std::collections::{HashMap, VecDeque};

use generated::{Choice, Failure, Grade, Renamed, Service, ServiceFetchError};
use thrift_runtime::{
    BinaryProtocol, Protocol, Result,
    protocol::TType,
    value::{Decode, Encode, EncodeStruct, ValueReader, ValueWriter},
};

/// A type of this program with the wire form of `list<i32>`.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub(crate) struct Numbers(VecDeque<i32>);

impl Encode for Numbers {
    const TYPE: TType = TType::List;

    fn encode<W: ValueWriter>(&self, w: &mut W) {
        self.0.iter().copied().collect::<Vec<i32>>().encode(w);
    }
}

impl<'de> Decode<'de> for Numbers {
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        let mut list = Vec::new();
        list.decode_into(r)?;
        self.0 = list.into();
        Ok(())
    }
}

#[test]
#[allow(deprecated)]
fn names_and_types() {
    let numbers = Numbers(VecDeque::from([1, 2]));
    let value = Renamed {
        text: "a".to_owned(),
        old: 1,
        hashed: HashMap::from([("k".to_owned(), 2)]),
        deque: numbers.clone(),
    };
    let bytes = BinaryProtocol::STRICT.encode(&value).unwrap();
    assert_eq!(BinaryProtocol::STRICT.decode::<Renamed>(&bytes).unwrap(), value);
    // On the wire, and in messages about it, names stay what they were.
    assert_eq!(Renamed::NAME, "theOddName");
    assert_eq!(Renamed::FIELDS[0].name, "theOddField");
    assert_eq!(Grade::Lowest.name(), Some("LOW"));
    assert_eq!(generated::LIMIT, 3);
    let aliased = generated::WithTypedef { numbers: numbers.clone() };
    let alias: generated::Numbers = aliased.numbers;
    assert_eq!(alias, numbers);
    assert_eq!(Choice::First("a".to_owned()), Choice::First("a".to_owned()));
}

#[test]
#[allow(deprecated)]
fn derives() {
    fn is_serialize<T: serde::Serialize>() {}
    is_serialize::<Grade>();
    is_serialize::<Renamed>();
    is_serialize::<generated::AnotherDerive>();
    is_serialize::<Choice>();
}

/// What is deprecated says so with its note, or this would not compile.
#[expect(deprecated)]
fn _deprecated(value: generated::AnotherDerive) -> Grade {
    let _ = value;
    Grade::HIGH
}

#[expect(deprecated)]
fn _deprecated_list() -> &'static [i32] {
    &generated::OLD_LIMITS
}

#[expect(deprecated)]
fn _deprecated_without_note(value: Renamed) -> i32 {
    value.old
}

struct Handler;

impl Service for Handler {
    async fn fetch(&self, argument: i32) -> Result<i32, ServiceFetchError> {
        match argument {
            0 => Err(ServiceFetchError::Failed(Failure { reason: "zero".to_owned() })),
            _ => Ok(argument),
        }
    }

    async fn gone(&self) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn methods() {
    let error = Handler.fetch(0).await.unwrap_err();
    assert_eq!(error.to_string(), "Oops: zero");
    assert_eq!(Handler.fetch(1).await.unwrap(), 1);
}
