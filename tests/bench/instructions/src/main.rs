//! How many instructions an operation of the codec takes: `cargo run --release`, which needs
//! valgrind. Unlike times they are the same on a busy machine, so that each has a bound.

// Only three of the workloads are needed.
#[allow(dead_code)]
#[path = "../../src/data.rs"]
mod data;

use std::{
    env,
    hint::black_box,
    process::{Command, ExitCode},
};

use bytes::Bytes;
use thrift_runtime::{BinaryProtocol, CompactProtocol, Limits, Protocol, Value, protocol::Output};

mod ours {
    thrift_runtime::thrift!("../../idl/workloads.thrift");
}

/// The operations, each with the most instructions that it may take: a quarter more than it took
/// when the bound was set, as compilers and allocators differ.
const OPERATIONS: [(&str, u64); 18] = [
    ("small, binary, encode", 250),
    ("small, binary, decode", 1_200),
    ("small, binary, skip", 240),
    ("small, compact, encode", 330),
    ("small, compact, decode", 1_200),
    ("small, compact, skip", 300),
    ("records, binary, encode", 200_000),
    ("records, binary, decode", 990_000),
    ("records, binary, skip", 500_000),
    ("records, compact, encode", 560_000),
    ("records, compact, decode", 1_400_000),
    ("records, compact, skip", 790_000),
    ("footer, binary, encode", 690_000),
    ("footer, binary, decode", 4_400_000),
    ("footer, binary, skip", 880_000),
    ("footer, compact, encode", 1_500_000),
    ("footer, compact, decode", 5_200_000),
    ("footer, compact, skip", 1_560_000),
];

/// How often an operation is run, and how often less in the run that it is compared with.
const RUNS: u64 = 20;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match &arguments[..] {
        [] => count_all(),
        [operation, runs] => {
            run(operation, runs.parse().expect("a number of runs"));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: thrift-instructions [OPERATION RUNS]");
            ExitCode::from(64)
        }
    }
}

fn count_all() -> ExitCode {
    println!("| operation | instructions | at most |\n| --- | --- | --- |");
    let mut over = 0;
    for (operation, most) in OPERATIONS {
        // What is done once is in both.
        let count = (instructions(operation, 1 + RUNS) - instructions(operation, 1)) / RUNS;
        println!("| {operation} | {count} | {most} |");
        if count > most {
            eprintln!("{operation} takes {count} instructions, which is more than {most}");
            over += 1;
        }
    }
    if over == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// All instructions of this program when it runs an operation.
fn instructions(operation: &str, runs: u64) -> u64 {
    let program = env::current_exe().expect("the path of this program");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([operation, &runs.to_string()])
        .output()
        .expect("valgrind is needed");
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report.lines().find_map(|line| line.split_once("Collected : "));
    collected
        .and_then(|(_, count)| count.trim().parse().ok())
        .unwrap_or_else(|| panic!("valgrind tells no count:\n{report}"))
}

fn run(operation: &str, runs: u64) {
    let parts: Vec<&str> = operation.split(", ").collect();
    match parts[..] {
        ["small", protocol, direction] => run_value(&data::small(), protocol, direction, runs),
        ["records", protocol, direction] => run_value(&data::records(), protocol, direction, runs),
        ["footer", protocol, direction] => run_value(&data::footer(), protocol, direction, runs),
        _ => panic!("{operation} is no operation"),
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
    let runs = 0..runs;
    match direction {
        "encode" => runs.for_each(|_| {
            out.clear();
            protocol.write_value(black_box(value), &mut out).expect("a value that can be written");
        }),
        "decode" => runs.for_each(|_| {
            black_box(protocol.decode::<T>(black_box(&bytes)).expect("a value"));
        }),
        _ => runs.for_each(|_| {
            black_box(protocol.skip_body(black_box(&bytes), 0, &limits).expect("a struct"));
        }),
    }
}
