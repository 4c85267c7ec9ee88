//! How protocols lay out values: all that is needed to find where one ends.

use crate::{
    error::Result,
    protocol::{Limits, TType},
};

/// How a protocol lays out headers and values. Where a method gives `None`, bytes are missing.
pub(in crate::protocol) trait Layout {
    /// The length of a message's header.
    fn message(input: &[u8], limits: &Limits) -> Result<Option<usize>>;

    /// The header of a struct's next field; `last` is the id of the one before it.
    fn field(input: &[u8], last: i16) -> Result<Option<FieldStep>>;

    /// Passes over fields at the start of `input` for as long as it is plain where each ends, into
    /// structs, up to `levels` deep, and out of them again. What stops it is a container, the stop of
    /// the struct that it began in, a mistake, or what may be cut short. `last` is the id of the field
    /// before.
    fn plain_fields(input: &[u8], last: &mut i16, limits: &Limits, levels: u32) -> Plain;

    /// What a value takes; of a container what its header says.
    fn value(ty: TType, input: &[u8], limits: &Limits) -> Result<Option<Span>>;

    /// The bytes that every value of a type takes, where that does not vary.
    fn fixed_size(ty: TType) -> Option<usize>;

    /// The fewest bytes that a value of a type takes.
    fn min_size(ty: TType) -> usize;
}

/// Fields that were passed over.
pub(in crate::protocol) struct Plain {
    /// What they take, which may be more than there is: the last may be cut short.
    pub(in crate::protocol) length: usize,
    /// How many structs begin and do not end among them.
    pub(in crate::protocol) open: u32,
}

/// The header of a field.
pub(in crate::protocol) enum FieldStep {
    /// The end of the struct.
    Stop { length: usize },
    /// A field whose value follows; `None` if it lies in the header.
    Field { length: usize, id: i16, value: Option<TType> },
}

/// What a value takes.
pub(in crate::protocol) enum Span {
    /// This many bytes in all.
    Bytes(usize),
    /// Fields up to a stop.
    Struct,
    /// A header of `length` bytes and `count` entries, each of one value, or of a key and a value.
    Entries { length: usize, count: usize, entry: Entry },
}

/// What a container holds.
#[derive(Debug, Clone, Copy)]
pub(in crate::protocol) enum Entry {
    One(TType),
    Pair(TType, TType),
}

impl Entry {
    /// Combines a property of the types.
    #[inline(always)]
    pub(in crate::protocol) fn sum(self, of: impl Fn(TType) -> Option<usize>) -> Option<usize> {
        match self {
            Entry::One(ty) => of(ty),
            Entry::Pair(key, value) => Some(of(key)? + of(value)?),
        }
    }
}
