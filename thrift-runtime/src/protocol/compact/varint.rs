//! Variable-length integers, seven bits a byte, the lowest first.

use std::num::NonZeroUsize;

use crate::error::{Error, Result};

/// Reads one; `None` if the input ends within it.
///
/// # Errors
///
/// Where it is longer than a number of `bits` bits needs.
#[inline(always)]
pub(super) fn read(input: &[u8], bits: u32) -> Result<Option<(u64, usize)>> {
    match input.first() {
        Some(byte) if byte & 0x80 == 0 => Ok(Some((u64::from(*byte), 1))),
        _ => read_long(input, bits),
    }
}

/// The length of one, likewise.
#[inline(always)]
pub(super) fn length(input: &[u8], bits: u32) -> Result<Option<usize>> {
    match short_length(input, bits) {
        Some(length) => Ok(Some(length)),
        None => Ok(read_long(input, bits)?.map(|(_, length)| length)),
    }
}

/// The length of one, if eight bytes are there and it ends within them.
#[inline(always)]
pub(super) fn short_length(input: &[u8], bits: u32) -> Option<usize> {
    let ends = input.first_chunk().map_or(0, |word| !u64::from_le_bytes(*word) & MORE);
    let last = ends.trailing_zeros() / 8;
    (last < bits.div_ceil(7).min(8)).then_some(last as usize + 1)
}

#[inline(never)]
fn read_long(input: &[u8], bits: u32) -> Result<Option<(u64, usize)>> {
    let most = bits.div_ceil(7) as usize;
    let mut value = 0;
    for (index, byte) in input.iter().take(most).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok(Some((value, index + 1)));
        }
    }
    if input.len() >= most { Err(too_long(most)) } else { Ok(None) }
}

/// One at the start of what is left, and its length, unless this is near the end of the input, or the
/// number too long.
#[inline(always)]
pub(super) fn quick(rest: &[u8], bits: u32) -> Option<(u64, NonZeroUsize)> {
    let length = |bytes: u32| NonZeroUsize::MIN.saturating_add(bytes as usize);
    if bits == 32 {
        const FIVE: u64 = 0xff_ffff_ffff;
        let word = u64::from_le_bytes(*rest.first_chunk()?);
        let ends = !word & MORE & FIVE;
        let word = word & (ends ^ ends.wrapping_sub(1));
        let value = (word & 0x7f)
            | (word >> 1 & 0x7f << 7)
            | (word >> 2 & 0x7f << 14)
            | (word >> 3 & 0x7f << 21)
            | (word >> 4 & 0x7f << 28);
        return (ends != 0).then(|| (value, length(ends.trailing_zeros() / 8)));
    }
    let [first @ .., ninth, tenth] = *rest.first_chunk::<MOST>()?;
    let word = u64::from_le_bytes(first);
    let ends = !word & MORE;
    // The bits up to and with the first byte that says that no more follow.
    let mask = ends ^ ends.wrapping_sub(1);
    match ends {
        0 if ninth & 0x80 == 0 => Some((gather(word) | u64::from(ninth) << 56, length(8))),
        0 if tenth & 0x80 == 0 => {
            let last = u64::from(ninth & 0x7f) << 56 | u64::from(tenth) << 63;
            Some((gather(word) | last, length(9)))
        }
        0 => None,
        _ => Some((gather(word & mask), length(ends.trailing_zeros() / 8))),
    }
}

/// Takes one from the start of what is left, wherever that is, and gives back what follows.
///
/// # Errors
///
/// As [`read`], and where the input ends within it.
#[cold]
#[inline(never)]
pub(super) fn take_slowly(rest: &[u8], bits: u32) -> Result<(u64, &[u8])> {
    let (value, length) = read(rest, bits)?.ok_or_else(Error::truncated)?;
    Ok((value, rest.get(length..).unwrap_or_default()))
}

/// The bits of bytes that say that more follow.
const MORE: u64 = 0x8080_8080_8080_8080;

/// Eight times seven bits, each in a byte of its own, next to one another.
#[inline(always)]
fn gather(word: u64) -> u64 {
    let word = (word & 0x007f_007f_007f_007f) | ((word & 0x7f00_7f00_7f00_7f00) >> 1);
    let word = (word & 0x0000_3fff_0000_3fff) | ((word & 0x3fff_0000_3fff_0000) >> 2);
    (word & 0x0fff_ffff) | ((word & 0x0fff_ffff_0000_0000) >> 4)
}

/// The reverse of [`gather`], of the lowest 56 bits.
#[inline(always)]
fn spread(value: u64) -> u64 {
    let word = (value & 0x0fff_ffff) | ((value & 0x00ff_ffff_f000_0000) << 4);
    let word = (word & 0x0000_3fff_0000_3fff) | ((word & 0x0fff_c000_0fff_c000) << 2);
    (word & 0x007f_007f_007f_007f) | ((word & 0x3f80_3f80_3f80_3f80) << 1)
}

/// The most bytes that one takes.
pub(super) const MOST: usize = 10;

/// Writes one at the start of `space`, and tells its length.
#[inline(always)]
pub(super) fn put(value: u64, space: &mut [u8; MOST]) -> usize {
    let [first, second, ..] = space;
    if value < 0x80 {
        *first = value as u8;
        return 1;
    }
    if value < 0x4000 {
        *first = value as u8 | 0x80;
        *second = (value >> 7) as u8;
        return 2;
    }
    put_long(value, space)
}

#[inline(never)]
fn put_long(value: u64, space: &mut [u8; MOST]) -> usize {
    put_any(value, space)
}

/// Writes one of any length, without a branch; what it writes beyond the length has no meaning.
#[inline(always)]
pub(super) fn put_any(value: u64, space: &mut [u8; MOST]) -> usize {
    let length = (u64::BITS - (value | 1).leading_zeros()).div_ceil(7);
    // All bytes but the last say that more follow.
    let more = match length {
        ..=8 => (1_u64 << (8 * (length - 1))) - 1,
        _ => u64::MAX,
    };
    let [first @ .., ninth, tenth] = space;
    *first = (spread(value) | MORE & more).to_le_bytes();
    *tenth = (value >> 63) as u8;
    *ninth = (value >> 56) as u8 & 0x7f | *tenth << 7;
    length as usize
}

/// Writes one of at most 32 bits, as [`put_any`] does.
#[inline(always)]
pub(super) fn put_any_32(value: u32, space: &mut [u8; 8]) -> usize {
    let value = u64::from(value);
    let length = (u64::BITS - (value | 1).leading_zeros()).div_ceil(7);
    let word = (value & 0x7f)
        | (value << 1 & 0x7f << 8)
        | (value << 2 & 0x7f << 16)
        | (value << 3 & 0x7f << 24)
        | (value << 4 & 0x0f << 32);
    *space = (word | MORE & ((1 << (8 * (length - 1))) - 1)).to_le_bytes();
    length as usize
}

#[cold]
fn too_long(most: usize) -> Error {
    Error::malformed(format!("a variable-length integer is longer than {most} bytes"))
}

/// Numbers near zero, of either sign, to small numbers.
#[inline(always)]
pub(super) const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// The reverse of [`zigzag`].
#[inline(always)]
pub(super) const fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What one at the start of the input is, a byte at a time, and its length; that it is too long is an error.
    fn by_the_book(input: &[u8], bits: u32) -> Result<Option<(u64, usize)>, ()> {
        let most = if bits == 32 { 5 } else { 10 };
        let mut value = 0_u128;
        for (index, byte) in input.iter().take(most).enumerate() {
            value |= u128::from(byte % 0x80) << (7 * index);
            if *byte < 0x80 {
                return Ok(Some((value as u64, index + 1)));
            }
        }
        if input.len() < most { Ok(None) } else { Err(()) }
    }

    /// Every way of reading finds the same, and those that are quick do so wherever they say that they will.
    fn check(input: &[u8]) {
        for bits in [32, 64] {
            let expected = by_the_book(input, bits);
            let known = |error: Error| assert_eq!(error.kind(), too_long(10).kind(), "{error}");
            assert_eq!(read(input, bits).map_err(known), expected, "{input:x?} of {bits} bits");
            let ended = expected.map(|found| found.map(|(_, length)| length));
            assert_eq!(length(input, bits).map_err(known), ended, "{input:x?} of {bits} bits");
            let whole = expected.ok().flatten();
            let short = whole.map(|(_, length)| length);
            let short = short.filter(|length| *length <= 8 && input.len() >= 8);
            assert_eq!(short_length(input, bits), short, "{input:x?} of {bits} bits");
            let enough = if bits == 32 { 8 } else { MOST };
            let found = quick(input, bits).map(|(value, length)| (value, length.get()));
            let quickly = whole.filter(|_| input.len() >= enough);
            assert_eq!(found, quickly, "{input:x?} of {bits} bits");
            match (take_slowly(input, bits), whole) {
                (Ok((value, rest)), Some((expected, length))) => {
                    assert_eq!((value, rest), (expected, &input[length..]));
                }
                (Err(error), None) => assert_eq!(error.is_truncated(), expected.is_ok(), "{error}"),
                (taken, _) => panic!("{taken:x?} is not {expected:x?}"),
            }
        }
    }

    /// With nothing and all that may be behind it, and cut anywhere.
    fn check_around(one: &[u8]) {
        for behind in (0..=MOST).step_by(if cfg!(miri) { MOST } else { 1 }) {
            for with in [0, 0x7f, 0x80, 0xff] {
                check(&[one, &vec![with; behind]].concat());
            }
        }
        (0..one.len()).for_each(|end| check(&one[..end]));
    }

    #[test]
    fn numbers_of_every_length() {
        for bits in (0..=64_u32).step_by(if cfg!(miri) { 16 } else { 1 }) {
            for add in [-1, 0, 1] {
                let value = 1_u64.checked_shl(bits).unwrap_or(0).wrapping_add_signed(add);
                let mut one_by_one = Vec::new();
                let mut left = value;
                while left >= 0x80 {
                    one_by_one.push(left as u8 | 0x80);
                    left >>= 7;
                }
                one_by_one.push(left as u8);
                for put in [put, put_any] {
                    let mut space = [0xff; MOST];
                    let length = put(value, &mut space);
                    assert_eq!(&space[..length], one_by_one, "{value:#x}");
                }
                if let Ok(value) = u32::try_from(value) {
                    let mut space = [0xff; 8];
                    let length = put_any_32(value, &mut space);
                    assert_eq!(&space[..length], one_by_one, "{value:#x}");
                }
                assert_eq!(by_the_book(&one_by_one, 64), Ok(Some((value, one_by_one.len()))));
                check_around(&one_by_one);
            }
        }
    }

    /// Also those that no writer makes: with more bytes than they need, or more bits than there are.
    #[test]
    fn bytes_that_go_on_and_end_in_any_order() {
        let steps = if cfg!(miri) { 409 } else { 1 };
        for goes_on in (0..1 << 12).step_by(steps) {
            for payload in [0_u64, u64::MAX, 0x5ad3_961e_c78b_42f0] {
                let byte = |at: u32| {
                    let more = if goes_on >> at & 1 == 1 { 0x80 } else { 0 };
                    payload.rotate_left(7 * at) as u8 & 0x7f | more
                };
                let bytes: Vec<u8> = (0..12).map(byte).collect();
                (0..=bytes.len()).for_each(|end| check(&bytes[..end]));
            }
        }
    }

    #[test]
    fn signs_go_into_the_lowest_bit_and_back() {
        let numbers =
            [(0, 0), (-1, 1), (1, 2), (-2, 3), (i64::MAX, u64::MAX - 1), (i64::MIN, u64::MAX)];
        for (number, folded) in numbers {
            assert_eq!((zigzag(number), unzigzag(folded)), (folded, number));
        }
        for bits in 0..63 {
            for number in [1_i64 << bits, -1 << bits, (1 << bits) - 1] {
                assert_eq!(unzigzag(zigzag(number)), number);
            }
        }
    }
}
