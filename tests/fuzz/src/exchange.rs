//! From one protocol to another and back.

use std::fmt::Debug;

use thrift_runtime::{
    AnyProtocol, Protocol,
    protocol::{Input, Output, transcode_body},
    value::{AnyStruct, Struct},
};

use super::types::{self, kept, known};

/// A byte that says from which protocol to which, and of what type, and a value.
pub fn run(input: &[u8]) {
    let Some((&case, bytes)) = input.split_first() else { return };
    let (from, to) = (types::protocol(case), types::protocol(case / 4));
    match case / 16 % 4 {
        0 => exchanged::<known::Everything>(from, to, bytes, true),
        1 => exchanged::<kept::Everything>(from, to, bytes, false),
        2 => exchanged::<AnyStruct>(from, to, bytes, true),
        _ => transcoded(from, to, bytes),
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let value = types::everything();
    (0..16).flat_map(|case| types::values(case * 4, &value)).collect()
}

/// A value is the same in another protocol. JSON does not tell all of them apart: there, it is written
/// as it was, but for the order in maps that have none.
fn exchanged<T: Struct + Debug + PartialEq>(
    from: AnyProtocol,
    to: AnyProtocol,
    bytes: &[u8],
    is_ordered: bool,
) {
    let Ok(read) = from.decode::<T>(bytes) else { return };
    let written = to.encode(&read).expect("what was read can be written");
    let mut again = T::default();
    let end = to.read_value(Input::from(&written), &types::limits(), &mut again);
    assert_eq!(end.expect("what was written can be read"), written.len());
    match to {
        AnyProtocol::Json(_) => {
            let mut encoded = [written, to.encode(&again).expect("what was read")];
            if !is_ordered {
                encoded.iter_mut().for_each(|bytes| bytes.sort_unstable());
            }
            assert_eq!(
                encoded[0].escape_ascii().to_string(),
                encoded[1].escape_ascii().to_string()
            );
        }
        _ => assert_eq!(again, read),
    }
}

/// Bodies without their types.
fn transcoded(from: AnyProtocol, to: AnyProtocol, bytes: &[u8]) {
    let limits = types::limits();
    let step = |from: AnyProtocol, to: AnyProtocol, bytes: &[u8]| {
        let mut out = Output::new();
        transcode_body(from, to, Input::from(bytes), &limits, &mut out).map(|()| out.into_vec())
    };
    let Ok(there) = step(from, to, bytes) else { return };
    let back = step(to, from, &there).expect("what was written can be read");
    let again = step(from, to, &back).expect("what was written can be read");
    // What is no text becomes base64 in JSON, and stays so.
    if !matches!(from, AnyProtocol::Json(_)) {
        assert_eq!(again, there);
    }
}
