//! Random values, from a reader that makes them up.
//!
//! Every type that can be decoded can be made up that way, without code of its own.

use arbitrary::{Arbitrary, Unstructured};
use bytes::Bytes;

use super::{Any, Decode, DecodeStruct, FieldHeader, StructReader, Value, ValueReader};
use crate::{
    error::{Error, Result},
    protocol::TType,
};

/// How deep structs and containers nest. Deeper down, optional fields are `None` and containers
/// empty.
const MAX_DEPTH: u32 = 8;
/// The most elements of a container, and bytes or characters of a string.
const MAX_LEN: usize = 6;

/// Makes a value of random bytes.
///
/// With the feature `arbitrary`, types that `thrift!` generates implement `arbitrary::Arbitrary`.
/// This function is for other types with a wire form, such as `Vec<Message>` or [`Bytes`].
///
/// Values have a bounded depth, even of recursive types. Enums are mostly members that the IDL
/// names, and sometimes other numbers. Unions are sometimes members that the IDL does not know.
///
/// ```
/// use std::collections::BTreeMap;
/// use thrift_runtime::arbitrary_value;
///
/// let mut random = arbitrary::Unstructured::new(b"any bytes, such as those of a fuzzer");
/// let value: BTreeMap<String, Vec<i64>> = arbitrary_value(&mut random)?;
/// # let _ = value;
/// # Ok::<(), arbitrary::Error>(())
/// ```
///
/// # Errors
///
/// If a type rejects the values that it reads. Generated types do not.
pub fn arbitrary_value<T: Value>(u: &mut Unstructured<'_>) -> arbitrary::Result<T> {
    let mut value = T::default();
    let mut source = Source { u, depth: 0 };
    value.decode_into(&mut source).map_err(|_| arbitrary::Error::IncorrectFormat)?;
    Ok(value)
}

/// Makes up values.
struct Source<'s, 'u> {
    u: &'s mut Unstructured<'u>,
    depth: u32,
}

impl Source<'_, '_> {
    fn number<T: for<'a> Arbitrary<'a> + Default>(&mut self) -> T {
        self.u.arbitrary().unwrap_or_default()
    }

    /// The length of a container or string. It is 0 when the bytes have run out, so that values
    /// end.
    fn len(&mut self) -> usize {
        match self.u.is_empty() || self.depth >= MAX_DEPTH {
            true => 0,
            false => self.u.int_in_range(0..=MAX_LEN).unwrap_or(0),
        }
    }

    /// Whether something unlikely happens.
    fn rarely(&mut self) -> bool {
        !self.u.is_empty() && self.u.ratio(1, 16).unwrap_or(false)
    }

    fn one_of<'t, T>(&mut self, choices: &'t [T]) -> Option<&'t T> {
        let last = choices.len().checked_sub(1)?;
        choices.get(self.u.int_in_range(0..=last).unwrap_or(0))
    }
}

impl<'de> ValueReader<'de> for Source<'_, '_> {
    const TYPE_IS_GIVEN: bool = true;

    fn bool(&mut self) -> Result<bool> {
        Ok(self.number())
    }

    fn i8(&mut self) -> Result<i8> {
        Ok(self.number())
    }

    fn i16(&mut self) -> Result<i16> {
        Ok(self.number())
    }

    fn i32(&mut self) -> Result<i32> {
        Ok(self.number())
    }

    fn i64(&mut self) -> Result<i64> {
        Ok(self.number())
    }

    fn double(&mut self) -> Result<f64> {
        Ok(self.number())
    }

    fn uuid(&mut self) -> Result<[u8; 16]> {
        Ok(self.number())
    }

    fn member(&mut self, members: &'static [(&'static str, i32)]) -> Result<i32> {
        if self.rarely() {
            return self.i32();
        }
        Ok(self.one_of(members).map_or(0, |(_, number)| *number))
    }

    fn string(&mut self, into: &mut String) -> Result<()> {
        into.clear();
        for _ in 0..self.len() {
            let c = match self.rarely() {
                true => self.number(),
                false => char::from(self.u.int_in_range(b' '..=b'~').unwrap_or(b'a')),
            };
            into.push(c);
        }
        Ok(())
    }

    fn binary(&mut self, into: &mut Bytes) -> Result<()> {
        *into = (0..self.len()).map(|_| self.number::<u8>()).collect();
        Ok(())
    }

    fn list(&mut self) -> Result<(TType, usize)> {
        Ok((TType::Stop, self.len()))
    }

    fn set(&mut self) -> Result<(TType, usize)> {
        self.list()
    }

    fn map(&mut self) -> Result<(TType, TType, usize)> {
        Ok((TType::Stop, TType::Stop, self.len()))
    }

    fn end(&mut self) -> Result<()> {
        Ok(())
    }

    fn structure<S: DecodeStruct<'de>>(&mut self, into: &mut S) -> Result<()> {
        self.descend()?;
        let ids = S::FIELDS.iter().map(|field| field.id).collect();
        into.read(&mut Fields { source: self, ids, is_struct: false, done: false })?;
        self.ascend();
        Ok(())
    }

    fn skip(&mut self, _ty: TType) -> Result<()> {
        Ok(())
    }

    fn descend(&mut self) -> Result<()> {
        self.depth += 1;
        Ok(())
    }

    fn ascend(&mut self) {
        self.depth -= 1;
    }

    fn claim(&mut self, _count: usize, _size: usize) -> Result<()> {
        Ok(())
    }

    fn remaining(&self) -> usize {
        self.u.len()
    }
}

/// Makes up the fields of one struct, or the member of a union.
struct Fields<'r, 's, 'u> {
    source: &'r mut Source<'s, 'u>,
    /// All ids that are known.
    ids: Vec<i16>,
    /// Whether a field was asked for by its id: a union asks for none.
    is_struct: bool,
    done: bool,
}

impl Fields<'_, '_, '_> {
    /// A field or member that no one knows.
    fn unknown(&mut self) -> Option<FieldHeader> {
        let id = self.source.number();
        (!self.ids.contains(&id)).then_some(FieldHeader { ty: TType::I32, id })
    }
}

impl<'de> StructReader<'de> for Fields<'_, '_, '_> {
    fn take(&mut self, _id: i16, _ty: TType) -> bool {
        false
    }

    fn header(&mut self) -> Result<Option<FieldHeader>> {
        if std::mem::replace(&mut self.done, true) || self.source.depth > MAX_DEPTH {
            return Ok(None);
        }
        if self.source.rarely() {
            return Ok(self.unknown());
        }
        let member = self.source.one_of(&self.ids).filter(|_| !self.is_struct);
        Ok(member.map(|id| FieldHeader { ty: TType::Stop, id: *id }))
    }

    fn read<V: Decode<'de>>(&mut self, _header: FieldHeader, value: &mut V) -> Result<bool> {
        value.decode_into(self.source)?;
        Ok(true)
    }

    fn skip(&mut self, _header: FieldHeader) -> Result<bool> {
        Ok(false)
    }

    fn any(&mut self, _header: FieldHeader) -> Result<Any> {
        self.source.i32().map(Any::I32)
    }

    fn missing(&mut self, _id: i16) -> Error {
        Error::malformed("a field was not made up")
    }

    fn claim(&mut self, _count: usize, _size: usize) -> Result<()> {
        Ok(())
    }

    fn next<V: Decode<'de>>(&mut self, id: i16, value: &mut V) -> Result<bool> {
        self.is_struct = true;
        self.read(FieldHeader { ty: V::TYPE, id }, value)
    }

    fn next_optional<V: Decode<'de>>(&mut self, id: i16, value: &mut Option<V>) -> Result<bool> {
        self.is_struct = true;
        if self.source.depth >= MAX_DEPTH || !self.source.number::<bool>() {
            *value = None;
            return Ok(false);
        }
        self.read(FieldHeader { ty: V::TYPE, id }, value.get_or_insert_default())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet, HashMap};

    use super::*;
    use crate::{BinaryProtocol, OrderedFloat, Protocol, Uuid};

    #[test]
    fn values_of_every_kind_come_and_end() {
        type All = BTreeMap<BTreeSet<OrderedFloat<f64>>, Vec<HashMap<String, Box<Vec<Bytes>>>>>;
        let bytes: Vec<u8> = (0..if cfg!(miri) { 4000 } else { 400_000_u32 })
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let mut random = Unstructured::new(&bytes);
        let mut filled = 0;
        let count = if cfg!(miri) { 2 } else { 100 };
        for _ in 0..count {
            let value: All = arbitrary_value(&mut random).unwrap();
            filled += usize::from(value.values().flatten().any(|map| !map.is_empty()));
            let uuid: Uuid = arbitrary_value(&mut random).unwrap();
            let bytes = BinaryProtocol::STRICT.encode(&value).unwrap();
            assert_eq!(BinaryProtocol::STRICT.decode::<All>(&bytes).unwrap(), value);
            assert!(!random.is_empty() && !uuid.is_nil());
        }
        assert!(filled > count / 5, "{filled} of {count} hold anything");
        let value: All = arbitrary_value(&mut Unstructured::new(&[])).unwrap();
        assert!(value.is_empty());
    }
}
