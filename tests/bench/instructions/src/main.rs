//! How many instructions and allocations an operation takes: `cargo run --release`, which needs
//! valgrind. Unlike times they are the same on a busy machine, so that the instructions have bounds.
//! `compare` shows what another build takes.

mod allocations;
mod calls;
mod codec;
#[allow(dead_code)]
#[path = "../../../fuzz/src/dialects.rs"]
mod dialects;
mod hostile;
mod layered;
mod wire;

use std::{
    env,
    process::{Command, ExitCode},
};

mod ours {
    thrift_runtime::thrift!("../../idl/workloads.thrift");
}

/// The operations, each with the most instructions that it may take: a quarter more than it took
/// when the bound was set, as compilers and allocators differ.
const OPERATIONS: [(&str, u64); 53] = [
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
    ("strings, binary, encode", 391_000),
    ("strings, binary, decode", 4_970_000),
    ("strings, compact, encode", 366_000),
    ("strings, compact, decode", 5_020_000),
    ("map s-i, binary, encode", 79_900),
    ("map s-i, binary, decode", 778_000),
    ("map s-i, compact, encode", 85_600),
    ("map s-i, compact, decode", 837_000),
    ("map i-s, binary, encode", 78_600),
    ("map i-s, binary, decode", 720_000),
    ("map i-s, compact, encode", 91_900),
    ("map i-s, compact, decode", 778_000),
    ("call, raw, framed", 3_560),
    ("call, raw, framed, 64 at once", 173),
    ("call, server, framed", 6_420),
    ("call, server, framed, in pieces", 11_400),
    ("call, server, framed, 64 at once", 2_380),
    ("call, server, framed, one layer of tower", 9_390),
    ("call, server, framed, tracing", 7_260),
    ("call, server, framed, metrics", 12_970),
    ("call, server, buffered", 6_330),
    ("call, server, buffered, in pieces", 15_600),
    ("call, server, buffered, 64 at once", 2_290),
    ("call, server, compact", 6_500),
    ("call, server, compact, 64 at once", 2_450),
    ("call, client, framed", 9_300),
    ("call, client, framed, 64 at once", 3_780),
    ("call, client, framed, one layer of tower", 13_090),
    ("call, client, framed, balanced", 25_300),
    ("call, client, framed, tracing", 10_760),
    ("call, client, framed, metrics", 15_410),
    ("call, client, buffered", 9_590),
    ("call, client, buffered, 64 at once", 4_060),
    ("oneway, client", 5_600),
    ("oneway, client, 64 at once", 2_730),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match &arguments[..] {
        [] => count_all(),
        [operation, runs] => {
            run(operation, runs.parse().expect("a number of runs"));
            println!("{}", allocations::count());
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: thrift-instructions [OPERATION RUNS]");
            ExitCode::from(64)
        }
    }
}

fn run(operation: &str, runs: u64) {
    let parts: Vec<&str> = operation.split(", ").collect();
    match parts[..] {
        ["call", side, "framed", layer @ ("tracing" | "metrics")] => {
            layered::call(side, layer, runs);
        }
        ["call", side, dialect, ref manner @ ..] => calls::call(side, dialect, manner, runs),
        ["hostile", ..] => hostile::run(operation, runs),
        ["oneway", "client", ref manner @ ..] => calls::oneway(manner, runs),
        [workload, protocol, direction] => codec::run(workload, protocol, direction, runs),
        _ => panic!("{operation} is no operation"),
    }
}

fn count_all() -> ExitCode {
    println!("| operation | instructions | at most | allocations |\n| --- | --- | --- | --- |");
    let mut over = 0;
    for (operation, most) in OPERATIONS {
        let Counts { instructions, allocations } = Counts::of(operation);
        println!("| {operation} | {instructions:.0} | {most} | {allocations:.1} |");
        if instructions > most as f64 {
            eprintln!(
                "{operation} takes {instructions:.0} instructions, which is more than {most}"
            );
            over += 1;
        }
    }
    println!("\n| for each byte | instructions | at most |\n| --- | --- | --- |");
    for (shape, most) in hostile::SHAPES {
        let each = Counts::of(shape).instructions / hostile::length(shape) as f64;
        println!("| {shape} | {each:.1} | {most} |");
        if each > most as f64 {
            eprintln!("{shape} takes {each:.1} instructions a byte, which is more than {most}");
            over += 1;
        }
    }
    if over == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What an operation takes.
struct Counts {
    instructions: f64,
    allocations: f64,
}

impl Counts {
    fn of(operation: &str) -> Self {
        // What is done once is in both: a connection, whose buffers grow in its first calls.
        let (first, counted) = match operation.split(", ").next() {
            Some("call" | "oneway") => (2 * calls::AT_ONCE, 20 * calls::AT_ONCE),
            _ => (1, 20),
        };
        let before = Counts::of_program(operation, first);
        let after = Counts::of_program(operation, first + counted);
        let counted = counted as f64;
        Counts {
            instructions: (after.instructions - before.instructions) / counted,
            allocations: (after.allocations - before.allocations) / counted,
        }
    }

    /// All that this program takes when it runs an operation.
    fn of_program(operation: &str, runs: u64) -> Self {
        let program = env::current_exe().expect("the path of this program");
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(program)
            .args([operation, &runs.to_string()])
            .output()
            .expect("valgrind is needed");
        let report = String::from_utf8_lossy(&output.stderr);
        let instructions = report.lines().find_map(|line| line.split_once("Collected : "));
        let instructions = instructions.and_then(|(_, count)| count.trim().parse().ok());
        let allocations = String::from_utf8_lossy(&output.stdout).trim().parse().ok();
        let counts = instructions.zip(allocations);
        let (instructions, allocations) =
            counts.unwrap_or_else(|| panic!("{operation} tells no counts:\n{report}"));
        Counts { instructions, allocations }
    }
}
