//! Text and bytes that are borrowed from the message they were read from.

use super::{Decode, Encode, ValueReader, ValueWriter};
use crate::{error::Result, protocol::TType};

impl Encode for &str {
    const TYPE: TType = TType::String;

    #[inline(always)]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.string(self);
    }
}

/// Borrowed from the message. In JSON, a text that has escapes does not stand in the message as it is, and is
/// an error.
impl<'de: 'a, 'a> Decode<'de> for &'a str {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        *self = r.lent_str()?;
        Ok(())
    }
}

impl Encode for &[u8] {
    const TYPE: TType = TType::String;

    #[inline(always)]
    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.binary(self);
    }
}

/// Borrowed from the message. In JSON, where bytes are written as text, that is an error.
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

    #[derive(Debug, Default, PartialEq, ThriftStruct)]
    #[thrift(crate = crate, transparent)]
    struct Name<'a>(&'a [u8]);

    #[derive(Debug, Default, PartialEq, ThriftStruct)]
    #[thrift(crate = crate)]
    struct Mixed<'m, 'c, T: crate::Value> {
        #[thrift(id = 1)]
        name: Name<'m>,
        #[thrift(id = 2)]
        owned: std::borrow::Cow<'c, str>,
        #[thrift(id = 3)]
        values: Vec<T>,
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
                    assert_eq!(
                        error.to_string(),
                        "bytes are base64 text in JSON and cannot be borrowed"
                    );
                }
            }
        }
    }

    #[test]
    fn only_what_borrows_is_bound_to_the_message() {
        fn read(bytes: &[u8]) -> Mixed<'_, 'static, i32> {
            BinaryProtocol::STRICT.decode(bytes).unwrap()
        }
        let mixed = Mixed { name: Name(b"name"), owned: "text".into(), values: vec![1_i32, 2] };
        assert_eq!(read(&BinaryProtocol::STRICT.encode(&mixed).unwrap()), mixed);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let error = BinaryProtocol::STRICT.decode::<&str>(b"\0\0\0\x01\xff").unwrap_err();
        assert!(error.to_string().contains("UTF-8"), "{error}");
    }

    #[cfg(feature = "json")]
    #[test]
    fn what_json_escapes_cannot_be_borrowed() {
        let list = br#"["str",2,"a","b\n"]"#;
        let error = crate::JsonProtocol.decode::<Vec<&str>>(list).unwrap_err();
        assert_eq!(error.to_string(), "[1]: a string with escapes cannot be borrowed");
    }
}
