//! Annotations, and the keys that mean something here.

use crate::diagnostic::Location;

/// `(key = "value", ...)`, in order. A key without a value has the value "1".
pub type Annotations = Vec<Annotation>;

/// One annotation of the IDL. Two are equal if they say the same, wherever they are.
#[derive(Debug, Clone)]
pub struct Annotation {
    /// What stands before the `=`.
    pub key: String,
    /// What stands after it, without quotes.
    pub value: String,
    /// Where the value is, or the key if there is none; `None` if it is in no IDL.
    pub at: Option<Location>,
}

impl PartialEq for Annotation {
    fn eq(&self, other: &Self) -> bool {
        let Annotation { key, value, at: _ } = self;
        *key == other.key && *value == other.value
    }
}

impl Eq for Annotation {}

/// What an IDL says about a type beside what the type is, which only printing needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeNotes {
    /// The annotations of the type itself, not those of types inside it.
    pub annotations: Annotations,
    /// What stands after `cpp_type`.
    pub cpp_type: Option<String>,
    /// Those of the element of a list or set, or of the key and the value of a map; empty if there
    /// is nothing to say about them.
    pub inside: Vec<TypeNotes>,
}

impl TypeNotes {
    /// Whether they say nothing.
    pub fn is_empty(&self) -> bool {
        let TypeNotes { annotations, cpp_type, inside } = self;
        annotations.is_empty() && cpp_type.is_none() && inside.is_empty()
    }
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
