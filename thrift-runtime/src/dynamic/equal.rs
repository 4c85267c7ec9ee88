//! Equality of values: of sets and maps, the order does not matter.

use std::{
    collections::{HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use super::{StructValue, Value};

/// Sets are equal if each has the other's elements, and maps if they have the same value for each key,
/// of several equal keys that of the last.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::I8(a), Value::I8(b)) => a == b,
            (Value::I16(a), Value::I16(b)) => a == b,
            (Value::I32(a), Value::I32(b)) => a == b,
            (Value::I64(a), Value::I64(b)) => a == b,
            (Value::Double(a), Value::Double(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Binary(a), Value::Binary(b)) => a == b,
            (Value::Uuid(a), Value::Uuid(b)) => a == b,
            (Value::Enum(a), Value::Enum(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Set(a), Value::Set(b)) => elements(a) == elements(b),
            (Value::Map(a), Value::Map(b)) => pairs(a) == pairs(b),
            (Value::Struct(a), Value::Struct(b)) => a == b,
            _ => false,
        }
    }
}

fn elements(values: &[Value]) -> HashSet<Key<'_>> {
    values.iter().map(Key).collect()
}

fn pairs(pairs: &[(Value, Value)]) -> HashMap<Key<'_>, &Value> {
    pairs.iter().map(|(key, value)| (Key(key), value)).collect()
}

/// A value to be found among others. A `double` that is no number is never found, as it equals
/// nothing.
struct Key<'v>(&'v Value);

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Key<'_> {}

impl Hash for Key<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Value::Null => {}
            Value::Bool(value) => value.hash(state),
            Value::I8(value) => value.hash(state),
            Value::I16(value) => value.hash(state),
            Value::I32(value) => value.hash(state),
            Value::I64(value) => value.hash(state),
            // Both zeros are equal.
            Value::Double(value) => (value + 0.0).to_bits().hash(state),
            Value::String(value) => value.as_bytes().hash(state),
            Value::Binary(value) => value.hash(state),
            Value::Uuid(value) => value.hash(state),
            Value::Enum(value) => value.number.hash(state),
            Value::List(values) => values.iter().for_each(|value| Key(value).hash(state)),
            Value::Set(values) => unordered(values.iter()).hash(state),
            Value::Map(pairs) => unordered(pairs.iter().map(|(key, _)| key)).hash(state),
            Value::Struct(value) => structure(value, state),
        }
    }
}

fn structure<H: Hasher>(value: &StructValue, state: &mut H) {
    for (name, value) in value.iter() {
        name.hash(state);
        Key(value).hash(state);
    }
}

/// A number that does not depend on the order of values, nor on how often one of them comes.
fn unordered<'v>(values: impl Iterator<Item = &'v Value>) -> u64 {
    let hashes: HashSet<u64> = values.map(hash).collect();
    hashes.into_iter().fold(0, u64::wrapping_add)
}

fn hash(value: &Value) -> u64 {
    let mut state = DefaultHasher::new();
    Key(value).hash(&mut state);
    state.finish()
}
