//! Printing, construct by construct.

use super::outcome::{Folder, Outcome};
use thrift_idl::model::{Item, Program, Value};
use thrift_idl::print;
use thrift_idl::source::Sources;

fn loaded(text: impl AsRef<[u8]>) -> Program {
    Outcome::of_text(text).program().unwrap_or_else(|drawn| panic!("{drawn}"))
}

/// Checks how a text is printed, and that the printed text is read as the same model.
fn check(text: &str, expected: &str) {
    let program = loaded(text);
    let printed = String::from_utf8(print::module(&program, 0)).unwrap();
    assert_eq!(printed, expected, "\n{printed}\ninstead of\n{expected}");
    assert_eq!(loaded(expected), program);
}

#[test]
fn headers() {
    check(
        "/** Of the file. */ namespace rs enum cpp_include '<x>' namespace * a.b namespace py.t c (d)",
        "/** Of the file. */

cpp_include \"<x>\"

namespace rs enum
namespace * a.b
namespace py.t c (d = \"1\")
",
    );
}

#[test]
fn the_documentation_of_a_file_without_headers() {
    check(
        "/** Of the file. */ /** Of A. */ const i32 A = 1",
        "/** Of the file. */\n\n/** Of A. */\nconst i32 A = 1\n",
    );
    check(
        "/** Of the file. */ /** */ const i32 A = 1",
        "/** Of the file. */\n\n/** */\nconst i32 A = 1\n",
    );
    check("/** Of A. */ const i32 A = 1", "/** Of A. */\nconst i32 A = 1\n");
}

#[test]
fn documentation() {
    check(
        "/** One. ***/ enum E {
            /**
             * Several
             *
             *     indented
             * * lines
             */
            A /** / */ B
        }
        /** Of S. */ service S { /** Of f. */ void f(/** Of a. */ 1: i32 a) }",
        "/** One. */
enum E {
    /**
     * Several
     *
     *     indented
     * * lines
     */
    A = 0,
    /** / */
    B = 1,
}

/** Of S. */
service S {
    /** Of f. */
    void f(
        /** Of a. */
        1: i32 a,
    )
}
",
    );
}

#[test]
fn fields() {
    check(
        "struct S {
            required i32 a, optional list<i32> cpp_type 'v' b; 3: map cpp_type 'M' <string (x), binary> c (y = 'z')
            -5: S & d, byte e, 0x7f: set<uuid> (t) required (f)
        } (g = 'h')
        union U { 1: optional i32 a, 2: bool b = 1 }
        exception E { 1: string (a = 'b') message (c = 'd') }",
        "struct S {
    -1: required i32 a
    -2: optional list<i32> cpp_type \"v\" b
    3: map cpp_type \"M\" <string (x = \"1\"), binary> c (y = \"z\")
    -5: S & d
    -6: i8 e
    127: set<uuid> (t = \"1\") required (f = \"1\")
} (g = \"h\")

union U {
    1: i32 a
    2: bool b = true
}

exception E {
    1: string (a = \"b\") message (c = \"d\")
}
",
    );
}

#[test]
fn values() {
    check(
        "enum E { A = 1, B = 2 }
        typedef E T
        const E BY_NUMBER = 2
        const T BY_TYPEDEF = T.A
        const i32 NUMBER = E.B
        const i32 HEX = -0xff
        const i64 LEAST = -9223372036854775808
        const list<double> DOUBLES = [1, .5, -0.0, 1e300, 5e-324, 0.1, 1e999, -1e999]
        const string QUOTES = 'a \"b\" \\'c\\' \\\\ \\n\\r\\t \u{e9}'
        const binary BYTES = \"x\"
        const uuid ID = '{00112233-4455-6677-8899-AABBCCDDEEFF}'
        const set<E> SET = [1, E.B]
        const map<string, list<bool>> MAP = {'a': {}, 'b': [0, true]}
        struct P { 1: i32 x, 2: optional P next }
        const P POINT = {'x': 1, 'next': {'x': HEX}}
        const P SAME = POINT
        const list<P> POINTS = [SAME]",
        "enum E {
    A = 1,
    B = 2,
}

typedef E T

const E BY_NUMBER = E.B
const T BY_TYPEDEF = E.A
const i32 NUMBER = 2
const i32 HEX = -255
const i64 LEAST = -9223372036854775808
const list<double> DOUBLES = [1.0, 0.5, -0.0, 1e300, 5e-324, 0.1, 1e999, -1e999]
const string QUOTES = \"a \\\"b\\\" 'c' \\\\ \\n\\r\\t \u{e9}\"
const binary BYTES = \"x\"
const uuid ID = \"00112233-4455-6677-8899-aabbccddeeff\"
const set<E> SET = [E.A, E.B]
const map<string, list<bool>> MAP = {\"a\": [], \"b\": [false, true]}

struct P {
    1: i32 x
    2: optional P next
}

const P POINT = {\"x\": 1, \"next\": {\"x\": HEX}}
const P SAME = POINT
const list<P> POINTS = [POINT]
",
    );
}

#[test]
fn a_double_keeps_its_sign() {
    let program = loaded("const double ZERO = -0.0");
    let printed = String::from_utf8(print::module(&program, 0)).unwrap();
    let again = loaded(&printed);
    let Item::Const(constant) = &again.modules[0].items[0] else { panic!() };
    assert!(matches!(constant.value, Value::Double(zero) if zero.is_sign_negative()));
}

/// As in Apache's compiler. A Rust string could not contain these bytes.
#[test]
fn bytes_that_are_no_text() {
    let program = loaded(
        b"const binary B = '\xE9\\n\"\xFF'\nstruct S { 1: map<binary, i8> b = {'\x80': 1} }",
    );
    let printed = print::module(&program, 0);
    let expected = b"const binary B = \"\xE9\\n\\\"\xFF\"\n\nstruct S {\n    1: map<binary, i8> b = {\"\x80\": 1}\n}\n";
    assert_eq!(printed, expected, "{}", String::from_utf8_lossy(&printed));
    assert_eq!(loaded(printed), program);
    for text in [
        b"const string S = '\xE9'".as_slice(),
        b"const i32 I = '\xE9'",
        b"include '\xE9'",
        b"struct S { 1: i32 a } (b = '\xE9')",
        b"struct S { 1: i32 a } const S P = {'\xE9': 1}",
    ] {
        let mut sources = Sources::default();
        let file = sources.open_text("root.thrift", text);
        let (_, diagnostics) = thrift_idl::load(file, &mut sources);
        assert_eq!(diagnostics.errors().count(), 1, "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn services() {
    check(
        "exception X {}
        service P { async void a(), oneway void b(1: required i32 a, 2: optional i32 b = 3) }
        service S extends P {
            i32 (r = 's') f() throws (X x, 2: X y) (t = 'u')
            list<i32> g() throws ()
        } (v)",
        "exception X {}

service P {
    oneway void a()
    oneway void b(1: required i32 a, 2: i32 b = 3)
}

service S extends P {
    i32 (r = \"s\") f() throws (-1: X x, 2: X y) (t = \"u\")
    list<i32> g()
} (v = \"1\")
",
    );
}

/// Checks files that are read from one folder, printed to another, and read from there.
fn check_files(files: &[(&str, &str)], expected: &str) {
    let folder = Folder::new();
    for (path, text) in files {
        folder.write(path, text.as_bytes());
    }
    let program = Outcome::of_file(&folder.0.join("root.thrift"), vec![folder.0.join("dir")])
        .program()
        .unwrap();
    let copy = Folder::new();
    for (path, text) in print::program(&program) {
        copy.write(path.strip_prefix(&folder.0).unwrap(), &text);
    }
    let root = copy.0.join("root.thrift");
    let printed = std::fs::read_to_string(&root).unwrap();
    assert_eq!(printed, expected, "\n{printed}\ninstead of\n{expected}");
    assert_eq!(Outcome::of_file(&root, vec![copy.0.join("dir")]).program().unwrap(), program);
}

#[test]
fn names_of_other_files() {
    check_files(
        &[
            (
                "below/a.thrift",
                "enum E { A }\nstruct S { 1: E e }\nservice V {}\nexception X {}\nconst S C = {'e': E.A}",
            ),
            ("dir/b.thrift", "typedef i32 T"),
            (
                "root.thrift",
                "include 'below/a.thrift'
                include 'b.thrift'
                struct R { 1: map<a.E, list<b.T>> m = {a.E.A: [1]}, 2: a.S s = a.C }
                service V extends a.V { void f() throws (1: a.X x) }",
            ),
        ],
        "include \"below/a.thrift\"
include \"b.thrift\"

struct R {
    1: map<a.E, list<b.T>> m = {a.E.A: [1]}
    2: a.S s = a.C
}

service V extends a.V {
    void f() throws (1: a.X x)
}
",
    );
}

/// In this file, a constant or an enum may be known only by a name that another file gives it.
#[test]
fn names_of_files_that_are_not_included() {
    check_files(
        &[
            (
                "base.thrift",
                "enum E { A, B }\nstruct S { 1: E e }\nconst list<i32> C = [1]\nconst S D = {'e': E.A}",
            ),
            (
                "middle.thrift",
                "include 'base.thrift'\ntypedef base.E E\nconst list<i32> C = base.C\nstruct S { 1: base.E e }",
            ),
            (
                "root.thrift",
                "include 'middle.thrift'
                const list<i32> L = middle.C
                const middle.E M = middle.E.B",
            ),
        ],
        "include \"middle.thrift\"

const list<i32> L = middle.C
const middle.E M = middle.E.B
",
    );
}

/// Apache's compiler does not accept the name of a member with more than three parts.
#[test]
fn members_of_files_with_a_dot_in_their_name() {
    check_files(
        &[
            ("a.b.thrift", "enum E { A, B }\nenum F { A }"),
            (
                "root.thrift",
                "include 'a.b.thrift'\ntypedef i32 F\nstruct S { 1: a.b.E e = a.b.E.B, 2: a.b.F f = a.b.F.A }",
            ),
        ],
        "include \"a.b.thrift\"

typedef i32 F

struct S {
    1: a.b.E e = E.B
    2: a.b.F f = a.b.F.A
}
",
    );
}

#[test]
fn of_two_files_with_one_name_the_later_is_meant() {
    check_files(
        &[
            ("base.thrift", "const i32 B = 1\nenum E { A }"),
            (
                "one/a.thrift",
                "include '../base.thrift'\ntypedef base.E E\nconst i32 C = base.B\nconst i32 ONE = 1\nconst i32 ALSO = C",
            ),
            ("two/a.thrift", "const i32 C = 2\ntypedef i32 E"),
            (
                "root.thrift",
                "include 'one/a.thrift'\ninclude 'two/a.thrift'\nconst i32 C = a.C\nconst i32 D = a.ONE\nconst i32 F = a.ALSO",
            ),
        ],
        "include \"one/a.thrift\"
include \"two/a.thrift\"

const i32 C = a.C
const i32 D = a.ONE
const i32 F = a.ALSO
",
    );
}
