//! Constants within other values, and large ones.

mod plain {
    #![no_implicit_prelude]
    ::thrift_runtime::thrift!("idl/constants.thrift");
}

mod hashed {
    thrift_runtime::thrift! {
        path: "idl/constants.thrift",
        types: { map: HashMap, set: HashSet, string: Str },
    }
}

mod borrowed {
    thrift_runtime::thrift! { path: "idl/constants.thrift", types: { string: &str } }
}

/// Fields whose Rust types are not those of the constants that are their defaults.
mod chosen {
    thrift_runtime::thrift! {
        idl: r#"
            typedef string Name
            typedef list<Name> Names
            const list<Name> LISTED = ["a"]
            const Names NAMED = ["b"]
            const map<Name, list<string>> BY_NAME = {"c": LISTED}
            const binary BYTES = "bytes"
            const list<binary> MANY = [BYTES, "more"]
            struct Texts {
                1: list<string> listed = LISTED
                2: Names named = NAMED
                3: map<string, list<string>> by_name = BY_NAME
                4: list<string> lossy = NAMED
            }
            struct Bytes {
                1: binary shared = "shared"
                2: binary blob = "blob"
                3: binary shared_constant = BYTES
                4: binary blob_constant = BYTES
                5: list<binary> many = MANY
                6: list<string> packed = [
                    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
                    "s", "t", "u", "v", "w", "x", "y", "z", "A", "B", "C", "D", "E", "F", "G", "H", "I", "J"
                ]
                7: list<string> few = LISTED
            }
            const Bytes ALL = {"shared": BYTES, "blob": "b"}
        "#,
        types: {
            binary: Blob,
            "Name": Str,
            "Texts.lossy": LossyStr,
            "Bytes.shared": Bytes,
            "Bytes.shared_constant": Bytes,
            "Bytes.packed": thrift_runtime::StrList,
            "Bytes.few": thrift_runtime::StrList,
            "Bytes.many": std::vec::Vec<thrift_runtime::Bytes>,
        },
    }
}

mod borrowed_bytes {
    thrift_runtime::thrift! {
        idl: r#"
            const binary BYTES = "bytes"
            struct Bytes { 1: binary borrowed = BYTES, 2: binary shared = BYTES, 3: binary blob = "blob" }
        "#,
        types: { binary: &[u8], "Bytes.shared": Bytes, "Bytes.blob": Blob },
    }
}

/// Defaults that name constants which were generated with other options.
mod elsewhere {
    pub(super) mod str {
        thrift_runtime::thrift! {
            path: "idl/constants_elsewhere.thrift",
            types: { string: Str, map: HashMap, set: HashSet },
            with: { "constants.thrift": crate::plain },
        }
    }
    pub(super) mod borrowed {
        thrift_runtime::thrift! {
            path: "idl/constants_elsewhere.thrift",
            types: { string: &str },
            with: { "constants.thrift": crate::plain },
        }
    }
}

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
};

use thrift_runtime::{Blob, Bytes, LossyStr, OrderedFloat, Str};

#[test]
fn doubles_are_wrapped_where_they_are_keys() {
    let wrapped = |numbers: &[f64]| numbers.iter().copied().map(OrderedFloat).collect::<Vec<_>>();
    assert_eq!(*plain::BY_DOUBLES, BTreeMap::from([(wrapped(&[1.0, 2.5]), 1)]));
    let first =
        BTreeMap::from([("a".to_owned(), wrapped(&[1.0, 2.5])), ("b".to_owned(), wrapped(&[3.0]))]);
    let second = BTreeMap::from([("c".to_owned(), wrapped(&[1.0]))]);
    assert_eq!(*plain::SETS, BTreeSet::from([first, second]));
    assert_eq!(hashed::BY_DOUBLES[&wrapped(&[1.0, 2.5])], 1);
    assert_eq!(hashed::SETS.len(), 2);
}

#[test]
fn constants_are_ordered_where_they_are_keys() {
    let keys: Vec<_> = hashed::BY_KEY.iter().collect();
    assert_eq!(keys.len(), 2);
    for (key, number) in keys {
        assert_eq!(key.texts, BTreeMap::from([("a".into(), "b".into())]));
        assert_eq!(key.names.len(), usize::from(*number == 1));
        assert_eq!(key.listed, [key.texts.clone(), key.texts.clone()]);
    }
    assert_eq!(plain::BY_KEY[&plain::Key::default()], 1);
}

/// What makes a constant needs little of the stack, whatever its size.
#[test]
fn a_large_constant_is_made_on_a_small_stack() {
    let made = thread::Builder::new().stack_size(64 << 10).spawn(|| {
        assert_eq!((plain::TABLE.len(), hashed::TABLE.len()), (1000, 1000));
        assert_eq!(plain::TABLE["E0777"], "the text of error 777");
    });
    made.unwrap().join().unwrap();
}

#[test]
fn large_constants_and_defaults_borrow() {
    let table: &'static BTreeMap<&'static str, &'static str> = &borrowed::TABLE;
    assert_eq!((table.len(), table["E0777"]), (1000, "the text of error 777"));
    assert_eq!(borrowed::Key::default().texts["a"], "b");
    let large = borrowed::Large::default();
    assert_eq!((large.numbers.len(), large.names.len(), large.by_name.len()), (34, 34, 34));
    assert_eq!(borrowed::LARGE.numbers[..2], ["0", "1"]);
    assert_eq!(borrowed::LARGE.numbers, large.numbers);
}

#[test]
fn defaults_have_the_type_of_their_field() {
    let texts = chosen::Texts::default();
    let listed: Vec<String> = texts.listed;
    assert_eq!(listed, ["a"]);
    let named: Vec<Str> = texts.named;
    assert_eq!(named, ["b"]);
    assert_eq!(texts.by_name, BTreeMap::from([("c".to_owned(), listed)]));
    let lossy: Vec<LossyStr> = texts.lossy;
    assert_eq!(lossy.len(), 1);

    let bytes = chosen::Bytes::default();
    let (shared, blob): (Bytes, Blob) = (bytes.shared, bytes.blob);
    assert_eq!((&shared[..], &blob[..]), (&b"shared"[..], &b"blob"[..]));
    let (shared, blob): (Bytes, Blob) = (bytes.shared_constant, bytes.blob_constant);
    assert_eq!((&shared[..], &blob[..]), (&b"bytes"[..], &b"bytes"[..]));
    assert_eq!(bytes.many, [Bytes::from("bytes"), Bytes::from("more")]);
    assert_eq!(bytes.packed.iter().collect::<String>(), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ");
    assert_eq!(bytes.few.iter().collect::<Vec<_>>(), ["a"]);
    assert_eq!(chosen::ALL.shared, "bytes");

    let bytes = borrowed_bytes::Bytes::default();
    let (borrowed, shared, blob): (&[u8], Bytes, Blob) = (bytes.borrowed, bytes.shared, bytes.blob);
    assert_eq!((borrowed, &shared[..], &blob[..]), (&b"bytes"[..], &b"bytes"[..], &b"blob"[..]));
}

#[test]
fn constants_of_other_modules_fit_whatever_their_types_are() {
    let str = elsewhere::str::Key::default();
    let texts: std::collections::HashMap<Str, Str> = str.texts;
    assert_eq!(texts["E0777"], "the text of error 777");
    assert!(str.names.contains("a") && str.listed.len() == 2);
    let borrowed = elsewhere::borrowed::Key::default();
    let texts: BTreeMap<&str, &str> = borrowed.texts;
    assert_eq!(texts["E0777"], "the text of error 777");
    assert_eq!((borrowed.names, borrowed.listed.len()), (["a"].into(), 2));
    assert_eq!((&str.key, &borrowed.key), (&*plain::KEY, &*plain::KEY));
}
