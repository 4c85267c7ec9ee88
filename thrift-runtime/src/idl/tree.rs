//! A value as a tree, between its type and a format.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use uuid::Uuid;

/// A value with the names that the IDL has for it.
#[derive(Debug)]
pub(super) enum Tree {
    /// Read only.
    Null,
    Bool(bool),
    Int(i64),
    /// Larger than an `i64`; read only.
    Large(u64),
    Double(f64),
    Text(String),
    Binary(Vec<u8>),
    Uuid([u8; 16]),
    /// An enum's number, and its name.
    Member(i32, Option<&'static str>),
    List(Vec<Tree>),
    Map(Vec<(Tree, Tree)>),
    Struct(&'static str, Vec<(&'static str, Tree)>),
}

/// `binary` as text.
pub(super) fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// `uuid` as text.
pub(super) fn hyphenated(bytes: [u8; 16]) -> String {
    Uuid::from_bytes(bytes).to_string()
}
