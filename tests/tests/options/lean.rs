//! Types that are smaller, and fields that are left out.

use std::{collections::BTreeMap, hash::BuildHasherDefault};

use smallvec::{SmallVec, smallvec};
use thrift_runtime::{
    BinaryProtocol, Blob, Bytes, CompactProtocol, JsonProtocol, Limits, Protocol, Value,
    protocol::Input,
};

use thrift_tests::package::Package;

mod full {
    thrift_runtime::thrift!("idl/options/lean.thrift");
}

type Hasher = BuildHasherDefault<std::hash::DefaultHasher>;

mod small {
    thrift_runtime::thrift! {
        path: "idl/options/lean.thrift",
        types: {
            map: HashMap<_, _, super::super::Hasher>,
            set: HashSet<_, super::super::Hasher>,
            binary: Blob,
            string: Str,
            "Column.encodings": smallvec::SmallVec<[Encoding; 4]>,
            "Column.path": ::smallvec::SmallVec<[thrift_runtime::Str; 1]>,
            "Column.key": Box,
            "Statistics.min": Bytes,
            "Value.statistics": Box,
            "Table.extra": Box,
            "Numbers": smallvec::SmallVec<[i32; 2]>,
            "Tables.get.numbers": smallvec::SmallVec<[i32; 8]>,
        },
    }
}

/// With defaults.
mod listed {
    thrift_runtime::thrift! {
        path: "idl/options/lean.thrift",
        types: { "Column.path": thrift_runtime::StrList, "Defaults.names": thrift_runtime::StrList },
        services: none,
    }
}

mod projected {
    thrift_runtime::thrift! {
        path: "idl/options/lean.thrift",
        skip: [
            "Column.encodings", "Column.path", "Column.ratio", "Column.statistics", "Column.counts",
            "Column.last", "Table.value",
        ],
        services: none,
    }
}

mod kept {
    thrift_runtime::thrift! {
        path: "idl/options/lean.thrift",
        skip: { "Column.ratio": written, "Column.statistics": written, "Column.offset": written },
        unknown_fields: keep,
        services: none,
    }
}

fn column(n: i32) -> full::Column {
    full::Column {
        kind: n,
        encodings: (0..n).map(full::Encoding).collect(),
        path: vec!["path".repeat(n as usize); n as usize],
        ratio: (n % 2 == 0).then_some(f64::from(n)),
        statistics: (n % 3 > 0).then(|| full::Statistics {
            max: Some(vec![n as u8; 9 * n as usize].into()),
            min: Some(Bytes::new()),
            nulls: Some(1 << n),
        }),
        offset: 1 << (5 * n),
        counts: (0..n).map(|n| (n.to_string(), n)).collect(),
        last: n == 1,
        key: (n > 1).then(full::Key::default),
    }
}

fn table() -> full::Table {
    full::Table {
        columns: (0..6).map(column).collect(),
        value: full::Value::Number(7),
        names: ["a".to_owned(), "b".to_owned()].into(),
        keys: BTreeMap::from([("k".to_owned(), full::Key::default())]),
        extra: Some(column(2)),
    }
}

/// Reads what the full type writes as another, in each protocol.
fn read<F: Value, T: Value>(written: &F, check: impl Fn(T)) {
    check(BinaryProtocol::STRICT.decode(&BinaryProtocol::STRICT.encode(written).unwrap()).unwrap());
    check(CompactProtocol.decode(&CompactProtocol.encode(written).unwrap()).unwrap());
    check(JsonProtocol.decode(&JsonProtocol.encode(written).unwrap()).unwrap());
}

#[test]
fn lean_types_are_the_same_on_the_wire() {
    read(&table(), |lean: small::Table| {
        // The maps' order is another.
        let back: full::Table =
            CompactProtocol.decode(&CompactProtocol.encode(&lean).unwrap()).unwrap();
        assert_eq!(back, table());
        let column = &lean.columns[5];
        assert_eq!((column.encodings.len(), column.encodings.spilled()), (5, true));
        let column = &lean.columns[2];
        assert!(!column.encodings.spilled());
        assert_eq!(column.path[1], "pathpath");
        assert_eq!(column.key.as_ref().unwrap().bytes, b"key");
        assert_eq!(column.statistics.as_ref().unwrap().min, Some(Bytes::new()));
        assert_eq!(column.statistics.as_ref().unwrap().max.as_ref().unwrap().len(), 18);
    });
    assert!(size_of::<small::Column>() < size_of::<full::Column>());
    assert!(size_of::<Option<Box<small::Column>>>() == size_of_val(&small::Table::default().extra));
}

#[test]
fn lists_in_one_piece_have_defaults_and_constants() {
    assert_eq!(listed::Defaults::default().names, ["a", "long enough to be on the heap"]);
    assert!(listed::Defaults::default().none.is_empty());
    assert_eq!(listed::FIRST.path, ["a"]);
    read(&column(2), |lean: listed::Column| assert_eq!(lean.path, column(2).path));
}

#[test]
fn constants_and_defaults_are_of_the_chosen_types() {
    assert_eq!(*small::MAGIC, Blob::from(b"PAR1"));
    assert_eq!(small::FIRST.encodings.as_slice(), [small::Encoding::PLAIN]);
    let numbers: SmallVec<[i32; 2]> = smallvec![1, 2];
    assert_eq!(small::Numbered::default(), small::Numbered { numbers, more: None });
    let default = full::Numbered::default();
    read(&default, |read: small::Numbered| assert_eq!(read, small::Numbered::default()));
}

#[test]
fn what_is_left_out_is_passed_over() {
    let expected = |column: full::Column| projected::Column {
        kind: column.kind,
        offset: column.offset,
        key: column.key.map(|key| projected::Key { bytes: key.bytes, name: key.name }),
    };
    read(&table(), |read: projected::Table| {
        assert_eq!(read.columns.len(), 6);
        for (n, column) in read.columns.into_iter().enumerate() {
            assert_eq!(column, expected(self::column(n as i32)));
        }
        assert_eq!(read.extra, Some(expected(column(2))));
        assert!(read.names.contains("b") && read.keys.contains_key("k"));
    });
    assert_eq!(projected::FIRST.kind, 1);
    // In another order, and of other types, too.
    let late =
        b"\x0a\0\x06\0\0\0\0\0\0\0\x09\x08\0\x05\0\0\0\0\x02\0\x08\x01\x08\0\x01\0\0\0\x05\0";
    let column: projected::Column = BinaryProtocol::STRICT.decode(late).unwrap();
    assert_eq!((column.offset, column.kind, column.key), (9, 5, None));
    // What is passed over is checked as what is unknown is.
    let bad = b"\x08\0\x01\0\0\0\x05\x0f\0\x02\x63\0\0\0\x01\0";
    let error = BinaryProtocol::STRICT.decode::<projected::Column>(bad).unwrap_err();
    assert!(error.to_string().contains("type id 99 is unknown"), "{error}");
}

#[test]
fn the_beginning_is_enough_for_what_is_not_left_out() {
    let bytes = BinaryProtocol::STRICT.encode(&table()).unwrap();
    let part: projected::Table = BinaryProtocol::STRICT.decode_part(&bytes[..]).unwrap();
    assert_eq!(part, BinaryProtocol::STRICT.decode(&bytes).unwrap());
}

#[test]
fn a_type_may_be_written_without_fields_that_nobody_needs() {
    let written = full::Column { ratio: None, statistics: None, offset: 4, ..column(5) };
    read(&column(5), |read: kept::Column| {
        assert!(read.unknown_fields.is_empty());
        let bytes = CompactProtocol.encode(&read).unwrap();
        let back: full::Column = CompactProtocol.decode(&bytes).unwrap();
        assert_eq!(back, written);
    });
}

#[test]
fn reused_values_hold_nothing_of_those_before() {
    let (mut all, mut lean) = (full::Table::default(), small::Table::default());
    for n in [5, 0, 3, 1] {
        let table = full::Table { columns: vec![column(n); 3], ..full::Table::default() };
        let bytes = CompactProtocol.encode(&table).unwrap();
        CompactProtocol.read_value(Input::from(&bytes), &Limits::default(), &mut all).unwrap();
        CompactProtocol.read_value(Input::from(&bytes), &Limits::default(), &mut lean).unwrap();
        assert_eq!(all, table);
        assert_eq!(lean, CompactProtocol.decode(&bytes).unwrap());
    }
}

/// Only what is generated for a type that is written finds it out, so that it has to be built.
#[test]
fn what_is_only_read_is_not_written() {
    let of = Package::new("only-read", env!("CARGO_TARGET_TMPDIR"));
    of.write("idl/a.thrift", "struct A { 1: i32 x, 2: string y }\nstruct B { 1: list<A> all }\n");
    let program = |of_main: &str| {
        format!(
            "use thrift_runtime::Protocol as _;\n\
             thrift_runtime::thrift! {{ path: \"idl/a.thrift\", skip: [\"A.y\"] }}\n\
             fn main() {{\n    let protocol = thrift_runtime::BinaryProtocol::STRICT;\n    \
             let all: B = protocol.decode(&[0]).unwrap();\n    {of_main}\n}}\n"
        )
    };
    of.write("src/main.rs", &program("assert!(all.all.is_empty());"));
    assert_eq!(of.build(), Ok(()));
    of.write("src/main.rs", &program("protocol.encode(&all).unwrap();"));
    let told = of.build().unwrap_err();
    let why = "`A` cannot be written: the option `skip` leaves out its field `y`, so readers would lose it";
    assert!(told.contains(why), "{told}");
    assert!(told.contains("help: `skip: { \"A.y\": written }` allows it"), "{told}");
}
