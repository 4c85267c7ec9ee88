//! Default values and constants of every form.

mod generated {
    thrift_runtime::thrift!("idl/values.thrift");
}

use std::collections::{BTreeMap, BTreeSet};

use generated::{Choice, Colour, Defaults, Point, Refused, other::Level};
use thrift_runtime::{BinaryProtocol, Bytes, OrderedFloat, Protocol, Uuid};

const ID: Uuid = Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff);

fn origin() -> Point {
    Point { x: 0, y: 0, label: Some("origin".to_owned()) }
}

#[test]
fn defaults() {
    let value = Defaults::default();
    let point = |x, y| Point { x, y, label: Some("p".to_owned()) };
    let expected = Defaults {
        yes: true,
        one: true,
        small: -128,
        medium: 0x7fff,
        large: i32::MIN,
        huge: i64::MAX,
        half: 0.5,
        whole: 3.0,
        tiny: -0.001,
        text: "a \"quoted\" Zoë\n".to_owned(),
        bytes: Bytes::from_static(b"bytes"),
        id: ID,
        colour: Colour::GREEN,
        number: Colour::GREEN,
        grade: Level::HIGH,
        count: 12,
        list: vec![3, 1, 2],
        set: BTreeSet::from(["a".to_owned(), "b".to_owned()]),
        map: BTreeMap::from([("k".to_owned(), vec![Colour::RED, Colour::BLUE])]),
        point: point(1, 5),
        choice: Choice::Number(4),
        initial: Choice::Text("chosen".to_owned()),
        doubles: Some(vec![1.0, 2.5]),
        nowhere: None,
        by_point: BTreeMap::from([(
            point(2, 0),
            BTreeSet::from([OrderedFloat(0.5), OrderedFloat(-1.0)]),
        )]),
        empty: vec![],
        shared: vec![origin(), point(1, 2)],
        origin: origin(),
        required_one: 9,
        refused: Refused { message: "no".to_owned(), code: 7 },
    };
    assert_eq!(value, expected);
}

#[test]
fn defaults_stand_for_what_is_absent_also_in_place_of_other_values() {
    // field 29, the required one
    let bytes = b"\x08\0\x1d\0\0\0\x09\0";
    let fresh: Defaults = BinaryProtocol::STRICT.decode(bytes).unwrap();
    // An absent union has the default of its type.
    assert_eq!(fresh, Defaults::default());
    let mut other = Defaults {
        list: vec![],
        doubles: None,
        nowhere: Some(Point::default()),
        text: String::new(),
        required_one: 1,
        origin: Point { x: 9, ..Point::default() },
        ..Defaults::default()
    };
    BinaryProtocol::STRICT.decode_into(bytes, &mut other).unwrap();
    assert_eq!(other, fresh);
}

#[test]
fn what_rust_can_compute_is_const() {
    const ALL: (bool, i8, i16, generated::Count, i64, f64, f64, &str, &str) = (
        generated::YES,
        generated::SMALL,
        generated::MEDIUM,
        generated::LARGE,
        generated::HUGE,
        generated::HALF,
        generated::WHOLE,
        generated::TEXT,
        generated::SAME_TEXT,
    );
    let text = "single \"and\" double";
    assert_eq!(ALL, (true, -3, 300, 16, i64::MIN, 0.5, 2.0, text, text));
    const MORE: (Uuid, Colour, Colour, Level, i32, i32) = (
        generated::ID,
        generated::COLOUR,
        generated::NUMBERED,
        generated::LEVEL,
        generated::FROM_ENUM,
        generated::LIMIT,
    );
    assert_eq!(MORE, (ID, Colour::BLUE, Colour::GREEN, Level::LOW, -7, 12));
}

#[test]
fn other_constants_are_made_at_their_first_use() {
    let float = OrderedFloat;
    assert_eq!(*generated::BYTES, Bytes::from_static(b"bytes"));
    assert_eq!(*generated::TEXTS, ["single \"and\" double", "b", "other"]);
    assert_eq!(*generated::NUMBERS, BTreeSet::from([3, 16]));
    assert_eq!(*generated::DOUBLES, BTreeSet::from([float(0.5), float(1.0)]));
    assert_eq!(generated::NESTED[&Colour::RED]["a"], 1);
    assert!(generated::NESTED[&Colour::GREEN].is_empty());
    assert_eq!(generated::TWICE["a"], 2);
    assert_eq!(*generated::ORIGIN, origin());
    assert_eq!(generated::POINTS[0], origin());
    assert_eq!(generated::POINTS[1].y, 2);
    assert_eq!(*generated::CHOSEN, Choice::Text("t".to_owned()));
    assert_eq!(generated::BY_DOUBLES[&vec![float(1.0), float(2.0)]], origin());
    assert!(generated::SET_OF_LISTS.contains(&vec![float(0.25)]));
    assert_eq!(*generated::LIST_OF_DOUBLES, [0.5, 2.0, 3.0]);
    assert!(generated::EMPTY.is_empty());
    assert_eq!(generated::TOO_LARGE, f64::INFINITY);
    assert_eq!(*generated::TOO_SMALL, BTreeSet::from([float(f64::NEG_INFINITY)]));
    assert_eq!(*generated::REFUSED, Refused { message: "no".to_owned(), code: 1 });
}

#[test]
fn enums_are_open_numbers_with_names() {
    assert_eq!(Colour::values(), [Colour::RED, Colour::GREEN, Colour::BLUE]);
    assert_eq!(Colour::GREEN.name(), Some("GREEN"));
    assert_eq!((Colour::from(-7), i32::from(Colour(40))), (Colour::BLUE, 40));
    assert_eq!("BLUE".parse(), Ok(Colour::BLUE));
    let error = "blue".parse::<Colour>().unwrap_err();
    assert_eq!(error.to_string(), "Colour has no member \"blue\"");
    assert_eq!(format!("{} {:?}", Colour::RED, Colour::RED), "RED Colour::RED");
    assert_eq!(format!("{} {:?}", Colour(9), Colour(9)), "9 Colour(9)");
    assert_eq!((Colour::default(), Level::default()), (Colour(0), Level::LOW));
}

#[test]
fn exceptions_are_errors() {
    let error: Box<dyn std::error::Error> = Box::new(Refused::default());
    assert_eq!(error.to_string(), "Refused: no");
    let forged = Refused { message: "no\n2026-01-01 INFO \u{1b}[2J".to_owned(), code: 1 };
    assert_eq!(forged.to_string(), "Refused: no\\n2026-01-01 INFO \\u{1b}[2J");
}

/// A list of other elements is skipped like a field that is not known, wherever it stands.
#[test]
fn a_default_stays_where_a_list_has_other_elements() {
    // field 18, then field 17 as a list of strings, then the required one
    let bytes = b"\x0e\0\x12\x0b\0\0\0\0\x0f\0\x11\x0b\0\0\0\x01\0\0\0\x01a\x08\0\x1d\0\0\0\x09\0";
    let read: Defaults = BinaryProtocol::STRICT.decode(bytes).unwrap();
    assert_eq!(read.list, [3, 1, 2]);
    // Once read, it is not forgotten for a later one that is none.
    let bytes = b"\x0f\0\x11\x08\0\0\0\x01\0\0\0\x05\x0f\0\x11\x0b\0\0\0\x01\0\0\0\x01a\x08\0\x1d\0\0\0\x09\0";
    let read: Defaults = BinaryProtocol::STRICT.decode(bytes).unwrap();
    assert_eq!(read.list, [5]);
}
