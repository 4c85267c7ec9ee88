//! Methods that a handler of a partial service leaves out.

use std::future::{Ready, ready};

use crate::error::{ApplicationErrorKind, Error, Result};

/// What a method gives that the handler does not have: the caller is told that it is unknown.
#[cold]
pub fn left_out<T, E: From<Error>>(method: &str) -> Ready<Result<T, E>> {
    ready(left_out_blocking(method))
}

/// As [`left_out`], where methods block.
///
/// # Errors
///
/// Always.
#[cold]
pub fn left_out_blocking<T, E: From<Error>>(method: &str) -> Result<T, E> {
    let text = format!("unknown method {method}");
    Err(Error::application(ApplicationErrorKind::UNKNOWN_METHOD, text).into())
}
