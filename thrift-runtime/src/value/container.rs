//! Lists, sets and maps.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::{BuildHasher, Hash},
};

use super::{In, Out, Value};
use crate::{
    error::{Error, ErrorKind, Result, Segment},
    protocol::TType,
};

impl<T: Value> Value for Vec<T> {
    const TYPE: TType = TType::List;

    #[inline]
    fn encode<W: Out>(&self, w: &mut W) {
        w.list(T::TYPE, self.len());
        T::encode_elements(self, w);
        w.end();
    }

    fn decode_into<R: In>(&mut self, r: &mut R) -> Result<()> {
        let (element, count) = r.list()?;
        expect::<T, R>(element, count, "element")?;
        r.claim(count, size_of::<T>())?;
        nested(r, T::TYPE, |r| T::decode_elements(self, count, r))?;
        r.end()
    }
}

/// Reads a list of as many elements as the array has.
pub(super) fn decode_array<T: Value, R: In>(array: &mut [T], r: &mut R) -> Result<()> {
    let (element, count) = r.list()?;
    expect::<T, R>(element, count, "element")?;
    if count != array.len() && !R::TYPE_IS_GIVEN {
        return Err(wrong_length(count, array.len()));
    }
    nested(r, T::TYPE, |r| {
        for (index, element) in array.iter_mut().enumerate() {
            element.decode_into(r).map_err(|error| error.within(Segment::Index(index)))?;
        }
        Ok(())
    })?;
    r.end()
}

#[cold]
fn wrong_length(found: usize, expected: usize) -> Error {
    Error::malformed(format!("a list of {found} elements where {expected} were expected"))
}

/// Reads `count` elements in the place of those that are there.
pub(super) fn decode_each<T: Value, R: In>(
    elements: &mut Vec<T>,
    count: usize,
    r: &mut R,
) -> Result<()> {
    elements.truncate(count);
    for (index, element) in elements.iter_mut().enumerate() {
        element.decode_into(r).map_err(|error| error.within(Segment::Index(index)))?;
    }
    elements.reserve(affordable::<T>(count - elements.len(), r.remaining()));
    for index in elements.len()..count {
        elements.push(T::default());
        if let Some(element) = elements.last_mut() {
            element.decode_into(r).map_err(|error| error.within(Segment::Index(index)))?;
        }
    }
    Ok(())
}

macro_rules! set {
    ($set:ident<T $(, $hasher:ident)?>: $($bound:path),*) => {
        impl<T: Value $(+ $bound)* $(, $hasher: BuildHasher + Default)?> Value for $set<T $(, $hasher)?> {
            const TYPE: TType = TType::Set;

            fn encode<W: Out>(&self, w: &mut W) {
                w.set(T::TYPE, self.len());
                for element in self {
                    element.encode(w);
                }
                w.end();
            }

            fn decode_into<R: In>(&mut self, r: &mut R) -> Result<()> {
                let (element, count) = r.set()?;
                expect::<T, R>(element, count, "element")?;
                r.claim(count, size_of::<T>())?;
                let mut elements = Vec::new();
                nested(r, T::TYPE, |r| decode_each::<T, R>(&mut elements, count, r))?;
                *self = elements.into_iter().collect();
                r.end()
            }
        }
    };
}

set!(BTreeSet<T>: Ord);
set!(HashSet<T, S>: Eq, Hash);

impl<K: Value + Ord, V: Value> Value for BTreeMap<K, V> {
    const TYPE: TType = TType::Map;

    fn encode<W: Out>(&self, w: &mut W) {
        encode_pairs(self.iter(), w);
    }

    fn decode_into<R: In>(&mut self, r: &mut R) -> Result<()> {
        let count = begin_map::<K, V, R>(r)?;
        // Built in one go from the sorted pairs, which is faster than one insertion after another.
        let mut pairs: Vec<(K, V)> = Vec::with_capacity(affordable::<(K, V)>(count, r.remaining()));
        decode_pairs(r, count, |key, value| pairs.push((key, value)))?;
        *self = pairs.into_iter().collect();
        r.end()
    }
}

impl<K: Value + Eq + Hash, V: Value, S: BuildHasher + Default> Value for HashMap<K, V, S> {
    const TYPE: TType = TType::Map;

    fn encode<W: Out>(&self, w: &mut W) {
        encode_pairs(self.iter(), w);
    }

    fn decode_into<R: In>(&mut self, r: &mut R) -> Result<()> {
        let count = begin_map::<K, V, R>(r)?;
        self.clear();
        self.reserve(affordable::<(K, V)>(count, r.remaining()));
        decode_pairs(r, count, |key, value| {
            self.insert(key, value);
        })?;
        r.end()
    }
}

fn encode_pairs<'a, K: Value + 'a, V: Value + 'a, W: Out>(
    pairs: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
    w: &mut W,
) {
    w.map(K::TYPE, V::TYPE, pairs.len());
    for (key, value) in pairs {
        key.encode(w);
        value.encode(w);
    }
    w.end();
}

fn begin_map<K: Value, V: Value, R: In>(r: &mut R) -> Result<usize> {
    let (key, value, count) = r.map()?;
    expect::<K, R>(key, count, "key")?;
    expect::<V, R>(value, count, "value")?;
    r.claim(count, size_of::<(K, V)>())?;
    Ok(count)
}

#[inline]
fn decode_pairs<K: Value, V: Value, R: In>(
    r: &mut R,
    count: usize,
    mut insert: impl FnMut(K, V),
) -> Result<()> {
    let deeper = if K::TYPE.is_container() { K::TYPE } else { V::TYPE };
    nested(r, deeper, |r| {
        for index in 0..count {
            let mut key = K::default();
            key.decode_into(r).map_err(|error| error.within(Segment::Key(index)))?;
            let mut value = V::default();
            value.decode_into(r).map_err(|error| error.within(Segment::Index(index)))?;
            insert(key, value);
        }
        Ok(())
    })
}

/// Checks the type of a container's elements; that of an empty one does not matter.
#[inline]
fn expect<T: Value, R: In>(found: TType, count: usize, what: &str) -> Result<()> {
    match found == T::TYPE || count == 0 || R::TYPE_IS_GIVEN {
        true => Ok(()),
        false => Err(element_type(found, T::TYPE, what)),
    }
}

#[cold]
fn element_type(found: TType, expected: TType, what: &str) -> Error {
    Error::new(
        ErrorKind::ElementType,
        format!("the {what} type is {found} where {expected} was expected"),
    )
}

/// Reads elements of type `ty`, which count as a level of their own if they are containers.
#[inline]
fn nested<R: In>(r: &mut R, ty: TType, read: impl FnOnce(&mut R) -> Result<()>) -> Result<()> {
    if !ty.is_container() {
        return read(r);
    }
    r.descend()?;
    read(r)?;
    r.ascend();
    Ok(())
}

/// How many of `count` values to make room for at once: with few bytes of input left, memory is
/// taken as the values come.
#[inline]
fn affordable<T>(count: usize, remaining: usize) -> usize {
    count.min(4 * remaining / size_of::<T>().max(1))
}
