//! Texts that no author would write: nothing panics or takes long, and whatever can be read stays the
//! same.

use std::fmt::Write as _;

use super::lossless::{comments, format};
use super::outcome::Outcome;
use super::peak::peak;
use super::texts::{self, Chance, RIGHT};
use thrift_idl::model::Program;
use thrift_idl::{diagnostic, print};

fn load(text: &[u8]) -> (Program, bool) {
    let outcome = Outcome::of_text(text);
    let right = outcome.is_right();
    (outcome.program, right)
}

/// How much memory reading a text of a stranger may take: so many bytes for each of its own, and so many
/// besides.
const PER_BYTE: usize = 500;
const CONSTANT: usize = 4 << 20;

/// Reads a text, and draws the first of what is wrong with it, within the memory that it may take.
fn bounded(name: &str, text: &str) -> Outcome {
    let (taken, outcome) = peak(|| {
        let outcome = Outcome::of_text(text);
        for found in outcome.diagnostics.found().iter().take(20) {
            diagnostic::draw(found, &outcome.sources);
        }
        outcome
    });
    let length = text.len();
    println!("{name}: {length} bytes take {taken}");
    let most = PER_BYTE * length + CONSTANT;
    assert!(taken <= most, "{name}: {length} bytes take {taken}, which is more than {most}");
    outcome
}

/// The rendered diagnostics for a text.
fn drawn(text: &str) -> String {
    let outcome = Outcome::of_text(text);
    let found = outcome.diagnostics.found().iter().take(100);
    found.map(|found| diagnostic::draw(found, &outcome.sources)).collect::<Vec<_>>().join("\n")
}

/// Checks all guarantees. Returns whether the text could be formatted, and whether it had no errors.
fn check(text: &[u8]) -> (bool, bool) {
    let shown = String::from_utf8_lossy(text);
    let (program, right) = load(text);
    let printed = print::module(&program, 0);
    if right {
        let (again, right) = load(&printed);
        assert!(right && again == program, "{shown:?}\n{}", String::from_utf8_lossy(&printed));
        assert_eq!(format(&printed).unwrap(), printed, "{shown:?}");
    }
    let Some(once) = format(text) else {
        return (false, right);
    };
    let formatted = String::from_utf8_lossy(&once);
    let twice = format(&once).unwrap_or_default();
    assert_eq!(formatted, String::from_utf8_lossy(&twice), "{shown:?}");
    assert_eq!(comments(text), comments(&once), "{shown:?}\n{formatted}");
    let (again, still) = load(&once);
    assert!(still == right && again == program, "{shown:?}\n{formatted}");
    (true, right)
}

#[test]
fn cut_off_anywhere() {
    texts::cut_off(|text| _ = check(text));
}

#[test]
fn mutated() {
    texts::mutated(3000, |text| _ = check(text));
}

/// Inserts comments and blanks of all kinds anywhere.
#[test]
fn commented() {
    const SPICE: [&str; 24] = [
        "\n",
        "\n\n",
        "\n\n\n",
        "\t",
        "  ",
        "\r\n",
        ",",
        ";",
        "// a\n",
        " // a\n    // b\n",
        "\n# c\n",
        "\n\n// d\n\n",
        "/* e */",
        "\n/* f */\n",
        "/* g */\n",
        "\n/* h */ ",
        "/** i */",
        "\n  /**\n    * j\n    * k\n    */\n",
        "/* l\n  m */",
        "/** n\n\t* o */\n",
        "/***/",
        "/** p\n     q\n r */ ",
        "/* \u{e9} */",
        "\n    # s\n      # t",
    ];
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let (mut formatted, mut right) = (0, 0);
    for round in 0..12_000 {
        let mut text = RIGHT[round % RIGHT.len()].to_owned();
        for _ in 0..=chance.below(5) {
            let mut at = chance.below(text.len());
            // Mostly between tokens.
            while chance.below(8) > 0 && text.as_bytes()[at].is_ascii_alphanumeric() {
                at = (at + 1) % text.len();
            }
            if text.is_char_boundary(at) {
                text.insert_str(at, SPICE[chance.below(SPICE.len())]);
            }
        }
        if chance.below(8) == 0 {
            text = text.replace('\n', "\r\n");
        }
        let (well_formed, valid) = check(text.as_bytes());
        formatted += usize::from(well_formed);
        right += usize::from(valid);
    }
    println!("{formatted} formatted, {right} right");
    assert!(formatted > 4000 && right > 3000, "{formatted} formatted, {right} right");
}

#[test]
fn deep_nesting_is_fine_up_to_the_limit() {
    let deep = |open: &str, inside: &str, close: &str| {
        format!("{}{inside}{}", open.repeat(60), close.repeat(60))
    };
    let ty = deep("list<", "i32", ">");
    check(format!("struct S {{ 1: {ty} a = {} }}", deep("[", "", "]")).as_bytes());
    check(format!("struct S {{ 1: {ty} a = {} }}", deep("[", "// a\n", "]")).as_bytes());
    check(format!("struct S {{ {} }}", deep("1: i32 a xsd_attrs {", "", "}")).as_bytes());
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = |open: &str, inside: &str, close: &str| {
        let (open, close) = (open.repeat(10_000), close.repeat(10_000));
        format!("{open}{inside}{close}")
    };
    let types = format!("struct A {{ 1: {} x }}", deep("list<", "i32", ">"));
    let values = format!("const list<i32> X = {}", deep("[", "", "]"));
    let maps = format!("const list<i32> X = {}", deep("{1:", "1", "}"));
    let clauses = format!("struct A {{ {} }}", deep("1: i32 x xsd_attrs {", "", "}"));
    for text in [types, values, maps, clauses] {
        assert!(drawn(&text).contains("nested too deep"));
    }
    let mut typedefs = String::from("typedef i32 T0\n");
    for number in 0..10_000 {
        let _ = writeln!(typedefs, "typedef map<T{number}, T{number}> T{}", number + 1);
    }
    assert!(drawn(&typedefs).contains("the type is too large"));
}

#[test]
fn long_lines_are_cut() {
    let drawn = drawn(&format!("struct A {{ 1: {} x }}", "B".repeat(200_000)));
    assert!(drawn.len() < 10_000, "{}", drawn.len());
}

/// Whatever separates the lines, and on whichever side of an error the text goes on. The column is that in
/// the whole line.
#[test]
fn only_the_surroundings_of_an_error_are_shown() {
    let carriage_returns = "struct A {1: i32 a}\r".repeat(200);
    let long = "X".repeat(20_000);
    let texts: [Vec<u8>; 7] = [
        carriage_returns.into(),
        [b"\xFF\xFE", "s\0".repeat(5_000).as_bytes()].concat(),
        ["/* \u{e9} */".repeat(500).as_bytes(), b" struct A { 1: B b }"].concat(),
        [b"/* \xE9 */".repeat(500).as_slice(), b" struct A { 1: B b }"].concat(),
        format!("struct A {{ {} 1: i32 c }}", "1: i32 b ".repeat(100)).into(),
        format!("service {long} {{ i32 f() }}\nservice B extends {long} {{ i32 f() }}").into(),
        format!("struct A {{\n 1: B b // {long}\n}} struct A {{}} // {long}").into(),
    ];
    for text in texts {
        let outcome = Outcome::of_text(&text);
        assert!(!outcome.is_right());
        for found in outcome.diagnostics.found() {
            let drawn = diagnostic::draw(found, &outcome.sources);
            assert!(drawn.len() < 3_000, "{}", drawn.len());
            let (line, column) = diagnostic::position(found.at, &outcome.sources);
            let place = format!("--> root.thrift:{line}:{column}\n");
            assert!(drawn.contains(&place), "{place}{drawn}");
        }
    }
}

#[test]
fn a_cut_line_is_drawn_with_the_place_in_all_of_it() {
    let text = format!("/*{}*/ struct A {{ 1: B b }} /*{}*/", "-".repeat(2_000), "-".repeat(2_000));
    let drawn = drawn(&text);
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines[1], " --> root.thrift:1:2020");
    let at = lines[3].find("B b").unwrap();
    assert_eq!(lines[4].find('^'), Some(at), "{drawn}");
    assert!(lines[3].starts_with("1 | ...-") && lines[3].ends_with("-..."), "{drawn}");
}

#[test]
fn constants_are_not_copied_without_end() {
    let (long, uses) = ("a".repeat(12_000), "S, ".repeat(4_000));
    let text = format!("const string S = '{long}'\nconst list<binary> L = [{uses}]");
    let outcome = bounded("a string that is used as binary", &text);
    let first = outcome.messages()[0];
    assert_eq!(first, "the constants are too large, in the constant `L`");
    let few = format!("const string S = '{long}'\nconst list<binary> L = [{}]", "S, ".repeat(80));
    assert!(Outcome::of_text(few).is_right());
}

/// A value that is wrong in each of its elements, in something with a long name.
#[test]
fn long_names_are_not_repeated_without_end() {
    let long = "X".repeat(20_000);
    let wrong = "'a',".repeat(5_000);
    let methods: String = (0..2_000).map(|n| format!("i32 f{n}() ")).collect();
    let texts = [
        format!("const list<i32> {long} = [{wrong}]"),
        format!("struct S {{ 1: list<i32> {long} = [{wrong}] }}"),
        format!("struct {long} {{}} const list<{long}> L = [{wrong}]"),
        format!("enum {long} {{}} const list<{long}> L = [{}]", "1 ".repeat(5_000)),
        format!("struct {long} {{}} const {long} L = {{ {} }}", "'a': 1 ".repeat(5_000)),
        format!("struct S {{ 1: i32 {long} {} }}", "1: i32 a ".repeat(5_000)),
        format!("service {long} {{ {methods} }} service S extends {long} {{ {methods} }}"),
        format!("typedef i32 {long} service S {{ void f() throws ({}) }}", "X a ".repeat(2_000)),
    ];
    for text in texts {
        let outcome = bounded(&text[..10], &text);
        assert!(!outcome.is_right());
        assert!(outcome.messages().iter().all(|message| message.len() <= 1_000));
    }
}

#[test]
fn of_many_errors_the_first_are_kept_and_the_others_are_counted() {
    let unknown: String = (0..3_000).map(|n| format!("struct S{n} {{ 1: U{n} u }}\n")).collect();
    let outcome = Outcome::of_text(&unknown);
    assert_eq!(outcome.errors().count(), 1_000);
    assert_eq!(outcome.messages()[999], "undefined type `U999`");
    assert_eq!(outcome.diagnostics.left_out(), (2_000, 0));
    let more = outcome.diagnostics.more();
    assert_eq!(more.as_deref(), Some("2000 more errors are not shown"));
    assert_eq!(Outcome::of_text("struct S { 1: U u }").diagnostics.more(), None);
}

/// Warnings, or errors that become warnings, hide no error that comes after them.
#[test]
fn no_error_is_lost_behind_warnings() {
    let warnings = format!("const list<byte> L = [{}]", "200,".repeat(2_000));
    let missing: String = (0..2_000).map(|n| format!("include 'a{n}.thrift'\n")).collect();
    for text in [warnings, missing] {
        let outcome = Outcome::of_text(&text);
        assert!(outcome.is_right());
        assert_eq!(outcome.diagnostics.left_out(), (0, 1_000));
        for error in ["struct S { 1: Unknown u }", "struct S { 1: a1999.Unknown u }"] {
            let outcome = Outcome::of_text(format!("{text}\n{error}"));
            assert_eq!(outcome.errors().count(), 1);
        }
    }
}

/// Texts of which each byte or two becomes something. Their lengths are just above powers of two, where what
/// grows by doubling has the most room left.
#[test]
fn memory_is_bounded_by_the_length_of_the_text() {
    const COUNT: usize = (1 << 13) + 1;
    let each = |make: &dyn Fn(usize) -> String| (0..COUNT).map(make).collect::<String>();
    let texts = [
        ("strays", "%".repeat(COUNT * 2)),
        ("strays on lines", "%\n".repeat(COUNT)),
        ("brackets", "}".repeat(COUNT * 2)),
        ("brackets on lines", "}\n".repeat(COUNT)),
        ("symbols", "<".repeat(COUNT * 2)),
        ("annotations", format!("struct S {{}} ({})", "a,".repeat(COUNT))),
        ("one member", format!("enum E {{ {} }}", "A ".repeat(COUNT))),
        ("unknown types", format!("struct S {{{}}}", "1:A a\n".repeat(COUNT))),
        ("unknown constants", format!("struct S {{{}}}", "1:i8 a=b\n".repeat(COUNT))),
        ("members", format!("enum E {{{}}}", each(&|n| format!("G{n:x} ")))),
        ("fields", format!("struct S {{{}}}", each(&|n| format!("i8 a{n:x} ")))),
        ("methods", format!("service S {{{}}}", each(&|n| format!("i8 a{n:x}(1:i8 a)")))),
        ("enums", each(&|n| format!("enum a{n:x}{{}}"))),
        ("lists", format!("const list<list<i8>> L=[{}]", "[]".repeat(COUNT))),
        ("keys", format!("const map<list<i8>,i8> L={{{}}}", "[]:1".repeat(COUNT))),
        ("structs", format!("struct S {{}} const list<S> L=[{}]", "{}".repeat(COUNT))),
        ("includes", "include''".repeat(COUNT)),
    ];
    for (name, text) in texts {
        bounded(name, &text);
    }
}
