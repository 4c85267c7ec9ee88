//! Making values, and the checks of their types.

use thrift_runtime::{
    args,
    dynamic::{Fields, Value},
};

use super::{book, library};

fn error(fields: Fields) -> String {
    let all = args! { title: "Emma" };
    let book = library().structure("Book").unwrap();
    let mut value = book.value(all).unwrap();
    let Value::Map(fields) = Value::from(fields) else { panic!() };
    let mut errors =
        fields.into_iter().map(|(name, field)| value.set(name.as_str().unwrap(), field));
    errors.next().unwrap().unwrap_err().to_string()
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    assert_eq!(error(args! { rating: 128 }), "Book.rating: 128 is out of the range of i8");
    assert_eq!(error(args! { title: 5 }), "Book.title: expected a string, found 5");
    assert_eq!(error(args! { pages: "many" }), "Book.pages: expected an i64, found a text");
    assert_eq!(
        error(args! { kind: "NOVELL" }),
        "Book.kind: `Kind` has no member `NOVELL`; did you mean `NOVEL`?"
    );
    assert_eq!(
        error(args! { authors: [args! { name: "A" }, args! { nam: "B" }] }),
        "Book.authors[1]: `Author` has no field `nam`; did you mean `name`?"
    );
    assert_eq!(
        error(args! { authors: [args! { born: 5 }] }),
        "Book.authors[0].name: the required field is missing"
    );
    assert_eq!(
        error(args! { place: args! { shelf: 1, reader: "b" } }),
        "Book.place: exactly one member of the union `Place` must be set, not 2"
    );
    assert_eq!(error(args! { id: "12" }), "Book.id: expected a uuid, found `12`");
    assert_eq!(error(args! { lend: true }), "`Book` has no field `lend`; did you mean `lent`?");
    assert_eq!(error(args! { rooms: [1, 300] }), "Book.rooms[1]: 300 is out of the range of i8");
    let copies = Value::Map(vec![("NONE".into(), 1.into())]);
    assert_eq!(error(args! { copies: copies }), "Book.copies[key 0]: `Kind` has no member `NONE`");
}

#[test]
fn fields_are_set_and_removed() {
    let idl = library();
    let mut value = idl.structure("Book").unwrap().value(book()).unwrap();
    assert_eq!(value.get("pages").and_then(Value::as_i64), Some(474));
    value.set("pages", Value::Null).unwrap();
    assert_eq!(value.get("pages"), None);
    value.set("pages", 1_u32).unwrap();
    assert_eq!(value.get("pages"), Some(&Value::I64(1)));
    value.set("kind", 77).unwrap();
    assert_eq!(value.get("kind").and_then(Value::as_str), None);
    assert_eq!(value.get("kind").and_then(Value::as_i64), Some(77));
    let teacher = value.get("authors").unwrap().as_elements().unwrap()[0].get("teacher").unwrap();
    assert_eq!(teacher.get("born").and_then(Value::as_i64), Some(1731));
    // What was removed is missed where the value is written.
    value.set("title", Value::Null).unwrap();
    let error = value.encode(thrift_runtime::BinaryProtocol::STRICT).unwrap_err();
    assert_eq!(error.to_string(), "Book.title: the required field is missing");
}

#[test]
fn absent_fields_have_the_defaults_of_the_idl() {
    let value = library().structure("Book").unwrap().value(args! { title: "X" }).unwrap();
    assert_eq!(format!("{value:?}"), r#"Book { title: "X", kind: NOVEL, lent: false }"#);
}

#[test]
fn values_of_an_idl_loaded_twice_are_the_same() {
    let (one, other) = (library(), library());
    let of = |idl: &thrift_runtime::dynamic::Idl| idl.structure("Author").unwrap();
    let author = of(&one).value(args! { name: "Jane" }).unwrap();
    assert_eq!(author, of(&other).value(args! { name: "Jane" }).unwrap());
    let fields = args! { title: "Emma", authors: [author] };
    other.structure("Book").unwrap().value(fields).unwrap();
}

#[test]
fn values_of_rust_become_what_the_idl_asks_for() {
    let text = "enum A { X } enum B { X } struct S { 1: binary key, 2: map<string, i32> map, 3: A a, 4: i32 type }
                union U { 1: i32 x, 2: i32 y }";
    let idl = thrift_runtime::dynamic::parse(text).unwrap();
    let of = idl.structure("S").unwrap();
    let map = std::collections::BTreeMap::from([("a", 1)]);
    let value = of.value(args! { key: vec![1_u8, 2], map: map, a: "A.X", r#type: 3 }).unwrap();
    assert_eq!(value.get("key").unwrap().as_bytes(), Some(&[1, 2][..]));
    assert_eq!(value.get("map").unwrap().as_pairs().unwrap().len(), 1);
    assert_eq!(
        of.value(args! { key: b"hi" }).unwrap().get("key").unwrap().as_bytes(),
        Some(&b"hi"[..])
    );
    // A member of one enum is none of another.
    let other = thrift_runtime::dynamic::parse("enum B { X } struct T { 1: B b }").unwrap();
    let b =
        other.structure("T").unwrap().value(args! { b: "X" }).unwrap().get("b").cloned().unwrap();
    assert_eq!(
        of.value(args! { a: b }).unwrap_err().to_string(),
        "S.a: expected an A, found a member of `B`"
    );
    let mut union = idl.structure("U").unwrap().value(args! { x: 1 }).unwrap();
    union.set("y", 2).unwrap();
    assert_eq!(format!("{union:?}"), "U { y: 2 }");
}

#[test]
fn the_order_of_sets_and_maps_does_not_matter() {
    let text =
        "struct S { 1: set<set<double>> sets, 2: map<set<i32>, string> map, 3: list<i32> list }";
    let idl = thrift_runtime::dynamic::parse(text).unwrap();
    let of = idl.structure("S").unwrap();
    let sets = |sets: &[&[f64]]| {
        of.value(args! { sets: sets.iter().map(|set| set.to_vec()).collect::<Vec<_>>() })
    };
    let value = sets(&[&[1.0, 2.0], &[0.0]]).unwrap();
    assert_eq!(value, sets(&[&[-0.0], &[2.0, 1.0]]).unwrap());
    assert_eq!(value, sets(&[&[0.0], &[2.0, 1.0, 2.0], &[1.0, 2.0]]).unwrap());
    assert_ne!(value, sets(&[&[1.0, 2.0], &[1.0]]).unwrap());
    assert_ne!(value, sets(&[&[1.0, 2.0]]).unwrap());
    let nan = sets(&[&[f64::NAN]]).unwrap();
    assert_ne!(nan, nan.clone());

    let map = |pairs: &[([i32; 2], &str)]| {
        let pairs = pairs.iter().map(|(key, value)| (Value::from(*key), Value::from(*value)));
        of.value(args! { map: Value::Map(pairs.collect()) }).unwrap()
    };
    let value = map(&[([1, 2], "a"), ([3, 4], "b")]);
    assert_eq!(value, map(&[([4, 3], "b"), ([2, 1], "a")]));
    // Of equal keys the last counts.
    assert_eq!(value, map(&[([1, 2], "c"), ([3, 4], "b"), ([2, 1], "a")]));
    assert_ne!(value, map(&[([1, 2], "a"), ([3, 4], "a")]));
    assert_ne!(value, map(&[([1, 2], "a"), ([3, 5], "b")]));

    let list = |list: [i32; 2]| of.value(args! { list: list }).unwrap();
    assert_ne!(list([1, 2]), list([2, 1]));
}

/// Within sets, the first of two that differ would be looked at again and again.
#[test]
fn sets_within_sets_are_compared_in_little_time() {
    let deep = 30;
    let text = format!("struct S {{ 1: {}i32{} s }}", "set<".repeat(deep), ">".repeat(deep));
    let idl = thrift_runtime::dynamic::parse(&text).unwrap();
    let of = idl.structure("S").unwrap();
    let nested = |turned: bool| {
        let mut value = Value::List(vec![1.into(), 2.into()]);
        for level in 1..deep {
            let mut other = Value::I32(level as i32);
            (0..level).for_each(|_| other = Value::List(vec![std::mem::take(&mut other)]));
            let mut elements = vec![value, other];
            if turned {
                elements.reverse();
            }
            value = Value::List(elements);
        }
        of.value(args! { s: value }).unwrap()
    };
    assert_eq!(nested(false), nested(true));
}

/// A message of a few bytes must not keep a program busy that compares it.
#[test]
fn sets_that_were_received_are_compared_in_little_time() {
    use thrift_runtime::{
        BinaryProtocol, Protocol as _,
        protocol::TType,
        value::{Any, AnyStruct},
    };
    let text =
        "struct S { 1: set<map<i32, i32>> maps, 2: set<S> sets, 3: set<U> newer } struct U {}";
    let of = thrift_runtime::dynamic::parse(text).unwrap().structure("S").unwrap();
    let set = |id, ty, elements| AnyStruct(vec![(id, Any::Set(ty, elements))]);
    let map = |n| Any::Map(TType::I32, TType::I32, vec![(Any::I32(1), Any::I32(n))]);
    let newer = |n| Any::Struct(AnyStruct(vec![(9, Any::I32(n))]));
    let maps = set(1, TType::Map, (0..10_000).map(map).collect());
    let newer = set(3, TType::Struct, (0..10_000).map(newer).collect());
    let mut sets = AnyStruct(Vec::new());
    for _ in 0..14 {
        sets = set(2, TType::Struct, vec![Any::Struct(sets.clone()), Any::Struct(sets)]);
    }
    let start = std::time::Instant::now();
    for value in [maps, newer, sets] {
        let bytes = BinaryProtocol::STRICT.encode(&value).unwrap();
        let value = of.decode(BinaryProtocol::STRICT, &bytes).unwrap();
        assert!(value == value.clone());
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// What equality is, in the plainest words.
fn equal(a: &Value, b: &Value) -> bool {
    let last = |pairs: &[(Value, Value)], key: &Value| {
        pairs.iter().rposition(|(other, _)| equal(other, key))
    };
    let all = |a: &[Value], b: &[Value]| a.iter().all(|a| b.iter().any(|b| equal(a, b)));
    match (a, b) {
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Set(a), Value::Set(b)) => all(a, b) && all(b, a),
        (Value::Map(a), Value::Map(b)) => {
            let all = |a: &[(Value, Value)], b: &[(Value, Value)]| {
                a.iter().all(|(key, _)| match (last(a, key), last(b, key)) {
                    (Some(at), Some(other)) => equal(&a[at].1, &b[other].1),
                    _ => false,
                })
            };
            all(a, b) && all(b, a)
        }
        _ => a == b,
    }
}

#[test]
fn values_are_equal_as_the_plain_words_have_it() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    fn value(depth: u32, random: &mut dyn FnMut(u64) -> u64) -> Value {
        let kind = random(if depth == 0 { 9 } else { 18 });
        let mut all = || (0..random(3)).map(|_| value(depth - 1, random)).collect::<Vec<_>>();
        match kind {
            0 => Value::I8(1),
            1 => Value::I32(1),
            2 => Value::Double(f64::NAN),
            3 => Value::Double(0.0),
            4 => Value::Double(-0.0),
            5 => "1".into(),
            6 => b"1".into(),
            7 | 8 => Value::Bool(kind == 7),
            9..12 => Value::List(all()),
            12..15 => Value::Set(all()),
            _ => Value::Map(all().into_iter().zip(all()).collect()),
        }
    }
    let mut found = [0, 0];
    for _ in 0..20_000 {
        let depth = random(4) as u32;
        let (a, b) = (value(depth, &mut random), value(depth, &mut random));
        for other in [&b, &a.clone()] {
            assert_eq!(a == *other, equal(&a, other), "{a:?} {other:?}");
            found[usize::from(a == *other)] += 1;
        }
    }
    assert!(found[0] > 5_000 && found[1] > 5_000, "{found:?}");
}

#[test]
fn structs_in_sets_are_compared_with_what_only_newer_peers_know() {
    use thrift_runtime::{
        BinaryProtocol, Protocol as _,
        protocol::TType,
        value::{Any, AnyStruct},
    };
    let parse = || thrift_runtime::dynamic::parse("struct S { 1: set<S> s, 2: i32 x }").unwrap();
    let value = |elements: &[AnyStruct]| {
        let elements = elements.iter().cloned().map(Any::Struct).collect();
        let all = AnyStruct(vec![(1, Any::Set(TType::Struct, elements))]);
        let bytes = BinaryProtocol::STRICT.encode(&all).unwrap();
        parse().structure("S").unwrap().decode(BinaryProtocol::STRICT, &bytes).unwrap()
    };
    let fields = |fields: &[(i16, i32)]| {
        AnyStruct(fields.iter().map(|(id, value)| (*id, Any::I32(*value))).collect())
    };
    let [a, b, c] = [&[(2, 1), (9, 1)][..], &[(2, 1), (9, 2)], &[(2, 1)]].map(fields);
    let both = value(&[a.clone(), b.clone()]);
    assert_eq!(both, value(&[b.clone(), a.clone(), b.clone()]));
    for other in [value(&[a.clone(), c.clone()]), value(&[a]), value(&[b, c])] {
        assert_ne!(both, other);
    }
}

#[test]
fn a_value_is_small() {
    assert!(size_of::<Value>() <= 32, "{}", size_of::<Value>());
}
