//! Values of an IDL that is loaded, beside those of the types that it was made into.

use std::sync::LazyLock;

use serde::de::DeserializeSeed as _;
use thrift_runtime::{
    AnyProtocol, Error, Limits, Protocol,
    dynamic::{self, Readable, StructType, StructValue},
    protocol::Input,
    value::AnyStruct,
};

use super::{
    bounded::bounded,
    types::{self, known},
};

static EVERYTHING: LazyLock<StructType> = LazyLock::new(|| {
    let idl = dynamic::parse(types::IDL).expect("an IDL without mistakes");
    idl.structure("Everything").expect("the struct of the IDL")
});

/// A byte that says which protocol, or JSON as people write it, and a value.
pub fn run(input: &[u8]) {
    let Some((&case, bytes)) = input.split_first() else { return };
    match case % 8 {
        protocol @ ..4 => from_wire(types::protocol(protocol), bytes),
        _ => from_json(bytes),
    }
}

fn from_wire(protocol: AnyProtocol, bytes: &[u8]) {
    if let Ok(untyped) = bounded(bytes, || protocol.decode::<AnyStruct>(bytes)) {
        serde_json::to_string(&Readable(&untyped)).expect("a value as JSON");
    }
    let (everything, limits) = (&*EVERYTHING, Limits::default());
    let read = bounded(bytes, || everything.read(protocol, Input::from(bytes), &limits));
    let known = bounded(bytes, || {
        let mut known = known::Everything::default();
        let end = protocol.read_value(Input::from(bytes), &limits, &mut known)?;
        Ok::<_, Error>((known, end))
    });
    let (value, known) = match (read, known) {
        (Ok((value, end)), Ok((known, also))) => {
            assert_eq!(end, also);
            (value, known)
        }
        (Err(_), Err(_)) => return,
        // What is not known is kept in the one and passed over by the other.
        (Err(error), Ok(_)) => return assert!(error.is_decode() || error.is_limit(), "{error}"),
        // Defaults that were not sent take no memory in the one.
        (Ok(_), Err(error)) if error.is_limit() => return,
        (Ok(value), Err(error)) => panic!("read {value:?}, though {error}"),
    };
    let written = value.encode(protocol).expect("what was read can be written");
    let mut again = known::Everything::default();
    let end = protocol.read_value(Input::from(&written), &types::limits(), &mut again);
    assert_eq!(end.expect("what was written can be read"), written.len());
    assert_eq!(again, known);
    shown(&value);
}

fn from_json(bytes: &[u8]) {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let Ok(value) = EVERYTHING.clone().deserialize(&mut json) else { return };
    for protocol in types::PROTOCOLS {
        let written = value.encode(protocol).expect("what was read can be written");
        let (again, end) = EVERYTHING
            .read(protocol, Input::from(&written), &types::limits())
            .expect("what was written can be read");
        assert_eq!((&again, end), (&value, written.len()));
    }
    shown(&value);
}

/// A value as people read it.
fn shown(value: &StructValue) {
    assert!(!format!("{value:?}").is_empty());
    let text = serde_json::to_string(value).expect("a value as JSON");
    let mut json = serde_json::Deserializer::from_str(&text);
    // What the IDL does not know has no name in JSON, and a double that is no number is none.
    if let Ok(again) = EVERYTHING.clone().deserialize(&mut json) {
        assert_eq!(serde_json::to_string(&again).expect("a value as JSON"), text);
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let value = types::everything();
    let mut seeds = types::values(0, &value);
    seeds.extend(types::large(0));
    let protocol = types::protocol(0);
    let bytes = types::encoded(protocol, &value);
    let read = EVERYTHING.decode(protocol, &bytes).expect("the value");
    let json = serde_json::to_string(&read).expect("a value as JSON");
    seeds.push([b"\x04", json.as_bytes()].concat());
    seeds.push(br#"{"\u0004":1}"#.to_vec());
    seeds.push(
        b"\x04{\"flag\":true,\"colour\":\"RED\",\"tree\":{\"number\":1,\"children\":[]}}".to_vec(),
    );
    seeds
}
