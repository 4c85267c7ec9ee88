//! What a fuzzer runs, as plain functions: each takes any bytes, and panics if something is wrong.
//!
//! `run` in this folder builds them with sanitizers and lets a fuzzer make up the bytes. The tests of the
//! library run them over the seeds and over what was found before, see `tests/tests/fuzz.rs`.

mod bounded;
pub mod client;
pub mod compat;
pub mod decode;
mod dialects;
pub mod dynamic;
pub mod exchange;
mod http;
pub mod idl;
mod pieces;
mod sasl;
pub mod scan;
pub mod server;
mod types;

/// One of the things that are fuzzed.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of its program, of its dictionary, and of the folder of what it has found.
    pub name: &'static str,
    /// Tries some bytes.
    pub run: fn(&[u8]),
    /// What to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

macro_rules! targets {
    ($($name:ident)*) => {
        /// All of them.
        pub const TARGETS: &[Target] = &[
            $(Target { name: stringify!($name), run: $name::run, seeds: $name::seeds }),*
        ];
    };
}

targets!(decode dynamic exchange scan server client idl compat);

/// Writes the seeds of a target to files, into a folder of its name in the one that the environment names.
pub fn write_seeds(name: &str) {
    let Some(folder) = std::env::var_os("THRIFT_FUZZ_SEEDS") else { return };
    let folder = std::path::Path::new(&folder).join(name);
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    std::fs::create_dir_all(&folder).expect("a folder for seeds");
    for (at, seed) in (target.seeds)().into_iter().enumerate() {
        std::fs::write(folder.join(at.to_string()), seed).expect("a file for a seed");
    }
}
