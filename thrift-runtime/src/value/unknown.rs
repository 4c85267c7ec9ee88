//! Keeping what newer peers send and this program's IDL does not know.

use super::{Any, FieldHeader, StructIn, StructOut};
use crate::error::Result;

/// The fields of a struct that its IDL does not know, in the order in which they came.
///
/// A struct has them if `unknown_fields: keep` asks for it. They are written again, in any
/// protocol.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UnknownFields(Vec<(i16, Any)>);

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

    /// Reads the field whose header was taken.
    #[doc(hidden)]
    pub fn read<R: StructIn>(&mut self, header: FieldHeader, r: &mut R) -> Result<()> {
        let value = r.any(header)?;
        // Of two with the same id the last wins, as with known fields.
        self.0.retain(|(id, _)| *id != header.id);
        self.0.push((header.id, value));
        Ok(())
    }

    /// For writing them between known fields.
    #[doc(hidden)]
    pub fn iter_to_write(&self) -> UnknownToWrite<'_> {
        UnknownToWrite(&self.0)
    }
}

/// Unknown fields that are still to be written.
#[doc(hidden)]
#[derive(Debug)]
pub struct UnknownToWrite<'a>(&'a [(i16, Any)]);

impl UnknownToWrite<'_> {
    /// Writes those before the known field `id`.
    pub fn before<W: StructOut>(&mut self, id: i16, w: &mut W) {
        while let [(unknown, value), rest @ ..] = self.0
            && *unknown < id
        {
            w.any(*unknown, value);
            self.0 = rest;
        }
    }

    /// Writes the rest.
    pub fn rest<W: StructOut>(self, w: &mut W) {
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
    pub fn read<R: StructIn>(r: &mut R, header: FieldHeader) -> Result<Self> {
        Ok(UnknownMember(Some(Box::new((header.id, r.any(header)?)))))
    }

    #[doc(hidden)]
    pub fn write<W: StructOut>(&self, w: &mut W) {
        if let Some(member) = &self.0 {
            w.any(member.0, &member.1);
        }
    }
}
