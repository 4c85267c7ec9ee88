//! Checks of lengths and counts from the wire, which no protocol trusts.

use super::{Limits, TType};
use crate::error::{Error, ErrorKind, Result};

/// Checks the length of a string against the limits; whether its bytes are there is another matter.
#[inline]
pub(super) fn check_length(what: &str, length: u32, limits: &Limits) -> Result<usize> {
    let allowed = limits.string_size.min(i32::MAX as usize);
    match usize::try_from(length) {
        Ok(length) if length <= allowed => Ok(length),
        _ => Err(bad_length(what, length, limits)),
    }
}

/// Checks the number of a container's entries against the limits.
#[inline]
pub(super) fn check_count(count: u32, limits: &Limits) -> Result<usize> {
    let allowed = limits.container_size.min(i32::MAX as usize);
    match usize::try_from(count) {
        Ok(count) if count <= allowed => Ok(count),
        _ => Err(bad_count(count, limits)),
    }
}

/// Checks that so many entries of at least `size` bytes can lie in what is there.
#[inline]
pub(super) fn check_room(count: usize, size: usize, there: usize) -> Result<()> {
    match count.checked_mul(size) {
        Some(wanted) if wanted <= there => Ok(()),
        _ => Err(Error::truncated()),
    }
}

/// Checks that a container's entries have a type, if there are any.
#[inline]
pub(super) fn check_typed(ty: TType, count: usize) -> Result<()> {
    if ty == TType::Stop && count > 0 {
        return Err(Error::malformed("elements of type stop"));
    }
    Ok(())
}

#[cold]
fn bad_count(count: u32, limits: &Limits) -> Error {
    if count > i32::MAX as u32 {
        return Error::malformed(format!(
            "a container has the negative size {}",
            count.cast_signed()
        ));
    }
    let limit = limits.container_size;
    Error::limit(format!("a container of {count} elements exceeds the limit of {limit}"))
}

#[cold]
fn bad_length(what: &str, length: u32, limits: &Limits) -> Error {
    if length > i32::MAX as u32 {
        return Error::malformed(format!(
            "a {what} has the negative length {}",
            length.cast_signed()
        ));
    }
    let limit = limits.string_size;
    Error::limit(format!("a {what} of {length} bytes exceeds the limit of {limit}"))
}

/// The error for a length that the protocols' 31 bits have no room for.
#[cold]
pub(crate) fn too_long(what: &str, len: usize) -> Error {
    Error::new(ErrorKind::Unwritable, format!("a {what} of {len} is longer than Thrift can write"))
}

/// The error for values that nest deeper than is read.
#[cold]
pub(super) fn too_deep(limits: &Limits) -> Error {
    Error::limit(format!("the value nests deeper than {} levels", limits.depth()))
}

/// The error for values that would take more stack than there may be, were they read.
#[cold]
pub(super) fn too_deep_for_stack() -> Error {
    Error::limit("the value nests too deep for the stack")
}

/// The error for structs that nest deeper than is written.
#[cold]
pub(super) fn nested_too_deep() -> Error {
    let text = format!("structs nest deeper than {} levels", Limits::MAX_DEPTH);
    Error::new(ErrorKind::Unwritable, text)
}

/// The error for structs that would take more stack than there may be, were they written.
#[cold]
pub(super) fn nested_too_deep_for_stack() -> Error {
    Error::new(ErrorKind::Unwritable, "structs nest too deep for the stack")
}

/// The error for values that take too much memory.
#[cold]
pub(super) fn too_much_memory(times: usize, bytes: usize) -> Error {
    Error::limit(format!(
        "the values of the message take more memory than {times} times its length plus {bytes} bytes"
    ))
}

/// The error for a string that is none.
#[cold]
pub(super) fn not_utf8(error: std::str::Utf8Error) -> Error {
    Error::malformed(format!("the string is not valid UTF-8 ({error})"))
}
