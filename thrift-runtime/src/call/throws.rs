//! Errors with declared exceptions, and the structs that results with such errors travel in.

use super::{MethodResult, Outcome, result::missing_result};
use crate::{
    error::{Error, Result},
    protocol::TType,
    value::{
        Decode, DecodeStruct, Encode, EncodeStruct, Field, FieldHeader, StructReader, StructWriter,
        Value, ValueReader, ValueWriter,
    },
};

/// What a method fails with: one of the exceptions that it declares, or anything else.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which exceptions a method declares",
    label = "not an error type of a method",
    note = "derive `ThriftError` for an enum of the exceptions, or return \
            `thrift_runtime::Result<T>` if the method declares none"
)]
pub trait Throws: From<Error> {
    /// The fields of the result of a method that is void: the exceptions, by their ids.
    const VOID: &'static [Field];
    /// The same with that of the value, whose id is 0.
    const RETURNING: &'static [Field];

    /// Writes the exception, if it is a declared one.
    fn write<W: StructWriter>(&self, w: &mut W);

    /// Reads the exception whose header came; `None` if it is not one that is known.
    ///
    /// # Errors
    ///
    /// If what comes is malformed.
    fn read<'de, R: StructReader<'de>>(r: &mut R, header: FieldHeader) -> Result<Option<Self>>;

    /// Which of the exceptions it is.
    fn outcome(&self) -> Outcome;

    /// The error itself, if it is a declared exception.
    ///
    /// # Errors
    ///
    /// With anything else that it is.
    fn declared(self) -> Result<Self>;
}

/// An error without declared exceptions.
impl Throws for Error {
    const VOID: &'static [Field] = &[];
    const RETURNING: &'static [Field] = &[Field::new(0, "success")];

    fn write<W: StructWriter>(&self, _w: &mut W) {}

    fn read<'de, R: StructReader<'de>>(r: &mut R, header: FieldHeader) -> Result<Option<Self>> {
        r.skip(header)?;
        Ok(None)
    }

    fn outcome(&self) -> Outcome {
        Outcome::Returned
    }

    fn declared(self) -> Result<Self> {
        Err(self)
    }
}

/// The result of a method that returns a value and declares exceptions: field 0, or one of them. Of
/// several fields, the last that comes counts.
#[derive(Debug)]
pub struct ReturnedOr<T, E>(Option<Result<T, E>>);

impl<T, E> Default for ReturnedOr<T, E> {
    fn default() -> Self {
        ReturnedOr(None)
    }
}

impl<T: Value, E: Throws> MethodResult for ReturnedOr<T, E> {
    type Output = Result<T, E>;

    fn from_returned(returned: Result<T, E>) -> Result<Self> {
        Ok(ReturnedOr(Some(match returned {
            Ok(value) => Ok(value),
            Err(error) => Err(error.declared()?),
        })))
    }

    fn outcome(&self) -> Outcome {
        outcome(&self.0)
    }

    fn into_returned(self, method: &str) -> Result<T, E> {
        self.0.unwrap_or_else(|| Err(missing_result(method).into()))
    }

    fn failed(error: Error) -> Result<T, E> {
        Err(error.into())
    }
}

impl<T: Encode, E: Throws> EncodeStruct for ReturnedOr<T, E> {
    const NAME: &'static str = "reply";
    const FIELDS: &'static [Field] = E::RETURNING;

    fn write<W: StructWriter>(&self, w: &mut W) {
        match &self.0 {
            Some(Ok(value)) => w.field(0, value),
            Some(Err(error)) => error.write(w),
            None => {}
        }
    }
}

impl<'de, T: Decode<'de>, E: Throws> DecodeStruct<'de> for ReturnedOr<T, E> {
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        self.0 = None;
        while let Some(header) = r.header()? {
            if header.id == 0 {
                let mut value = T::default();
                if r.read(header, &mut value)? {
                    self.0 = Some(Ok(value));
                }
            } else if let Some(error) = E::read(r, header)? {
                self.0 = Some(Err(error));
            }
        }
        Ok(())
    }
}

impl<T: Encode, E: Throws> Encode for ReturnedOr<T, E> {
    const TYPE: TType = TType::Struct;

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de, T: Decode<'de>, E: Throws> Decode<'de> for ReturnedOr<T, E> {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.structure(self)
    }
}

/// The result of a void method that declares exceptions.
#[derive(Debug)]
pub struct VoidOr<E>(Option<Result<(), E>>);

impl<E> Default for VoidOr<E> {
    fn default() -> Self {
        VoidOr(None)
    }
}

impl<E: Throws> MethodResult for VoidOr<E> {
    type Output = Result<(), E>;

    fn from_returned(returned: Result<(), E>) -> Result<Self> {
        Ok(VoidOr(Some(match returned {
            Ok(()) => Ok(()),
            Err(error) => Err(error.declared()?),
        })))
    }

    fn outcome(&self) -> Outcome {
        outcome(&self.0)
    }

    fn into_returned(self, _method: &str) -> Result<(), E> {
        self.0.unwrap_or(Ok(()))
    }

    fn failed(error: Error) -> Result<(), E> {
        Err(error.into())
    }
}

impl<E: Throws> EncodeStruct for VoidOr<E> {
    const NAME: &'static str = "reply";
    const FIELDS: &'static [Field] = E::VOID;

    fn write<W: StructWriter>(&self, w: &mut W) {
        if let Some(Err(error)) = &self.0 {
            error.write(w);
        }
    }
}

impl<'de, E: Throws> DecodeStruct<'de> for VoidOr<E> {
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        self.0 = None;
        while let Some(header) = r.header()? {
            if let Some(error) = E::read(r, header)? {
                self.0 = Some(Err(error));
            }
        }
        Ok(())
    }
}

impl<E: Throws> Encode for VoidOr<E> {
    const TYPE: TType = TType::Struct;

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de, E: Throws> Decode<'de> for VoidOr<E> {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.structure(self)
    }
}

fn outcome<T, E: Throws>(returned: &Option<Result<T, E>>) -> Outcome {
    match returned {
        Some(Err(error)) => error.outcome(),
        Some(Ok(_)) | None => Outcome::Returned,
    }
}
