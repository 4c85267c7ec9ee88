//! The path to the place in a value where a failure happened.

use std::{
    fmt::{self, Formatter, Write as _},
    sync::Arc,
};

use crate::value::{EncodeStruct, Field};

/// One step of the path to a value.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "dynamic"), allow(dead_code))]
pub(crate) enum Segment {
    /// A field by its name.
    Field { structure: &'static str, field: &'static str },
    /// Between the fields of a struct.
    Struct(&'static str),
    /// As [`Field`](Segment::Field) or [`Struct`](Segment::Struct), of an IDL that was loaded.
    Loaded { structure: Arc<str>, field: Option<Arc<str>> },
    /// An element, or the value of a pair.
    Index(usize),
    /// The key of a pair.
    Key(usize),
}

impl Segment {
    /// A known or unknown field of `S`, or between its fields.
    #[inline(always)]
    pub(crate) fn of<S: EncodeStruct>(field: Option<i16>) -> Self {
        Segment::among(S::NAME, S::FIELDS, field)
    }

    #[cold]
    #[inline(never)]
    fn among(structure: &'static str, fields: &'static [Field], field: Option<i16>) -> Self {
        let Some(id) = field else { return Segment::Struct(structure) };
        let known = fields.iter().find(|field| field.id == id);
        Segment::Field { structure, field: known.map_or("(unknown field)", |f| f.name) }
    }

    fn names_a_struct(&self) -> bool {
        matches!(self, Segment::Field { .. } | Segment::Struct(_) | Segment::Loaded { .. })
    }
}

/// Writes the innermost field with its struct, `Message.sender[2]: `, and gives back the rest.
pub(super) fn write_inner<'a>(
    path: &'a [Segment],
    f: &mut Formatter<'_>,
) -> Result<&'a [Segment], fmt::Error> {
    if path.is_empty() {
        return Ok(path);
    }
    let field = path.iter().position(Segment::names_a_struct);
    let (inner, outer) = path.split_at(field.map_or(path.len(), |at| at + 1));
    write_path(inner, f)?;
    f.write_str(": ")?;
    Ok(outer)
}

/// Writes how the innermost struct was reached, ` (in Batch.messages[4])`.
pub(super) fn write_outer(outer: &[Segment], f: &mut Formatter<'_>) -> fmt::Result {
    if outer.is_empty() {
        return Ok(());
    }
    f.write_str(" (in ")?;
    write_path(outer, f)?;
    f.write_char(')')
}

fn write_path(innermost_first: &[Segment], f: &mut Formatter<'_>) -> fmt::Result {
    let mut named = false;
    for segment in innermost_first.iter().rev() {
        match segment {
            Segment::Field { field, .. } if named => write!(f, ".{field}")?,
            Segment::Loaded { field: Some(field), .. } if named => write!(f, ".{field}")?,
            Segment::Field { structure, field } => {
                named = true;
                write!(f, "{structure}.{field}")?;
            }
            Segment::Struct(structure) => f.write_str(structure)?,
            Segment::Loaded { structure, field: Some(field) } => {
                named = true;
                write!(f, "{structure}.{field}")?;
            }
            Segment::Loaded { structure, field: None } => f.write_str(structure)?,
            Segment::Index(index) => write!(f, "[{index}]")?,
            Segment::Key(index) => write!(f, "[key {index}]")?,
        }
    }
    Ok(())
}
