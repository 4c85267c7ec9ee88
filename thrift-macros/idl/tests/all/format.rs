//! The formatter, construct by construct.

use thrift_idl::source::Sources;
use thrift_idl::{diagnostic, format};

fn format(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut sources = Sources::default();
    let file = sources.open_text("formatted.thrift", text.as_ref());
    match format::format(file, &sources) {
        Ok(formatted) => formatted,
        Err(diagnostics) => {
            let drawn = diagnostics.errors().map(|error| diagnostic::draw(error, &sources));
            panic!("{}", drawn.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// Checks that a text is formatted as expected, and that formatting the result does not change it.
fn check(text: &str, expected: &str) {
    for text in [text, expected] {
        let formatted = String::from_utf8(format(text)).unwrap();
        assert_eq!(formatted, expected, "\n{formatted}\ninstead of\n{expected}");
    }
}

#[test]
fn headers() {
    check(
        "include 'a.thrift' ;cpp_include\n\"<x>\"\n\n\n\nnamespace  rs a.b(x='y',z)\nnamespace * c;\nconst i32 A=1;const i32 B=2,\n",
        "include 'a.thrift'
cpp_include \"<x>\"

namespace rs a.b (x = 'y', z)
namespace * c

const i32 A = 1
const i32 B = 2
",
    );
}

#[test]
fn fields() {
    check(
        "struct A xsd_all{1:required map<string,list< i32 > >m={'a':[1,2],'b':[]}(k=\"v\"),\n 0x2 : optional A&s;i32 three xsd_optional xsd_nillable xsd_attrs{1:i32 x,}4:list<i32>cpp_type'v'l\nmap cpp_type \"M\"<i32,Foo(x)>m2}(a)union U{}exception E{\n\n}",
        "struct A xsd_all {
    1: required map<string, list<i32>> m = {'a': [1, 2], 'b': []} (k = \"v\")
    0x2: optional A & s
    i32 three xsd_optional xsd_nillable xsd_attrs {
        1: i32 x
    }
    4: list<i32> cpp_type 'v' l
    map cpp_type \"M\" <i32, Foo (x)> m2
} (a)

union U {}
exception E {}
",
    );
}

#[test]
fn enums_and_typedefs() {
    check(
        "enum E{A B=2;C=-0x1(x='y')}enum F{}\ntypedef set<E>Es(a='b');typedef i32(c)Int",
        "enum E {
    A,
    B = 2,
    C = -0x1 (x = 'y'),
}

enum F {}
typedef set<E> Es (a = 'b')
typedef i32 (c) Int
",
    );
}

#[test]
fn services() {
    check(
        "service S extends p.P{oneway void a(),async void b();i32 f(1:i32 a 2:p.Es b;)throws(1:Oops o)(x='y')\nvoid throws_nothing()throws()}service T{}",
        "service S extends p.P {
    oneway void a()
    async void b()
    i32 f(1: i32 a, 2: p.Es b) throws (1: Oops o) (x = 'y')
    void throws_nothing() throws ()
}

service T {}
",
    );
}

#[test]
fn lists_break_where_they_must_or_their_author_did() {
    check(
        "service S {
  void broken(
    1: i32 a, 2: i32 b);
  void not_broken(1: i32 a,
                  2: i32 b)
  void too_long(1: i32 aaaaaaaaaaaaaaaaaaaaaaa, 2: i32 bbbbbbbbbbbbbbbbbbbbbbbbbbb, 3: i32 ccccccccccccccccc)
  void commented(1: i32 a, // first
    2: i32 b /* second */, /** third */ 3: i32 c)
}
const map<i32, list<i32>> M = {1: [2,3], 4: [
5]}
",
        "service S {
    void broken(
        1: i32 a,
        2: i32 b,
    )
    void not_broken(1: i32 a, 2: i32 b)
    void too_long(
        1: i32 aaaaaaaaaaaaaaaaaaaaaaa,
        2: i32 bbbbbbbbbbbbbbbbbbbbbbbbbbb,
        3: i32 ccccccccccccccccc,
    )
    void commented(
        1: i32 a, // first
        2: i32 b /* second */,
        /** third */ 3: i32 c,
    )
}

const map<i32, list<i32>> M = {
    1: [2, 3],
    4: [
        5,
    ],
}
",
    );
}

#[test]
fn comments_stay_where_they_are() {
    check(
        "// of the file

# more
/* one */ namespace rs a // trailing   \n
/**
    * Of S.
    *   Indented.
    */
struct S { // opening


  // of a
  1: i32 a; // trailing a
  // between

  2: i32 // why
    b /* no separator */
  3: i32 c = /* a value */ 5 // before
  , /* after */
  // last

}
// after S
struct T { /* nothing */ }

// of nothing",
        "// of the file

# more
/* one */ namespace rs a // trailing

/**
 * Of S.
 *   Indented.
 */
struct S { // opening
    // of a
    1: i32 a // trailing a
    // between

    2: i32 // why
        b /* no separator */
    3: i32 c = /* a value */ 5 // before
    /* after */
    // last
}

// after S
struct T { /* nothing */
}

// of nothing
",
    );
}

#[test]
fn comments_go_on_below_themselves() {
    check(
        "enum E {
    A  // first
       // second

       // another
    B       // first
\t\t\t# second
    C // last
      // of all
}
",
        "enum E {
    A, // first
       // second

    // another
    B, // first
       # second
    C, // last
       // of all
}
",
    );
}

#[test]
fn blocks_of_comments_move_as_they_are() {
    check(
        "struct S {
  /* starred
   * lines
   */
  1: i32 a
  /** ragged
    * lines
   * here */
  2: i32 b
  /* no
       stars */
  3: i32 c
\t/* tabs
\t   too */
\t4: i32 d
}
",
        "struct S {
    /* starred
     * lines
     */
    1: i32 a
    /** ragged
      * lines
     * here */
    2: i32 b
    /* no
         stars */
    3: i32 c
    /* tabs
\t   too */
    4: i32 d
}
",
    );
}

#[test]
fn groups_stay_and_definitions_stand_apart() {
    check(
        "\n\nconst i32 A = 1\n\n\n\nconst i32 B = 2\nconst i32 C = 3\n// of S\nstruct S {\n\n1: i32 a\n\n\n\n2: i32 b\n3: i32 c\n\n}\nstruct T {}\nstruct U {}\ntypedef i32 V\n\n",
        "const i32 A = 1

const i32 B = 2
const i32 C = 3

// of S
struct S {
    1: i32 a

    2: i32 b
    3: i32 c
}

struct T {}
struct U {}
typedef i32 V
",
    );
}

#[test]
fn nothing_stays_nothing() {
    check("", "");
    check(" \n\t\n", "");
    check("  // only this", "// only this\n");
}

#[test]
fn bytes_of_any_kind_stay() {
    let text = b"\xEF\xBB\xBF// caf\xE9  \r\nstruct S {\r\n\t1: string s = '\t\xC3\xA9\r' /* \xFF\r\n\t*/ }";
    let expected =
        b"// caf\xE9\r\nstruct S {\r\n    1: string s = '\t\xC3\xA9\r' /* \xFF\r\n                         */\r\n}\r\n";
    let formatted = format(text);
    assert_eq!(formatted, expected, "{}", String::from_utf8_lossy(&formatted));
    assert_eq!(format(expected), expected);
}

#[test]
fn mistakes_are_refused() {
    for text in [
        "struct S {",
        "struct S { 1: i32 }",
        "const i32 A = 1.",
        "/* open",
        "@x struct S {}",
        // The warning about the old position of `cpp_type` once hid a missing bracket.
        "struct S { 1: list<i32> cpp_type 'v' a\nconst i32 A = 1",
    ] {
        let mut sources = Sources::default();
        let file = sources.open_text("broken.thrift", text.as_bytes());
        assert!(format::format(file, &sources).is_err(), "{text}");
    }
    // The formatter does not check what names refer to.
    check("struct S{1:Unknown u}", "struct S {\n    1: Unknown u\n}\n");
}
