//! Annotations, and the keys that mean something here.

use crate::diagnostic::Location;

/// `(key = "value", ...)`, in order. A key without a value has the value "1".
pub type Annotations = Vec<Annotation>;

/// One annotation of the IDL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// What stands before the `=`.
    pub key: String,
    /// What stands after it, without quotes.
    pub value: String,
    /// Where the value is, or the key if there is none; `None` if it is in no IDL.
    pub at: Option<Location>,
}

/// The prefix of the keys that are only ours.
pub const RUST: &str = "rust.";
/// The Rust name of an item, field, member, method or argument.
pub const RUST_NAME: &str = "rust.name";
/// The Rust type of a field or typedef, which must have the wire form of the IDL's.
pub const RUST_TYPE: &str = "rust.type";
/// More derives for a type, separated by commas.
pub const RUST_DERIVE: &str = "rust.derive";
/// A note for `#[deprecated]`.
pub const DEPRECATED: &str = "deprecated";
/// Whether a method may be called again when it is not known what became of a call.
pub const IDEMPOTENT: &str = "idempotent";

/// The attribute that says in Rust what annotations say in an IDL.
pub const THRIFT: &str = "thrift";

/// All annotations that mean something here.
pub const KEYS: [&str; 5] = [RUST_NAME, RUST_TYPE, RUST_DERIVE, DEPRECATED, IDEMPOTENT];
