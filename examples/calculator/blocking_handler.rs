//! The calculator for a server without an async runtime.

use thrift_runtime::{ApplicationErrorKind, Error, Result};

thrift_runtime::thrift! { path: "./calculator.thrift", services: [server, blocking] }

/// Adds and subtracts; what does not fit 32 bits is an error.
#[derive(Debug)]
pub(crate) struct Calculator;

impl CalculatorServiceBlocking for Calculator {
    fn add(&self, a: i32, b: i32) -> Result<i32> {
        a.checked_add(b).ok_or_else(|| overflow(a, '+', b))
    }

    fn subtract(&self, a: i32, b: i32) -> Result<i32> {
        a.checked_sub(b).ok_or_else(|| overflow(a, '-', b))
    }
}

fn overflow(a: i32, sign: char, b: i32) -> Error {
    let text = format!("{a} {sign} {b} does not fit an i32");
    Error::application(ApplicationErrorKind::INTERNAL_ERROR, text)
}
