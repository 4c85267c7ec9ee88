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

/// Services whose methods reach nothing that borrows.
mod beside {
    thrift_runtime::thrift! {
        idl: r#"
            struct Entry { 1: string name, 2: string owner }
            service Files { Entry find(1: i32 number) }
            service Counter { i32 count(1: string word) }
            service Sums extends Counter { i32 sum(1: i32 more) }
            service Shared extends Files { void share() }
        "#,
        types: { string: &str, "Counter": Str },
        services: none,
        partial: ["Sums"],
        rename: { "Files": Folders },
        schema: on,
    }
}

/// Types that borrow and are chosen, or generated elsewhere.
mod chosen {
    thrift_runtime::thrift! {
        idl: r#"
            typedef string Label
            struct Size { 1: required i64 bytes, 2: double ratio }
            struct Missing { 1: string name, 2: optional i32 code }
            struct Item { 1: string name }
            struct Shelf {
                1: list<Item> items = [{"name": "first"}]
                2: list<Item> more
                3: Missing missing = {"name": "gone"}
                4: Label label
                5: Label borrowed
                6: Size size
            }
            const Missing GONE = {"name": "for ever"}
            struct Owned { 1: list<i64> numbers, 2: Label label }
            typedef list<Shelf> Shelves
        "#,
        types: {
            string: &str,
            "Shelf.items": smallvec::SmallVec<[Item; 2]>,
            "Shelf.more": std::vec::Vec<Item<'a>>,
            "Shelf.borrowed": &str,
        },
        with: {
            "Label": std::string::String,
            "Size": crate::lent::Size,
            "Missing": crate::lent::Missing<'a>,
        },
    }
}

/// A key that chooses `&str` for one field leaves the services as they are.
mod one_field {
    thrift_runtime::thrift! {
        idl: r#"
            struct Entry { 1: string name, 2: string owner }
            service Counter { i32 count(1: string word) }
        "#,
        types: { "Entry.name": &str },
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

#[test]
fn services_that_borrow_nothing_have_their_traits() {
    struct Handler;
    impl beside::Counter for Handler {
        async fn count(&self, word: Str) -> thrift_runtime::Result<i32> {
            Ok(i32::try_from(word.len()).unwrap())
        }
    }
    // `sum` may be left out.
    impl beside::Sums for Handler {}
    fn is_sums(_: &impl beside::Sums) {}
    is_sums(&Handler);

    impl one_field::Counter for Handler {
        async fn count(&self, word: String) -> thrift_runtime::Result<i32> {
            Ok(i32::try_from(word.len()).unwrap())
        }
    }
    let _ = one_field::CounterProcessor::new(Handler);
    let entry = one_field::Entry { name: "a", owner: "b".to_owned() };
    assert_eq!(entry.name, entry.owner.replace('b', "a"));
}

#[test]
fn the_schema_describes_services_without_traits() {
    for (service, name) in
        [(&beside::Folders, "Files"), (&beside::Shared, "Shared"), (&beside::Counter, "Counter")]
    {
        assert_eq!(service.name(), name);
    }
}

#[test]
fn chosen_and_existing_types_may_borrow() {
    let default = chosen::Shelf::default();
    assert_eq!((default.items[0].name, default.missing.name), ("first", "gone"));
    assert_eq!(chosen::GONE.name, "for ever");
    let _: chosen::Shelves<'static> = vec![default];
    let _: chosen::Owned = chosen::Owned { numbers: vec![1], label: String::new() };
    fn shelf<'a>() -> chosen::Shelf<'a> {
        chosen::Shelf {
            items: [chosen::Item { name: "one" }, chosen::Item { name: "two" }].into(),
            more: vec![chosen::Item { name: "three" }],
            missing: lent::Missing { name: "four", code: Some(4) },
            label: "five".to_owned(),
            borrowed: "six",
            size: lent::Size { bytes: 7, ratio: 0.0 },
        }
    }
    for protocol in protocols() {
        let bytes = protocol.encode(&shelf()).unwrap();
        let read: chosen::Shelf<'_> = protocol.decode(&bytes).unwrap();
        assert_eq!(read, shelf());
        for text in [read.items[1].name, read.more[0].name, read.missing.name, read.borrowed] {
            assert!(bytes.as_ptr_range().contains(&text.as_ptr()));
        }
    }
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
