//! Bytes that take no allocation if they are few, and no copy if they are many.

use std::{
    borrow::{Borrow, Cow},
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
    sync::Arc,
};

use bytes::Bytes;

use super::{Decode, Encode, INLINE, ValueReader, ValueWriter, slice::Slice};
use crate::{error::Result, fast, protocol::TType};

/// An immutable `binary`. A short one is held inline, so that reading it does not allocate. A long one
/// that makes up much of its message is a slice of it, as a [`Bytes`] is, and so are all that are not inline if
/// [`Input::shared`](crate::protocol::Input::shared) is read. Clones of the others share one allocation.
///
/// It takes three words, where a [`Bytes`] takes four, and its place if `types: { binary: Blob }` asks
/// for it.
///
/// ```
/// use thrift_runtime::{Blob, Bytes};
///
/// let key = Blob::from(&[0, 0, 0, 7]);
/// assert_eq!(key, [0, 0, 0, 7]);
/// assert_eq!(key.len(), 4);
/// assert_eq!(Bytes::from(key), Bytes::from_static(&[0, 0, 0, 7]));
/// ```
#[derive(Clone)]
pub struct Blob(Repr);

#[derive(Clone)]
enum Repr {
    /// The length, and the bytes.
    Inline(u8, [u8; INLINE]),
    Owned(Arc<[u8]>),
    /// A slice of a message, or bytes that were a [`Bytes`] before.
    Shared(Slice),
}

impl Blob {
    /// A slice of a message, which stays in memory as long as this does.
    #[inline]
    pub(crate) fn shared(slice: Slice) -> Self {
        Blob(Repr::Shared(slice))
    }

    /// Replaces the bytes by a copy of these.
    #[inline]
    pub(crate) fn set(&mut self, bytes: &[u8]) {
        let len = bytes.len();
        if len > INLINE {
            self.0 = Repr::Owned(bytes.into());
            return;
        }
        if !matches!(self.0, Repr::Inline(..)) {
            self.0 = Repr::Inline(0, [0; INLINE]);
        }
        if let Repr::Inline(old, space) = &mut self.0 {
            *old = len as u8;
            fast::copy(bytes, space);
        }
    }

    /// The bytes.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline(len, bytes) => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Repr::Owned(bytes) => bytes,
            Repr::Shared(slice) => slice.as_slice(),
        }
    }
}

impl Encode for Blob {
    const TYPE: TType = TType::String;
    const IN_PLACE: bool = true;

    #[inline]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        match &self.0 {
            Repr::Shared(slice) => w.bytes(&slice.to_bytes()),
            _ => w.binary(self),
        }
    }
}

impl<'de> Decode<'de> for Blob {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.blob(self)
    }
}

impl From<&[u8]> for Blob {
    #[inline]
    fn from(bytes: &[u8]) -> Self {
        let mut value = Blob::default();
        value.set(bytes);
        value
    }
}

impl<const N: usize> From<&[u8; N]> for Blob {
    fn from(bytes: &[u8; N]) -> Self {
        Blob::from(&bytes[..])
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Blob::from(Bytes::from(bytes))
    }
}

/// Without a copy, unless there are so few that they are held inline.
impl From<Bytes> for Blob {
    fn from(bytes: Bytes) -> Self {
        match bytes.len() <= INLINE {
            true => Blob::from(&bytes[..]),
            false => Blob(Repr::Shared(bytes.into())),
        }
    }
}

impl From<Cow<'_, [u8]>> for Blob {
    fn from(bytes: Cow<'_, [u8]>) -> Self {
        match bytes {
            Cow::Borrowed(bytes) => bytes.into(),
            Cow::Owned(bytes) => bytes.into(),
        }
    }
}

impl From<Blob> for Bytes {
    fn from(blob: Blob) -> Self {
        match blob.0 {
            Repr::Shared(slice) => slice.into(),
            Repr::Owned(bytes) => Bytes::from_owner(bytes),
            Repr::Inline(..) => Bytes::copy_from_slice(&blob),
        }
    }
}

impl From<Blob> for Vec<u8> {
    fn from(blob: Blob) -> Self {
        match blob.0 {
            Repr::Shared(slice) => Bytes::from(slice).into(),
            _ => blob.to_vec(),
        }
    }
}

impl Default for Blob {
    #[inline]
    fn default() -> Self {
        Blob(Repr::Inline(0, [0; INLINE]))
    }
}

impl Deref for Blob {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Borrow<[u8]> for Blob {
    fn borrow(&self) -> &[u8] {
        self
    }
}

/// As that of a [`Bytes`].
impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Bytes::copy_from_slice(self), f)
    }
}

impl PartialEq for Blob {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Blob {}

impl PartialOrd for Blob {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Blob {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

// The hash of a slice, so that a map can be searched with one.
impl Hash for Blob {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

macro_rules! equal {
    ($([$($parameters:tt)*] $other:ty),*) => {$(
        impl<$($parameters)*> PartialEq<$other> for Blob {
            fn eq(&self, other: &$other) -> bool {
                let other: &[u8] = other.as_ref();
                **self == *other
            }
        }

        impl<$($parameters)*> PartialEq<Blob> for $other {
            fn eq(&self, other: &Blob) -> bool {
                other == self
            }
        }
    )*};
}

equal!([] [u8], [] &[u8], [] Vec<u8>, [] Bytes, [const N: usize] [u8; N], [const N: usize] &[u8; N]);

#[cfg(feature = "serde")]
impl serde::Serialize for Blob {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Blob {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Bytes::deserialize(deserializer).map(Blob::from)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::*;
    use crate::{
        BinaryProtocol, Protocol,
        protocol::{AnyProtocol, Encoding},
    };

    #[test]
    fn few_and_many_bytes_are_the_same_bytes() {
        assert_eq!(size_of::<Blob>(), 24);
        assert_eq!(size_of::<Option<Blob>>(), 24);
        for len in [0, 1, 21, 22, 23, 100, if cfg!(miri) { 300 } else { 5000 }] {
            let bytes: Vec<u8> = (0..len).map(|n| n as u8 ^ 0xa5).collect();
            for value in [Blob::from(&bytes[..]), bytes.clone().into(), Cow::from(&bytes).into()] {
                assert_eq!((&value[..], value.len()), (&bytes[..], len));
                let shared = Bytes::from(bytes.clone());
                assert!(value == bytes);
                assert!(bytes == value);
                assert!(value == shared);
                assert!(format!("{value:?}") == format!("{:?}", Bytes::from(bytes.clone())));
                let by_hash = HashMap::from([(value.clone(), 1)]);
                let by_order = BTreeMap::from([(value.clone(), 1)]);
                let found = (by_hash.get(&bytes[..]), by_order.get(&bytes[..]));
                assert_eq!(found, (Some(&1), Some(&1)));
                assert_eq!(Bytes::from(value.clone()), bytes);
                assert_eq!(Vec::from(value), bytes);
            }
        }
        let (short, long) = (Blob::from(b"b"), Blob::from(&[b'a'; 40]));
        assert!(short > long);
    }

    #[test]
    fn it_is_a_binary_in_every_protocol() {
        let encodings = [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json];
        for protocol in encodings.into_iter().filter_map(AnyProtocol::for_encoding) {
            let mut read = Blob::default();
            for len in [40, 0, 1, 22, 23, if cfg!(miri) { 300 } else { 6000 }, 5] {
                let bytes = Bytes::from(vec![0xc3; len]);
                let written = protocol.encode(&bytes).unwrap();
                assert_eq!(protocol.encode(&Blob::from(&bytes[..])).unwrap(), written);
                assert_eq!(protocol.encode(&Blob::from(bytes.clone())).unwrap(), written);
                protocol.decode_into(&written, &mut read).unwrap();
                assert_eq!(read, bytes);
            }
        }
    }

    #[test]
    fn only_long_ones_are_a_part_of_their_message() {
        for (len, shared) in [(5, false), (3000, false), (5000, true)] {
            let bytes = vec![7; len];
            let message =
                Bytes::from(BinaryProtocol::STRICT.encode(&Bytes::from(bytes.clone())).unwrap());
            let read: Blob = BinaryProtocol::STRICT.decode(&message).unwrap();
            assert_eq!(read, bytes);
            assert_eq!(matches!(read.0, Repr::Shared(_)), shared, "{len} bytes");
            let read: Blob = BinaryProtocol::STRICT.decode(&message[..]).unwrap();
            assert!(read == bytes && !matches!(read.0, Repr::Shared(_)));
        }
    }
}
