//! Values as JSON that people write.

use serde::de::DeserializeSeed as _;
use thrift_runtime::{
    args,
    dynamic::{self, StructValue, Value},
};

use super::{book, library};

fn read(text: &str) -> Result<StructValue, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = library().structure("Book").unwrap().deserialize(&mut json);
    value.map_err(|error| error.to_string())
}

#[test]
fn a_book() {
    let value = library().structure("Book").unwrap().value(book()).unwrap();
    let text = serde_json::to_string(&value).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"title":"Emma","kind":"NOVEL","pages":474,"#,
            r#""authors":[{"name":"Jane","teacher":{"name":"George","born":1731}}],"#,
            r#""prices":{"gb":7.5,"fr":9.0},"copies":{"ATLAS":2,"9":1},"rooms":[3,-4],"#,
            r#""cover":"/wA=","id":"00112233-4455-6677-8899-aabbccddeeff","#,
            r#""place":{"reader":"Tom"},"lent":true,"#,
            r#""quotes":[[{"name":"Jane"},["Badly done!"]]],"rating":-128}"#,
        )
    );
    assert_eq!(read(&text).unwrap(), value);
}

#[test]
fn what_people_may_write_otherwise() {
    let value = read(
        r#"{"title": "X", "kind": 5, "pages": null, "cover": "/wA", "prices": {"a": "NaN", "b": 1},
            "place": {"shelf": 3}}"#,
    )
    .unwrap();
    assert_eq!(value.get("kind").unwrap().as_str(), Some("ATLAS"));
    assert_eq!(value.get("cover").unwrap().as_bytes(), Some(&b"\xff\0"[..]));
    assert!(value.get("pages").is_none());
    assert!(value.get("prices").unwrap().as_pairs().unwrap()[0].1.as_f64().unwrap().is_nan());
    assert_eq!(
        read(r#"{"title": "X", "kind": "Kind.ATLAS"}"#).unwrap().get("kind").unwrap().as_i64(),
        Some(5)
    );
}

#[test]
fn mistakes_are_told_with_their_place() {
    let error = |text: &str| read(text).unwrap_err();
    let starts = |text: &str, wanted: &str| {
        let error = error(text);
        assert!(error.starts_with(wanted), "{error}");
        assert!(error.contains(" at line 1 column "), "{error}");
    };
    starts(r#"{"title": 5}"#, "invalid type: integer `5`, expected string for Book.title");
    starts(r#"{"title": "X", "rating": 200}"#, "Book.rating: 200 is out of the range of i8");
    starts(
        r#"{"title": "X", "pages": 1.5}"#,
        "invalid type: floating point `1.5`, expected i64 for Book.pages",
    );
    starts(r#"{"title": "X", "pages": 99999999999999999999}"#, "invalid type");
    starts(r#"{"titel": "X"}"#, "`Book` has no field `titel`; did you mean `title`?");
    starts(
        r#"{"title": "X", "kind": "atlas"}"#,
        "Book.kind: `Kind` has no member `atlas`; did you mean `ATLAS`?",
    );
    starts(r#"{"title": "X", "cover": "*"}"#, "Book.cover: expected base64, found `*`");
    starts(
        r#"{"title": "X", "rooms": [1, null]}"#,
        "invalid type: null, expected i8 for Book.rooms",
    );
    starts(
        r#"{"title": "X", "place": {}}"#,
        "exactly one member of the union `Place` must be set, not 0",
    );
    starts(
        r#"{"title": "X", "place": {"shelf": 1, "reader": "Tom"}}"#,
        "exactly one member of the union `Place` must be set, not 2",
    );
    starts(r#"{"title": "X", "copies": {"x": 1}}"#, "Book.copies: `Kind` has no member `x`");
    starts(r#"{"pages": 1}"#, "Book.title: the required field is missing");
    let deep =
        format!(r#"{{"title": "X", "authors": [{}]}}"#, r#"{"name": "A", "teacher": "#.repeat(300));
    assert!(error(&deep).contains("recursion limit"), "{}", error(&deep));
}

#[test]
fn arguments_have_to_be_there() {
    let method = library().service("Library").unwrap().method("count").unwrap();
    let read = |text: &str| {
        let mut json = serde_json::Deserializer::from_str(text);
        method.clone().deserialize(&mut json).map_err(|error| error.to_string())
    };
    let arguments = read(r#"{"kind": "ATLAS"}"#).unwrap();
    assert_eq!(format!("{arguments:?}"), "Library.count { kind: ATLAS, least: 1 }");
    assert!(read(r#"{"kind": null}"#).unwrap().get("kind").is_none());
    let error = read("{}").unwrap_err();
    assert!(
        error.starts_with("Library.count.kind: the argument is missing (`null` leaves it out)"),
        "{error}"
    );
}

/// A field that is left out takes no bytes of a document, and may take many of memory.
#[test]
fn the_defaults_of_a_document_take_a_bounded_memory() {
    let long = "x".repeat(1 << 20);
    let text = format!(
        "struct D {{ 1: string w = '{long}', 2: i32 x = 1 }} struct S {{ 1: list<D> d }}
         service X {{ void f(1: list<D> d) }}"
    );
    let idl = dynamic::parse(&text).unwrap();
    let of = idl.structure("S").unwrap();
    let method = idl.service("X").unwrap().method("f").unwrap();
    let document = |one: &str, count| format!("{{\"d\":[{}]}}", vec![one; count].join(","));
    let read = |text: String| {
        let value = of.clone().deserialize(&mut serde_json::Deserializer::from_str(&text));
        value.map_err(|error| error.to_string())
    };
    let count = |value: StructValue| value.get("d").unwrap().as_elements().unwrap().len();
    assert_eq!(read(document("{}", 60)).map(count), Ok(60));
    // What is there is no default.
    assert_eq!(read(document(r#"{"w":""}"#, 100)).map(count), Ok(100));

    let message = "the defaults of all fields that are left out take too much memory";
    let error = read(document("{}", 100)).unwrap_err();
    assert!(error.starts_with(message), "{error}");
    let text = document("{}", 100);
    let value = method.clone().deserialize(&mut serde_json::Deserializer::from_str(&text));
    let error = value.unwrap_err().to_string();
    assert!(error.starts_with(message), "{error}");

    // So it is with what a program makes of fields.
    let fields = || vec![Value::from(args! {}); 100];
    let error = of.value(args! { d: fields() }).unwrap_err().to_string();
    assert!(error.ends_with(message), "{error}");
    let error = method.arguments_of(args! { d: fields() }).unwrap_err().to_string();
    assert!(error.ends_with(message), "{error}");
    let mut value = of.value(args! {}).unwrap();
    let error = value.set("d", fields()).unwrap_err().to_string();
    assert!(error.ends_with(message), "{error}");
    value.set("d", vec![Value::from(args! {}); 10]).unwrap();
}
