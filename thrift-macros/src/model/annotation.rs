//! Annotations: what an IDL says beyond Thrift's own words, and which keys mean something here.

/// `(key = "value", ...)`, in order; a key without value has "1".
pub(crate) type Annotations = Vec<Annotation>;

/// One annotation of the IDL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Annotation {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// What all keys that are ours alone begin with.
pub(crate) const RUST: &str = "rust.";
/// The Rust name of an item, field, member, method or argument.
pub(crate) const RUST_NAME: &str = "rust.name";
/// The Rust type of a field or typedef, which must have the wire form of the IDL's.
pub(crate) const RUST_TYPE: &str = "rust.type";
/// More derives for a type, separated by commas.
pub(crate) const RUST_DERIVE: &str = "rust.derive";
/// A note for `#[deprecated]`.
pub(crate) const DEPRECATED: &str = "deprecated";

/// All annotations that mean something here.
#[cfg(test)]
pub(crate) const KEYS: [&str; 4] = [RUST_NAME, RUST_TYPE, RUST_DERIVE, DEPRECATED];
