//! Values of the binary protocol that are not to be read.

/// A value, and a method whose one argument is of its type.
#[derive(Debug)]
pub(crate) struct Hostile {
    pub(crate) what: String,
    pub(crate) method: &'static str,
    pub(crate) kind: u8,
    pub(crate) value: Vec<u8>,
    /// Whether its end can be found all the same.
    pub(crate) sound: bool,
}

const BOOL: u8 = 2;
pub(crate) const I32: u8 = 8;
pub(crate) const STRING: u8 = 11;
pub(crate) const STRUCT: u8 = 12;
pub(crate) const MAP: u8 = 13;
const SET: u8 = 14;
pub(crate) const LIST: u8 = 15;

/// Ids that are no type's, or not one that a value can have.
const NO_TYPES: [u8; 7] = [1, 5, 7, 9, 17, 0x7f, 0xff];

/// Lengths that are negative or larger than any limit.
const NO_SIZES: [i32; 4] = [-1, i32::MIN, i32::MAX, i32::MAX - 8];

pub(crate) fn hostile() -> impl Iterator<Item = Hostile> {
    [sizes(), types(), depths(), unsound_for_the_method()].into_iter().flatten()
}

fn unsound(what: String, method: &'static str, kind: u8, value: Vec<u8>) -> Hostile {
    Hostile { what, method, kind, value, sound: false }
}

fn sizes() -> Vec<Hostile> {
    let mut hostile = Vec::new();
    for size in NO_SIZES {
        for (method, kind, types) in [
            ("echoString", STRING, &[][..]),
            ("echoBinary", STRING, &[]),
            ("echoList", LIST, &[I32]),
            ("echoSet", SET, &[STRING]),
            ("echoMap", MAP, &[I32, STRING]),
            // Of another type than the method's, so that it is skipped.
            ("echoList", LIST, &[BOOL]),
            ("echoMap", MAP, &[BOOL, BOOL]),
        ] {
            let value = [types, &size.to_be_bytes(), &[0; 64]].concat();
            let what = format!("{size} elements or bytes, of types {types:?}, for {method}");
            hostile.push(unsound(what, method, kind, value));
        }
        // The first field of the struct is a list of booleans.
        let value = [&[LIST, 0, 1, BOOL], &size.to_be_bytes()[..], &[0; 64]].concat();
        let what = format!("{size} elements in a field");
        hostile.push(unsound(what, "echoContainers", STRUCT, value));
    }
    hostile
}

fn types() -> Vec<Hostile> {
    let mut hostile = Vec::new();
    for no_type in NO_TYPES {
        for size in [0, 1] {
            for (method, kind, types) in [
                ("echoList", LIST, &[no_type][..]),
                ("echoSet", SET, &[no_type]),
                ("echoMap", MAP, &[no_type, STRING]),
                ("echoMap", MAP, &[I32, no_type]),
            ] {
                let value = [types, &[0, 0, 0, size], &[0; 64]].concat();
                let what = format!("{size} elements of types {types:?} for {method}");
                hostile.push(unsound(what, method, kind, value));
            }
        }
        let value = [&[no_type, 0, 1][..], &[0; 64]].concat();
        hostile.push(unsound(format!("a field of type {no_type}"), "echoEmpty", STRUCT, value));
    }
    hostile
}

fn depths() -> Vec<Hostile> {
    let mut hostile = Vec::new();
    for depth in [100, 10_000, 1_000_000] {
        for (what, method, kind, one) in [
            // A list of lists of lists ...
            ("lists", "echoList", LIST, &[LIST, 0, 0, 0, 1][..]),
            ("maps", "echoMap", MAP, &[MAP, MAP, 0, 0, 0, 1]),
            // Field 1, a struct, in field 1 of a struct ...
            ("structs", "echoEmpty", STRUCT, &[STRUCT, 0, 1]),
            // The field "children", a list with one such struct ...
            ("trees", "echoTree", STRUCT, &[LIST, 0, 2, STRUCT, 0, 0, 0, 1]),
        ] {
            hostile.push(unsound(format!("{depth} {what}"), method, kind, one.repeat(depth)));
        }
    }
    hostile
}

/// Values that are well-formed.
fn unsound_for_the_method() -> Vec<Hostile> {
    [
        ("no UTF-8", "echoString", STRING, b"\0\0\0\x02\xff\xff".to_vec()),
        ("a missing field", "echoDefaults", STRUCT, b"\0".to_vec()),
        // A million structs of a byte each, in the list of one library.
        (
            "little bytes for much memory",
            "echoContainers",
            STRUCT,
            [
                &[MAP, 0, 23, STRING, LIST, 0, 0, 0, 1, 0, 0, 0, 0, STRUCT][..],
                &1_000_000_u32.to_be_bytes(),
                &[0; 1_000_000],
                &[0],
            ]
            .concat(),
        ),
    ]
    .map(|(what, method, kind, value)| Hostile {
        what: what.to_owned(),
        method,
        kind,
        value,
        sound: true,
    })
    .into()
}
