//! Benchmarks: how many lines of IDL a second are parsed and resolved, and expanded.
//!
//! `cargo test --release -p thrift-macros speed -- --ignored --nocapture --test-threads 1`

use std::time::{Duration, Instant};

use super::{
    Outcome,
    table::{Row, Table},
};

/// The time that one file took.
struct Took {
    lines: usize,
    resolved: Duration,
    expanded: Duration,
}

/// The quickest of a few runs, which is the one that other work on the machine disturbed least.
fn measure(load: impl Fn() -> Outcome) -> Took {
    let run = |_| {
        let started = Instant::now();
        let outcome = load();
        let resolved = started.elapsed();
        outcome.expand();
        let expanded = started.elapsed();
        let lines = outcome.sources.lines();
        assert_eq!(outcome.errors().count(), 0);
        Took { lines, resolved, expanded }
    };
    (0..5).map(run).min_by_key(|took| took.expanded).unwrap()
}

fn show(name: &str, took: &Took) {
    let rate = |time: Duration| took.lines as f64 / time.as_secs_f64();
    println!(
        "{name}: {} lines; parsed and resolved in {:.1?}, {:.0} lines/s; and expanded in {:.1?}, {:.0} lines/s",
        took.lines,
        took.resolved,
        rate(took.resolved),
        took.expanded,
        rate(took.expanded),
    );
}

/// The largest real files, with everything that they include.
#[test]
#[ignore = "a benchmark"]
fn speed_of_the_largest_files() {
    let Some(table) = Table::corpus() else { return };
    let mut files: Vec<_> = table.rows().filter(|row| row.is_accepted()).collect();
    let load = |row: &Row<'_>| Outcome::of_file(&row.path(), row.include_dirs());
    files.sort_by_cached_key(|row| std::cmp::Reverse(load(row).sources.lines()));
    for row in files.iter().take(8) {
        show(row.get("path"), &measure(|| load(row)));
    }
}

/// The same definitions over and over: the rate should stay the same as the file grows.
#[test]
#[ignore = "a benchmark"]
fn speed_as_a_file_grows() {
    let part = |n: usize| {
        format!(
            "/** Number {n}. */
struct S{n} {{
  1: required i64 id,
  2: optional string name = \"x\",
  3: map<string, list<S{n}>> children (a = \"b\")
}}
enum E{n} {{
  A = 1
  B
}}
const E{n} C{n} = E{n}.A
service V{n} {{
  S{n} get(1: i64 id) // a comment
}}
"
        )
    };
    for size in [250, 500, 1_000, 2_000, 4_000] {
        let text: String = (0..size).map(part).collect();
        show(&format!("{size} parts"), &measure(|| Outcome::of_text(&text)));
    }
}
