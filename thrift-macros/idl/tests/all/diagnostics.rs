//! The messages about texts with mistakes.

use super::outcome::{Outcome, messages};
use thrift_idl::model::{Item, Value};

/// Checks the messages about a text, in order.
fn check(text: &str, expected: &[&str]) {
    assert_eq!(messages(text), expected, "{text}");
}

#[test]
fn every_mistake_is_told_in_one_go() {
    check(
        "struct A {
            1: i32? maybe
            2: Missing m
            2: string twice
            4: required ;
            5: bool ok
        }
        enum E { A = 'x', B = 3000000000, C }
        const i32 N = 'text'
        service S {
            void f(1: i32 a, 2: Nope b)
            oneway i32 g()
            void list()
        }",
        &[
            "unexpected character `?`",
            "unexpected token `;`, expected a type",
            "unexpected token `'x'`, expected an integer",
            "the oneway function `g` must return void",
            "unexpected token `list`, expected an identifier to name the function",
            "the value 3000000000 of `B` is out of the range of i32",
            "undefined type `Missing`",
            "duplicate field id 2",
            "mismatched types in the constant `N`: expected i32, found a string",
            "undefined type `Nope`",
        ],
    );
}

#[test]
fn a_definition_has_one_separator_at_most() {
    const DEFINITION: &str = "unexpected token `;`, expected a definition (const, typedef, enum, struct, union, exception \
         or service)";
    check(
        "typedef i32 A; const i32 N = 1; const i32 M = 2, struct S {}; enum E {}; service T {};",
        &[],
    );
    for text in ["typedef i32 A;;", "typedef i32 A,;", "const i32 N = 1;;", "struct S {};;"] {
        check(text, &[DEFINITION]);
    }
}

#[test]
fn what_has_no_mistake_stands() {
    let outcome = Outcome::of_text(
        "typedef Gone T
        struct A { 1: T t, 2: i32 x }
        const i32 N = 'x'
        const i32 M = N
        const i32 L = 3
        const list<i32> K = [L, L]
        service S { void f(1: T t), void g(1: A a) }",
    );
    assert_eq!(outcome.messages().len(), 2, "{}", outcome.draw());
    let items = outcome.items();
    assert_eq!(items.len(), 4);
    let Item::Struct(a) = &items[0] else { panic!() };
    assert_eq!(a.fields.len(), 1);
    let Item::Const(k) = &items[2] else { panic!() };
    let one = thrift_idl::model::ItemId { module: 0, item: 1 };
    assert!(format!("{:?}", k.value).contains(&format!("{one:?}")));
    let Item::Service(s) = &items[3] else { panic!() };
    assert_eq!(s.functions.len(), 1);
}

#[test]
fn a_brace_that_is_not_closed_does_not_take_the_next_definition() {
    let outcome = Outcome::of_text(
        "struct A {\n  1: i32 x\n\nstruct B {\n  1: i32 y\n}\nconst list<i32> L = [1\nenum E { X }\n",
    );
    assert_eq!(outcome.errors().count(), 2, "{}", outcome.draw());
    assert_eq!(outcome.items().len(), 3);
    assert!(outcome.draw().contains("opened here"));
}

#[test]
fn help_names_what_was_meant() {
    let outcome = Outcome::of_text(
        "struct Message { 1: Mesage again }
        enum Color { RED }
        const Color C = Color.RDE
        service S extends Sevrice {}
        service Service {}
        struct P { 1: i32 count }
        const P ONE = {'cuont': 1}",
    );
    let drawn = outcome.draw();
    for meant in ["`Message`", "`Color.RED`", "`Service`", "`count`"] {
        assert!(drawn.contains(&format!("did you mean {meant}?")), "{drawn}");
    }
}

#[test]
fn the_drawing_is_rustcs() {
    let outcome = Outcome::of_text("struct User {\n  1: i64 id\n  2: string n\n  2: string m\n}\n");
    let expected = "\
duplicate field id 2
 --> root.thrift:4:3
  |
3 |   2: string n
  |   - already taken by field `n`
4 |   2: string m
  |   ^";
    assert_eq!(outcome.draw(), expected);
}

#[test]
fn cycles() {
    check("typedef A A", &["recursive typedef: `A` refers to itself"]);
    check(
        "typedef list<B> A typedef map<i32, A> B struct S { 1: A a }",
        &["recursive typedef: `A` refers to itself"],
    );
    check("const i32 A = B const i32 B = A", &["recursive constant: `A` refers to itself"]);
    check(
        "service A extends B {} service B extends A {}",
        &["recursive service: `A` extends itself"],
    );
    check(
        "struct A { 1: required B b } struct B { 1: required A a }",
        &[
            "recursive type: `A` contains itself and would be infinite",
            "recursive type: `B` contains itself and would be infinite",
        ],
    );
}

#[test]
fn endless_defaults() {
    let endless = "recursive default value: the default of field `a` contains itself";
    check("struct A { 1: i32 x = 1, 2: optional A a = {} }", &[endless]);
    check("const list<A> L = [{}] struct A { 1: list<A> a = L }", &[endless]);
    check("struct A { 1: B b = {} } struct B { 1: list<A> a }", &[]);
}

#[test]
fn warnings() {
    check("struct S { i32 a, i32 b }", &["2 fields without an id; this is the first"]);
    check("struct S { 0: i32 a, -2: i32 b }", &["the field id 0 is not positive"]);
    check("struct S { -1: i32 a, 7: i32 b, -2: i32 c }", &[]);
    check(
        "struct S { -5: i32 a, -6: i32 b }",
        &["the field id -5 is not positive", "the field id -6 is not positive"],
    );
    check(
        "exception E {} service S { void f() throws (0: E e) }",
        &["the field id 0 is not positive"],
    );
    check(
        "union U { 1: required i32 a }",
        &["`required` has no meaning for the union's member `a`"],
    );
    check("service S { async void f() }", &["`async` is the old word for `oneway`"]);
    check("struct S { 1: list<byte> b }", &["a list of bytes"]);
    check("service S { void f(1: optional byte b) } ", &[]);
    check("enum E { A } const E C = Nowhere.A", &["unknown name `Nowhere.A` is read as `E.A`"]);
    check("enum E { A } enum F { A } const E C = F.A", &[]);
    check("enum E { A } enum F { A } struct S { 1: E e = F.A }", &[]);
}

#[test]
fn numbers_that_have_the_bits_of_a_type_are_taken() {
    let outcome = Outcome::of_text(
        "const byte B = 200
        const i16 S = 33000
        const i32 I = 4294967295
        struct F { 1: byte b = 255 }
        enum E { X = 128 }
        const byte N = E.X",
    );
    assert_eq!(outcome.errors().count(), 0, "{}", outcome.draw());
    assert_eq!(
        outcome.messages(),
        [
            "200 is out of the range of i8, in the constant `B`",
            "33000 is out of the range of i16, in the constant `S`",
            "4294967295 is out of the range of i32, in the constant `I`",
            "128 is out of the range of i8, in the constant `N`",
            "255 is out of the range of i8, in the default value of field `b`",
        ]
    );
    let values: Vec<_> = outcome
        .items()
        .iter()
        .filter_map(|item| match item {
            Item::Const(item) => Some(item.value.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(values, [-56, -32536, -1, -128].map(Value::Int));
    for text in ["const byte B = 256", "const byte B = -129", "const i16 S = 65536"] {
        let outcome = Outcome::of_text(text);
        assert_eq!(outcome.errors().count(), 1, "{text}");
    }
}

/// The error about a text that has only one, and its help.
fn one_error(text: &str) -> (String, String) {
    let outcome = Outcome::of_text(text);
    let drawn = outcome.draw();
    assert_eq!(outcome.diagnostics.found().len(), 1, "{text}\n{drawn}");
    let error = &outcome.diagnostics.found()[0];
    (error.message.clone(), error.help.clone().unwrap_or_default())
}

#[test]
fn misspelt_keywords_are_told_once() {
    for (text, meant) in [
        ("strct A { 1: i32 a } struct B { 1: A a }", "struct"),
        ("ENUM E { X } struct B { 1: E e = E.X }", "enum"),
        ("Service S { void f() } service T extends S {}", "service"),
        ("typedf i32 Id struct B { 1: Id id }", "typedef"),
        ("cosnt i32 N = 1 const i32 M = N", "const"),
        ("unoin U { 1: i32 a } struct B { 1: U u }", "union"),
        ("excepton E {} service S { void f() throws (1: E e) }", "exception"),
        ("namespce rs a struct B {}", "namespace"),
        ("struct A { 1: optinal string name, 2: i32 b }", "optional"),
        ("struct A { 1: Required list<i32> name, 2: i32 b }", "required"),
        ("struct A { 1: lst<i32> a, 2: i32 b }", "list"),
        ("struct A { 1: map<i32, Set<i32>> a, 2: i32 b }", "set"),
        ("struct A { 1: mpa<i32, i32> a, 2: i32 b }", "map"),
        ("struct A { 1: vector<i32> a, 2: i32 b }", "list"),
        ("exception E {} service S { void f() thows (1: E e), void g() }", "throws"),
        ("service P {} service S extnds P { void f() }", "extends"),
        ("service S { onway void f(), void g() }", "oneway"),
        ("service S { vod f(), void g() }", "void"),
        ("struct A { 1: bol b }", "bool"),
        ("struct A { 1: STRING b }", "string"),
        ("const bool B = True", "true"),
    ] {
        let (_, help) = one_error(text);
        assert_eq!(help, format!("did you mean `{meant}`?"), "{text}");
    }
    let (message, help) = one_error("struct A { 1: tuple<i32, i32> a, 2: i32 b }");
    assert_eq!(message, "`tuple` is not a container");
    assert_eq!(help, "the containers are `list`, `set` and `map`");
    // A type may have a name that resembles a keyword.
    check("struct Optional {} struct A { 1: Optional a 2: Optional b }", &[]);
    check("struct Void {} struct List {} service S { Void f(1: List list) }", &[]);
}

#[test]
fn a_namespace_without_a_name_hides_no_undefined_one() {
    let undefined = "undefined type `Missing`";
    check(
        "namespace rs\nstruct A { 1: Missing m }",
        &["expected the namespace's name after `rs`", undefined],
    );
    check("namespace rs a-b\nstruct A { 1: Missing m }", &["unexpected character `-`", undefined]);
    check(
        "namespace * a (x = '1')\nstruct A { 1: Missing m }",
        &["unexpected token `(`, expected a header or a definition", undefined],
    );
    check(
        "include shared.thrift\nstruct A { 1: shared.Thing s, 2: Missing m }",
        &["unexpected token `shared.thrift`, expected a file name in quotes (a string)", undefined],
    );
}

#[test]
fn a_missing_bracket_is_told_where_it_should_be() {
    let outcome = Outcome::of_text("service S {\n  void f\n  void g()\n}\n");
    let expected = "\
expected `(` after `f`
 --> root.thrift:2:9
  |
2 |   void f
  |         ^";
    assert_eq!(outcome.draw(), expected);
}

#[test]
fn fields() {
    check("struct S { 32768: i32 a }", &["the field id 32768 is out of range: at most 32767"]);
    check(
        "struct S { -32768: i32 a, i32 b, -32769: i32 c }",
        &[
            "the field id -32768 is not positive",
            "the field id -32769 is out of range: at least -32768",
            "the field id -32769 is out of range: at least -32768",
            "a field without an id",
        ],
    );
    check(
        "struct S { -3: i32 a, 1: i32 b, -3: i32 c }",
        &[
            "the field id -3 is not positive",
            "the field id -3 is not positive",
            "duplicate field id -3",
        ],
    );
    check(
        "exception E {} service S { i32 f() throws (0: E e) }",
        &["the field id 0 is not positive", "duplicate field id 0"],
    );
    check("struct S { 1: i32 a = 1, 2: i32 a }", &["duplicate field name `a`"]);
    check("union U { 1: i32 a = 1, 2: i32 b = 2 }", &["the union `U` has more than one default"]);
    check(
        "service P { void f() } service Q extends P { void g(), void f() }",
        &["duplicate function `f`"],
    );
    check(
        "union U { 1: i32 a, 2: i32 b } const U V = {'a': 1, 'b': 2}",
        &["more than one member of the union `U` in the constant `V`"],
    );
}

#[test]
fn another_dialect_is_named_once() {
    for text in [
        "package \"meta.com/x\"\nstruct A { 1: Missing m }",
        "include \"x\" as y",
        "struct A {\n  @cpp.Ref{type = 1}\n  1: float f\n}",
        "service S {\n  i32, stream<i32> f()\n}",
        "service S {\n  performs X;\n}",
        "const A X = A{x = 1}",
        "interaction X {}",
        "const i32 X = 0b101",
        "struct A { 1: float x }",
        "service S { readonly i32 f() }",
        "service S { stream<i32> f() }",
    ] {
        let messages = messages(text);
        assert_eq!(messages.len(), 1, "{text}: {messages:?}");
        assert!(messages[0].contains("fbthrift"), "{text}: {messages:?}");
    }
}
