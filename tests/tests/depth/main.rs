//! Values that nest as deep as they may, and deeper, on the stack that a thread has by default.

mod measured;

mod generated {
    thrift_runtime::thrift!("idl/depth.thrift");
}

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    hash::{BuildHasher, Hash, RandomState},
    thread,
};

use generated::{Chain, Expression, Wide};
use thrift_runtime::{
    BinaryProtocol, ErrorKind, Limits, Protocol, Result, Value,
    protocol::{
        AnyProtocol, CompactProtocol, Input, JsonProtocol, MessageHeader, MessageType, Output,
        Scan, TType,
    },
    value::{Any, AnyStruct, Struct},
};

const PROTOCOLS: [AnyProtocol; 4] = [
    AnyProtocol::Binary(BinaryProtocol::STRICT),
    AnyProtocol::Binary(BinaryProtocol::NON_STRICT),
    AnyProtocol::Compact(CompactProtocol),
    AnyProtocol::Json(JsonProtocol),
];

const MOST: usize = Limits::MAX_DEPTH as usize;

/// Limits that allow everything that limits can.
fn limitless() -> Limits {
    let mut limits = Limits::default();
    limits.message_size = usize::MAX;
    limits.frame_size = usize::MAX;
    limits.depth = u32::MAX;
    limits.string_size = usize::MAX;
    limits.container_size = usize::MAX;
    limits.memory = usize::MAX;
    limits
}

/// Runs on a thread with the stack that Rust's library and tokio give one, whatever the environment
/// says.
fn on_a_thread(run: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

fn decode<T: Value>(protocol: AnyProtocol, bytes: &[u8]) -> Result<T> {
    let mut value = T::default();
    let end = protocol.read_value(Input::from(bytes), &limitless(), &mut value)?;
    assert_eq!(end, bytes.len());
    Ok(value)
}

/// Everything that can be done with a value that is as deep as one may be.
fn whole<T>(value: &T)
where
    T: Value + Struct + Clone + Eq + Ord + Hash + Debug,
{
    let clone = value.clone();
    assert_eq!(&clone, value);
    assert_eq!(value.cmp(&clone), Ordering::Equal);
    let hasher = RandomState::new();
    assert_eq!(hasher.hash_one(value), hasher.hash_one(&clone));
    assert!(format!("{value:?}").len() > MOST);
    drop(clone);
    for protocol in PROTOCOLS {
        let bytes = protocol.encode(value).unwrap();
        let mut read: T = decode(protocol, &bytes).unwrap();
        assert_eq!(&read, value, "{protocol:?}");
        // Once more in its place.
        protocol.read_value(Input::from(&bytes), &limitless(), &mut read).unwrap();
        assert_eq!(&read, value, "{protocol:?}");
        // As what is known from the wire alone.
        let untyped: AnyStruct = decode(protocol, &bytes).unwrap();
        assert_eq!(untyped, untyped.clone());
        assert!(format!("{untyped:?}").len() > MOST);
        let again = protocol.encode(&untyped).unwrap();
        assert_eq!(decode::<T>(protocol, &again).unwrap(), *value, "{protocol:?}");
        skipped(protocol, &untyped);
    }
}

/// A field that is not known is passed over, and a message's end is found.
fn skipped(protocol: AnyProtocol, value: &AnyStruct) {
    let Some((unknown, message)) = to_skip(protocol, value) else { return };
    skip(protocol, &unknown, &message);
}

/// A struct with a field that is not known, and a message.
fn to_skip(protocol: AnyProtocol, value: &AnyStruct) -> Option<(Vec<u8>, Vec<u8>)> {
    let [(_, inner @ Any::Struct(_)), ..] = &value.0[..] else { return None };
    let unknown = protocol.encode(&AnyStruct(vec![(77, inner.clone())])).unwrap();
    let mut message = Output::new();
    let header = MessageHeader::new(b"method", MessageType::Call, 1);
    protocol.write_message(&header, value, &mut message).unwrap();
    Some((unknown, message.into_vec()))
}

fn skip(protocol: AnyProtocol, unknown: &[u8], message: &[u8]) {
    decode::<Chain>(protocol, unknown).unwrap();
    let mut scanner = protocol.scanner();
    assert_eq!(scanner.scan(message, &limitless()).unwrap(), Some(message.len()), "{protocol:?}");
}

fn refused<T: Value + Debug>(value: &T) {
    for protocol in PROTOCOLS {
        let error = protocol.encode(value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unwritable, "{protocol:?}: {error}");
    }
}

fn chain(length: usize) -> Chain {
    let mut chain = Chain::default();
    for number in 1..length {
        chain = Chain { next: Some(Box::new(chain)), number: number as i32 };
    }
    chain
}

fn nest(depth: usize, wrap: impl Fn(Expression) -> Expression) -> Expression {
    (1..depth).fold(Expression::Number(1), |inner, _| wrap(inner))
}

fn wide(depth: usize) -> Wide {
    (1..depth)
        .fold(Wide::default(), |inner, _| Wide { next: Some(Box::new(inner)), ..Wide::default() })
}

#[test]
fn chains() {
    on_a_thread(|| whole(&chain(MOST)));
}

/// Unions in each of the containers that one may be in.
fn unions() -> Vec<Expression> {
    let wraps: [fn(Expression) -> Expression; 5] = [
        |inner| Expression::Negated(Box::new(inner)),
        |inner| Expression::Sum(vec![inner]),
        |inner| Expression::Choice(BTreeSet::from([inner])),
        |inner| Expression::Named(BTreeMap::from([("a".to_owned(), inner)])),
        |inner| Expression::Weighted(BTreeMap::from([(inner, 1)])),
    ];
    let mut unions: Vec<_> = wraps.into_iter().map(|wrap| nest(MOST, wrap)).collect();
    // A list in a map in a list is two levels more.
    let wrap = |inner| Expression::Nested(vec![BTreeMap::from([("a".to_owned(), vec![inner])])]);
    unions.push(nest(MOST / 3, wrap));
    // And one in a wide struct one more.
    let wrap = |inner| {
        let wide = Wide { expression: Some(Box::new(inner)), ..Wide::default() };
        Expression::Wide(Box::new(wide))
    };
    unions.push(nest(MOST / 2, wrap));
    unions
}

fn lists() -> AnyStruct {
    let innermost = Any::List(TType::I32, vec![Any::I32(1)]);
    let nested = (1..MOST).fold(innermost, |inner, _| Any::List(TType::List, vec![inner]));
    AnyStruct(vec![(1, nested)])
}

#[test]
fn unions_of_every_container() {
    for union in unions() {
        on_a_thread(move || whole(&union));
    }
}

#[test]
fn wide_structs() {
    on_a_thread(|| whole(&wide(MOST)));
}

#[test]
fn lists_in_lists() {
    on_a_thread(|| whole(&lists()));
}

/// However deep a limit allows, values that come from outside are refused where the stack would not
/// hold them.
#[test]
fn no_limit_is_above_the_most() {
    on_a_thread(|| {
        // A chain of a million, which this library would not write.
        let million = 1_000_000;
        let binary = [[0x0c, 0, 1].repeat(million), vec![0; million + 1]].concat();
        let compact = [vec![0x1c; million], vec![0; million + 1]].concat();
        let json = [r#"{"1":{"rec":"#.repeat(million), "{}".into(), "}}".repeat(million)].concat();
        for (protocol, bytes) in PROTOCOLS.iter().zip([&binary, &binary, &compact, &json.into()]) {
            let error = decode::<Chain>(*protocol, bytes).unwrap_err();
            assert!(error.is_limit(), "{protocol:?}: {error}");
            assert!(error.to_string().contains("deeper than 192 levels"), "{error}");
            assert!(decode::<AnyStruct>(*protocol, bytes).unwrap_err().is_limit());
            // As a field that is not known.
            assert!(decode::<generated::Expression>(*protocol, bytes).unwrap_err().is_limit());
        }
    });
}

#[test]
fn the_default_is_64_levels() {
    for protocol in PROTOCOLS {
        let bytes = protocol.encode(&chain(64)).unwrap();
        assert_eq!(protocol.decode::<Chain>(&bytes).unwrap(), chain(64));
        let bytes = protocol.encode(&chain(65)).unwrap();
        let error = protocol.decode::<Chain>(&bytes).unwrap_err();
        assert!(error.is_limit(), "{error}");
        assert!(error.to_string().starts_with("Chain.next: the value nests deeper"), "{error}");
        // As many levels as there are lists in lists, too.
        let bytes = protocol.encode(&nest(100, |inner| Expression::Sum(vec![inner]))).unwrap();
        assert!(protocol.decode::<Expression>(&bytes).unwrap_err().is_limit());
    }
}

/// A value that this program itself nests too deep is an error to write, not the end of it.
#[test]
fn deeper_values_are_not_written() {
    on_a_thread(|| {
        refused(&chain(MOST + 1));
        refused(&nest(MOST + 1, |inner| Expression::Sum(vec![inner])));
        refused(&wide(MOST + 1));
        let mut long = chain(20_000);
        refused(&long);
        // Dropping it whole is Rust's own recursion; so take it apart.
        while let Some(next) = long.next.take() {
            long = *next;
        }
    });
}
