//! A part of a message that keeps all of it in memory.

use std::{fmt, sync::Arc};

use bytes::Bytes;

/// Stands for all bytes from the start on, whose number may not fit.
const ALL: u32 = u32::MAX;

/// Some bytes of a message, without a copy. It takes two words, where a [`Bytes`] takes four, since the
/// slices of one message have the same [`Bytes`] in common.
#[derive(Clone)]
pub(crate) struct Slice {
    message: Arc<Bytes>,
    start: u32,
    len: u32,
}

impl Slice {
    /// These bytes, if they are some of the message's, and not too far in it for a slice.
    #[inline]
    pub(crate) fn of(message: &Arc<Bytes>, bytes: &[u8]) -> Option<Self> {
        let start = place(message, bytes)?;
        let (start, len) = (u32::try_from(start).ok()?, u32::try_from(bytes.len()).ok()?);
        (len != ALL).then(|| Slice { message: Arc::clone(message), start, len })
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        let rest = self.message.get(self.start as usize..).unwrap_or_default();
        match self.len {
            ALL => rest,
            len => rest.get(..len as usize).unwrap_or_default(),
        }
    }

    /// The same bytes as a [`Bytes`], without a copy.
    pub(crate) fn to_bytes(&self) -> Bytes {
        part_of(&self.message, self.as_slice())
    }
}

/// Where the bytes stand in a message, if they do.
#[inline]
fn place(message: &Bytes, bytes: &[u8]) -> Option<usize> {
    let start = bytes.as_ptr().addr().checked_sub(message.as_ptr().addr())?;
    (bytes.len() <= message.len().checked_sub(start)?).then_some(start)
}

/// Bytes of a message without a copy, or with one if they are no part of it.
pub(crate) fn part_of(message: &Bytes, bytes: &[u8]) -> Bytes {
    match place(message, bytes) {
        Some(start) => message.slice(start..start + bytes.len()),
        None => Bytes::copy_from_slice(bytes),
    }
}

impl From<Bytes> for Slice {
    fn from(bytes: Bytes) -> Self {
        let len = u32::try_from(bytes.len()).unwrap_or(ALL);
        Slice { message: Arc::new(bytes), start: 0, len }
    }
}

impl From<Slice> for Bytes {
    fn from(slice: Slice) -> Self {
        match slice.as_slice().len() == slice.message.len() {
            // If no one else has it, it can become a `Vec` without a copy.
            true => Arc::unwrap_or_clone(slice.message),
            false => slice.to_bytes(),
        }
    }
}

impl fmt::Debug for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_slice(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Blob, ByteStr, Protocol, Str,
        protocol::{AnyProtocol, Encoding, Input},
        value::StrList,
    };

    #[test]
    fn a_slice_has_the_bytes_of_its_message_and_no_copy() {
        let message = Arc::new(Bytes::from_static(b"one two three"));
        let slice = Slice::of(&message, &message[4..7]).unwrap();
        assert_eq!(slice.as_slice(), b"two");
        for bytes in [slice.to_bytes(), Bytes::from(slice)] {
            assert_eq!((&bytes[..], bytes.as_ptr()), (&b"two"[..], message[4..].as_ptr()));
        }
        assert!(Slice::of(&message, b"elsewhere").is_none());
        assert_eq!(part_of(&message, b"elsewhere"), "elsewhere");
        let longer = Bytes::from_static(b"one and more");
        assert!(Slice::of(&Arc::new(longer.slice(..3)), &longer).is_none());
    }

    #[test]
    fn what_was_whole_before_is_given_back_as_it_was() {
        let bytes = vec![7; 100];
        let place = bytes.as_ptr();
        let slice = Slice::from(Bytes::from(bytes));
        assert_eq!(slice.as_slice(), [7; 100]);
        let bytes = Vec::from(Bytes::from(slice));
        assert_eq!((bytes.as_ptr(), bytes.len()), (place, 100));
    }

    /// Protocols, and whether their binaries stand in a message as they are.
    fn protocols() -> impl Iterator<Item = (AnyProtocol, bool)> {
        let encodings = [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json];
        let protocol =
            |encoding| Some((AnyProtocol::for_encoding(encoding)?, encoding != Encoding::Json));
        encodings.into_iter().filter_map(protocol)
    }

    #[test]
    fn all_of_a_shared_message_that_can_be_is_a_slice() {
        let within =
            |message: &Bytes, bytes: &[u8]| message.as_ptr_range().contains(&bytes.as_ptr());
        for (protocol, plain) in protocols() {
            for len in [23, 40, 300, 6000] {
                let text = "text".repeat(len).split_off(3 * len);
                let message = Bytes::from(protocol.encode(&text).unwrap());
                let str: Str = protocol.decode(Input::shared(&message)).unwrap();
                let bytes: ByteStr = protocol.decode(Input::shared(&message)).unwrap();
                assert!(str == text && within(&message, str.as_bytes()), "{protocol:?} {len}");
                assert!(
                    *bytes == *text.as_bytes() && within(&message, &bytes),
                    "{protocol:?} {len}"
                );

                let message = Bytes::from(protocol.encode(&Bytes::from(text.clone())).unwrap());
                let blob: Blob = protocol.decode(Input::shared(&message)).unwrap();
                let bytes: Bytes = protocol.decode(Input::shared(&message)).unwrap();
                assert!(blob == *text.as_bytes() && bytes == text.as_bytes());
                assert_eq!((within(&message, &blob), within(&message, &bytes)), (plain, plain));
                // It outlives the others.
                drop((message, bytes));
                assert_eq!(
                    protocol.decode::<Blob>(&protocol.encode(&blob).unwrap()).unwrap(),
                    blob
                );
            }
        }
    }

    #[test]
    fn a_list_of_strings_is_a_slice_where_it_stands_in_the_message_as_it_is_held() {
        for (protocol, _) in protocols() {
            for len in [1, 63, 64] {
                let list = vec!["x".repeat(len); 40];
                let message = Bytes::from(protocol.encode(&list).unwrap());
                let read: StrList = protocol.decode(Input::shared(&message)).unwrap();
                assert!(read.iter().eq(&list));
                let is_slice = read
                    .iter()
                    .all(|text| message.as_ptr_range().contains(&text.as_bytes().as_ptr()));
                let as_held = protocol.encoding() == Encoding::Compact && len < 64;
                assert_eq!(is_slice, as_held, "{protocol:?}, {len} bytes each");
            }
        }
    }

    #[test]
    fn what_a_shared_message_has_otherwise_is_copied() {
        for (protocol, _) in protocols() {
            for text in
                ["", "short", "exactly 22 bytes of it", "with \"quotes\", which JSON escapes"]
            {
                let message = Bytes::from(protocol.encode(&text.to_owned()).unwrap());
                assert_eq!(protocol.decode::<Str>(Input::shared(&message)).unwrap(), text);
                assert_eq!(protocol.decode::<String>(Input::shared(&message)).unwrap(), text);
                let list = [text; 5];
                let message =
                    Bytes::from(protocol.encode(&list.map(String::from).to_vec()).unwrap());
                let read: StrList = protocol.decode(Input::shared(&message)).unwrap();
                assert_eq!(read, StrList::from(list));
            }
        }
    }

    #[test]
    fn text_that_is_none_is_refused_in_a_shared_message() {
        for (protocol, _) in protocols() {
            let message =
                Bytes::from(protocol.encode(&ByteStr::from([b'a', 0xff].repeat(20))).unwrap());
            let error = protocol.decode::<Str>(Input::shared(&message)).unwrap_err();
            assert!(error.to_string().contains("UTF-8"), "{error}");
        }
    }
}
