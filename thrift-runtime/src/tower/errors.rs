//! Errors of layers, which come in boxes.

use std::{error::Error as StdError, io};

use tower::{BoxError, buffer, load_shed, timeout};

use crate::error::{ApplicationException, Error, ErrorKind};

/// The error in a box: this crate's as it was, and others with the kind that fits.
#[cold]
pub(super) fn unboxed(error: BoxError) -> Error {
    let error = match error.downcast::<Error>() {
        Ok(own) => return *own,
        Err(error) => error,
    };
    let error = match error.downcast::<ApplicationException>() {
        Ok(exception) => return Error::from(*exception),
        Err(error) => error,
    };
    match error.downcast::<io::Error>() {
        Ok(error) => Error::from(*error),
        Err(error) => Error::with_source(kind_of(&*error), "", error),
    }
}

/// The kind of an error, or of the one within it that has one.
pub(super) fn kind_of(error: &(dyn StdError + 'static)) -> ErrorKind {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(kind) = own_kind(error) {
            return kind;
        }
        next = error.source();
    }
    ErrorKind::Layer
}

fn own_kind(error: &(dyn StdError + 'static)) -> Option<ErrorKind> {
    if let Some(own) = error.downcast_ref::<Error>() {
        // An application exception is about one call, and cannot be shared with others.
        return (!own.is_application()).then(|| own.kind());
    }
    if error.is::<timeout::error::Elapsed>() {
        Some(ErrorKind::Timeout)
    } else if error.is::<load_shed::error::Overloaded>() {
        Some(ErrorKind::Overloaded)
    } else if error.is::<buffer::error::Closed>() {
        Some(ErrorKind::Closed)
    } else {
        None
    }
}
