//! How many instructions an operation takes, by valgrind: unlike times they are the same on a busy machine.

use std::{env, ffi::OsStr, process::Command};

/// How often an operation is run to be counted.
const RUNS: u64 = 4;

/// The instructions of one run of what this program does with these arguments and a number of runs
/// behind them; `None` without valgrind.
pub fn instructions(arguments: &[&OsStr]) -> Option<f64> {
    let (before, after) = (of_program(arguments, 1)?, of_program(arguments, 1 + RUNS)?);
    Some((after - before) as f64 / RUNS as f64)
}

/// All that this program takes.
fn of_program(arguments: &[&OsStr], runs: u64) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().ok()?)
        .args(arguments)
        .arg(runs.to_string())
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let count = report.lines().find_map(|line| line.split_once("Collected : "))?.1;
    count.trim().parse().ok()
}
