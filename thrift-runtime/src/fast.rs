//! What is faster with unsafe code than without: all unsafe code of this crate, but for the calls of
//! Kerberos's library.
//!
//! `--cfg thrift_runtime_safe` in `RUSTFLAGS` builds the crate without it. The functions do the same
//! then, only slower.

#![cfg_attr(not(thrift_runtime_safe), allow(unsafe_code))]

use std::str::{self, Utf8Error};

/// Bytes as text, if they are UTF-8.
///
/// Most text in messages is short and ASCII; to see that takes a few overlapping words.
#[inline]
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Utf8Error> {
    #[cfg(not(thrift_runtime_safe))]
    if is_ascii(bytes) {
        // SAFETY: ASCII is UTF-8. It decodes strings of 10 to 50 bytes 1.3 to 1.7 times as fast as
        // the check of the standard library does (benchmarks `small` and `strings`).
        return Ok(unsafe { str::from_utf8_unchecked(bytes) });
    }
    str::from_utf8(bytes)
}

/// Whether all bytes are ASCII.
#[cfg(not(thrift_runtime_safe))]
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let word = |at: usize| match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(word) => u64::from_ne_bytes(*word),
        None => HIGH,
    };
    match bytes.len() {
        len @ 33.. => {
            // Blocks of four words, the last of which may overlap the one before.
            let mut all = word(len - 32) | word(len - 24) | word(len - 16) | word(len - 8);
            for block in bytes.as_chunks::<8>().0 {
                all |= u64::from_ne_bytes(*block);
            }
            all & HIGH == 0
        }
        len @ 16.. => (word(0) | word(8) | word(len - 16) | word(len - 8)) & HIGH == 0,
        len @ 8.. => (word(0) | word(len - 8)) & HIGH == 0,
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                (u32::from_ne_bytes(*first) | u32::from_ne_bytes(*last)) & HIGH as u32 == 0
            }
            _ => bytes.iter().fold(0, |all, byte| all | byte) & 0x80 == 0,
        },
    }
}

/// From this many bytes on the choice of an instruction set pays.
#[cfg(all(target_arch = "x86_64", not(thrift_runtime_safe)))]
const WIDE: usize = 64;

/// Appends numbers to a vector that stand in `bytes` one behind the other.
#[inline]
pub(crate) fn read_numbers<T, const N: usize>(
    bytes: &[u8],
    into: &mut Vec<T>,
    number: impl Fn([u8; N]) -> T,
) {
    #[cfg(all(target_arch = "x86_64", not(thrift_runtime_safe)))]
    if bytes.len() >= WIDE && is_x86_feature_detected!("avx2") {
        #[target_feature(enable = "avx2")]
        fn wide<T, const N: usize>(bytes: &[u8], into: &mut Vec<T>, number: impl Fn([u8; N]) -> T) {
            into.extend(bytes.as_chunks().0.iter().map(|bytes| number(*bytes)));
        }
        // SAFETY: the processor has AVX2. It reads numbers 2 to 3.4 times as fast as SSE2, which is
        // all that is used by default (benchmarks `i64` and `i32`).
        return unsafe { wide(bytes, into, number) };
    }
    into.extend(bytes.as_chunks().0.iter().map(|bytes| number(*bytes)));
}

/// Writes numbers into `space`, which has the room that they take.
#[inline]
pub(crate) fn write_numbers<T: Copy, const N: usize>(
    numbers: &[T],
    space: &mut [u8],
    bytes: impl Fn(T) -> [u8; N],
) {
    #[cfg(all(target_arch = "x86_64", not(thrift_runtime_safe)))]
    if space.len() >= WIDE && is_x86_feature_detected!("avx2") {
        #[target_feature(enable = "avx2")]
        fn wide<T: Copy, const N: usize>(
            numbers: &[T],
            space: &mut [u8],
            bytes: impl Fn(T) -> [u8; N],
        ) {
            for (space, number) in space.as_chunks_mut().0.iter_mut().zip(numbers) {
                *space = bytes(*number);
            }
        }
        // SAFETY: the processor has AVX2, which pays as it does in `read_numbers`.
        return unsafe { wide(numbers, space, bytes) };
    }
    for (space, number) in space.as_chunks_mut().0.iter_mut().zip(numbers) {
        *space = bytes(*number);
    }
}

/// Pieces of up to so many bytes are copied without a call.
pub(crate) const SHORT: usize = 64;

/// Copies `from` to the start of `to`, which is no shorter; short pieces without a call.
#[inline(always)]
pub(crate) fn copy(from: &[u8], to: &mut [u8]) {
    let len = from.len();
    let Some(to) = to.get_mut(..len) else { return };
    macro_rules! ends {
        ($size:literal) => {
            if let (Some(first), Some(last)) = (from.first_chunk::<$size>(), from.last_chunk()) {
                if let Some(to) = to.first_chunk_mut() {
                    *to = *first;
                }
                if let Some(to) = to.last_chunk_mut::<$size>() {
                    *to = *last;
                }
            }
        };
    }
    match len {
        0..4 => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
        4..8 => ends!(4),
        8..=16 => ends!(8),
        17..=32 => ends!(16),
        33..=SHORT => ends!(32),
        _ => to.copy_from_slice(from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_checked_at_every_length_and_place() {
        // Miri takes its time; this many lengths meet every branch.
        for len in 0..if cfg!(miri) { 70 } else { 140 } {
            let ascii = vec![b'a'; len];
            assert_eq!(utf8(&ascii).unwrap().len(), len);
            for at in 0..len {
                let mut bytes = ascii.clone();
                bytes[at] = 0xc3;
                utf8(&bytes).unwrap_err();
                if at + 1 < len {
                    bytes[at + 1] = 0xa9;
                    assert_eq!(utf8(&bytes).unwrap(), str::from_utf8(&bytes).unwrap());
                }
            }
        }
    }

    #[test]
    fn numbers_are_read_as_they_were_written() {
        for count in 0..70 {
            let numbers: Vec<i32> = (0..count).map(|n| n * 0x0123_4567 % 1_000_003).collect();
            let mut space = vec![0; numbers.len() * 4];
            write_numbers(&numbers, &mut space, |number| number.to_be_bytes());
            let one_by_one: Vec<u8> = numbers.iter().flat_map(|it| it.to_be_bytes()).collect();
            assert_eq!(space, one_by_one);
            let mut read = Vec::new();
            read_numbers(&space, &mut read, i32::from_be_bytes);
            assert_eq!(read, numbers);
        }
    }

    #[test]
    fn pieces_are_copied_whole() {
        for len in 0..140_u8 {
            let from: Vec<u8> = (0..len).collect();
            let mut to = vec![0xff; 150];
            copy(&from, &mut to);
            assert_eq!(&to[..from.len()], from);
            assert!(to[from.len()..].iter().all(|byte| *byte == 0xff));
        }
    }
}
