//! A value written, and read.

use bytes::Bytes;
use thrift_runtime::{
    Decode, Encode, Limits, Protocol,
    protocol::{Input, Output},
};

/// Writes a value into a used buffer.
pub fn write<T: Encode>(protocol: impl Protocol, value: &T, out: &mut Output) {
    out.clear();
    protocol.write_value(value, out).unwrap();
}

/// Reads a fresh value.
pub fn read<'a, T: Decode<'a>>(protocol: impl Protocol, bytes: &'a Bytes, limits: &Limits) -> T {
    let mut value = T::default();
    protocol.read_value(Input::from(bytes), limits, &mut value).unwrap();
    value
}
