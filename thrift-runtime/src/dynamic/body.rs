//! What a struct's value holds, in one allocation.

use std::mem::{self, ManuallyDrop};

use super::{
    StructType, Value,
    schema::{Field, Structure},
};
use crate::value::{NO_UNKNOWN_FIELDS, UnknownFields};

/// The values of a struct by the places of their fields among those of the type. What is not set is
/// [`Value::Null`].
pub(super) struct Body<V: ?Sized + AsMut<[Value]> = [Value]> {
    pub(super) of: StructType,
    /// Of a union, the place of its only value; otherwise 0. It leaves no gap before the values, for
    /// which these would be made elsewhere and copied.
    first: usize,
    rest: Option<Box<Rest>>,
    /// Dropped below.
    values: ManuallyDrop<V>,
}

/// Most values are numbers, of which nothing is to be freed. To see that here takes a fraction of the
/// time of calls that do.
impl<V: ?Sized + AsMut<[Value]>> Drop for Body<V> {
    #[inline]
    fn drop(&mut self) {
        for value in (*self.values).as_mut() {
            if value.owns() {
                drop(mem::take(value));
            }
        }
    }
}

/// What few structs have.
#[derive(Clone, Default)]
struct Rest {
    /// The values whose places are behind those in the body.
    values: Vec<Value>,
    unknown: UnknownFields,
}

/// How many fields have their places in the body. Of a larger struct, most fields are seldom set: the
/// others take memory only as far as they are used.
pub(super) const WIDEST: usize = 16;

impl<const N: usize> Body<[Value; N]> {
    #[inline]
    fn empty(of: StructType) -> Box<Self> {
        // Built where it is going to be.
        let empty = Box::new_uninit();
        let values = ManuallyDrop::new([const { Value::Null }; N]);
        Box::write(empty, Body { of, first: 0, rest: None, values })
    }
}

impl Body {
    /// No value of a type.
    #[inline]
    pub(super) fn new(of: StructType) -> Box<Self> {
        macro_rules! of_width {
            ($($width:literal)*) => {
                match of.structure().map_or(0, |of| of.width) {
                    $($width => Body::<[Value; $width]>::empty(of),)*
                    _ => Body::<[Value; WIDEST]>::empty(of),
                }
            };
        }
        of_width!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    }

    /// How many bytes it takes for a struct of so many fields, without what is far.
    pub(super) fn size(fields: usize) -> usize {
        size_of::<Body<[Value; 0]>>() + fields.min(WIDEST) * size_of::<Value>()
    }

    /// How many bytes the far places of so many fields take.
    pub(super) fn far_size(fields: usize) -> usize {
        match fields.saturating_sub(WIDEST) {
            0 => 0,
            far => size_of::<Rest>() + far * size_of::<Value>(),
        }
    }

    /// The same values once more.
    pub(super) fn copy(&self) -> Box<Self> {
        let mut copy = Body::new(self.of.clone());
        copy.first = self.first;
        copy.rest.clone_from(&self.rest);
        for (copy, value) in copy.values.iter_mut().zip(self.values.iter()) {
            copy.clone_from(value);
        }
        copy
    }

    /// The value at a place, if it is set.
    pub(super) fn get(&self, at: u16) -> Option<&Value> {
        let index = usize::from(at).checked_sub(self.first)?;
        let value = match index.checked_sub(self.values.len()) {
            None => self.values.get(index),
            Some(index) => self.rest.as_ref()?.values.get(index),
        };
        value.filter(|value| !value.is_null())
    }

    fn places(&self) -> impl Iterator<Item = u16> + use<> {
        u16::try_from(self.first).unwrap_or(u16::MAX)..=u16::MAX
    }

    /// Does something with each value that is set and its field, in ascending order of ids, up to an
    /// error.
    #[inline]
    pub(super) fn each<'s, E>(
        &self,
        of: &'s Structure,
        mut each: impl FnMut(&'s Field, &Value) -> Result<(), E>,
    ) -> Result<(), E> {
        let fields = of.fields.get(self.first..).unwrap_or_default();
        let (near, far) = fields.split_at(fields.len().min(self.values.len()));
        let rest = self.rest.as_ref().map_or(&[][..], |rest| &rest.values);
        for (fields, values) in [(near, &self.values[..]), (far, rest)] {
            for (field, value) in fields.iter().zip(values) {
                if !value.is_null() {
                    each(field, value)?;
                }
            }
        }
        Ok(())
    }

    /// The values that are set, with their places, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, &Value)> {
        let rest = self.rest.iter().flat_map(|rest| &rest.values);
        let all = self.places().zip(self.values.iter().chain(rest));
        all.filter(|(_, value)| !value.is_null())
    }

    /// Takes the first value that is set.
    pub(super) fn take_first(&mut self) -> Option<(u16, Value)> {
        let places = self.places();
        let rest = self.rest.iter_mut().flat_map(|rest| &mut rest.values);
        let mut all = places.zip(self.values.iter_mut().chain(rest));
        let (at, value) = all.find(|(_, value)| !value.is_null())?;
        Some((at, mem::take(value)))
    }

    /// How many values are set, and how many fields are unknown.
    pub(super) fn len(&self) -> usize {
        self.iter().count() + self.unknown().len()
    }

    /// The places in the body of a struct, but not of a union, where they may become other fields'.
    #[inline]
    pub(super) fn near_places(&mut self, of: &Structure) -> &mut [Value] {
        if of.is_union() { &mut [] } else { &mut self.values }
    }

    /// The place of a value, if it is in the body.
    #[inline]
    pub(super) fn near(&mut self, at: u16) -> Option<&mut Value> {
        self.values.get_mut(usize::from(at).checked_sub(self.first)?)
    }

    /// The place of a value behind those in the body.
    #[cold]
    pub(super) fn far(&mut self, at: u16) -> Option<&mut Value> {
        let index = usize::from(at).checked_sub(self.values.len())?;
        let values = &mut self.rest.get_or_insert_default().values;
        if values.len() <= index {
            values.reserve_exact(capacity(values, index) - values.len());
            values.resize(index + 1, Value::Null);
        }
        values.get_mut(index)
    }

    /// How many bytes are going to be allocated for a value that is put there.
    pub(super) fn lacking(&self, at: u16) -> usize {
        let union = self.of.structure().is_some_and(|of| of.is_union());
        let Some(index) = usize::from(at).checked_sub(self.values.len()).filter(|_| !union) else {
            return 0;
        };
        let (values, lacking) = match &self.rest {
            Some(rest) => (&rest.values, 0),
            None => (const { &Vec::new() }, size_of::<Rest>()),
        };
        lacking + (capacity(values, index) - values.capacity()) * size_of::<Value>()
    }

    /// How many bytes of memory are to be claimed for the first unknown field.
    pub(super) fn lacking_for_unknown(&self) -> usize {
        if self.rest.is_none() { size_of::<Rest>() } else { 0 }
    }

    /// The only value, whose place is going to be another one.
    pub(super) fn alone(&mut self, at: u16) -> Option<&mut Value> {
        self.clear();
        self.first = usize::from(at);
        self.values.first_mut()
    }

    /// Sets the value at a place, or removes it. In a union, it replaces what is set.
    pub(super) fn put(&mut self, at: u16, value: Value) {
        let union = self.of.structure().is_some_and(|of| of.is_union());
        let place = match union {
            true if value.is_null() && self.get(at).is_none() => return,
            true => self.alone(at),
            false if usize::from(at) < self.values.len() => self.near(at),
            false => self.far(at),
        };
        if let Some(place) = place {
            *place = value;
        }
    }

    pub(super) fn clear(&mut self) {
        self.values.fill(Value::Null);
        self.rest = None;
    }

    pub(super) fn unknown(&self) -> &UnknownFields {
        self.rest.as_ref().map_or(&NO_UNKNOWN_FIELDS, |rest| &rest.unknown)
    }

    pub(super) fn unknown_mut(&mut self) -> &mut UnknownFields {
        &mut self.rest.get_or_insert_default().unknown
    }
}

/// How many values there is room for, once there is one at an index.
fn capacity(values: &Vec<Value>, index: usize) -> usize {
    match values.capacity() {
        enough if index < enough => enough,
        capacity => (index + 1).max(2 * capacity),
    }
}

impl PartialEq for Body {
    /// Whether values of one type are equal.
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter()) && self.unknown() == other.unknown()
    }
}
