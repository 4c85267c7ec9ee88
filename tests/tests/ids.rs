//! Field ids at their limits, in every protocol.

mod generated {
    thrift_runtime::thrift! { path: "idl/ids.thrift", warnings: off, unknown_fields: keep }
}

use generated::Ids;
use thrift_runtime::{
    BinaryProtocol, Protocol,
    protocol::{CompactProtocol, JsonProtocol},
    value::{Any, AnyStruct, Struct},
};

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
