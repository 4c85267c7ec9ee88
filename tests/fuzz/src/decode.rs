//! Values of generated types, and of none, in every protocol.

use std::fmt::Debug;

use thrift_runtime::{
    AnyProtocol, Bytes, Protocol,
    protocol::Input,
    value::{AnyStruct, Struct},
};

use super::{
    bounded::bounded,
    types::{self, kept, known, lent},
};

/// A byte that says which protocol and type, and a value.
pub fn run(input: &[u8]) {
    let Some((&case, bytes)) = input.split_first() else { return };
    let protocol = types::protocol(case);
    match case / 4 % 6 {
        0 => {
            value(protocol, bytes, types::everything);
            borrowed(protocol, bytes);
        }
        1 => value(protocol, bytes, || types::converted::<kept::Everything>(&types::everything())),
        2 => value(protocol, bytes, || types::everything().choice),
        3 => value(protocol, bytes, || types::everything().tree.unwrap_or_default()),
        4 => value(protocol, bytes, || types::converted::<AnyStruct>(&types::everything())),
        _ => part(protocol, bytes),
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let value = types::everything();
    let mut seeds = Vec::new();
    for kind in [0, 1, 4, 5] {
        seeds.extend(types::values(kind * 4, &value));
    }
    seeds.extend(types::large(0));
    seeds.extend(types::values(2 * 4, &value.choice));
    seeds.extend(types::values(3 * 4, value.tree.as_ref().expect("a tree")));
    seeds
}

/// What is read can be written, and is the same when it is read again: anew, over a value that is there
/// already, be it the same or another, or as slices of the message.
fn value<T: Struct + Debug + PartialEq + Clone>(
    protocol: AnyProtocol,
    bytes: &[u8],
    other: impl Fn() -> T,
) {
    let Ok(read) = bounded(bytes, || protocol.decode::<T>(bytes)) else { return };
    let written = protocol.encode(&read).expect("what was read can be written");
    let mut again = T::default();
    let limits = types::limits();
    let end = protocol.read_value(Input::from(&written), &limits, &mut again);
    assert_eq!(end.expect("what was written can be read"), written.len());
    if matches!(protocol, AnyProtocol::Json(_)) && std::str::from_utf8(bytes).is_err() {
        // What is no text becomes base64, and stays so.
        let written = protocol.encode(&again).expect("what was read can be written");
        assert_eq!(protocol.decode::<T>(&written).expect("what was written can be read"), again);
    } else {
        assert_eq!(again, read);
    }
    let in_place = bounded(bytes, || protocol.decode_into(bytes, &mut again));
    in_place.expect("what was read can be read in place");
    assert_eq!(again, read);
    let mut over = other();
    let over_another = bounded(bytes, || protocol.decode_into(bytes, &mut over));
    over_another.expect("what was read can be read over another");
    assert_eq!(over, read);
    let message = Bytes::copy_from_slice(bytes);
    let shared = bounded(bytes, || protocol.decode::<T>(Input::shared(&message)));
    assert_eq!(shared.expect("what was read can be read as slices"), read);
    skipped(protocol, bytes);
    cut(protocol, bytes, &read);
}

/// What is cut short is no value, wherever that is: each has an end of its own.
fn cut<T: Struct + Debug + PartialEq>(protocol: AnyProtocol, bytes: &[u8], whole: &T) {
    let any = bytes.iter().fold(0, |sum: usize, byte| sum.wrapping_mul(31) + usize::from(*byte));
    for end in [any % bytes.len(), bytes.len() - 1] {
        match (protocol.decode::<T>(&bytes[..end]), protocol) {
            (Err(_), _) => {}
            // Blanks may follow it.
            (Ok(read), AnyProtocol::Json(_)) => assert_eq!(read, *whole),
            (Ok(read), _) => panic!("{end} of {} bytes are {read:?}", bytes.len()),
        }
    }
}

/// Types that borrow from the message read what others do, but for what JSON has in another form.
fn borrowed(protocol: AnyProtocol, bytes: &[u8]) {
    let owned = protocol.decode::<known::Everything>(bytes);
    let borrowed = bounded(bytes, || protocol.decode::<lent::Everything<'_>>(bytes));
    match (owned, borrowed) {
        (Ok(owned), Ok(borrowed)) => {
            let [owned, borrowed] = [protocol.encode(&owned), protocol.encode(&borrowed)];
            assert_eq!(owned.expect("what was read"), borrowed.expect("what was read"));
        }
        (Err(_), Err(_)) => {}
        // What borrows is smaller.
        (Err(error), Ok(_)) if error.is_limit() => {}
        (owned, borrowed) => {
            let json = matches!(protocol, AnyProtocol::Json(_));
            assert!(json && owned.is_ok(), "{owned:?} but {borrowed:?}");
        }
    }
}

/// What can be read can be skipped.
fn skipped(protocol: AnyProtocol, bytes: &[u8]) {
    let bracket: &[u8] = if matches!(protocol, AnyProtocol::Json(_)) { b"]" } else { b"" };
    let body = [bytes, bracket].concat();
    let end = protocol.skip_body(&body, 0, &types::limits());
    assert_eq!(end.expect("what was read can be skipped"), body.len());
}

/// The first fields are those that all of it has.
fn part(protocol: AnyProtocol, bytes: &[u8]) {
    let part = bounded(bytes, || protocol.decode_part::<First>(bytes));
    if let Ok(whole) = protocol.decode::<known::Everything>(bytes) {
        let part = part.expect("the beginning of what can be read");
        if !comes_twice(protocol, bytes) {
            assert_eq!((part.flag, part.small), (whole.flag, whole.small));
        }
    }
}

/// Whether one of the first fields does, of which the whole has the last.
fn comes_twice(protocol: AnyProtocol, bytes: &[u8]) -> bool {
    let Ok(AnyStruct(fields)) = protocol.decode::<AnyStruct>(bytes) else { return true };
    let count = |id: i16| fields.iter().filter(|(of, _)| *of == id).count();
    count(1) > 1 || count(2) > 1
}

/// What [`part`] wants of a value.
#[derive(Debug, Default, thrift_runtime::ThriftStruct)]
struct First {
    #[thrift(id = 1)]
    flag: bool,
    #[thrift(id = 2)]
    small: i8,
}
