//! Keeping what newer peers send and this program's IDL does not know.

use std::collections::HashMap;

use super::{Any, FieldHeader, StructReader, StructWriter, any::room_for_field};
use crate::error::Result;

/// The fields of a struct that its IDL does not know, in the order in which they came.
///
/// A struct has them if `unknown_fields: keep` asks for it. They are written again, in any
/// protocol.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UnknownFields(Vec<(i16, Any)>);

/// For what has none.
#[cfg(feature = "dynamic")]
pub(crate) static NO_UNKNOWN_FIELDS: UnknownFields = UnknownFields(Vec::new());

impl UnknownFields {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The ids and values, in the order in which they came.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (i16, &Any)> {
        self.0.iter().map(|(id, value)| (*id, value))
    }

    /// Removes all of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Reads the field whose header was taken; `index` is of those that were read before.
    #[doc(hidden)]
    pub fn read<'de, R: StructReader<'de>>(
        &mut self,
        index: &mut UnknownIndex,
        header: FieldHeader,
        r: &mut R,
    ) -> Result<()> {
        let value = r.any(header)?;
        match index.find(&self.0, header.id).and_then(|at| self.0.get_mut(at)) {
            // Of two with the same id the last wins, as with known fields.
            Some((_, known)) => *known = value,
            None => {
                room_for_field(&mut self.0, r)?;
                self.0.push((header.id, value));
            }
        }
        Ok(())
    }

    /// For writing them between known fields.
    #[doc(hidden)]
    pub fn iter_to_write(&self) -> UnknownToWrite<'_> {
        UnknownToWrite(&self.0)
    }
}

/// So many fields are looked through one by one.
const FEW: usize = 16;

/// Where the fields are that were read, so that the time for many of them does not grow with their
/// square.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct UnknownIndex(Option<HashMap<i16, usize>>);

impl UnknownIndex {
    /// Finds a field; if there is none, it is going to be the next.
    fn find(&mut self, fields: &[(i16, Any)], id: i16) -> Option<usize> {
        if fields.len() < FEW {
            return fields.iter().position(|(known, _)| *known == id);
        }
        let index = self.0.get_or_insert_with(|| {
            fields.iter().enumerate().map(|(at, (known, _))| (*known, at)).collect()
        });
        let at = *index.entry(id).or_insert(fields.len());
        (at < fields.len()).then_some(at)
    }
}

/// Unknown fields that are still to be written.
#[doc(hidden)]
#[derive(Debug)]
pub struct UnknownToWrite<'a>(&'a [(i16, Any)]);

impl UnknownToWrite<'_> {
    /// Writes those before the known field `id`.
    pub fn before<W: StructWriter>(&mut self, id: i16, w: &mut W) {
        while let [(unknown, value), rest @ ..] = self.0
            && *unknown < id
        {
            w.any(*unknown, value);
            self.0 = rest;
        }
    }

    /// Writes the rest.
    pub fn rest<W: StructWriter>(self, w: &mut W) {
        self.0.iter().for_each(|(id, value)| w.any(*id, value));
    }
}

/// A member of a union that its IDL does not know, or no member at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UnknownMember(Option<Box<(i16, Any)>>);

impl UnknownMember {
    /// The member's id and value; `None` if no member is set.
    pub fn get(&self) -> Option<(i16, &Any)> {
        self.0.as_ref().map(|member| (member.0, &member.1))
    }

    #[doc(hidden)]
    pub fn read<'de, R: StructReader<'de>>(r: &mut R, header: FieldHeader) -> Result<Self> {
        Ok(UnknownMember(Some(Box::new((header.id, r.any(header)?)))))
    }

    #[doc(hidden)]
    pub fn write<W: StructWriter>(&self, w: &mut W) {
        if let Some(member) = &self.0 {
            w.any(member.0, &member.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_finds_what_was_read() {
        let (mut fields, mut index) = (Vec::new(), UnknownIndex::default());
        for round in 0..3 {
            for id in (-40..40).rev() {
                let found = index.find(&fields, id);
                assert_eq!(found, (round > 0).then_some((39 - id) as usize), "{id}");
                if found.is_none() {
                    fields.push((id, Any::Bool(true)));
                }
            }
        }
    }
}
