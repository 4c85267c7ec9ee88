//! A method's result, and the struct in which it travels.

use super::Outcome;
use crate::{
    error::{Error, ErrorKind, Result},
    value::{
        Decode, DecodeStruct, Encode, EncodeStruct, Field, Struct, StructReader, StructWriter,
        Value,
    },
};

/// The struct that a method's result travels in: the value in field 0, or a declared exception.
pub trait MethodResult: Struct {
    /// What the method gives: a `Result`.
    type Output;

    /// The struct for what a handler returned.
    ///
    /// # Errors
    ///
    /// If the handler failed with anything but a declared exception.
    fn from_returned(returned: Self::Output) -> Result<Self>;

    /// Whether it is a value, or which declared exception.
    fn outcome(&self) -> Outcome {
        Outcome::Returned
    }

    /// What the caller gets: the value, the declared exception, or an error if the result is missing.
    fn into_returned(self, method: &str) -> Self::Output;

    /// What the caller gets if the call failed.
    fn failed(error: Error) -> Self::Output;
}

/// The result of a method that returns a value and declares no exceptions.
#[derive(Debug)]
pub struct Returned<T>(Option<T>);

impl<T> Default for Returned<T> {
    fn default() -> Self {
        Returned(None)
    }
}

impl<T: Value> MethodResult for Returned<T> {
    type Output = Result<T>;

    fn from_returned(returned: Result<T>) -> Result<Self> {
        returned.map(|value| Returned(Some(value)))
    }

    fn into_returned(self, method: &str) -> Result<T> {
        self.0.ok_or_else(|| missing_result(method))
    }

    fn failed(error: Error) -> Result<T> {
        Err(error)
    }
}

impl<T: Encode> EncodeStruct for Returned<T> {
    const NAME: &'static str = "reply";
    const FIELDS: &'static [Field] = &[Field::new(0, "success")];

    #[inline]
    fn write<W: StructWriter>(&self, w: &mut W) {
        w.optional(0, &self.0);
    }
}

impl<'de, T: Decode<'de>> DecodeStruct<'de> for Returned<T> {
    #[inline]
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.next_optional(0, &mut self.0)?;
        while let Some(header) = r.header()? {
            match header.id {
                0 => r.read_optional(header, &mut self.0)?,
                _ => r.skip(header)?,
            };
        }
        Ok(())
    }
}

impl<T: Encode> Encode for Returned<T> {
    const TYPE: crate::protocol::TType = crate::protocol::TType::Struct;

    #[inline]
    fn encode<W: crate::value::ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Returned<T> {
    #[inline]
    fn decode_into<R: crate::value::ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.structure(self)
    }
}

/// The result of a void method that declares no exceptions.
#[derive(Debug, Default)]
pub struct Void;

impl MethodResult for Void {
    type Output = Result<()>;

    fn from_returned(returned: Result<()>) -> Result<Self> {
        returned.map(|()| Void)
    }

    fn into_returned(self, _method: &str) -> Result<()> {
        Ok(())
    }

    fn failed(error: Error) -> Result<()> {
        Err(error)
    }
}

impl EncodeStruct for Void {
    const NAME: &'static str = "reply";
    const FIELDS: &'static [Field] = &[];

    #[inline]
    fn write<W: StructWriter>(&self, _w: &mut W) {}
}

impl<'de> DecodeStruct<'de> for Void {
    #[inline]
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        while let Some(header) = r.header()? {
            r.skip(header)?;
        }
        Ok(())
    }
}

crate::value::struct_value!(Void);

/// The error for a reply without a result where one is due.
#[cold]
pub(crate) fn missing_result(method: &str) -> Error {
    Error::new(ErrorKind::MissingResult, format!("the reply to {method} has no result"))
}
