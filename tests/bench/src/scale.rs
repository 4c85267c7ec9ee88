//! How time grows with what is written and read: `cargo run --release --bin scale`.
//!
//! Messages of some 10 bytes to 64 MiB, structs nested 1 to 60 levels deep, structs of 1 to 500
//! fields. The figures are times per byte, level or field, which stay level if the cost is linear.

use bytes::Bytes;
use thrift_bench::{Operation, Table, measure, read, write};
use thrift_runtime::{BinaryProtocol, CompactProtocol, Limits, Protocol, Value, protocol::Output};

mod ours {
    thrift_runtime::thrift!("idl/scale.thrift");
}
use ours::{Item, Items, Nested};

/// Structs of many fields, `Fields1` to `Fields500`, by turns an `i64` and a string; the build
/// script writes their IDL.
mod fields {
    include!(concat!(env!("OUT_DIR"), "/fields.rs"));
}

const COLUMNS: [&str; 6] =
    ["", "bytes", "encode, binary", "decode, binary", "encode, compact", "decode, compact"];

fn main() {
    let mut sizes = Table::new("Size of a message: time per byte", &COLUMNS);
    for count in [0, 1, 4, 32, 256, 2_048, 16_384, 131_072, 1 << 20, 1 << 21] {
        let value = items(count);
        let bytes = BinaryProtocol::STRICT.encode(&value).unwrap().len();
        add(&mut sizes, &format!("{count} items"), bytes, &value);
    }
    print!("{sizes}");

    let mut depths = Table::new("Depth of structs: time per level", &COLUMNS);
    for depth in [1, 2, 5, 10, 20, 40, 60] {
        add(&mut depths, &format!("{depth} levels"), depth, &nested(depth));
    }
    print!("{depths}");

    let mut table = Table::new("Fields of a struct: time per field", &COLUMNS);
    let mut reversed = Table::new(
        "Fields of a struct, the last one first: time per field",
        &["", "bytes", "decode, binary"],
    );
    macro_rules! structs {
        ($($count:literal: $name:ident),*) => {$(
            let value = fields::$name::default();
            add(&mut table, concat!($count, " fields"), $count, &value);
            let bytes = backwards($count);
            assert!(BinaryProtocol::STRICT.decode::<fields::$name>(&bytes).unwrap() == value);
            let operation = Operation::new("decode", || {
                read::<fields::$name>(BinaryProtocol::STRICT, &bytes, &Limits::default())
            });
            reversed.row(vec![
                concat!($count, " fields").to_owned(),
                bytes.len().to_string(),
                per(&measure(vec![operation]), "decode", $count),
            ]);
        )*};
    }
    structs!(1: Fields1, 2: Fields2, 5: Fields5, 10: Fields10, 20: Fields20, 50: Fields50);
    structs!(100: Fields100, 200: Fields200, 500: Fields500);
    print!("{table}{reversed}");
}

/// Adds a row of times for each of `parts` parts of a value.
fn add<T: Value>(table: &mut Table, name: &str, parts: usize, value: &T) {
    let binary = Bytes::from(BinaryProtocol::STRICT.encode(value).unwrap());
    let compact = Bytes::from(CompactProtocol.encode(value).unwrap());
    let [mut out, mut out_compact] = [Output::new(), Output::new()];
    let limits = Limits::default();
    let measured = measure(vec![
        Operation::new(COLUMNS[2], || write(BinaryProtocol::STRICT, value, &mut out)),
        Operation::new(COLUMNS[3], || read::<T>(BinaryProtocol::STRICT, &binary, &limits)),
        Operation::new(COLUMNS[4], || write(CompactProtocol, value, &mut out_compact)),
        Operation::new(COLUMNS[5], || read::<T>(CompactProtocol, &compact, &limits)),
    ]);
    let times = COLUMNS[2..].iter().map(|column| per(&measured, column, parts));
    table.row([name.to_owned(), binary.len().to_string()].into_iter().chain(times).collect());
}

fn per(measured: &thrift_bench::Measured, name: &str, parts: usize) -> String {
    let time = measured.get(name).map_or(f64::NAN, |times| times.median());
    format!("{:.2} ns", time / parts as f64)
}

fn items(count: usize) -> Items {
    let item = |n: usize| Item { number: n as i64, name: format!("item{n:08}") };
    Items { items: (0..count).map(item).collect() }
}

fn nested(depth: usize) -> Nested {
    let next = (depth > 1).then(|| Box::new(nested(depth - 1)));
    Nested { number: depth as i64, next }
}

/// The default of a struct of many fields, the last field first.
fn backwards(count: u16) -> Bytes {
    let mut bytes = Vec::new();
    for id in (1..=count).rev() {
        let text = id % 2 == 0;
        bytes.push(if text { 11 } else { 10 });
        bytes.extend(id.to_be_bytes());
        match text {
            true => bytes.extend(b"\0\0\0\x0ca short text"),
            false => bytes.extend(1_000_i64.to_be_bytes()),
        }
    }
    bytes.push(0);
    Bytes::from(bytes)
}
