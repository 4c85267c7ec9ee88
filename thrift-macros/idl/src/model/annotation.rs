//! Annotations, and the keys that mean something here.

use crate::diagnostic::Location;

/// `(key = "value", ...)`, in order. An annotation without a value has the value "1".
pub type Annotations = Vec<Annotation>;

/// One annotation of the IDL. Two annotations are equal if key and value are the same, wherever they
/// are.
#[derive(Debug, Clone)]
pub struct Annotation {
    /// The text before the `=`.
    pub key: String,
    /// The text after it, without quotes.
    pub value: String,
    /// The place of the value, or of the key if there is no value; `None` if it is not from an IDL.
    pub at: Option<Location>,
}

impl PartialEq for Annotation {
    fn eq(&self, other: &Self) -> bool {
        let Annotation { key, value, at: _ } = self;
        *key == other.key && *value == other.value
    }
}

impl Eq for Annotation {}

/// What an IDL notes at a type besides the type itself. Only printing needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeNotes {
    /// The annotations of the type itself, not those of types inside it.
    pub annotations: Annotations,
    /// The string after `cpp_type`.
    pub cpp_type: Option<String>,
    /// The notes on the element of a list or set, or on the key and the value of a map; empty if there
    /// are none.
    pub inside: Vec<TypeNotes>,
}

impl TypeNotes {
    /// Whether there are no notes.
    pub fn is_empty(&self) -> bool {
        let TypeNotes { annotations, cpp_type, inside } = self;
        annotations.is_empty() && cpp_type.is_none() && inside.is_empty()
    }
}

/// The prefix of the keys that only this library uses.
pub const RUST: &str = "rust.";
/// The Rust name of an item, field, member, method or argument.
pub const RUST_NAME: &str = "rust.name";
/// The Rust type of a field or typedef; it must have the same wire form as the IDL type.
pub const RUST_TYPE: &str = "rust.type";
/// More derives for a type, separated by commas.
pub const RUST_DERIVE: &str = "rust.derive";
/// A note for `#[deprecated]`.
pub const DEPRECATED: &str = "deprecated";
/// Whether a method may be called again if the outcome of a call is unknown.
pub const IDEMPOTENT: &str = "idempotent";

/// The attribute that has the same effect in Rust code as these annotations have in an IDL.
pub const THRIFT: &str = "thrift";

/// All annotations that have a meaning here.
pub const KEYS: [&str; 5] = [RUST_NAME, RUST_TYPE, RUST_DERIVE, DEPRECATED, IDEMPOTENT];
