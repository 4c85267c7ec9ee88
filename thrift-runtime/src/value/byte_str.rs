//! Strings that need not be UTF-8.

use std::{borrow::Borrow, fmt, ops::Deref, str};

use bytes::Bytes;

use super::{Decode, Encode, INLINE, Str, ValueReader, ValueWriter};
use crate::{error::Result, protocol::TType};

/// A `string` as its bytes, whether they are UTF-8 or not: some peers, of old languages above all, send
/// text in other encodings. It is written again as it came.
///
/// `types: { string: ByteStr }` makes all strings of an IDL `ByteStr`s, and with a key in place of
/// `string`, some of them.
///
/// In JSON, bytes that are not UTF-8 stand as they are, as Apache's C++ writes them. Half a surrogate
/// pair, which JSON can escape and is no character, becomes U+FFFD.
///
/// ```
/// use thrift_runtime::ByteStr;
///
/// let name = ByteStr::from(b"Zo\xeb".to_vec());
/// assert!(name.to_str().is_err());
/// assert_eq!(name.to_string(), "Zo\u{fffd}");
/// assert_eq!(ByteStr::from("Zoë").to_str(), Ok("Zoë"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteStr(Bytes);

impl ByteStr {
    /// The text, if the bytes are UTF-8.
    ///
    /// # Errors
    ///
    /// If they are not.
    pub fn to_str(&self) -> Result<&str, str::Utf8Error> {
        str::from_utf8(&self.0)
    }

    /// The bytes.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl Encode for ByteStr {
    const TYPE: TType = TType::String;

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.unchecked_string(&self.0);
    }
}

impl<'de> Decode<'de> for ByteStr {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.unchecked_string(&mut self.0)
    }
}

impl Deref for ByteStr {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for ByteStr {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Borrow<[u8]> for ByteStr {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ByteStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The text, in which U+FFFD stands for what is not UTF-8.
impl fmt::Display for ByteStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&String::from_utf8_lossy(&self.0), f)
    }
}

impl From<&str> for ByteStr {
    fn from(text: &str) -> Self {
        ByteStr(Bytes::copy_from_slice(text.as_bytes()))
    }
}

macro_rules! from {
    ($($other:ty),*) => {$(
        impl From<$other> for ByteStr {
            fn from(bytes: $other) -> Self {
                ByteStr(bytes.into())
            }
        }
    )*};
}

from!(String, Vec<u8>, Bytes);

macro_rules! equal {
    ($($other:ty),*) => {$(
        impl PartialEq<$other> for ByteStr {
            fn eq(&self, other: &$other) -> bool {
                self.0 == other.as_bytes()
            }
        }
    )*};
}

equal!(str, &str, String);

impl PartialEq<[u8]> for ByteStr {
    fn eq(&self, other: &[u8]) -> bool {
        self.0 == other
    }
}

/// A `string` in which U+FFFD took the place of what was not UTF-8. It is written as it is then.
///
/// `types: { string: LossyStr }` makes all strings of an IDL `LossyStr`s, and with a key in place
/// of `string`, some of them. What is UTF-8 is held as by [`Str`].
///
/// ```
/// use thrift_runtime::LossyStr;
///
/// let name = LossyStr::from_bytes(b"Zo\xeb");
/// assert_eq!(name, "Zo\u{fffd}");
/// assert!(name.starts_with("Zo"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LossyStr(Str);

impl LossyStr {
    /// The text of bytes that may not be UTF-8.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        LossyStr(String::from_utf8_lossy(bytes).into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Encode for LossyStr {
    const TYPE: TType = TType::String;

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.string(&self.0);
    }
}

impl<'de> Decode<'de> for LossyStr {
    #[inline]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        let mut bytes = Bytes::new();
        r.unchecked_string(&mut bytes)?;
        self.0 = match str::from_utf8(&bytes) {
            Ok(text) if text.len() <= INLINE => text.into(),
            Ok(_) => Str::shared(bytes.into()),
            Err(_) => String::from_utf8_lossy(&bytes).into(),
        };
        Ok(())
    }
}

impl Deref for LossyStr {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for LossyStr {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for LossyStr {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Debug for LossyStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for LossyStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl From<&str> for LossyStr {
    fn from(text: &str) -> Self {
        LossyStr(text.into())
    }
}

impl From<String> for LossyStr {
    fn from(text: String) -> Self {
        LossyStr(text.into())
    }
}

impl From<LossyStr> for String {
    fn from(text: LossyStr) -> Self {
        text.0.into()
    }
}

macro_rules! equal_text {
    ($($other:ty),*) => {$(
        impl PartialEq<$other> for LossyStr {
            fn eq(&self, other: &$other) -> bool {
                self.0 == *other
            }
        }
    )*};
}

equal_text!(str, &str, String);

#[cfg(feature = "serde")]
mod serde {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::{ByteStr, LossyStr, Str, fmt};

    impl Serialize for LossyStr {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self)
        }
    }

    impl<'de> Deserialize<'de> for LossyStr {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Str::deserialize(deserializer).map(LossyStr)
        }
    }

    /// Text if it is UTF-8, and bytes otherwise.
    impl Serialize for ByteStr {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self.to_str() {
                Ok(text) => serializer.serialize_str(text),
                Err(_) => serializer.serialize_bytes(self),
            }
        }
    }

    impl<'de> Deserialize<'de> for ByteStr {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(TextOrBytes)
        }
    }

    struct TextOrBytes;

    impl<'de> de::Visitor<'de> for TextOrBytes {
        type Value = ByteStr;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or bytes")
        }

        fn visit_str<E>(self, text: &str) -> Result<ByteStr, E> {
            Ok(text.into())
        }

        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<ByteStr, E> {
            Ok(bytes.to_vec().into())
        }

        fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<ByteStr, A::Error> {
            let mut bytes: Vec<u8> = Vec::new();
            while let Some(byte) = list.next_element()? {
                bytes.push(byte);
            }
            Ok(bytes.into())
        }
    }
}
