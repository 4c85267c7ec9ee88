//! Foreign types, which are written and read as another type.
//!
//! `#[thrift(with = "module")]` names a module with two functions: `to_wire` returns the value to
//! write, and `from_wire` converts the one that was read.

use std::error::Error as StdError;

use super::{Decode, Encode, FieldHeader, StructReader, ValueReader};
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::TType,
};

type Source = Box<dyn StdError + Send + Sync>;

/// The wire type that a type is read from.
pub const fn wire_type<W: Encode, T, E>(_from_wire: fn(W) -> Result<T, E>) -> TType {
    W::TYPE
}

/// Reads a value that is not a field.
#[inline]
pub fn decode_with<'de, R, W, T, E>(
    r: &mut R,
    value: &mut T,
    from_wire: impl FnOnce(W) -> Result<T, E>,
) -> Result<()>
where
    R: ValueReader<'de>,
    W: Decode<'de>,
    E: Into<Source>,
{
    let mut wire = W::default();
    wire.decode_into(r)?;
    *value = from_wire(wire).map_err(refused)?;
    Ok(())
}

/// Like [`StructReader::next`].
#[inline]
pub fn next_with<'de, R, W, T, E>(
    r: &mut R,
    id: i16,
    value: &mut T,
    from_wire: impl FnOnce(W) -> Result<T, E>,
) -> Result<bool>
where
    R: StructReader<'de>,
    W: Decode<'de>,
    E: Into<Source>,
{
    let read = converted(|wire| r.next(id, wire), from_wire)?;
    Ok(read.map(|read| *value = read).is_some())
}

/// Like [`StructReader::next_optional`].
#[inline]
pub fn next_optional_with<'de, R, W, T, E>(
    r: &mut R,
    id: i16,
    value: &mut Option<T>,
    from_wire: impl FnOnce(W) -> Result<T, E>,
) -> Result<bool>
where
    R: StructReader<'de>,
    W: Decode<'de>,
    E: Into<Source>,
{
    *value = converted(|wire| r.next(id, wire), from_wire)?;
    Ok(value.is_some())
}

/// Like [`StructReader::read`], but if the field is skipped, the value stays as it is.
#[inline]
pub fn read_with<'de, R, W, T, E>(
    r: &mut R,
    header: FieldHeader,
    value: &mut T,
    from_wire: impl FnOnce(W) -> Result<T, E>,
) -> Result<bool>
where
    R: StructReader<'de>,
    W: Decode<'de>,
    E: Into<Source>,
{
    let read = read_member_with(r, header, from_wire)?;
    Ok(read.map(|read| *value = read).is_some())
}

/// Like [`StructReader::read_optional`].
#[inline]
pub fn read_optional_with<'de, R, W, T, E>(
    r: &mut R,
    header: FieldHeader,
    value: &mut Option<T>,
    from_wire: impl FnOnce(W) -> Result<T, E>,
) -> Result<bool>
where
    R: StructReader<'de>,
    W: Decode<'de>,
    E: Into<Source>,
{
    let read = read_member_with(r, header, from_wire)?;
    Ok(read.map(|read| *value = Some(read)).is_some())
}

/// Reads a union's member. Returns `None` if it was skipped because it has another type.
#[inline]
pub fn read_member_with<'de, R, W, T, E>(
    r: &mut R,
    header: FieldHeader,
    from_wire: impl FnOnce(W) -> Result<T, E>,
) -> Result<Option<T>>
where
    R: StructReader<'de>,
    W: Decode<'de>,
    E: Into<Source>,
{
    converted(|wire| r.read(header, wire), from_wire)
}

/// Converts what `read` reads, if it reads anything.
#[inline]
fn converted<W: Default, T, E>(
    read: impl FnOnce(&mut W) -> Result<bool>,
    from_wire: impl FnOnce(W) -> Result<T, E>,
) -> Result<Option<T>>
where
    E: Into<Source>,
{
    let mut wire = W::default();
    match read(&mut wire)? {
        true => from_wire(wire).map(Some).map_err(refused),
        false => Ok(None),
    }
}

#[cold]
fn refused(error: impl Into<Source>) -> Error {
    Error::with_source(ErrorKind::Malformed, "", error)
}

/// Requires a field's type to have a wire form, and gives what makes its default. Generated code calls
/// this first, so that rustc reports one error rather than one for each use.
#[inline(always)]
pub fn check<'de, T: Decode<'de>>(_field: Option<&T>) -> fn() -> T {
    T::default
}

/// Like [`check`], for an optional field.
#[inline(always)]
pub fn check_optional<'de, T: Decode<'de>>(_field: &Option<T>) {}

/// Like [`check`], for a foreign type.
#[inline(always)]
pub fn check_with<'de, W: Decode<'de>, T, E: Into<Source>>(
    _field: &T,
    _from_wire: impl FnOnce(W) -> Result<T, E>,
) {
}

/// Like [`check_with`], for an optional field.
#[inline(always)]
pub fn check_optional_with<'de, W: Decode<'de>, T, E: Into<Source>>(
    _field: &Option<T>,
    _from_wire: impl FnOnce(W) -> Result<T, E>,
) {
}

/// The error for a closed union without a known member.
#[cold]
pub fn no_known_member() -> Error {
    Error::malformed("the union has no member that is known here")
}

/// The error for a number that a closed enum does not have.
#[cold]
pub fn unknown_number(enumeration: &str, number: i32) -> Error {
    Error::malformed(format!("{enumeration} has no member with the number {number}"))
}

/// The `binary` form of other types of bytes than [`Bytes`](crate::Bytes), such as `Vec<u8>`,
/// `[u8; 32]` or `Arc<[u8]>`.
pub mod binary {
    use std::borrow::Cow;

    /// The bytes to write.
    #[inline]
    pub fn to_wire<T: AsRef<[u8]> + ?Sized>(bytes: &T) -> Cow<'_, [u8]> {
        Cow::Borrowed(bytes.as_ref())
    }

    /// Converts bytes that were read.
    ///
    /// # Errors
    ///
    /// If the type cannot hold that number of bytes.
    #[inline]
    pub fn from_wire<T: TryFrom<Vec<u8>>>(bytes: Cow<'static, [u8]>) -> Result<T, String> {
        let len = bytes.len();
        T::try_from(bytes.into_owned()).map_err(|_| format!("the type cannot hold {len} bytes"))
    }
}
