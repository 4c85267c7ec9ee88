//! How much stack the deepest values take: found in threads that have less and less, in processes of their
//! own, since one whose stack is too small ends its process.

use std::{
    cmp::Ordering,
    env,
    fmt::Debug,
    hash::{BuildHasher, Hash, RandomState},
    process::{Command, Stdio},
    thread,
};

use thrift_runtime::{
    Protocol, Value,
    protocol::AnyProtocol,
    value::{AnyStruct, Struct},
};

use super::{MOST, PROTOCOLS, chain, decode, lists, on_a_thread, skip, to_skip, unions, wide};

/// What is done, and in how many KiB, in such a process.
const ASKED: &str = "THRIFT_STACK_FOR";
/// What is done with values.
const PARTS: [&str; 8] = ["decode", "skip", "encode", "drop", "compare", "format", "clone", "hash"];
/// How much all of it may take, and how exact the figures are, both in KiB.
const LARGEST: usize = 2 << 10;
const STEP: usize = 16;
#[test]
fn how_much_stack_each_part_takes() {
    if let Ok(asked) = env::var(ASKED) {
        let (part, kib) = asked.split_once(' ').unwrap();
        let (part, kib) = (part.to_owned(), kib.parse().unwrap());
        return on_a_thread(move || try_all(&part, kib));
    }
    let figures = PARTS.map(|part| (part, least(part)));
    // No thread has less than one step.
    assert!(figures[0].1 > STEP, "nothing was tried: {figures:?}");
    let figures = figures.map(|(part, kib)| format!("{part} {kib}"));
    let assertions = if cfg!(debug_assertions) { "with" } else { "without" };
    println!(
        "{}, {assertions} debug assertions, KiB of stack for {MOST} levels: {}",
        env!("CARGO_PKG_NAME"),
        figures.join(", ")
    );
}

/// In how many KiB of stack this can be done.
fn least(part: &str) -> usize {
    let (mut too_little, mut enough) = (0, LARGEST / STEP);
    assert!(suffices(part, LARGEST), "{part} takes more than {LARGEST} KiB, or fails");
    while enough - too_little > 1 {
        let middle = too_little.midpoint(enough);
        match suffices(part, middle * STEP) {
            true => enough = middle,
            false => too_little = middle,
        }
    }
    enough * STEP
}

/// Runs this test once more, for one part of it.
fn suffices(part: &str, kib: usize) -> bool {
    let mut process = Command::new(env::current_exe().unwrap());
    process.args(["--exact", "measured::how_much_stack_each_part_takes"]);
    process.env(ASKED, format!("{part} {kib}")).stdout(Stdio::null()).stderr(Stdio::null());
    process.status().unwrap().success()
}

/// Runs something in a thread with so much stack; what comes of it ends in this one.
fn within<T: Send>(kib: usize, run: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(kib << 10).spawn_scoped(scope, run);
        thread.unwrap().join().unwrap()
    })
}

fn try_all(part: &str, kib: usize) {
    let chain = chain(MOST);
    try_with(part, kib, &chain);
    if part == "format" {
        // Of others, this takes seconds.
        assert!(within(kib, || format!("{chain:#?}").len()) > MOST);
    }
    unions().iter().for_each(|union| try_with(part, kib, union));
    try_with(part, kib, &wide(MOST));
    try_with(part, kib, &lists());
    for protocol in PROTOCOLS {
        let bytes = protocol.encode(&chain).unwrap();
        try_with(part, kib, &decode::<AnyStruct>(protocol, &bytes).unwrap());
    }
}

fn try_with<T>(part: &str, kib: usize, value: &T)
where
    T: Value + Struct + Clone + Ord + Hash + Debug + Send + Sync,
{
    let copy = value.clone();
    match part {
        "decode" => each(value, |protocol, bytes| {
            drop(within(kib, || decode::<T>(protocol, bytes).unwrap()));
        }),
        "skip" => each(value, |protocol, bytes| {
            let untyped = decode(protocol, bytes).unwrap();
            if let Some((unknown, message)) = to_skip(protocol, &untyped) {
                within(kib, || skip(protocol, &unknown, &message));
            }
        }),
        "encode" => each(value, |protocol, bytes| {
            assert!(within(kib, || protocol.encode(value).unwrap() == bytes));
        }),
        "drop" => within(kib, move || drop(copy)),
        "compare" => assert!(within(kib, || *value == copy && value.cmp(&copy) == Ordering::Equal)),
        "format" => assert!(within(kib, || format!("{value:?}").len()) > MOST),
        "clone" => assert!(within(kib, || value.clone()) == copy),
        "hash" => {
            let hasher = RandomState::new();
            assert_eq!(within(kib, || hasher.hash_one(value)), hasher.hash_one(&copy));
        }
        _ => panic!("nobody knows how to {part}"),
    }
}

fn each<T: Value + Struct>(value: &T, run: impl Fn(AnyProtocol, &[u8])) {
    for protocol in PROTOCOLS {
        run(protocol, &protocol.encode(value).unwrap());
    }
}
