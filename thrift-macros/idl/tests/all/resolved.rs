//! The models of texts without mistakes.

use super::outcome::resolved;
use thrift_idl::model::{
    Const, Enum, Field, Item, ItemId, Program, Requiredness, Service, Struct, Type, Value,
};

fn structure(program: &Program, at: usize) -> &Struct {
    match &program.modules[0].items[at] {
        Item::Struct(item) => item,
        other => panic!("not a struct: {other:?}"),
    }
}

fn constant(program: &Program, at: usize) -> &Const {
    match &program.modules[0].items[at] {
        Item::Const(item) => item,
        other => panic!("not a constant: {other:?}"),
    }
}

fn enumeration(program: &Program, at: usize) -> &Enum {
    match &program.modules[0].items[at] {
        Item::Enum(item) => item,
        other => panic!("not an enum: {other:?}"),
    }
}

fn service(program: &Program, at: usize) -> &Service {
    match &program.modules[0].items[at] {
        Item::Service(item) => item,
        other => panic!("not a service: {other:?}"),
    }
}

fn id(item: usize) -> ItemId {
    ItemId { module: 0, item }
}

fn field_ids(fields: &[Field]) -> Vec<i16> {
    fields.iter().map(|field| field.id).collect()
}

fn boxed(of: &Struct) -> Vec<&str> {
    let boxed = of.fields.iter().filter(|field| field.boxed);
    boxed.map(|field| field.name.as_str()).collect()
}

#[test]
fn the_message_service() {
    let program = resolved(
        "namespace py example.thrift

        struct Message {
            1: string sender
            2: string recipient
            3: string content
        }

        service MessageService {
            bool sendMessage(1: Message message)
            Message receiveMessage(1: string recipient)
        }",
    );
    let message = structure(&program, 0);
    assert_eq!(field_ids(&message.fields), [1, 2, 3]);
    assert_eq!(message.fields[2].name, "content");
    assert_eq!(message.fields[2].requiredness, Requiredness::Default);
    let service = service(&program, 1);
    assert_eq!(service.functions[0].returns, Some(Type::Bool));
    assert_eq!(service.functions[0].args[0].ty, Type::Named(id(0)));
    assert_eq!(service.functions[1].returns, Some(Type::Named(id(0))));
}

#[test]
fn separators_are_optional_and_of_two_kinds() {
    let program = resolved(
        "service CalculatorService {
            i32 add(1:i32 a, 2:i32 b),
            i32 subtract(1:i32 a; 2:i32 b);
            void run(1:i32 a 2:i32 b) oneway void stop()
        }",
    );
    let functions = &service(&program, 0).functions;
    let arguments: Vec<usize> = functions.iter().map(|function| function.args.len()).collect();
    assert_eq!(arguments, [2, 2, 2, 0]);
    assert!(functions[3].oneway && functions[3].returns.is_none());
}

#[test]
fn keywords_may_name_fields() {
    let program = resolved(
        "struct Names {
            1: string namespace
            2: bool optional
            3: required i32 required
            4: optional list<i16> list = [1, 2]
            0x10: i32 plain
        }",
    );
    let names: Vec<&str> =
        structure(&program, 0).fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["namespace", "optional", "required", "list", "plain"]);
    assert_eq!(structure(&program, 0).fields[2].requiredness, Requiredness::Required);
}

#[test]
fn enums_count_on() {
    let program = resolved("enum E { A, B = -3, C, D = 0x10, E D2 = 16 }");
    let values: Vec<i32> = enumeration(&program, 0).members.iter().map(|it| it.value).collect();
    assert_eq!(values, [0, -3, -2, 16, 17, 16]);
}

#[test]
fn constants_are_shaped_like_their_types() {
    let program = resolved(
        "enum Color { RED = 1, GREEN }
        typedef Color Hue
        struct P { 1: i32 x, 2: Hue hue = Color.GREEN }
        const bool YES = true
        const double HALF = 1
        const binary RAW = 'ab'
        const uuid ID = '{00112233-4455-6677-8899-AABBCCDDEEFF}'
        const Hue HUE = Hue.RED
        const i64 NUMBER = Color.GREEN
        const P ORIGIN = {'x': LATER, 'hue': 2}
        const map<string, set<i32>> MAP = {'a': [1], 'b': [], 'a': [2]}
        const i16 LATER = 7
        const P SAME = ORIGIN
        const list<i64> EMPTY = {}",
    );
    let value = |at| &constant(&program, at).value;
    assert_eq!(*value(3), Value::Bool(true));
    assert_eq!(*value(4), Value::Double(1.0));
    assert_eq!(*value(5), Value::Binary(b"ab".to_vec()));
    let Value::Uuid(bytes) = value(6) else { panic!() };
    assert_eq!((bytes[0], bytes[1], bytes[15]), (0x00, 0x11, 0xFF));
    let member = |member| Value::Member { of: id(0), member };
    assert_eq!(*value(7), member(0));
    assert_eq!(*value(8), Value::Int(2));
    let fields = vec![(0, Value::Int(7)), (1, member(1))];
    assert_eq!(*value(9), Value::Struct { of: id(2), fields });
    let entry = |key: &str, value| (Value::String(key.to_owned()), Value::Set(value));
    let entries = vec![entry("a", vec![Value::Int(2)]), entry("b", vec![])];
    assert_eq!(*value(10), Value::Map(entries));
    assert_eq!(*value(12), Value::Const(id(9)));
    assert_eq!(*value(13), Value::List(vec![]));
    assert_eq!(structure(&program, 2).fields[1].default, Some(member(1)));
}

#[test]
fn only_what_must_be_is_boxed() {
    let program = resolved(
        "typedef Node Alias
        struct Node { 1: optional Alias next, 2: list<Node> children, 3: Leaf leaf }
        struct Leaf { 1: i32 x }
        struct A { 1: B b }
        struct B { 1: optional A a }
        struct C { 1: D d }
        struct D { 1: C c }
        struct E { 1: required F f }
        struct F { 1: E e }
        union U { 1: U inner, 2: i32 x }",
    );
    assert_eq!(boxed(structure(&program, 1)), ["next"]);
    assert!(boxed(structure(&program, 3)).is_empty());
    assert_eq!(boxed(structure(&program, 4)), ["a"]);
    assert_eq!(boxed(structure(&program, 5)), ["d"]);
    assert_eq!(boxed(structure(&program, 6)), ["c"]);
    assert!(boxed(structure(&program, 7)).is_empty());
    assert_eq!(boxed(structure(&program, 8)), ["e"]);
    assert_eq!(boxed(structure(&program, 9)), ["inner"]);
}

#[test]
fn doc_comments_go_to_what_follows() {
    let program = resolved(
        "/** About the file. */
        namespace rs x
        /** About A. */
        struct A {
            1: i32 a, /** About b. */
            /* not this */ 2: i32 b
            /** Taken over. */
        }
        /**/ /***/
        enum E {
            /**
             * About X.
             *   Indented.
             */
            X
        }
        /** About S. */ service S { /** About f. */ void f(/** About p. */ 1: i32 p) }",
    );
    let module = &program.modules[0];
    assert_eq!(module.doc.as_deref(), Some("About the file."));
    let a = structure(&program, 0);
    assert_eq!(a.doc.as_deref(), Some("About A."));
    assert_eq!(a.fields[0].doc, None);
    assert_eq!(a.fields[1].doc.as_deref(), Some("About b."));
    let e = enumeration(&program, 1);
    assert_eq!(e.doc.as_deref(), Some("Taken over."));
    assert_eq!(e.members[0].doc.as_deref(), Some("About X.\n  Indented."));
    let s = service(&program, 2);
    assert_eq!(s.doc.as_deref(), Some("About S."));
    assert_eq!(s.functions[0].doc.as_deref(), Some("About f."));
    assert_eq!(s.functions[0].args[0].doc.as_deref(), Some("About p."));
}

#[test]
fn annotations_are_read_in_every_place() {
    let program = resolved(
        "namespace rs x (a = 'b')
        typedef list<i32 (x)> (y = '1') L (z = '2', q;)
        struct Inner {} ()
        struct S { 1: Inner (t = '3') inner (u = '4') } (v.w = \"5\")
        service T { i32 f(1: i32 a (b)) (c) } (d)
        enum E { A = 1 (e = 'f') }
        const i32 C = 1 (g = 'h')",
    );
    let Item::Typedef(typedef) = &program.modules[0].items[0] else { panic!() };
    let keys: Vec<&str> = typedef.annotations.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["z", "q", "y"]);
    assert_eq!(typedef.annotations[1].value, "1");
    let field = &structure(&program, 2).fields[0];
    let keys: Vec<&str> = field.annotations.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["u", "t"]);
}

#[test]
fn methods_are_idempotent_where_an_annotation_says_so() {
    let program = resolved(
        "service Library {
            string find(1: string name) (idempotent)
            string (idempotent = 'true') get(1: i32 id)
            oneway void touch() (idempotent = '1')
            void lend() (idempotent, idempotent = 'false')
            void back() (idempotent = '0')
            void buy(1: i32 id (idempotent))
            void sell() (Idempotent)
        } (idempotent = 'foreign')",
    );
    let idempotent = service(&program, 0).functions.iter().filter(|it| it.idempotent);
    let names: Vec<&str> = idempotent.map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["find", "get", "touch"]);
}

#[test]
fn old_words_are_read() {
    let program = resolved(
        "cpp_include 'x.h';
        namespace * all
        struct S xsd_all {
            1: map cpp_type 'M' <i32, list cpp_type 'L' <i32>> & m xsd_optional xsd_nillable
                xsd_attrs { 1: i32 a } (k = 'v');
            2: S & s;
        }",
    );
    assert_eq!(boxed(structure(&program, 0)), ["s"]);
}

#[test]
fn texts_that_are_nothing() {
    for text in ["", "\u{feff}", "// only this", "# and this", "/* and */ /** this */", "\r\r\r"] {
        assert!(resolved(text).modules[0].items.is_empty());
    }
}
