//! Where messages end that arrive in pieces, found without knowing their types.
//!
//! The walk over a message's bytes is the same for every protocol that marks types in bytes; how
//! each of them lays out headers and values is its [`Layout`].

use std::mem;

use super::{
    Limits, TType,
    input::{self, Entry, FieldStep, Layout, Span},
    sizes::too_deep,
};
use crate::error::{Error, Result};

/// Finds where a message ends as its bytes arrive, remembering how far it got.
pub trait Scan: Send {
    /// Continues with `input`, which starts where the message does and may have grown since the
    /// last call. Returns the length of the message once it is whole, and `None` until then. The
    /// next call begins with another message.
    ///
    /// # Errors
    ///
    /// If the input cannot become a message, or exceeds a limit.
    fn scan(&mut self, input: &[u8], limits: &Limits) -> Result<Option<usize>>;

    /// The length of the message at the start of `input`, if all of it is there: what a new scanner
    /// finds, in fewer steps. `None` also if that is not looked for, or the message is at fault; then
    /// [`scan`](Scan::scan) tells.
    #[inline]
    fn whole(&self, _input: &[u8], _limits: &Limits) -> Option<usize> {
        None
    }
}

/// Walks over a message as its bytes arrive.
#[derive(Debug)]
struct Walk {
    /// How far the input was understood; may lie beyond what has arrived, behind a value whose
    /// length is known.
    position: usize,
    /// A value that comes next, and whether it is an element.
    pending: Option<(TType, bool)>,
    open: Vec<Level>,
    depth: u32,
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
                Some(length) => self.walk.insert(Walk::new(length, mem::take(&mut self.space))),
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

    #[inline]
    fn whole(&self, input: &[u8], limits: &Limits) -> Option<usize> {
        let input = input.get(..limits.message_size).unwrap_or(input);
        let at = L::message(input, limits).ok()??;
        input::skip_struct::<L>(input, at, limits).ok()
    }
}

#[cold]
fn too_large(limits: &Limits) -> Error {
    Error::limit(format!("the message exceeds the limit of {} bytes", limits.message_size))
}

impl Walk {
    /// A walk over the body behind a header of `position` bytes.
    fn new(position: usize, open: Vec<Level>) -> Self {
        Walk { position, pending: Some((TType::Struct, false)), open, depth: 0 }
    }

    /// Goes on; `Some(length)` at the end.
    fn advance<L: Layout>(&mut self, input: &[u8], limits: &Limits) -> Result<Option<usize>> {
        while let Some(rest) = input.get(self.position..) {
            let went_on = match self.pending {
                Some((ty, element)) => self.value::<L>(ty, element, rest, limits)?,
                None if self.open.is_empty() => return Ok(Some(self.position)),
                None => self.next::<L>(rest, limits)?,
            };
            if self.position > limits.message_size {
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
            Some(Level::Struct { last }) => {
                let levels = limits.depth().saturating_sub(self.depth);
                let plain = L::plain_fields(rest, last, limits, levels);
                if plain.length > 0 {
                    self.position += plain.length;
                    for _ in 0..plain.open {
                        self.enter(Level::Struct { last: 0 }, true, limits)?;
                    }
                    return Ok(true);
                }
                match L::field(rest, *last)? {
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
                }
            }
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

    /// Goes over a value, or into it; says whether the bytes that tell its span were there.
    #[inline(always)]
    fn value<L: Layout>(
        &mut self,
        ty: TType,
        element: bool,
        rest: &[u8],
        limits: &Limits,
    ) -> Result<bool> {
        let Some(span) = L::value(ty, rest, limits)? else { return Ok(false) };
        self.pending = None;
        match span {
            Span::Bytes(length) => self.position += length,
            Span::Struct => self.enter(Level::Struct { last: 0 }, true, limits)?,
            Span::Entries { length, count, entry } => {
                self.position += length;
                if let Some(size) = entry.sum(L::fixed_size) {
                    self.check_depth(element, limits)?;
                    self.position = self.position.saturating_add(size.saturating_mul(count));
                    return Ok(true);
                }
                let least = entry.sum(|ty| Some(L::min_size(ty))).unwrap_or(0);
                if least.saturating_mul(count) > limits.message_size {
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
