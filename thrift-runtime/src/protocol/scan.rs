//! Where messages end that arrive in pieces, found without knowing their types.
//!
//! The walk over a message's bytes is the same for every protocol that marks types in bytes; how
//! each of them lays out headers and values is its [`Layout`].

use std::mem;

use super::{Limits, TType, sizes::too_deep};
use crate::error::{Error, Result};

/// Finds where a message ends as its bytes arrive, remembering how far it got.
pub trait Scan: Default + Send {
    /// Continues with `input`, which starts where the message does and may have grown since the
    /// last call. Returns the length of the message once it is whole, and `None` until then. The
    /// next call begins with another message.
    ///
    /// # Errors
    ///
    /// If the input cannot become a message, or exceeds a limit.
    fn scan(&mut self, input: &[u8], limits: &Limits) -> Result<Option<usize>>;
}

/// How a protocol lays out headers and values. Where a method gives `None`, bytes are missing.
pub(super) trait Layout {
    /// The length of a message's header.
    fn message(input: &[u8], limits: &Limits) -> Result<Option<usize>>;

    /// The header of a struct's next field; `last` is the id of the one before it.
    fn field(input: &[u8], last: i16) -> Result<Option<FieldStep>>;

    /// What a value takes; of a container what its header says.
    fn value(ty: TType, input: &[u8], limits: &Limits) -> Result<Option<Extent>>;

    /// The bytes that every value of a type takes, where that does not vary.
    fn fixed_size(ty: TType) -> Option<usize>;

    /// The fewest bytes that a value of a type takes.
    fn min_size(ty: TType) -> usize;
}

/// The header of a field.
pub(super) enum FieldStep {
    /// The end of the struct.
    Stop { length: usize },
    /// A field whose value follows; `None` if it lies in the header.
    Field { length: usize, id: i16, value: Option<TType> },
}

/// What a value takes.
pub(super) enum Extent {
    /// This many bytes in all.
    Bytes(usize),
    /// Fields up to a stop.
    Struct,
    /// A header of `length` bytes and `count` entries, each of one value, or of a key and a value.
    Entries { length: usize, count: usize, entry: Entry },
}

/// What a container holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry {
    One(TType),
    Pair(TType, TType),
}

impl Entry {
    /// Combines a property of the types.
    #[inline(always)]
    pub(super) fn sum(self, of: impl Fn(TType) -> Option<usize>) -> Option<usize> {
        match self {
            Entry::One(ty) => of(ty),
            Entry::Pair(key, value) => Some(of(key)? + of(value)?),
        }
    }
}

/// Walks over a message, or over one value, as its bytes arrive.
#[derive(Debug)]
pub(super) struct Walk {
    /// How far the input was understood; may lie beyond what has arrived, behind a value whose
    /// length is known.
    position: usize,
    /// A value that comes next, and whether it is an element.
    pending: Option<(TType, bool)>,
    open: Vec<Level>,
    depth: u32,
    /// How far it may come.
    most: usize,
}

/// A struct or container that is not at its end.
#[derive(Debug)]
enum Level {
    Struct {
        last: i16,
    },
    /// `left` counts single values; whether the level counts for depth.
    Entries {
        entry: Entry,
        left: u64,
        counted: bool,
    },
}

/// Scans messages of a protocol.
#[derive(Debug)]
pub struct Scanner<L> {
    walk: Option<Walk>,
    /// The space of a walk that is over.
    space: Vec<Level>,
    layout: std::marker::PhantomData<fn() -> L>,
}

impl<L> Default for Scanner<L> {
    fn default() -> Self {
        Scanner { walk: None, space: Vec::new(), layout: std::marker::PhantomData }
    }
}

#[allow(private_bounds)]
impl<L: Layout> Scan for Scanner<L> {
    fn scan(&mut self, input: &[u8], limits: &Limits) -> Result<Option<usize>> {
        let walk = match &mut self.walk {
            Some(walk) => walk,
            None => match L::message(input, limits)? {
                Some(length) => {
                    let open = mem::take(&mut self.space);
                    let walk = Walk::over(TType::Struct, length, limits.message_size);
                    self.walk.insert(Walk { open, ..walk })
                }
                None if input.len() > limits.message_size => return Err(too_large(limits)),
                None => return Ok(None),
            },
        };
        let end = walk.advance::<L>(input, limits)?;
        if end.is_some()
            && let Some(walk) = self.walk.take()
        {
            self.space = walk.open;
        }
        Ok(end)
    }
}

#[cold]
fn too_large(limits: &Limits) -> Error {
    Error::limit(format!("the message exceeds the limit of {} bytes", limits.message_size))
}

impl Walk {
    fn over(ty: TType, position: usize, most: usize) -> Self {
        Walk { position, pending: Some((ty, false)), open: Vec::new(), depth: 0, most }
    }

    /// Goes on; `Some(length)` at the end.
    fn advance<L: Layout>(&mut self, input: &[u8], limits: &Limits) -> Result<Option<usize>> {
        while let Some(rest) = input.get(self.position..) {
            let went_on = match self.pending {
                Some((ty, element)) => self.value::<L>(ty, element, rest, limits)?,
                None if self.open.is_empty() => return Ok(Some(self.position)),
                None => self.next::<L>(rest, limits)?,
            };
            if self.position > self.most {
                return Err(too_large(limits));
            }
            if !went_on {
                break;
            }
        }
        Ok(None)
    }

    /// Takes the next step within the innermost level, which over a field's header and value is one,
    /// or says that bytes are missing for it.
    #[inline]
    fn next<L: Layout>(&mut self, rest: &[u8], limits: &Limits) -> Result<bool> {
        match self.open.last_mut() {
            Some(Level::Struct { last }) => match L::field(rest, *last)? {
                None => return Ok(false),
                Some(FieldStep::Stop { length }) => {
                    self.position += length;
                    self.close(true);
                }
                Some(FieldStep::Field { length, id, value }) => {
                    *last = id;
                    self.position += length;
                    let Some(ty) = value else { return Ok(true) };
                    self.pending = Some((ty, false));
                    return match rest.get(length..) {
                        Some(rest) => self.value::<L>(ty, false, rest, limits),
                        None => Ok(true),
                    };
                }
            },
            Some(Level::Entries { left: 0, counted, .. }) => {
                let counted = *counted;
                self.close(counted);
            }
            Some(Level::Entries { entry, left, .. }) => {
                let ty = match *entry {
                    Entry::One(ty) => ty,
                    Entry::Pair(key, _) if left.is_multiple_of(2) => key,
                    Entry::Pair(_, value) => value,
                };
                *left -= 1;
                self.pending = Some((ty, true));
            }
            None => {}
        }
        Ok(true)
    }

    /// Goes over a value, or into it; says whether the bytes that tell its extent were there.
    #[inline(always)]
    fn value<L: Layout>(
        &mut self,
        ty: TType,
        element: bool,
        rest: &[u8],
        limits: &Limits,
    ) -> Result<bool> {
        let Some(extent) = L::value(ty, rest, limits)? else { return Ok(false) };
        self.pending = None;
        match extent {
            Extent::Bytes(length) => self.position += length,
            Extent::Struct => self.enter(Level::Struct { last: 0 }, true, limits)?,
            Extent::Entries { length, count, entry } => {
                self.position += length;
                if let Some(size) = entry.sum(L::fixed_size) {
                    self.check_depth(element, limits)?;
                    self.position = self.position.saturating_add(size.saturating_mul(count));
                    return Ok(true);
                }
                let least = entry.sum(|ty| Some(L::min_size(ty))).unwrap_or(0);
                if least.saturating_mul(count) > self.most {
                    return Err(too_large(limits));
                }
                let each = if matches!(entry, Entry::Pair(..)) { 2 } else { 1 };
                let left = count as u64 * each;
                self.enter(Level::Entries { entry, left, counted: element }, element, limits)?;
            }
        }
        Ok(true)
    }

    #[inline]
    fn enter(&mut self, level: Level, counted: bool, limits: &Limits) -> Result<()> {
        self.check_depth(counted, limits)?;
        self.depth += u32::from(counted);
        self.open.push(level);
        Ok(())
    }

    /// Checks that a level that counts may be entered.
    #[inline]
    fn check_depth(&self, counted: bool, limits: &Limits) -> Result<()> {
        if counted && self.depth >= limits.depth() {
            return Err(too_deep(limits));
        }
        Ok(())
    }

    fn close(&mut self, counted: bool) {
        self.open.pop();
        self.depth -= u32::from(counted);
    }
}
