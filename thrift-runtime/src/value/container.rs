//! Lists, sets and maps.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::{BuildHasher, Hash},
};

use super::{Decode, Encode, ValueReader, ValueWriter};
use crate::{
    error::{Error, ErrorKind, Result, Segment},
    protocol::TType,
};

/// How lists, sets and maps are written. Protocols do so in functions that are not inlined, one for each
/// type, so that few copies are compiled.
pub trait EncodeContainer {
    /// Writes the container.
    fn write<W: ValueWriter>(&self, w: &mut W);
}

/// How lists, sets and maps are read, likewise.
pub trait DecodeContainer<'de> {
    /// Reads a container into this one.
    ///
    /// # Errors
    ///
    /// As [`Decode::decode_into`].
    fn read<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()>;
}

macro_rules! container {
    ($ty:ident: [$($encoded:tt)*] [$($decoded:tt)*] $container:ty) => {
        impl<$($encoded)*> Encode for $container {
            const TYPE: TType = TType::$ty;

            #[inline(always)]
            fn encode<W: ValueWriter>(&self, w: &mut W) {
                w.container(self);
            }
        }

        impl<'de, $($decoded)*> Decode<'de> for $container {
            #[inline(always)]
            fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
                r.container(self)
            }
        }
    };
}

container!(List: [T: Encode] [T: Decode<'de>] Vec<T>);
container!(Set: [T: Encode] [T: Decode<'de> + Ord] BTreeSet<T>);
container!(Set: [T: Encode, S] [T: Decode<'de> + Eq + Hash, S: BuildHasher + Default] HashSet<T, S>);
container!(Map: [K: Encode, V: Encode] [K: Decode<'de> + Ord, V: Decode<'de>] BTreeMap<K, V>);
container!(
    Map: [K: Encode, V: Encode, S]
    [K: Decode<'de> + Eq + Hash, V: Decode<'de>, S: BuildHasher + Default] HashMap<K, V, S>
);

impl<T: Encode> EncodeContainer for Vec<T> {
    #[inline]
    fn write<W: ValueWriter>(&self, w: &mut W) {
        write_list(self, w);
    }
}

impl<'de, T: Decode<'de>> DecodeContainer<'de> for Vec<T> {
    #[inline]
    fn read<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        let count = r.list_of(T::TYPE)?;
        r.claim(count, size_of::<T>())?;
        claim_defaults::<T, R>(r, count)?;
        nested(r, T::TYPE, count, |r| T::decode_elements(self, count, r))?;
        r.end()
    }
}

#[inline]
pub(super) fn write_list<T: Encode, W: ValueWriter>(elements: &[T], w: &mut W) {
    w.list(T::TYPE, elements.len());
    T::encode_elements(elements, w);
    w.end();
}

/// Reads a list with as many elements as the array has.
pub(super) fn read_array<'de, T: Decode<'de>, R: ValueReader<'de>>(
    array: &mut [T],
    r: &mut R,
) -> Result<()> {
    let count = r.list_of(T::TYPE)?;
    if count != array.len() && !R::TYPE_IS_GIVEN {
        return Err(wrong_length(count, array.len()));
    }
    nested(r, T::TYPE, array.len(), |r| {
        for (index, element) in array.iter_mut().enumerate() {
            element.decode_into(r).map_err(|error| error.within(Segment::Index(index)))?;
        }
        Ok(())
    })?;
    r.end()
}

#[cold]
fn wrong_length(found: usize, expected: usize) -> Error {
    Error::malformed(format!("expected a list of {expected} elements, found {found}"))
}

/// Reads `count` elements into `elements`, reusing those that it has. Their memory was claimed, so that
/// there may be room for all of them from the start.
#[inline]
pub(super) fn decode_each<'de, T: Decode<'de>, R: ValueReader<'de>>(
    elements: &mut Vec<T>,
    count: usize,
    r: &mut R,
) -> Result<()> {
    elements.truncate(count);
    for (index, element) in elements.iter_mut().enumerate() {
        element.decode_into(r).map_err(|error| error.within(Segment::Index(index)))?;
    }
    make_room(elements, count - elements.len());
    for index in elements.len()..count {
        elements.push(T::default());
        if let Some(element) = elements.last_mut() {
            element.decode_into(r).map_err(|error| error.within(Segment::Index(index)))?;
        }
    }
    Ok(())
}

/// Claims what the defaults allocate that so many values begin with.
#[inline(always)]
pub(super) fn claim_defaults<'de, T: Encode, R: ValueReader<'de>>(
    r: &mut R,
    count: usize,
) -> Result<()> {
    if const { T::DEFAULT_HEAP > 0 } {
        r.claim(count, T::DEFAULT_HEAP)?;
    }
    Ok(())
}

/// How many entries a map or set of the standard library has room for that holds so many: those that are
/// sorted are in nodes of eleven.
fn sorted_room(count: usize) -> usize {
    if count == 0 { 0 } else { count.saturating_add(10) }
}

/// The same for one that hashes them: an eighth of the places stays empty.
fn hashed_room(count: usize) -> usize {
    if count == 0 { 0 } else { count.saturating_mul(8).div_ceil(7).max(4).next_power_of_two() }
}

macro_rules! set {
    ([$($encoded:tt)*] [$($decoded:tt)*] $set:ty, $room:ident) => {
        impl<$($encoded)*> EncodeContainer for $set {
            #[inline]
            fn write<W: ValueWriter>(&self, w: &mut W) {
                w.set(T::TYPE, self.len());
                for element in self {
                    if w.has_failed() {
                        break;
                    }
                    element.encode(w);
                }
                w.end();
            }
        }

        impl<'de, $($decoded)*> DecodeContainer<'de> for $set {
            #[inline]
            fn read<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
                let (element, count) = r.set()?;
                expect::<R>(element, T::TYPE, count, "element")?;
                r.claim($room(count), size_of::<T>())?;
                claim_defaults::<T, R>(r, count)?;
                let mut elements = Vec::new();
                nested(r, T::TYPE, count, |r| decode_each::<T, R>(&mut elements, count, r))?;
                *self = elements.into_iter().collect();
                r.end()
            }
        }
    };
}

set!([T: Encode] [T: Decode<'de> + Ord] BTreeSet<T>, sorted_room);
set!(
    [T: Encode, S] [T: Decode<'de> + Eq + Hash, S: BuildHasher + Default] HashSet<T, S>, hashed_room
);

impl<K: Encode, V: Encode> EncodeContainer for BTreeMap<K, V> {
    #[inline]
    fn write<W: ValueWriter>(&self, w: &mut W) {
        write_pairs(self.iter(), w);
    }
}

impl<'de, K: Decode<'de> + Ord, V: Decode<'de>> DecodeContainer<'de> for BTreeMap<K, V> {
    #[inline]
    fn read<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        let count = begin_map::<K, V, R>(r, sorted_room)?;
        // Collecting sorts the pairs and builds the map in one go, which is faster than inserting
        // them.
        let mut pairs: Vec<(K, V)> = Vec::with_capacity(count);
        if K::IN_PLACE || V::IN_PLACE {
            each_pair::<K, V, R>(r, count, |index, r| {
                pairs.push(Default::default());
                let Some((key, value)) = pairs.last_mut() else { return Ok(()) };
                key.decode_into(r).map_err(|error| error.within(Segment::Key(index)))?;
                value.decode_into(r).map_err(|error| error.within(Segment::Index(index)))
            })?;
        } else {
            each_new_pair(r, count, |key, value| pairs.push((key, value)))?;
        }
        *self = pairs.into_iter().collect();
        r.end()
    }
}

impl<K: Encode, V: Encode, S> EncodeContainer for HashMap<K, V, S> {
    #[inline]
    fn write<W: ValueWriter>(&self, w: &mut W) {
        write_pairs(self.iter(), w);
    }
}

impl<'de, K: Decode<'de> + Eq + Hash, V: Decode<'de>, S: BuildHasher + Default> DecodeContainer<'de>
    for HashMap<K, V, S>
{
    #[inline]
    fn read<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        let count = begin_map::<K, V, R>(r, hashed_room)?;
        self.clear();
        self.reserve(count);
        each_new_pair(r, count, |key, value| {
            self.insert(key, value);
        })?;
        r.end()
    }
}

#[inline]
fn write_pairs<'a, K: Encode + 'a, V: Encode + 'a, W: ValueWriter>(
    pairs: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
    w: &mut W,
) {
    w.map(K::TYPE, V::TYPE, pairs.len());
    for (key, value) in pairs {
        if w.has_failed() {
            break;
        }
        key.encode(w);
        value.encode(w);
    }
    w.end();
}

#[inline]
fn begin_map<'de, K: Decode<'de>, V: Decode<'de>, R: ValueReader<'de>>(
    r: &mut R,
    room: impl Fn(usize) -> usize,
) -> Result<usize> {
    let (key, value, count) = r.map()?;
    expect::<R>(key, K::TYPE, count, "key")?;
    expect::<R>(value, V::TYPE, count, "value")?;
    r.claim(room(count), size_of::<(K, V)>())?;
    claim_defaults::<K, R>(r, count)?;
    claim_defaults::<V, R>(r, count)?;
    Ok(count)
}

/// Reads so many pairs, which are one level deeper if they are containers.
#[inline]
fn each_pair<'de, K: Decode<'de>, V: Decode<'de>, R: ValueReader<'de>>(
    r: &mut R,
    count: usize,
    mut read: impl FnMut(usize, &mut R) -> Result<()>,
) -> Result<()> {
    let deeper = if K::TYPE.is_container() { K::TYPE } else { V::TYPE };
    nested(r, deeper, count, |r| (0..count).try_for_each(|index| read(index, r)))
}

#[inline]
fn each_new_pair<'de, K: Decode<'de>, V: Decode<'de>, R: ValueReader<'de>>(
    r: &mut R,
    count: usize,
    mut insert: impl FnMut(K, V),
) -> Result<()> {
    each_pair::<K, V, R>(r, count, |index, r| {
        let key = K::decode(r).map_err(|error| error.within(Segment::Key(index)))?;
        let value = V::decode(r).map_err(|error| error.within(Segment::Index(index)))?;
        insert(key, value);
        Ok(())
    })
}

/// Checks the type of a container's elements, unless it is empty.
#[inline]
pub(crate) fn expect<'de, R: ValueReader<'de>>(
    found: TType,
    expected: TType,
    count: usize,
    what: &str,
) -> Result<()> {
    match found == expected || count == 0 || R::TYPE_IS_GIVEN {
        true => Ok(()),
        false => Err(element_type(found, expected, what)),
    }
}

#[cold]
fn element_type(found: TType, expected: TType, what: &str) -> Error {
    Error::new(
        ErrorKind::ElementType,
        format!("expected the {what} type {expected}, found {found}"),
    )
}

/// Reads `count` elements of type `ty`, which are one level deeper if they are containers.
#[inline]
pub(crate) fn nested<'de, R: ValueReader<'de>>(
    r: &mut R,
    ty: TType,
    count: usize,
    read: impl FnOnce(&mut R) -> Result<()>,
) -> Result<()> {
    if !ty.is_container() || count == 0 {
        return read(r);
    }
    r.descend()?;
    read(r)?;
    r.ascend();
    Ok(())
}

/// Makes room for more values. Allocating a new vector takes fewer steps than growing an empty one.
#[inline]
pub(crate) fn make_room<T>(values: &mut Vec<T>, more: usize) {
    match values.capacity() {
        0 => *values = Vec::with_capacity(more),
        _ => values.reserve(more),
    }
}
