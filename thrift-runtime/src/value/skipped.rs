//! A field that is passed over.

use std::{fmt, marker::PhantomData};

use super::{Decode, Encode, ValueReader, ValueWriter};
use crate::{error::Result, protocol::TType};

/// A field of a derived type of which nothing is kept: reading passes over it, in the place where it is
/// expected, which takes less than reading a `T`. It is checked as unknown fields are.
///
/// A struct with such a field can only be read. Writing it would lose the field, so that a program that does
/// is not built: `cargo build` says so, `cargo check` does not yet.
/// A struct that just has no field with this id passes over it too, a little slower, and may be written.
/// Types of an IDL leave fields out by the [option `skip`](crate::guide::options#skip).
///
/// ```
/// use thrift_runtime::{BinaryProtocol, Protocol, ThriftStruct, value::Skipped};
///
/// #[derive(Debug, Default, ThriftStruct)]
/// struct Photo {
///     #[thrift(id = 1)]
///     title: String,
///     #[thrift(id = 2)]
///     pixels: Vec<i32>,
/// }
///
/// #[derive(Debug, Default, ThriftStruct)]
/// struct Title {
///     #[thrift(id = 1)]
///     title: String,
///     #[thrift(id = 2)]
///     pixels: Skipped<Vec<i32>>,
/// }
///
/// # fn main() -> thrift_runtime::Result<()> {
/// let photo = Photo { title: "noon".into(), pixels: vec![0; 1_000_000] };
/// let bytes = BinaryProtocol::STRICT.encode(&photo)?;
/// assert_eq!(BinaryProtocol::STRICT.decode::<Title>(&bytes)?.title, "noon");
/// # Ok(())
/// # }
/// ```
///
/// ```compile_fail
/// # use thrift_runtime::{BinaryProtocol, Protocol, ThriftStruct, value::Skipped};
/// # #[derive(Debug, Default, ThriftStruct)]
/// # struct Title {
/// #     #[thrift(id = 2)]
/// #     pixels: Skipped<Vec<i32>>,
/// # }
/// # fn main() {
/// // "evaluation panicked: a type with a `Skipped` field cannot be written ..."
/// let _ = BinaryProtocol::STRICT.encode(&Title::default());
/// # }
/// ```
pub struct Skipped<T>(PhantomData<fn() -> T>);

impl<T: Encode> Encode for Skipped<T> {
    const TYPE: TType = T::TYPE;

    fn encode<W: ValueWriter>(&self, _: &mut W) {
        const {
            panic!(
                "a type with a `Skipped` field cannot be written, as readers would lose the field\n\
                 help: remove the field from the type to write it"
            )
        }
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Skipped<T> {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.skip(T::TYPE)
    }
}

impl<T> Default for Skipped<T> {
    fn default() -> Self {
        Skipped(PhantomData)
    }
}

impl<T> Clone for Skipped<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Skipped<T> {}

impl<T> PartialEq for Skipped<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Skipped<T> {}

impl<T> fmt::Debug for Skipped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Skipped")
    }
}
