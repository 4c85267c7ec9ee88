//! A string that takes no allocation if it is short, and no copy if it is long.

use std::{
    borrow::{Borrow, Cow},
    cmp::Ordering,
    convert::Infallible,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
    str::{self, FromStr},
    sync::Arc,
};

use super::{Decode, Encode, INLINE, ValueReader, ValueWriter, slice::Slice};
use crate::{error::Result, fast, protocol::TType};

/// An immutable `string`. Short ones are held inline, so that reading a `list<string>` does not
/// allocate for each. A long one that makes up much of its message is a slice of it, like a
/// `binary`, and so are all that are not inline if [`Input::shared`](crate::protocol::Input::shared) is read. Clones of
/// the others share one allocation.
///
/// It is as large as a `String`, and takes its place if `types: { string: Str }` asks for it.
///
/// ```
/// use thrift_runtime::Str;
///
/// let name = Str::from("Zoë");
/// assert_eq!(name, "Zoë");
/// assert!(name.starts_with('Z') && name.len() == 4);
/// assert_eq!(String::from(name), "Zoë");
/// ```
#[derive(Clone)]
pub struct Str(Repr);

#[derive(Clone)]
enum Repr {
    /// The length, and the bytes in UTF-8.
    Inline(u8, [u8; INLINE]),
    Owned(Arc<str>),
    /// A slice of a message, in UTF-8.
    Shared(Slice),
}

impl Str {
    /// A slice of a message, which stays in memory as long as this does. It must be UTF-8.
    #[inline]
    pub(crate) fn shared(slice: Slice) -> Self {
        Str(Repr::Shared(slice))
    }

    /// Replaces the text.
    #[inline]
    pub(crate) fn set(&mut self, text: &str) {
        let len = text.len();
        if len > INLINE {
            self.0 = Repr::Owned(text.into());
            return;
        }
        if !matches!(self.0, Repr::Inline(..)) {
            self.0 = Repr::Inline(0, [0; INLINE]);
        }
        if let Repr::Inline(old, bytes) = &mut self.0 {
            *old = len as u8;
            fast::copy(text.as_bytes(), bytes);
        }
    }

    /// The text. Unless it has an allocation of its own, this checks its UTF-8 again, which always
    /// holds.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Owned(text) => text,
            _ => fast::utf8(self.as_bytes()).unwrap_or_default(),
        }
    }

    /// The bytes of the text, in UTF-8.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline(len, bytes) => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Repr::Owned(text) => text.as_bytes(),
            Repr::Shared(slice) => slice.as_slice(),
        }
    }

    /// The length of the text in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether the text is empty.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Encode for Str {
    const TYPE: TType = TType::String;
    const IN_PLACE: bool = true;

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.string(self);
    }
}

impl<'de> Decode<'de> for Str {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.str(self)
    }
}

impl From<&str> for Str {
    #[inline]
    fn from(text: &str) -> Self {
        let mut value = Str::default();
        value.set(text);
        value
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Str::from(text.as_str())
    }
}

impl From<Cow<'_, str>> for Str {
    fn from(text: Cow<'_, str>) -> Self {
        Str::from(&*text)
    }
}

impl From<Str> for String {
    fn from(text: Str) -> Self {
        text.as_str().to_owned()
    }
}

impl FromStr for Str {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Str::from(text))
    }
}

impl Default for Str {
    #[inline]
    fn default() -> Self {
        Str(Repr::Inline(0, [0; INLINE]))
    }
}

impl Deref for Str {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Str {
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<[u8]> for Str {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Borrow<str> for Str {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

// UTF-8 has the order of its bytes.
impl PartialEq for Str {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Str {}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

// The hash of a `str`, so that a map can be searched with one.
impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

macro_rules! equal {
    ($($other:ty),*) => {$(
        impl PartialEq<$other> for Str {
            fn eq(&self, other: &$other) -> bool {
                self.as_bytes() == other.as_bytes()
            }
        }

        impl PartialEq<Str> for $other {
            fn eq(&self, other: &Str) -> bool {
                self.as_bytes() == other.as_bytes()
            }
        }
    )*};
}

equal!(str, &str, String);

#[cfg(feature = "serde")]
impl serde::Serialize for Str {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Str {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer).map(Str::from)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use bytes::Bytes;

    use super::*;
    use crate::{BinaryProtocol, Protocol};

    #[test]
    fn short_and_long_text_is_the_same_text() {
        assert_eq!(size_of::<Str>(), size_of::<String>());
        for len in [0, 1, 21, 22, 23, 100, if cfg!(miri) { 300 } else { 5000 }] {
            let text: String = "aé".chars().cycle().take(len).collect();
            let value = Str::from(text.as_str());
            assert_eq!((value.as_str(), value.len()), (text.as_str(), text.len()));
            assert_eq!(value, text);
            assert_eq!(text, value.clone());
            assert_eq!(format!("{value:?} {value:>6}"), format!("{text:?} {text:>6}"));
            assert_eq!(value.is_empty(), len == 0);
            let by_hash = HashMap::from([(value.clone(), 1)]);
            let by_order = BTreeMap::from([(value.clone(), 1)]);
            assert_eq!(
                (by_hash.get(text.as_str()), by_order.get(text.as_str())),
                (Some(&1), Some(&1))
            );
            assert_eq!(String::from(value), text);
        }
        let (short, long) = (Str::from("b"), Str::from("a much longer text than fits in place"));
        assert!(short > long);
    }

    #[test]
    fn only_long_text_is_a_part_of_its_message() {
        for (len, shared) in [(5, false), (3000, false), (5000, true)] {
            let text = "x".repeat(len);
            let message = Bytes::from(BinaryProtocol::STRICT.encode(&text).unwrap());
            let read: Str = BinaryProtocol::STRICT.decode(&message).unwrap();
            assert_eq!(read, text);
            assert_eq!(matches!(read.0, Repr::Shared(_)), shared, "{len} bytes");
            let read: Str = BinaryProtocol::STRICT.decode(&message[..]).unwrap();
            assert!(read == text && !matches!(read.0, Repr::Shared(_)));
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let long = [&[0, 0, 0x20, 0][..], &[0xff; 0x2000]].concat();
        for message in [&[0, 0, 0, 1, 0xff][..], &long] {
            let message = Bytes::copy_from_slice(message);
            let error = BinaryProtocol::STRICT.decode::<Str>(&message).unwrap_err();
            assert!(error.to_string().contains("UTF-8"), "{error}");
        }
    }
}
