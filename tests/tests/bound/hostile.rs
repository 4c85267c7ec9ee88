//! Messages that are made to take much memory.

use thrift_runtime::{
    AnyProtocol, Bytes, Protocol,
    protocol::TType,
    value::{Any, AnyStruct},
};

/// How many elements there are in them.
const COUNTS: [usize; 6] = [1, 30, 300, 2_000, 8_000, 40_000];

type Shape = (&'static str, fn(usize) -> AnyStruct);

const SHAPES: [Shape; 28] = [
    ("empty structs", |count| list(1, TType::Struct, vec![empty(); count])),
    ("structs with a small field", |count| {
        list(1, TType::Struct, vec![fields([(26, Any::I8(1))]); count])
    }),
    ("structs with an empty struct", |count| {
        list(1, TType::Struct, vec![fields([(21, empty())]); count])
    }),
    ("structs with a map of one pair", |count| {
        let pair = vec![(text(""), text(""))];
        let map = Any::Map(TType::String, TType::String, pair);
        list(1, TType::Struct, vec![fields([(10, map)]); count])
    }),
    ("a map of empty structs", |count| {
        let pairs = (0..count).map(|at| (Any::I32(at as i32), empty())).collect();
        AnyStruct(vec![(2, Any::Map(TType::I32, TType::Struct, pairs))])
    }),
    ("trees", |count| {
        let tree = fields([(1, empty()), (2, Any::List(TType::Struct, vec![empty()]))]);
        list(3, TType::Struct, vec![tree; count])
    }),
    ("empty lists", |count| list(4, TType::List, vec![Any::List(TType::List, vec![]); count])),
    ("lists of one empty list", |count| {
        let inner = Any::List(TType::List, vec![Any::List(TType::I32, vec![])]);
        list(4, TType::List, vec![inner; count])
    }),
    ("empty strings", |count| list(5, TType::String, vec![text(""); count])),
    ("short strings", |count| list(5, TType::String, vec![text("a"); count])),
    ("a set of strings", |count| {
        let names = (0..count).map(|at| text(&at.to_string())).collect();
        AnyStruct(vec![(6, Any::Set(TType::String, names))])
    }),
    ("a set of one string, many times", |count| {
        AnyStruct(vec![(6, Any::Set(TType::String, vec![text(""); count]))])
    }),
    ("maps of one pair", |count| {
        let map = Any::Map(TType::I8, TType::I8, vec![(Any::I8(1), Any::I8(1))]);
        list(7, TType::Map, vec![map; count])
    }),
    ("maps of one struct", |count| {
        let map = Any::Map(TType::I32, TType::Struct, vec![(Any::I32(1), empty())]);
        list(8, TType::Map, vec![map; count])
    }),
    ("sets of one number", |count| {
        list(9, TType::Set, vec![Any::Set(TType::I8, vec![Any::I8(1)]); count])
    }),
    ("unions", |count| list(10, TType::Struct, vec![fields([(3, empty())]); count])),
    ("bits", |count| list(11, TType::Bool, vec![Any::Bool(true); count])),
    ("short binaries", |count| {
        // Base64 of a byte, which JSON has for it.
        list(12, TType::String, vec![Any::String(Bytes::from_static(b"YQ")); count])
    }),
    ("fields that nobody knows", |count| {
        AnyStruct((0..count).map(|at| (100 + (at % 30_000) as i16, Any::Bool(true))).collect())
    }),
    ("structs with defaults", |count| list(16, TType::Struct, vec![empty(); count])),
    ("structs whose defaults are not used", |count| {
        let none = Any::List(TType::String, vec![]);
        let preset = fields([(1, none), (2, text("")), (6, Any::List(TType::Struct, vec![]))]);
        list(16, TType::Struct, vec![preset; count])
    }),
    ("a map of structs with defaults", |count| {
        let pairs = (0..count).map(|at| (Any::I32(at as i32), empty())).collect();
        AnyStruct(vec![(17, Any::Map(TType::I32, TType::Struct, pairs))])
    }),
    ("a set of structs with defaults", |count| {
        AnyStruct(vec![(18, Any::Set(TType::Struct, vec![empty(); count]))])
    }),
    ("structs with a struct with defaults", |count| {
        list(19, TType::Struct, vec![fields([(1, empty())]); count])
    }),
    ("structs with a list of structs with defaults", |count| {
        let presets = Any::List(TType::Struct, vec![empty(); 2]);
        list(19, TType::Struct, vec![fields([(3, presets)]); count])
    }),
    ("unions of structs with defaults", |count| {
        list(20, TType::Struct, vec![fields([(2, empty())]); count])
    }),
    ("a struct with defaults in a field before its turn, again and again", |count| {
        let holder = (0..count).map(|at| (1 + (at % 2) as i16, empty())).collect();
        list(19, TType::Struct, vec![Any::Struct(AnyStruct(holder))])
    }),
    ("a field again and again", |count| {
        let rows = Any::List(TType::Struct, vec![empty(); 10]);
        AnyStruct(vec![(1, rows); count.min(300)])
    }),
];

fn list(id: i16, ty: TType, elements: Vec<Any>) -> AnyStruct {
    AnyStruct(vec![(id, Any::List(ty, elements))])
}

fn empty() -> Any {
    fields([])
}

fn fields<const N: usize>(fields: [(i16, Any); N]) -> Any {
    Any::Struct(AnyStruct(fields.into()))
}

fn text(text: &str) -> Any {
    Any::String(Bytes::copy_from_slice(text.as_bytes()))
}

/// A body of a message.
pub(crate) struct Hostile {
    pub(crate) what: String,
    pub(crate) bytes: Vec<u8>,
}

/// The body of each shape with so many elements, in a protocol.
pub(crate) fn of_size(
    protocol: AnyProtocol,
    count: usize,
) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    SHAPES
        .into_iter()
        .map(move |(what, make)| (what, protocol.encode(&make(count)).expect("a body")))
}

/// Those of a protocol.
pub(crate) fn all(protocol: AnyProtocol) -> impl Iterator<Item = Hostile> {
    let whole = COUNTS.into_iter().flat_map(move |count| {
        of_size(protocol, count).flat_map(move |(shape, bytes)| {
            // So that it fails when all of it was read.
            let cut = bytes[..bytes.len() - 1].to_vec();
            let cut = Hostile { what: format!("{count} {shape}, cut"), bytes: cut };
            [Hostile { what: format!("{count} {shape}"), bytes }, cut]
        })
    });
    whole.chain(announced(protocol))
}

/// Lengths that are announced, with little behind them.
fn announced(protocol: AnyProtocol) -> Vec<Hostile> {
    let mut hostile = Vec::new();
    for announced in [1 << 10, 1 << 16, 1 << 20, 90_000_000, i32::MAX as u32, u32::MAX] {
        for (ty, id) in [(TType::List, 1_u8), (TType::Map, 2), (TType::Set, 6), (TType::String, 99)]
        {
            let bytes = announcing(protocol, ty, id, announced);
            hostile.push(Hostile { what: format!("{ty} of {announced}"), bytes });
        }
    }
    hostile
}

/// A struct with a container or string in which there is less than announced.
fn announcing(protocol: AnyProtocol, ty: TType, id: u8, length: u32) -> Vec<u8> {
    let some = [0; 1000];
    let varint = |mut number: u32| {
        let mut bytes = Vec::new();
        while number >= 0x80 {
            bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
        bytes
    };
    match (protocol, ty) {
        (AnyProtocol::Binary(_), ty) => {
            let (wire, types): (u8, &[u8]) = match ty {
                TType::List => (15, &[12]),
                TType::Map => (13, &[8, 12]),
                TType::Set => (14, &[11]),
                _ => (11, &[]),
            };
            [&[wire, 0, id], types, &length.to_be_bytes(), &some[..]].concat()
        }
        (AnyProtocol::Compact(_), ty) => {
            let head =
                |wire: u8| if id < 16 { vec![id << 4 | wire] } else { vec![wire, id * 2, 0] };
            match ty {
                TType::List => [&head(9)[..], &[0xfc], &varint(length), &some].concat(),
                TType::Map => [&head(11)[..], &varint(length), &[0x5c], &some].concat(),
                TType::Set => [&head(10)[..], &[0xf8], &varint(length), &some].concat(),
                _ => [&[8, id * 2][..], &varint(length), &some].concat(),
            }
        }
        (_, ty) => {
            let value = match ty {
                TType::List => format!(r#"{{"lst":["rec",{length},{{}},{{}}"#),
                TType::Map => format!(r#"{{"map":["i32","rec",{length},{{"1":{{}}"#),
                TType::Set => format!(r#"{{"set":["str",{length},"a","b""#),
                _ => format!(r#"{{"str":"{}"#, "a".repeat(length.min(10_000) as usize)),
            };
            format!(r#"{{"{id}":{value}"#).into_bytes()
        }
    }
}
