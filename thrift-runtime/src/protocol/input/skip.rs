//! Values of which nothing is kept, in bytes that are all there.
//!
//! [`Scanner`](crate::protocol::scan) accepts and refuses the same, but stops where bytes are missing
//! and goes on when they are there; what that takes is not needed here.

use super::{Entry, FieldStep, Layout, Left, Reading, Span};
use crate::{
    error::{Error, Result},
    protocol::TType,
};

/// Skips a value, and gives back what is left.
#[inline(always)]
pub(in crate::protocol) fn value<'a, L: Layout>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    ty: TType,
) -> Result<&'a [u8]> {
    if ty == TType::Struct {
        return reading.kept(fields::<L>(rest, reading));
    }
    reading.kept(single::<L>(rest, reading, ty))
}

#[inline(never)]
fn single<'a, L: Layout>(rest: &'a [u8], reading: &Reading<'_>, ty: TType) -> Left<'a> {
    reading.keep(step::<L>(rest, reading, ty, false))
}

#[inline(never)]
fn fields<'a, L: Layout>(rest: &'a [u8], reading: &Reading<'_>) -> Left<'a> {
    reading.keep(each_field::<L>(rest, reading))
}

#[inline(always)]
fn each_field<'a, L: Layout>(mut rest: &'a [u8], reading: &Reading<'_>) -> Result<&'a [u8]> {
    reading.descend()?;
    let mut last = 0;
    // Structs within this one that have begun; none needs a function of its own.
    let mut open = 0;
    loop {
        let plain = L::plain_fields(rest, &mut last, reading.limits, reading.levels());
        rest = behind(rest, plain.length)?;
        reading.descend_by(plain.open);
        open += plain.open;
        let step = match rest.first() {
            // Both protocols write stops like this.
            Some(0) => FieldStep::Stop { length: 1 },
            _ => L::field(rest, last)?.ok_or_else(Error::truncated)?,
        };
        match step {
            FieldStep::Stop { length } => {
                reading.ascend();
                rest = behind(rest, length)?;
                if open == 0 {
                    return Ok(rest);
                }
                open -= 1;
            }
            FieldStep::Field { length, id, value } => {
                last = id;
                rest = behind(rest, length)?;
                if let Some(ty) = value {
                    rest = self::step::<L>(rest, reading, ty, false)?;
                }
            }
        }
    }
}

#[inline(never)]
fn entries<'a, L: Layout>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    count: usize,
    entry: Entry,
) -> Left<'a> {
    reading.keep(each_entry::<L>(rest, reading, count, entry))
}

/// Skips entries. Each takes a byte at least, so that there are no more steps than bytes, whatever
/// `count` says.
#[inline(always)]
fn each_entry<'a, L: Layout>(
    mut rest: &'a [u8],
    reading: &Reading<'_>,
    count: usize,
    entry: Entry,
) -> Result<&'a [u8]> {
    let (types, each) = match entry {
        Entry::One(TType::Struct) => {
            for _ in 0..count {
                rest = each_field::<L>(rest, reading)?;
            }
            return Ok(rest);
        }
        Entry::One(ty) => ([ty, ty], 1),
        Entry::Pair(key, value) => ([key, value], 2),
    };
    for _ in 0..count {
        for ty in types.iter().take(each) {
            rest = step::<L>(rest, reading, *ty, true)?;
        }
    }
    Ok(rest)
}

/// Skips a value; a container that is an element is a level of its own.
#[inline(always)]
fn step<'a, L: Layout>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    ty: TType,
    element: bool,
) -> Result<&'a [u8]> {
    match L::value(ty, rest, reading.limits)?.ok_or_else(Error::truncated)? {
        Span::Bytes(length) => behind(rest, length),
        Span::Struct => reading.kept(fields::<L>(rest, reading)),
        Span::Entries { length, count, entry } => {
            if element {
                reading.descend()?;
            }
            let rest = behind(rest, length)?;
            let left = match entry.sum(L::fixed_size) {
                // However many they are, they are one step.
                Some(size) => behind(rest, count.checked_mul(size).ok_or_else(Error::truncated)?)?,
                None => reading.kept(entries::<L>(rest, reading, count, entry))?,
            };
            if element {
                reading.ascend();
            }
            Ok(left)
        }
    }
}

#[inline(always)]
fn behind(rest: &[u8], length: usize) -> Result<&[u8]> {
    rest.get(length..).ok_or_else(Error::truncated)
}

#[cfg(test)]
mod tests;
