//! Equality of values: of sets and maps, the order does not matter.

use std::{
    collections::{HashMap, hash_map::Entry},
    mem,
};

use super::{StructValue, Value};
use crate::value::UnknownFields;

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
            (Value::Set(a), Value::Set(b)) if a.is_empty() || b.is_empty() => {
                a.is_empty() && b.is_empty()
            }
            (Value::Map(a), Value::Map(b)) if a.is_empty() || b.is_empty() => {
                a.is_empty() && b.is_empty()
            }
            (Value::Set(_), Value::Set(_)) | (Value::Map(_), Value::Map(_)) => {
                let mut numbers = Numbers::default();
                numbers.of(self) == numbers.of(other)
            }
            (Value::Struct(a), Value::Struct(b)) => a == b,
            _ => false,
        }
    }
}

/// Numbers for values, such that two have the same number if they are equal. The parts of a value are
/// numbered before it, so that it is found by their numbers and no value is looked at twice, however
/// many may have to be compared with it. The order of hashes is random: nobody can choose values that
/// collide.
#[derive(Default)]
struct Numbers<'v> {
    known: HashMap<Numbered<'v>, usize>,
    next: usize,
}

/// A value whose parts are numbered.
#[derive(PartialEq, Eq, Hash)]
enum Numbered<'v> {
    Null,
    Bool(bool),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    /// Its bits.
    Double(u64),
    Uuid([u8; 16]),
    String(&'v str),
    Binary(&'v [u8]),
    /// The name of the enum, and the number of the member.
    Enum(&'v str, i32),
    List(Box<[usize]>),
    /// In ascending order, each once.
    Set(Box<[usize]>),
    /// In ascending order of the keys, each once.
    Map(Box<[(usize, usize)]>),
    Struct(Box<NumberedStruct<'v>>),
}

#[derive(PartialEq, Eq, Hash)]
struct NumberedStruct<'v> {
    name: &'v str,
    /// By their names.
    fields: Vec<(&'v str, usize)>,
    unknown: &'v UnknownFields,
}

impl<'v> Numbers<'v> {
    fn of(&mut self, value: &'v Value) -> usize {
        let numbered = match value {
            Value::Null => Numbered::Null,
            Value::Bool(value) => Numbered::Bool(*value),
            Value::I8(value) => Numbered::I8(*value),
            Value::I16(value) => Numbered::I16(*value),
            Value::I32(value) => Numbered::I32(*value),
            Value::I64(value) => Numbered::I64(*value),
            // What is no number equals nothing, itself neither: nor does what it is in.
            Value::Double(value) if value.is_nan() => return self.new_number(),
            // Both zeros are equal.
            Value::Double(value) => Numbered::Double((value + 0.0).to_bits()),
            Value::Uuid(value) => Numbered::Uuid(value.into_bytes()),
            Value::String(value) => Numbered::String(value),
            Value::Binary(value) => Numbered::Binary(value),
            Value::Enum(value) => Numbered::Enum(&value.of.name, value.number),
            Value::List(values) => Numbered::List(self.all(values).into()),
            Value::Set(values) => {
                let mut numbers = self.all(values);
                numbers.sort_unstable();
                numbers.dedup();
                Numbered::Set(numbers.into())
            }
            Value::Map(pairs) => Numbered::Map(self.pairs(pairs)),
            Value::Struct(value) => Numbered::Struct(self.structure(value)),
        };
        self.number(numbered)
    }

    fn all(&mut self, values: &'v [Value]) -> Vec<usize> {
        values.iter().map(|value| self.of(value)).collect()
    }

    fn pairs(&mut self, pairs: &'v [(Value, Value)]) -> Box<[(usize, usize)]> {
        let numbers = pairs.iter().map(|(key, value)| (self.of(key), self.of(value)));
        let mut numbers: Vec<_> = numbers.collect();
        // Equal keys stay in order, and the value of the last one is kept.
        numbers.sort_by_key(|(key, _)| *key);
        numbers.dedup_by(|(key, value), (kept, kept_value)| {
            let again = key == kept;
            if again {
                mem::swap(value, kept_value);
            }
            again
        });
        numbers.into()
    }

    fn structure(&mut self, value: &'v StructValue) -> Box<NumberedStruct<'v>> {
        let fields = value.iter().map(|(name, value)| (name, self.of(value))).collect();
        Box::new(NumberedStruct { name: value.type_name(), fields, unknown: value.0.unknown() })
    }

    fn number(&mut self, of: Numbered<'v>) -> usize {
        let next = self.next;
        match self.known.entry(of) {
            Entry::Occupied(known) => return *known.get(),
            Entry::Vacant(new) => new.insert(next),
        };
        self.new_number()
    }

    fn new_number(&mut self) -> usize {
        let number = self.next;
        self.next += 1;
        number
    }
}
