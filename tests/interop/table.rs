//! The README's table of what was tried with which peer.

use std::fmt::Write as _;

use crate::{
    APACHE, THRIFTPY2,
    cell::Cell,
    cells,
    known::{KNOWN, Known},
    party::{Party, Protocol, PythonParty},
};

const ROWS: [(&str, Protocol); 7] = [
    ("binary, strict", Protocol::BINARY),
    ("binary, non-strict", Protocol::BINARY_NON_STRICT),
    ("compact", Protocol::COMPACT),
    ("JSON", Protocol::JSON),
    ("binary, multiplexed", Protocol::MULTI),
    ("compact, multiplexed", Protocol::MULTIC),
    ("JSON, multiplexed", Protocol::MULTIJ),
];

/// The table, and what its numbers stand for.
fn table() -> String {
    let mut table =
        "| protocol | Apache's client | Apache's server | thriftpy2's client | thriftpy2's server |
| --- | --- | --- | --- | --- |
"
        .to_owned();
    for (name, protocol) in ROWS {
        let of = |peer, ends: fn(PythonParty) -> (Party, Party)| {
            entry(cells(&[peer], ends).iter().filter(|cell| {
                let Protocol { name, multiplexed, .. } = cell.protocol;
                (name, multiplexed) == (protocol.name, protocol.multiplexed)
            }))
        };
        let client = |peer| of(peer, |peer| (Party::Python(peer), Party::Ours));
        let server = |peer| of(peer, |peer| (Party::Ours, Party::Python(peer)));
        let entries = [client(APACHE), server(APACHE), client(THRIFTPY2), server(THRIFTPY2)];
        writeln!(table, "| {name} | {} |", entries.join(" | ")).unwrap();
    }
    table.push('\n');
    for (number, known) in (1..).zip(&KNOWN) {
        writeln!(table, "{number}. fails in part, as {}.", known.why).unwrap();
    }
    table
}

/// Whether all that was tried works, or the numbers of what is known not to.
fn entry<'a>(cells: impl Iterator<Item = &'a Cell>) -> String {
    let mut tried = false;
    let mut failing = [false; KNOWN.len()];
    for cell in cells {
        tried = true;
        for (failing, known) in failing.iter_mut().zip(&KNOWN) {
            *failing |= Known::of(cell).is_some_and(|it| it.why == known.why);
        }
    }
    let numbers = (1..).zip(failing).filter(|(_, fails)| *fails);
    let numbers: Vec<String> = numbers.map(|(number, _)| format!("({number})")).collect();
    match (tried, numbers.is_empty()) {
        (false, _) => "not tried".to_owned(),
        (true, true) => "ok".to_owned(),
        (true, false) => numbers.join(" "),
    }
}

#[test]
fn the_readme_has_the_table() {
    let readme = include_str!("../../README.md");
    let table = table();
    assert!(readme.contains(&table), "the README's table should be\n\n{table}");
}
