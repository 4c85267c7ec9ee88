//! Variable-length integers, seven bits a byte, the lowest first.

use crate::error::{Error, Result};

/// Reads one; `None` if the input ends within it.
///
/// # Errors
///
/// Where it is longer than a number of `bits` bits needs.
#[inline]
pub(super) fn read(input: &[u8], bits: u32) -> Result<Option<(u64, usize)>> {
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
