//! The JSON protocol beside `serde_json`, which writes and reads the same text:
//! `cargo run --release --bin json`.

// Only two of the workloads are needed.
#[allow(dead_code)]
mod data;
mod serde_types;

use std::ffi::OsStr;

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use thrift_bench::{Operation, Table, instructions, measure, nanoseconds, read, write};
use thrift_runtime::{JsonProtocol, Limits, Protocol, Value, protocol::Output};

mod ours {
    thrift_runtime::thrift!("idl/workloads.thrift");
}

const OPERATIONS: [&str; 4] = ["encode", "serde_json, encode", "decode", "serde_json, decode"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [workload, operation, runs] = &arguments[..] {
        let runs = runs.parse().unwrap();
        return match workload.as_str() {
            "records" => with_records(|operations| repeat(operations, operation, runs)),
            _ => with_footer(|operations| repeat(operations, operation, runs)),
        };
    }
    let columns = [
        "operation",
        "thrift-runtime",
        "`serde_json`",
        "instructions",
        "`serde_json`'s instructions",
    ];
    let mut table = Table::new("JSON of the same text", &columns);
    with_records(|operations| compare("records", operations, &mut table));
    with_footer(|operations| compare("footer", operations, &mut table));
    print!("{table}");
}

fn with_records(run: impl FnOnce(Vec<Operation<'_>>)) {
    with::<_, serde_types::Records>(&data::records(), run);
}

fn with_footer(run: impl FnOnce(Vec<Operation<'_>>)) {
    with::<_, serde_types::Footer>(&data::footer(), run);
}

fn with<T: Value, S: Serialize + DeserializeOwned>(
    value: &T,
    run: impl FnOnce(Vec<Operation<'_>>),
) {
    let bytes = Bytes::from(JsonProtocol.encode(value).unwrap());
    let by_serde: S = serde_json::from_slice(&bytes).unwrap();
    assert!(serde_json::to_vec(&by_serde).unwrap() == bytes, "another text");

    let limits = Limits::default();
    let (mut out, mut space) = (Output::new(), Vec::new());
    let [encode, serde_encode, decode, serde_decode] = OPERATIONS;
    run(vec![
        Operation::new(encode, || write(JsonProtocol, value, &mut out)),
        Operation::new(serde_encode, || {
            space.clear();
            serde_json::to_writer(&mut space, &by_serde).unwrap();
        }),
        Operation::new(decode, || read::<T>(JsonProtocol, &bytes, &limits)),
        Operation::new(serde_decode, || serde_json::from_slice::<S>(&bytes).unwrap()),
    ]);
}

fn repeat(mut operations: Vec<Operation<'_>>, name: &str, runs: u64) {
    let operation = operations.iter_mut().find(|operation| operation.name() == name).unwrap();
    (0..runs).for_each(|_| operation.run());
}

fn compare(workload: &str, operations: Vec<Operation<'_>>, table: &mut Table) {
    let measured = measure(operations);
    for names in OPERATIONS.chunks(2) {
        let count = |name: &&str| instructions(&[OsStr::new(workload), OsStr::new(name)]);
        let counts: Vec<Option<f64>> = names.iter().map(count).collect();
        let [Some(ours), Some(other)] = [measured.get(names[0]), measured.get(names[1])] else {
            continue;
        };
        let shown =
            |count: Option<f64>| count.map_or_else(String::new, |count| format!("{count:.0}"));
        let ratio = match counts[..] {
            [Some(ours), Some(other)] => format!(" ({:.2})", other / ours),
            _ => String::new(),
        };
        table.row(vec![
            format!("{workload}, {}", names[0]),
            nanoseconds(ours.median()),
            format!("{} ({:.2})", nanoseconds(other.median()), other.ratio(ours)),
            shown(counts[0]),
            shown(counts[1]) + &ratio,
        ]);
    }
}
