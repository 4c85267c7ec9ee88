//! Encoding, decoding and skipping.

// Not all of the workloads are needed.
#[allow(dead_code)]
#[path = "../../src/data.rs"]
mod data;

use std::hint::black_box;

use bytes::Bytes;
use thrift_runtime::{BinaryProtocol, CompactProtocol, Limits, Protocol, Value, protocol::Output};

pub fn run(workload: &str, protocol: &str, direction: &str, runs: u64) {
    match workload {
        "small" => run_value(&data::small(), protocol, direction, runs),
        "records" => run_value(&data::records(), protocol, direction, runs),
        "footer" => run_value(&data::footer(), protocol, direction, runs),
        "strings" => run_value(&data::strings(), protocol, direction, runs),
        "map s-i" => run_value(&data::counts(), protocol, direction, runs),
        "map i-s" => run_value(&data::names(), protocol, direction, runs),
        _ => panic!("{workload} is no workload"),
    }
}

fn run_value<T: Value>(value: &T, protocol: &str, direction: &str, runs: u64) {
    match protocol {
        "binary" => run_protocol(BinaryProtocol::STRICT, value, direction, runs),
        _ => run_protocol(CompactProtocol, value, direction, runs),
    }
}

fn run_protocol<T: Value>(protocol: impl Protocol, value: &T, direction: &str, runs: u64) {
    let bytes = Bytes::from(protocol.encode(value).expect("a value that can be written"));
    let limits = Limits::default();
    let mut out = Output::new();
    for _ in 0..runs {
        match direction {
            "encode" => {
                out.clear();
                let written = protocol.write_value(black_box(value), &mut out);
                written.expect("a value that can be written");
            }
            "decode" => {
                black_box(protocol.decode::<T>(black_box(&bytes)).expect("a value"));
            }
            _ => {
                let end = protocol.skip_body(black_box(&bytes), 0, &limits).expect("a struct");
                black_box(end);
            }
        }
    }
}
