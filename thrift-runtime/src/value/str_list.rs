//! A list of strings in one piece.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    iter::FusedIterator,
};

use super::{
    Decode, Encode, Str, ValueReader, ValueWriter,
    container::{DecodeContainer, EncodeContainer, nested},
};
use crate::{
    error::{Result, Segment},
    protocol::TType,
};

/// How many bits of a length stand in one byte. With the one that says that more follow, they are ASCII.
const BITS: u32 = 6;
const MORE: u8 = 1 << BITS;

/// An immutable `list<string>`, which takes one allocation, or none if its strings are few and short,
/// rather than one for each and one for the list.
///
/// It is as large as a `String`. Strings are found one after the other: a type for lists that are gone
/// through from their start, as paths are. A field gets it by `types: { "Column.path":
/// thrift_runtime::StrList }`.
///
/// ```
/// use thrift_runtime::StrList;
///
/// let path = StrList::from(["a", "much longer path", "with names"]);
/// assert_eq!(path.iter().collect::<Vec<_>>().join("."), "a.much longer path.with names");
/// assert_eq!((path.len(), path.get(2)), (3, Some("with names")));
/// ```
#[derive(Clone, Default)]
pub struct StrList(
    /// Of each string its length, the lowest bits first, and its text.
    Str,
);

impl StrList {
    /// How many strings there are, which takes going through all of them.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A string, which takes going through those before it.
    pub fn get(&self, index: usize) -> Option<&str> {
        self.iter().nth(index)
    }

    /// The strings.
    #[inline]
    pub fn iter(&self) -> StrListIter<'_> {
        StrListIter { rest: self.0.as_str() }
    }

    /// The strings as one text, which is made as this type makes it.
    #[inline]
    pub(crate) fn text_mut(&mut self) -> &mut Str {
        &mut self.0
    }
}

/// Makes the text that a [`StrList`] holds.
#[derive(Default)]
struct Builder(String);

impl Builder {
    #[inline]
    fn push(&mut self, text: &str) {
        let mut length = text.len();
        while length >= usize::from(MORE) {
            self.0.push(char::from(length as u8 & (MORE - 1) | MORE));
            length >>= BITS;
        }
        self.0.push(char::from(length as u8));
        self.0.push_str(text);
    }
}

/// The longest string whose length is one byte, which is then as in the compact protocol.
#[cfg(feature = "compact")]
pub(crate) const SHORT: usize = MORE as usize - 1;

/// Reads the strings one by one.
#[inline]
pub(crate) fn read_each(
    count: usize,
    into: &mut StrList,
    mut read: impl FnMut(&mut dyn FnMut(&str)) -> Result<()>,
) -> Result<()> {
    let mut builder = Builder::default();
    for index in 0..count {
        read(&mut |text| builder.push(text))
            .map_err(|error| error.within(Segment::Index(index)))?;
    }
    into.0.set(&builder.0);
    Ok(())
}

/// The strings of a [`StrList`].
#[derive(Debug, Clone)]
pub struct StrListIter<'a> {
    rest: &'a str,
}

impl<'a> Iterator for StrListIter<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        let (mut length, mut shift) = (0, 0);
        loop {
            let (byte, rest) = (*self.rest.as_bytes().first()?, self.rest.get(1..)?);
            self.rest = rest;
            length |= usize::from(byte & (MORE - 1)) << shift;
            shift += BITS;
            if byte & MORE == 0 {
                break;
            }
        }
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }
}

impl FusedIterator for StrListIter<'_> {}

impl<'a> IntoIterator for &'a StrList {
    type Item = &'a str;
    type IntoIter = StrListIter<'a>;

    #[inline]
    fn into_iter(self) -> StrListIter<'a> {
        self.iter()
    }
}

impl Encode for StrList {
    const TYPE: TType = TType::List;

    #[inline(always)]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.container(self);
    }
}

impl<'de> Decode<'de> for StrList {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.container(self)
    }
}

impl EncodeContainer for StrList {
    #[inline]
    fn write<W: ValueWriter>(&self, w: &mut W) {
        w.list(TType::String, self.len());
        for text in self {
            if w.has_failed() {
                break;
            }
            w.string(text);
        }
        w.end();
    }
}

impl<'de> DecodeContainer<'de> for StrList {
    #[inline]
    fn read<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        let count = r.list_of(TType::String)?;
        // What a length may take here beyond what it takes in the message.
        r.claim(count, size_of::<u64>())?;
        nested(r, TType::String, count, |r| r.str_list(count, self))?;
        r.end()
    }
}

// Of one type of items, so that rustc knows what those of a default in an IDL are.
impl<'a> FromIterator<&'a str> for StrList {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut builder = Builder::default();
        texts.into_iter().for_each(|text| builder.push(text));
        StrList(builder.0.into())
    }
}

impl<S: AsRef<str>> From<&[S]> for StrList {
    fn from(texts: &[S]) -> Self {
        texts.iter().map(AsRef::as_ref).collect()
    }
}

impl<S: AsRef<str>, const N: usize> From<[S; N]> for StrList {
    fn from(texts: [S; N]) -> Self {
        StrList::from(&texts[..])
    }
}

impl<S: AsRef<str>> From<Vec<S>> for StrList {
    fn from(texts: Vec<S>) -> Self {
        StrList::from(&texts[..])
    }
}

impl From<StrList> for Vec<String> {
    fn from(list: StrList) -> Self {
        list.iter().map(str::to_owned).collect()
    }
}

impl fmt::Debug for StrList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

// Lists are equal just if what they hold is.
impl PartialEq for StrList {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for StrList {}

impl PartialOrd for StrList {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for StrList {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other)
    }
}

impl Hash for StrList {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<S: AsRef<str>> PartialEq<[S]> for StrList {
    fn eq(&self, other: &[S]) -> bool {
        self.iter().eq(other.iter().map(AsRef::as_ref))
    }
}

impl<S: AsRef<str>, const N: usize> PartialEq<[S; N]> for StrList {
    fn eq(&self, other: &[S; N]) -> bool {
        *self == other[..]
    }
}

impl<S: AsRef<str>> PartialEq<Vec<S>> for StrList {
    fn eq(&self, other: &Vec<S>) -> bool {
        *self == other[..]
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for StrList {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq as _;
        // Some formats have to know the length.
        let mut texts = serializer.serialize_seq(Some(self.len()))?;
        self.iter().try_for_each(|text| texts.serialize_element(text))?;
        texts.end()
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for StrList {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<String>::deserialize(deserializer).map(StrList::from)
    }
}

#[cfg(all(test, feature = "compact"))]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{
        BinaryProtocol, CompactProtocol, Limits, Protocol,
        protocol::{AnyProtocol, Encoding},
    };

    fn lists() -> Vec<Vec<String>> {
        let lengths: [&[usize]; 9] = [
            &[],
            &[0],
            &[0, 0, 0],
            &[5, 3],
            &[21],
            &[22],
            &[33, 23, 4, 7, 25],
            &[62, 63, 64, 65],
            // Miri is slow.
            if cfg!(miri) { &[1, 500, 0] } else { &[1, 4095, 4096, 4097, 300_000, 0] },
        ];
        let text = |length: &usize| "aé€".chars().cycle().take(*length).collect();
        let mut lists: Vec<Vec<String>> =
            lengths.iter().map(|lengths| lengths.iter().map(text).collect()).collect();
        lists.push((0..if cfg!(miri) { 20 } else { 1000 }).map(|n| n.to_string()).collect());
        lists
    }

    #[test]
    fn it_holds_the_strings() {
        assert_eq!(size_of::<Option<StrList>>(), size_of::<String>());
        for strings in lists() {
            let list = StrList::from(&strings[..]);
            assert_eq!(list, strings);
            assert_eq!((list.len(), list.is_empty()), (strings.len(), strings.is_empty()));
            assert_eq!(list.get(1), strings.get(1).map(String::as_str));
            assert_eq!(list.get(strings.len()), None);
            assert_eq!(format!("{list:?}"), format!("{strings:?}"));
            assert_eq!(HashSet::from([list.clone()]).get(&list), Some(&list));
            for other in lists() {
                let (one, two) = (StrList::from(&other[..]), other);
                assert_eq!((list.cmp(&one), list == one), (strings.cmp(&two), strings == two));
            }
            assert_eq!(Vec::<String>::from(list), strings);
        }
    }

    #[test]
    fn it_is_a_list_in_every_protocol() {
        let encodings = [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json];
        for protocol in encodings.into_iter().filter_map(AnyProtocol::for_encoding) {
            let mut read = StrList::default();
            for strings in lists() {
                let bytes = protocol.encode(&strings).unwrap();
                protocol.decode_into(&bytes, &mut read).unwrap();
                assert_eq!(read, strings);
                assert_eq!(protocol.encode(&read).unwrap(), bytes);
                for end in (0..bytes.len().min(300)).step_by(if cfg!(miri) { 50 } else { 1 }) {
                    protocol.decode::<StrList>(&bytes[..end]).unwrap_err();
                }
            }
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        // Neither half of an `é` is text, though both of them with a length between would be none either.
        let strings = [&b"a"[..], b"\xc3", b"\xa9"].map(bytes::Bytes::from_static).to_vec();
        let encodings = [Encoding::Binary { strict: true }, Encoding::Compact];
        for protocol in encodings.into_iter().filter_map(AnyProtocol::for_encoding) {
            let bytes = protocol.encode(&strings).unwrap();
            let error = protocol.decode::<StrList>(&bytes).unwrap_err().to_string();
            let expected = protocol.decode::<Vec<String>>(&bytes).unwrap_err().to_string();
            assert!(error.contains("UTF-8") && error.contains("[1]"), "{error}");
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn limits_are_those_of_other_lists() {
        let bytes = CompactProtocol.encode(&vec!["a".repeat(40); 3]).unwrap();
        let read = |limits: Limits| {
            let mut list = StrList::default();
            CompactProtocol.read_value((&bytes).into(), &limits, &mut list).map(|_| list.len())
        };
        assert_eq!(read(Limits::default()).unwrap(), 3);
        let limits = Limits { string_size: 39, ..Limits::default() };
        assert!(read(limits).unwrap_err().to_string().contains("39"));
        let limits = Limits { container_size: 2, ..Limits::default() };
        assert!(read(limits).unwrap_err().to_string().contains("limit of 2"));
        for bytes in [&[11, 0x7f, 0xff, 0xff, 0xff][..], &[11, 0, 0, 0, 9, 0, 0, 0, 0]] {
            BinaryProtocol::STRICT.decode::<StrList>(bytes).unwrap_err();
        }
    }
}
