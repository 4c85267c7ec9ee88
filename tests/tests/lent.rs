//! Types of an IDL that borrow their text and bytes from the message that they are read from.

use std::collections::BTreeMap;

use thrift_runtime::{AnyProtocol, BinaryProtocol, CompactProtocol, JsonProtocol, Protocol, Str};

mod lent {
    thrift_runtime::thrift! {
        idl: r#"
            typedef string Name
            typedef list<Name> Names
            enum Kind { FILE = 1, FOLDER = 2 }
            const Names ROOTS = ["usr", "var"]
            const map<string, binary> MARKS = {"a": "b"}
            struct Size { 1: required i64 bytes, 2: double ratio }
            union Content { 1: binary bytes, 2: Name link, 3: list<Entry> entries }
            struct Entry {
                1: required Name name = "unnamed"
                2: Kind kind
                3: optional Content content
                4: map<Name, list<string>> labels
                5: set<Name> owners
                6: optional Entry next
                7: Size size
                8: double ratio
                9: Names aliases = ROOTS
            }
            exception Missing { 1: Name name, 2: optional i32 code }
            service Files { Entry find(1: Name name) throws (1: Missing missing) }
        "#,
        types: { string: &str, binary: &[u8] },
        services: none,
    }
}

mod owned {
    thrift_runtime::thrift! {
        idl: r#"
            union Content { 1: binary bytes, 2: string link, 3: list<Entry> entries }
            struct Size { 1: required i64 bytes, 2: double ratio }
            struct Entry {
                1: required string name
                2: i32 kind
                3: optional Content content
                4: map<string, list<string>> labels
                5: set<string> owners
                6: optional Entry next
                7: Size size
                8: double ratio
                9: list<string> aliases
            }
        "#,
        types: { string: Str },
    }
}

fn protocols() -> [AnyProtocol; 3] {
    [
        AnyProtocol::Binary(BinaryProtocol::STRICT),
        AnyProtocol::Compact(CompactProtocol),
        AnyProtocol::Json(JsonProtocol),
    ]
}

fn entry<'a>() -> lent::Entry<'a> {
    let file = lent::Entry {
        name: "a name that is too long to be held in place",
        kind: lent::Kind::FILE,
        content: Some(lent::Content::Link("there")),
        size: lent::Size { bytes: 7, ratio: 0.5 },
        ..Default::default()
    };
    lent::Entry {
        name: "folder",
        kind: lent::Kind::FOLDER,
        content: Some(lent::Content::Entries(vec![file])),
        labels: BTreeMap::from([("colour", vec!["red", "green"])]),
        owners: ["me", "you"].into(),
        next: Some(Box::default()),
        ..Default::default()
    }
}

#[test]
fn what_is_read_is_a_part_of_the_message() {
    for protocol in protocols() {
        let bytes = protocol.encode(&entry()).unwrap();
        let read: lent::Entry<'_> = protocol.decode(&bytes).unwrap();
        assert_eq!(read, entry());
        assert!(bytes.as_ptr_range().contains(&read.name.as_ptr()));
        // The same bytes as those of types that own what they have.
        let owned: owned::Entry = protocol.decode(&bytes).unwrap();
        assert_eq!(owned.aliases, ["usr", "var"].map(Str::from));
        assert_eq!(protocol.encode(&owned).unwrap(), bytes);
    }
}

#[test]
fn bytes_are_a_part_of_the_message_where_they_stand_as_they_are() {
    let content = lent::Content::Bytes(b"\0\xff and more");
    for protocol in protocols() {
        let bytes = protocol.encode(&content).unwrap();
        match protocol.decode::<lent::Content<'_>>(&bytes) {
            Ok(read) => assert_eq!(read, content),
            Err(error) => {
                assert!(matches!(protocol, AnyProtocol::Json(_)));
                assert_eq!(
                    error.to_string(),
                    "Content.bytes: bytes are base64 text in JSON and cannot be borrowed"
                );
            }
        }
    }
}

#[test]
fn a_prefix_is_an_error_and_no_panic() {
    for protocol in protocols() {
        let bytes = protocol.encode(&entry()).unwrap();
        for end in 0..bytes.len() {
            assert!(protocol.decode::<lent::Entry<'_>>(&bytes[..end]).is_err());
        }
    }
}

#[test]
fn constants_borrow_for_ever() {
    let roots: &'static [&'static str] = &lent::ROOTS;
    assert_eq!(roots, ["usr", "var"]);
    assert_eq!(lent::MARKS["a"], b"b");
    assert_eq!(lent::Entry::default().name, "unnamed");
    let missing = lent::Missing { name: "x", code: None };
    assert!(missing.to_string().starts_with("Missing"), "{missing}");
}

/// Foreign types that borrow, which a module reads from borrowed text.
mod with {
    use std::collections::BTreeMap;

    use thrift_runtime::{
        BinaryProtocol, Protocol, ThriftException, ThriftStruct, ThriftUnion,
        value::{UnknownFields, UnknownMember},
    };

    #[derive(Debug, Clone, Copy, Default, PartialEq)]
    struct Path<'a> {
        folder: &'a str,
        file: &'a str,
    }

    /// A path as text.
    mod path {
        use super::Path;

        pub(super) fn to_wire(path: &Path<'_>) -> String {
            format!("{}/{}", path.folder, path.file)
        }

        pub(super) fn from_wire(text: &str) -> Result<Path<'_>, &'static str> {
            let (folder, file) = text.split_once('/').ok_or("there is no folder")?;
            Ok(Path { folder, file })
        }
    }

    #[derive(Debug, Default, PartialEq, ThriftStruct)]
    struct Fields<'a, 'b> {
        #[thrift(id = 1, with = path)]
        plain: Path<'a>,
        #[thrift(id = 2, with = path, required)]
        required: Path<'b>,
        #[thrift(id = 3, with = path)]
        optional: Option<Path<'a>>,
        #[thrift(id = 4)]
        names: BTreeMap<i32, Name<'b>>,
        #[thrift(unknown)]
        more: UnknownFields,
    }

    #[derive(Debug, Default, PartialEq, ThriftStruct)]
    #[thrift(transparent)]
    struct Name<'a>(#[thrift(with = path)] Path<'a>);

    #[derive(Debug, PartialEq, ThriftUnion)]
    #[thrift(default)]
    enum Target<'a> {
        #[thrift(id = 1, with = path)]
        Path(Path<'a>),
        #[thrift(id = 2)]
        Number(i32),
        #[thrift(unknown)]
        Unknown(UnknownMember),
    }

    #[derive(Debug, Default, PartialEq, ThriftException)]
    struct Missing<'a> {
        #[thrift(id = 1, with = path)]
        path: Path<'a>,
    }

    #[track_caller]
    fn is_read_as_written<'a, T>(value: T, bytes: &'a mut Vec<u8>)
    where
        T: thrift_runtime::value::Encode
            + thrift_runtime::value::Decode<'a>
            + std::fmt::Debug
            + PartialEq,
    {
        *bytes = BinaryProtocol::STRICT.encode(&value).unwrap();
        assert_eq!(BinaryProtocol::STRICT.decode::<T>(&*bytes).unwrap(), value);
    }

    #[test]
    fn a_foreign_type_may_borrow_from_the_message() {
        let path = Path { folder: "usr", file: "bin" };
        let fields = Fields {
            plain: path,
            required: path,
            optional: Some(path),
            names: BTreeMap::from([(1, Name(path))]),
            more: UnknownFields::default(),
        };
        is_read_as_written(fields, &mut Vec::new());
        is_read_as_written(Name(path), &mut Vec::new());
        is_read_as_written(Target::Path(path), &mut Vec::new());
        is_read_as_written(Missing { path }, &mut Vec::new());
        let bytes = BinaryProtocol::STRICT.encode(&Name(path)).unwrap();
        let Name(read) = BinaryProtocol::STRICT.decode(&bytes).unwrap();
        assert!(bytes.as_ptr_range().contains(&read.file.as_ptr()));
    }
}
