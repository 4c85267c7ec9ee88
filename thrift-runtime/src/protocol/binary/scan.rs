//! Where an unframed binary message ends.

use super::{
    BinaryProtocol,
    read::{bad_count, bad_length, fixed_size, min_size, typed},
};
use crate::{
    error::{Error, Result},
    protocol::{Limits, Protocol, Scan, TType},
};

/// Walks over a binary message as its bytes arrive.
#[derive(Debug, Default)]
pub struct BinaryScanner {
    /// How far the message was understood; may lie beyond what has arrived, behind a value whose
    /// length is known.
    position: usize,
    started: bool,
    /// A value that comes next, whose first bytes have not all arrived, and whether it is an element.
    pending: Option<(TType, bool)>,
    open: Vec<Level>,
    depth: u32,
}

/// A struct or container that is not at its end.
#[derive(Debug)]
enum Level {
    Struct,
    /// `types` alternate; `left` counts single values.
    Elements {
        types: [TType; 2],
        left: u64,
        counted: bool,
    },
}

impl Scan for BinaryScanner {
    fn scan(&mut self, input: &[u8], limits: &Limits) -> Result<Option<usize>> {
        if !self.started {
            match BinaryProtocol::STRICT.read_header(input, limits) {
                Ok((_, length)) => self.position = length,
                Err(error) if error.is_truncated() => return self.within(limits),
                Err(error) => return Err(error),
            }
            self.started = true;
            self.pending = Some((TType::Struct, false));
        }
        while self.position <= input.len() {
            let done = match self.pending.take() {
                Some((ty, element)) => self.value(ty, element, input, limits)?,
                None if self.open.is_empty() => return Ok(Some(self.position)),
                None => self.next(input)?,
            };
            self.within(limits)?;
            if !done {
                break;
            }
        }
        Ok(None)
    }
}

impl BinaryScanner {
    fn within(&self, limits: &Limits) -> Result<Option<usize>> {
        if self.position > limits.message_size {
            let limit = limits.message_size;
            return Err(Error::limit(format!("the message exceeds the limit of {limit} bytes")));
        }
        Ok(None)
    }

    /// Takes the next step within the innermost level, or says that bytes are missing for it.
    fn next(&mut self, input: &[u8]) -> Result<bool> {
        match self.open.last_mut() {
            Some(Level::Struct) => {
                let Some(ty) = input.get(self.position) else { return Ok(false) };
                match TType::try_from(*ty)? {
                    TType::Stop => {
                        self.position += 1;
                        self.close(true);
                    }
                    ty => {
                        self.position += 3;
                        self.pending = Some((ty, false));
                    }
                }
            }
            Some(Level::Elements { left: 0, counted, .. }) => {
                let counted = *counted;
                self.close(counted);
            }
            Some(Level::Elements { types, left, .. }) => {
                *left -= 1;
                self.pending = Some((types[0], true));
                types.swap(0, 1);
            }
            None => {}
        }
        Ok(true)
    }

    /// Goes over a value, or into it; says whether its first bytes were there.
    fn value(&mut self, ty: TType, element: bool, input: &[u8], limits: &Limits) -> Result<bool> {
        if let Some(size) = fixed_size(ty) {
            self.position += size;
            return Ok(true);
        }
        let rest = input.get(self.position..).unwrap_or_default();
        match (ty, rest) {
            (TType::Struct, _) => self.enter(Level::Struct, true, limits)?,
            (TType::String, [a, b, c, d, ..]) => {
                let length = u32::from_be_bytes([*a, *b, *c, *d]);
                if length > i32::MAX as u32 || length as usize > limits.string_size {
                    return Err(bad_length("string", length, limits.string_size));
                }
                self.position += 4 + length as usize;
            }
            (TType::Map, [key, value, a, b, c, d, ..]) => {
                let types = [TType::try_from(*key)?, TType::try_from(*value)?];
                self.position += 6;
                self.elements(types, 2, [*a, *b, *c, *d], element, limits)?;
            }
            (TType::List | TType::Set, [ty, a, b, c, d, ..]) => {
                let ty = TType::try_from(*ty)?;
                self.position += 5;
                self.elements([ty, ty], 1, [*a, *b, *c, *d], element, limits)?;
            }
            _ => {
                self.pending = Some((ty, element));
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Goes over a container's elements, or into them; each entry is `each` values.
    fn elements(
        &mut self,
        types: [TType; 2],
        each: usize,
        count: [u8; 4],
        element: bool,
        limits: &Limits,
    ) -> Result<()> {
        let count = u32::from_be_bytes(count);
        if count > i32::MAX as u32 || count as usize > limits.container_size {
            return Err(bad_count(count, limits.container_size));
        }
        let types_of_entry = &types[..each];
        for ty in types_of_entry {
            typed(*ty, count as usize)?;
        }
        let least: usize = types_of_entry.iter().map(|ty| min_size(*ty)).sum();
        if least.saturating_mul(count as usize) > limits.message_size {
            let limit = limits.message_size;
            return Err(Error::limit(format!(
                "a container of {count} elements cannot lie in a message of {limit} bytes"
            )));
        }
        if types_of_entry.iter().all(|ty| fixed_size(*ty).is_some()) {
            self.position += least * count as usize;
            return Ok(());
        }
        let left = u64::from(count) * each as u64;
        self.enter(Level::Elements { types, left, counted: element }, element, limits)
    }

    fn enter(&mut self, level: Level, counted: bool, limits: &Limits) -> Result<()> {
        if counted {
            if self.depth == limits.depth {
                return Err(super::read::too_deep(limits));
            }
            self.depth += 1;
        }
        self.open.push(level);
        Ok(())
    }

    fn close(&mut self, counted: bool) {
        self.open.pop();
        self.depth -= u32::from(counted);
    }
}
