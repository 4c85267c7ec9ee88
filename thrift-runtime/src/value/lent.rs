//! Text and bytes that are borrowed from the message they were read from.

use super::{Decode, Encode, ValueReader, ValueWriter};
use crate::{error::Result, protocol::TType};

/// Borrowed from the message when it is read. In JSON, a text that has escapes does not stand in the
/// message as it is, and is an error.
impl Encode for &str {
    const TYPE: TType = TType::String;

    #[inline(always)]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.string(self);
    }
}

impl<'de: 'a, 'a> Decode<'de> for &'a str {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        *self = r.lent_str()?;
        Ok(())
    }
}

/// Borrowed from the message when it is read. In JSON, where bytes are written as text, that is an error.
impl Encode for &[u8] {
    const TYPE: TType = TType::String;

    #[inline(always)]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.binary(self);
    }
}

impl<'de: 'a, 'a> Decode<'de> for &'a [u8] {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        *self = r.lent_bytes()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use crate::{
        BinaryProtocol, Bytes, Protocol, ThriftStruct, ThriftUnion,
        protocol::{AnyProtocol, Encoding},
    };

    #[derive(Debug, Default, PartialEq, ThriftStruct)]
    #[thrift(crate = crate)]
    struct Page<'a> {
        #[thrift(id = 1)]
        title: &'a str,
        #[thrift(id = 2)]
        lines: Vec<&'a str>,
        #[thrift(id = 3)]
        marks: BTreeMap<&'a str, i32>,
        #[thrift(id = 4)]
        notes: HashMap<i32, Vec<Note<'a>>>,
        #[thrift(id = 5)]
        next: Option<Box<Page<'a>>>,
    }

    #[derive(Debug, PartialEq, ThriftUnion)]
    #[thrift(crate = crate, closed)]
    enum Note<'a> {
        #[thrift(id = 1)]
        Text(&'a str),
        #[thrift(id = 2)]
        Number(i64),
    }

    impl Default for Note<'_> {
        fn default() -> Self {
            Note::Number(0)
        }
    }

    fn page<'a>() -> Page<'a> {
        Page {
            title: "a title that is longer than what is held inline",
            lines: vec!["", "one", "zwölf"],
            marks: BTreeMap::from([("a", 1), ("b", 2)]),
            notes: HashMap::from([(7, vec![Note::Text("seen"), Note::Number(9)])]),
            next: Some(Box::new(Page { title: "next", ..Page::default() })),
        }
    }

    fn protocols() -> impl Iterator<Item = AnyProtocol> {
        let encodings = [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json];
        encodings.into_iter().filter_map(AnyProtocol::for_encoding)
    }

    #[test]
    fn text_is_borrowed_from_the_message_in_every_protocol() {
        for protocol in protocols() {
            let bytes = protocol.encode(&page()).unwrap();
            let read: Page<'_> = protocol.decode(&bytes).unwrap();
            assert_eq!(read, page());
            assert!(bytes.as_ptr_range().contains(&read.title.as_ptr()));
        }
    }

    #[test]
    fn bytes_are_borrowed_where_they_stand_as_they_are() {
        for protocol in protocols() {
            let bytes = protocol.encode(&Bytes::from_static(b"\0\xff")).unwrap();
            match protocol.decode::<&[u8]>(&bytes) {
                Ok(read) => {
                    assert_eq!(read, b"\0\xff");
                    assert!(bytes.as_ptr_range().contains(&read.as_ptr()));
                }
                Err(error) => {
                    assert_eq!(protocol.encoding(), Encoding::Json);
                    assert_eq!(error.to_string(), "bytes in JSON are text, and cannot be borrowed");
                }
            }
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let error = BinaryProtocol::STRICT.decode::<&str>(b"\0\0\0\x01\xff").unwrap_err();
        assert!(error.to_string().contains("UTF-8"), "{error}");
    }

    #[cfg(feature = "json")]
    #[test]
    fn what_json_escapes_cannot_be_borrowed() {
        let error = crate::JsonProtocol.decode::<Vec<&str>>(br#"["str",2,"a","b\n"]"#).unwrap_err();
        let told = "at [1]: the string has escapes, and cannot be borrowed";
        assert!(
            error.to_string().contains("has escapes, and cannot be borrowed"),
            "{error} {told}"
        );
    }
}
