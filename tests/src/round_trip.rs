//! Random values of generated types, written and read again.

use std::{
    fmt::{Debug, Display},
    hash::{BuildHasher, Hash, RandomState},
};

use arbitrary::{Arbitrary, Unstructured};
use thrift_runtime::{
    BinaryProtocol, Protocol,
    protocol::{CompactProtocol, JsonProtocol},
    value::Struct,
};

/// What was tried, and what fell short.
#[derive(Debug, Default)]
pub struct Report {
    /// How many types were tried.
    pub types: usize,
    /// How many values were tried.
    pub values: usize,
    /// How many files' schemas were compared.
    pub schemas: usize,
    /// How many values were read by types without some of the fields.
    pub projected: usize,
    /// What fell short, a line each.
    pub shortfalls: Vec<String>,
}

/// How many random bytes the values of a type are made of, each in turn.
const SIZES: [usize; 6] = [0, 16, 64, 256, 1024, 4096];

impl Report {
    /// Tries values of one type; `name` is for people. That the type has the traits that every
    /// generated type has is a condition of compiling.
    pub fn round_trip<T>(&mut self, name: &str)
    where
        T: Struct + Debug + Clone + Default + Ord + Hash + Send + Sync + 'static,
        T: for<'a> Arbitrary<'a>,
    {
        self.types += 1;
        for (seed, size) in SIZES.into_iter().enumerate() {
            self.values += 1;
            let tried = random::<T>(seed as u64, size).and_then(|value| all_protocols(&value));
            if let Err(why) = tried {
                self.shortfalls.push(format!("{name}: {why}"));
            }
        }
    }

    /// Has values of one type read as another, of the same struct without some of its fields.
    pub fn projected<T, P>(&mut self, name: &str)
    where
        T: Struct + for<'a> Arbitrary<'a>,
        P: Struct + Debug + PartialEq,
    {
        for (seed, size) in SIZES.into_iter().enumerate() {
            self.projected += 1;
            let tried = random::<T>(seed as u64, size).and_then(|value| read_alike::<T, P>(&value));
            if let Err(why) = tried {
                self.shortfalls.push(format!("{name}, without some fields: {why}"));
            }
        }
    }

    /// Notes what falls short of a file's schema.
    pub fn schema(&mut self, name: &str, checked: Result<(), String>) {
        self.schemas += 1;
        if let Err(why) = checked {
            self.shortfalls.push(format!("{name}: {why}"));
        }
    }

    /// Prints the report for a program that sums up several.
    pub fn print(&self) {
        self.shortfalls.iter().for_each(|line| println!("shortfall {line}"));
        println!("tried {} {} {} {}", self.types, self.values, self.schemas, self.projected);
    }
}

/// A value made of `size` random bytes.
fn random<T: for<'a> Arbitrary<'a>>(seed: u64, size: usize) -> Result<T, String> {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        // splitmix64
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend((z ^ (z >> 31)).to_le_bytes());
    }
    bytes.truncate(size);
    T::arbitrary(&mut Unstructured::new(&bytes)).map_err(|error| error.to_string())
}

fn all_protocols<T>(value: &T) -> Result<(), String>
where
    T: Struct + Debug + Clone + Ord + Hash,
{
    through(BinaryProtocol::STRICT, value)?;
    through(CompactProtocol, value)?;
    through(JsonProtocol, value)?;
    let copy = value.clone();
    let hasher = RandomState::new();
    ensure(copy == *value, "the clone differs", value)?;
    ensure(copy.cmp(value).is_eq(), "the clone is not equal by its order", value)?;
    ensure(hasher.hash_one(&copy) == hasher.hash_one(value), "the clone's hash differs", value)
}

/// Writes the value, reads it, into a fresh value and into one that is there, and writes it again.
fn through<P: Protocol, T: Struct + Debug + PartialEq>(
    protocol: P,
    value: &T,
) -> Result<(), String> {
    let says =
        |what: &str, error: &dyn Display| format!("{}: {what}: {error}", protocol.encoding());
    let bytes = protocol.encode(value).map_err(|error| says("writing", &error))?;
    let mut read: T = protocol.decode(&bytes).map_err(|error| says("reading", &error))?;
    ensure(read == *value, "what was read differs", value)?;
    let again = protocol.encode(&read).map_err(|error| says("writing again", &error))?;
    ensure(again == bytes, "what was written again differs", value)?;
    protocol.decode_into(&bytes, &mut read).map_err(|error| says("reading in place", &error))?;
    ensure(read == *value, "what was read in place differs", value)
}

/// Reads what is written of a value as another type, to the same in each protocol.
fn read_alike<T: Struct, P: Struct + Debug + PartialEq>(value: &T) -> Result<(), String> {
    fn read<P: Struct>(protocol: impl Protocol, value: &impl Struct) -> Result<P, String> {
        let bytes = protocol.encode(value).map_err(|error| error.to_string())?;
        protocol.decode(&bytes).map_err(|error| format!("{}: {error}", protocol.encoding()))
    }
    let binary: P = read(BinaryProtocol::STRICT, value)?;
    let (compact, json): (P, P) = (read(CompactProtocol, value)?, read(JsonProtocol, value)?);
    ensure(binary == compact && binary == json, "it depends on the protocol", &binary)
}

fn ensure(holds: bool, what: &str, value: &impl Debug) -> Result<(), String> {
    match holds {
        true => Ok(()),
        false => {
            let shown: String = format!("{value:?}").chars().take(300).collect();
            Err(format!("{what}: {shown}"))
        }
    }
}
