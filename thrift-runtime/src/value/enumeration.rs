//! What the generated impls of enums share.

use std::{error::Error as StdError, fmt};

/// An enum of the IDL: any number, some of which have names.
pub trait Enumeration: Copy + From<i32> + Into<i32> {
    /// The name in the IDL.
    const NAME: &'static str;
    /// The names and numbers of the members, in IDL order.
    const MEMBERS: &'static [(&'static str, i32)];
}

/// The error for parsing a name that an enum does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    enumeration: &'static str,
    name: String,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has no member {:?}", self.enumeration, self.name)
    }
}

impl StdError for UnknownName {}

/// The first name of a number.
pub fn name_of<E: Enumeration>(value: i32) -> Option<&'static str> {
    E::MEMBERS.iter().find(|(_, number)| *number == value).map(|(name, _)| *name)
}

/// The number of the member with a name.
///
/// # Errors
///
/// If no member has this name.
pub fn value_of<E: Enumeration>(name: &str) -> Result<i32, UnknownName> {
    let member = E::MEMBERS.iter().find(|(known, _)| *known == name);
    member
        .map(|(_, value)| *value)
        .ok_or_else(|| UnknownName { enumeration: E::NAME, name: name.to_owned() })
}

/// Writes `Status::ACTIVE`, or `Status(7)`.
pub fn debug_enumeration<E: Enumeration>(value: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match name_of::<E>(value) {
        Some(name) => write!(f, "{}::{name}", E::NAME),
        None => write!(f, "{}({value})", E::NAME),
    }
}

/// Writes `ACTIVE`, or `7`.
pub fn display_enumeration<E: Enumeration>(value: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match name_of::<E>(value) {
        Some(name) => f.pad(name),
        None => fmt::Display::fmt(&value, f),
    }
}
