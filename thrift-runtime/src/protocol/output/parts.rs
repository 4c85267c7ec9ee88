//! Large `Bytes` that a message holds, and that are not copied to be sent.
//!
//! An [`Output`](super::Output) is then two things: the bytes that were copied, one after another, and these
//! parts, each with the number of copied bytes before it. What was written is the copied bytes, cut at those
//! numbers, with the parts in between:
//!
//! ```text
//! copied:  h e a d l e n t a i l        parts: [at 7, 20,000 bytes]
//! written: h e a d l e n <20,000 bytes> t a i l
//! ```
//!
//! A position in the copied bytes therefore tells which parts are before it, because each part follows at
//! least one copied byte of its own, the length that announces it. So to cut the copied bytes short drops the
//! parts behind the cut, which is how a message that failed halfway leaves nothing behind. `until` adds the
//! parts' lengths up, so that the length of what was written until some position is found without walking
//! over all of them.

use bytes::Bytes;

/// From this many bytes on, `Bytes` are kept apart: the copy that is saved costs more than a further
/// slice in a write does. (Miri is slow, so that it is given less.)
pub(super) const LEAST: usize = if cfg!(miri) { 256 } else { 16 << 10 };

/// The `Bytes` that are kept apart from those that were copied, in order.
#[derive(Debug, Default)]
pub(super) struct Parts(Vec<Part>);

#[derive(Debug)]
struct Part {
    /// How many copied bytes are before it: at least one that is its own, of its length.
    at: u32,
    bytes: Bytes,
    /// How many bytes this and the parts before it have.
    until: usize,
}

impl Part {
    /// Where it ends in all that was written.
    fn end(&self) -> usize {
        self.at as usize + self.until
    }
}

impl Parts {
    pub(super) const fn new() -> Self {
        Parts(Vec::new())
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a part behind so many copied bytes.
    pub(super) fn push(&mut self, at: u32, bytes: Bytes) {
        let before = self.0.last().map_or(0, |part| part.until);
        self.0.push(Part { at, until: before.saturating_add(bytes.len()), bytes });
    }

    /// The parts, each with how many copied bytes are before it.
    #[cfg(feature = "tokio")]
    pub(super) fn into_iter(self) -> impl Iterator<Item = (usize, Bytes)> {
        self.0.into_iter().map(|part| (part.at as usize, part.bytes))
    }

    /// Moves all parts of `more` behind these, and so many copied bytes.
    #[cfg(feature = "tokio")]
    pub(super) fn append(&mut self, at: u32, more: &mut Parts) {
        more.0.drain(..).for_each(|part| self.push(at + part.at, part.bytes));
    }

    /// Drops what is behind so many copied bytes.
    pub(super) fn truncate(&mut self, end: u32) {
        let count = self.0.partition_point(|part| part.at <= end);
        self.0.truncate(count);
    }

    /// How many bytes the parts have that are before so many copied ones.
    pub(super) fn len_until(&self, end: u32) -> usize {
        // It is the last one, unless a message was given up halfway.
        let last = self.0.iter().rev().find(|part| part.at <= end);
        last.map_or(0, |part| part.until)
    }

    /// What was written from `from` on, given all copied bytes.
    pub(super) fn slices<'a>(
        &'a self,
        copied: &'a [u8],
        from: usize,
    ) -> impl Iterator<Item = &'a [u8]> {
        let written = self.0.partition_point(|part| part.at as usize <= copied.len());
        let parts = self.0.get(..written).unwrap_or_default();
        let (before, parts) = parts.split_at(parts.partition_point(|part| part.end() <= from));
        let (mut start, mut skip) =
            before.last().map_or((0, from), |part| (part.at as usize, from - part.end()));
        let part = |part: &'a Part| (part.at as usize, &*part.bytes);
        parts
            .iter()
            .map(part)
            .chain([(copied.len(), &[][..])])
            .flat_map(move |(end, bytes)| {
                let before = copied.get(start..end).unwrap_or_default();
                start = end;
                [before, bytes]
            })
            .filter_map(move |slice| {
                let skipped = skip.min(slice.len());
                skip -= skipped;
                slice.get(skipped..).filter(|rest| !rest.is_empty())
            })
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        panic::{AssertUnwindSafe, catch_unwind},
    };

    use super::*;
    use crate::{
        AnyProtocol, Protocol,
        protocol::{Encoding, Output, TType},
        value::{Any, AnyStruct, Decode, Encode, ValueReader, ValueWriter},
    };

    /// Bytes that are unlike those before and after them.
    fn bytes(length: usize) -> Bytes {
        (0..length as u32).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect()
    }

    /// Values with parts, and how many.
    fn values() -> Vec<(Any, usize)> {
        let part = || Any::String(bytes(LEAST));
        let small = || Any::String(bytes(LEAST - 1));
        let pairs = [(Any::I32(1), part()), (Any::I32(2), small()), (Any::I32(3), part())];
        let fields = [(1, small()), (2, part()), (300, part()), (301, Any::Bool(true))];
        vec![
            (small(), 0),
            (part(), 1),
            (Any::List(TType::String, vec![part(), part(), small(), part()]), 3),
            (Any::Map(TType::I32, TType::String, pairs.into()), 2),
            (Any::Struct(AnyStruct(fields.into())), 2),
        ]
    }

    fn protocols() -> impl Iterator<Item = AnyProtocol> {
        [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json]
            .into_iter()
            .filter_map(AnyProtocol::for_encoding)
    }

    /// A value as the wire has it, with its type around it.
    #[derive(Debug, Default)]
    struct Written(Option<Any>);

    impl Encode for Written {
        const TYPE: TType = TType::Struct;

        fn encode<W: ValueWriter>(&self, w: &mut W) {
            self.0.iter().for_each(|value| value.encode(w));
        }
    }

    impl<'de> Decode<'de> for Written {
        fn decode_into<R: ValueReader<'de>>(&mut self, _r: &mut R) -> crate::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn bytes_that_are_kept_apart_are_those_that_are_copied() {
        for protocol in protocols() {
            let [mut copied, mut shared] = [Output::new(), Output::vectored()];
            for (value, parts) in values() {
                let (value, before) = (Written(Some(value)), shared.parts.0.len());
                protocol.write_value(&value, &mut copied).unwrap();
                protocol.write_value(&value, &mut shared).unwrap();
                let is_json = protocol.encoding() == Encoding::Json;
                let expected = if is_json { 0 } else { parts };
                assert_eq!(shared.parts.0.len() - before, expected, "{protocol:?} {value:?}");
                assert_eq!(shared.len(), copied.len());
                assert!(shared.contiguous() == copied.contiguous(), "{protocol:?} {value:?}");
            }
            assert_eq!(copied.slices().count(), 1);
        }
    }

    #[cfg(feature = "tokio")]
    #[test]
    fn what_moves_behind_others_stays_the_same() {
        for protocol in protocols() {
            let [mut copied, mut shared] = [Output::new(), Output::vectored()];
            for (value, _) in values() {
                let value = Written(Some(value));
                protocol.write_value(&value, &mut copied).unwrap();
                protocol.write_value(&value, &mut shared).unwrap();
            }
            let mut moved = Output::vectored();
            moved.put(*b"before");
            moved.take_all(&mut shared);
            assert_eq!((shared.len(), shared.slices().count()), (0, 0));
            let mut joined = Output::new();
            joined.put(*b"before");
            joined.take_all(&mut copied);
            assert!(moved.contiguous() == joined.contiguous());
            assert!(moved.into_vec() == joined.into_vec());
        }
    }

    #[cfg(feature = "tokio")]
    #[test]
    fn what_is_taken_whole_stays_the_same_and_is_not_copied() {
        for protocol in protocols() {
            let numbers = Any::List(TType::I64, vec![Any::I64(i64::MAX); LEAST / 8]);
            let long = [(numbers.clone(), 0), (Any::Bool(true), 0), (numbers, 0)];
            let mut taken = Output::vectored();
            let mut joined = Output::new();
            for (value, _) in values().into_iter().chain(long).chain(values()) {
                let [mut one, value] = [Output::vectored(), Output::new()].map(|mut out| {
                    protocol.write_value(&Written(Some(value.clone())), &mut out).unwrap();
                    out
                });
                one.put(*b"behind");
                taken.take_whole(one);
                joined.put_slice(&value.contiguous());
                joined.put(*b"behind");
                assert_eq!(taken.len(), joined.len());
                assert!(taken.contiguous() == joined.contiguous(), "{protocol:?}");
                let ends = taken.parts.0.iter().map(|part| part.at).collect::<Vec<_>>();
                assert!(ends.is_sorted_by(|one, next| one < next), "{ends:?}");
            }
            assert!((taken.position() as usize) < joined.len() / 2);
        }
    }

    #[cfg(feature = "tokio")]
    #[test]
    fn what_is_larger_than_it_may_be_is_not_written() {
        const MANY: usize = if cfg!(miri) { 100 } else { 10_000 };
        for protocol in protocols() {
            let mut out = Output::vectored();
            for _ in 0..3 {
                let values = vec![String::from("text"); MANY];
                let written = out.within(100, |out| protocol.write_value(&values, out));
                assert!(written.is_none() && out.is_empty());
                let written = out.within(100, |out| protocol.write_value(&7, out));
                written.unwrap().unwrap();
                out.clear();
            }
            let small = Output::vectored().within(0, |out| protocol.write_value(&7, out));
            assert!(small.is_none());
            protocol.write_value(&vec![String::from("text"); MANY], &mut out).unwrap();
        }
    }

    #[cfg(any(feature = "blocking", feature = "tokio"))]
    #[test]
    fn what_is_left_to_write_begins_anywhere() {
        let mut out = Output::vectored();
        for (value, _) in values() {
            crate::BinaryProtocol::STRICT.write_value(&Written(Some(value)), &mut out).unwrap();
        }
        let all = out.contiguous();
        let edges: Vec<usize> = out
            .slices()
            .scan(0, |end, slice| {
                *end += slice.len();
                Some(*end)
            })
            .collect();
        assert_eq!(*edges.last().unwrap(), all.len());
        for from in [0].iter().chain(&edges).flat_map(|edge| edge.saturating_sub(2)..edge + 3) {
            let mut space = [std::io::IoSlice::new(&[]); 64];
            let rest: Vec<&[u8]> = out.io_slices(from, &mut space).iter().map(|s| &**s).collect();
            assert!(rest.iter().all(|slice| !slice.is_empty()));
            assert!(rest.concat() == all.get(from..).unwrap_or_default(), "from {from}");
            let mut few = [std::io::IoSlice::new(&[]); 2];
            let first = out.io_slices(from, &mut few);
            assert_eq!(first.len(), rest.len().min(2));
        }
    }

    /// Writes a part, and then what cannot be written, or what panics.
    #[derive(Debug, Default)]
    struct Bad {
        panics: bool,
    }

    impl Encode for Bad {
        const TYPE: TType = TType::List;

        fn encode<W: ValueWriter>(&self, w: &mut W) {
            w.list(TType::String, 2);
            w.bytes(&bytes(LEAST));
            assert!(!self.panics, "as it was asked to");
            w.list(TType::I8, usize::MAX);
        }
    }

    impl<'de> Decode<'de> for Bad {
        fn decode_into<R: ValueReader<'de>>(&mut self, _r: &mut R) -> crate::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_fails_half_way_leaves_no_part() {
        let good = BTreeMap::from([(1, bytes(LEAST)), (2, bytes(3))]);
        for protocol in protocols() {
            let mut expected = Output::new();
            let mut out = Output::vectored();
            for round in 0..3 {
                protocol.write_value(&good, &mut expected).unwrap();
                protocol.write_value(&good, &mut out).unwrap();
                if round == 1 {
                    let panicking = Bad { panics: true };
                    let writing = AssertUnwindSafe(|| protocol.write_value(&panicking, &mut out));
                    assert!(catch_unwind(writing).is_err());
                } else if protocol.encoding() != Encoding::Json {
                    // JSON has no bound on the length of a list.
                    protocol.write_value(&Bad::default(), &mut out).unwrap_err();
                }
                assert_eq!(out.len(), expected.len(), "{protocol:?} {round}");
                assert!(out.contiguous() == expected.contiguous(), "{protocol:?} {round}");
            }
            let (position, length) = (out.position(), out.len());
            protocol.write_value(&good, &mut out).unwrap();
            assert_eq!(out.len_since(position), out.len() - length);
            out.truncate(position);
            assert_eq!(out.len(), length);
            assert!(out.contiguous() == expected.contiguous());
        }
    }

    #[test]
    fn what_is_kept_apart_counts() {
        let bytes = Bytes::from(vec![0; 1 << 28]);
        let mut out = Output::vectored();
        for protocol in protocols().filter(|protocol| protocol.encoding() != Encoding::Json) {
            out.clear();
            let error = protocol.write_value(&vec![bytes.clone(); 16], &mut out).unwrap_err();
            assert!(error.to_string().contains("message"), "{error}");
            assert!(out.is_empty());
            protocol.write_value(&vec![bytes.clone(); 15], &mut out).unwrap();
            assert!(out.len() > 15 << 28);
        }
    }
}
