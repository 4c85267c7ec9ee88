//! The lists of the crate `smallvec`, of which short ones take no allocation.

use smallvec::{Array, SmallVec};

use super::{
    Decode, Encode, ValueReader, ValueWriter,
    container::{DecodeContainer, EncodeContainer, claim_defaults, nested, write_list},
};
use crate::{
    error::{Result, Segment},
    protocol::TType,
};

impl<A: Array<Item: Encode>> Encode for SmallVec<A> {
    const TYPE: TType = TType::List;

    #[inline(always)]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.container(self);
    }
}

impl<'de, A: Array<Item: Decode<'de>>> Decode<'de> for SmallVec<A> {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.container(self)
    }
}

impl<A: Array<Item: Encode>> EncodeContainer for SmallVec<A> {
    #[inline]
    fn write<W: ValueWriter>(&self, w: &mut W) {
        write_list(self, w);
    }
}

impl<'de, A: Array<Item: Decode<'de>>> DecodeContainer<'de> for SmallVec<A> {
    #[inline]
    fn read<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        let count = r.list_of(A::Item::TYPE)?;
        r.claim(count, size_of::<A::Item>())?;
        claim_defaults::<A::Item, R>(r, count)?;
        nested(r, A::Item::TYPE, count, |r| {
            self.truncate(count);
            for (index, element) in self.iter_mut().enumerate() {
                element.decode_into(r).map_err(|error| error.within(Segment::Index(index)))?;
            }
            let begin = self.len();
            self.reserve(count - begin);
            for index in begin..count {
                let mut element = A::Item::default();
                element.decode_into(r).map_err(|error| error.within(Segment::Index(index)))?;
                self.push(element);
            }
            Ok(())
        })?;
        r.end()
    }
}

#[cfg(test)]
mod tests {
    use smallvec::{SmallVec, smallvec};

    use crate::{
        BinaryProtocol, Protocol,
        protocol::{AnyProtocol, Encoding},
    };

    #[test]
    fn it_is_a_list_in_every_protocol() {
        let encodings = [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json];
        for protocol in encodings.into_iter().filter_map(AnyProtocol::for_encoding) {
            let mut read: SmallVec<[String; 2]> = smallvec!["before".to_owned()];
            for len in [0, 1, 2, 3, 50, 1] {
                let list: Vec<String> = (0..len).map(|n| n.to_string()).collect();
                let bytes = protocol.encode(&list).unwrap();
                protocol.decode_into(&bytes, &mut read).unwrap();
                assert_eq!(read.as_slice(), list);
                assert_eq!(read.spilled(), len > 2 || read.capacity() > 2);
                assert_eq!(protocol.encode(&read).unwrap(), bytes);
            }
        }
    }

    #[test]
    fn what_is_announced_takes_no_memory() {
        let lists = [&[11, 0x7f, 0xff, 0xff, 0xff][..], &[3, 0, 0, 0, 9, 1], &[8, 0, 0, 0, 1, 0]];
        for bytes in lists {
            let read = BinaryProtocol::STRICT.decode::<SmallVec<[String; 2]>>(bytes);
            read.unwrap_err();
        }
        let nested = [15, 0, 0, 0, 1].repeat(100);
        type Nested = SmallVec<[SmallVec<[i32; 1]>; 1]>;
        BinaryProtocol::STRICT.decode::<Nested>(&nested).unwrap_err();
    }
}
