//! Places of tickets and keys, as the library takes them.

use std::ffi::{CStr, CString, NulError};

/// Why a place cannot be set.
pub(super) const UNKNOWN: &str =
    "this GSSAPI library takes tickets and keys from the usual places only";

/// Places, by what they have.
pub(super) type Places = Vec<(&'static CStr, CString)>;

/// Checks that they are texts.
pub(super) fn texts(
    places: Vec<(&'static CStr, Result<CString, NulError>)>,
) -> Result<Places, &'static str> {
    let text = |(key, place): (_, Result<_, _>)| place.ok().map(|place| (key, place));
    let texts: Option<_> = places.into_iter().map(text).collect();
    texts.ok_or("the path or name contains the character NUL")
}

pub(super) fn lent(places: &Places) -> Vec<(&CStr, &CStr)> {
    places.iter().map(|(key, place)| (*key, &**place)).collect()
}
