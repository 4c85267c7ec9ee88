//! What a fuzzer tries for as long as one likes, see `tests/fuzz`: here over its seeds, over some bytes that
//! are like them, and over all that it has found.

use std::{fs, path::Path, thread};

#[allow(dead_code, unreachable_pub)]
#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use fuzz::{TARGETS, Target};

/// How often each seed is changed.
const CHANGES: usize = 40;

fn target(name: &str) -> Target {
    *TARGETS.iter().find(|target| target.name == name).expect("a target of this name")
}

/// Runs a target, and says over what if it panics.
fn run(target: Target, what: &str, input: &[u8]) {
    let bytes = input.to_vec();
    if thread::spawn(move || (target.run)(&bytes)).join().is_err() {
        panic!("{}, {what}: b\"{}\"", target.name, input.escape_ascii());
    }
}

fn seeds(name: &str) {
    let target = target(name);
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for (at, seed) in (target.seeds)().into_iter().enumerate() {
        run(target, &format!("seed {at}"), &seed);
        for change in 0..CHANGES {
            let changed = random.change(&seed);
            run(target, &format!("seed {at}, change {change}"), &changed);
        }
    }
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/findings").join(name);
    for entry in fs::read_dir(found).into_iter().flatten() {
        let path = entry.expect("a file").path();
        run(target, &path.display().to_string(), &fs::read(&path).expect("a file"));
    }
}

macro_rules! tests {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            seeds(stringify!($name));
        })*

        #[test]
        fn every_target_is_here() {
            let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

tests!(decode dynamic exchange scan server client idl compat);

/// Numbers that look random, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }

    fn change(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            match self.below(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, self.below(256) as u8),
                2 => drop(bytes.splice(at..(at + 4).min(bytes.len()), [0xff; 4])),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << self.below(8)),
            }
        }
        bytes
    }
}
