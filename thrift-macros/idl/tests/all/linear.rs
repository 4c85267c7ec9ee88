//! Large files take time in proportion to their size, not to the square of it.

use std::time::Duration;

use super::cpu;
use super::lossless::format;
use super::outcome::Outcome;
use thrift_idl::{diagnostic, print};

/// Checks that `run` takes linear time for texts of growing size.
fn check(name: &str, make: impl Fn(usize) -> String, run: impl Fn(&str) -> Duration) {
    const SMALL: usize = 1_000;
    const FACTOR: usize = 8;
    let time = |size| {
        let text = make(size);
        (0..3).map(|_| run(&text)).min().unwrap()
    };
    let (small, large) = (time(SMALL), time(SMALL * FACTOR));
    let square = small * (FACTOR * FACTOR) as u32;
    assert!(large < square / 2, "{name}: {small:?}, and {FACTOR} times the size {large:?}");
}

fn check_reading(name: &str, make: impl Fn(usize) -> String) {
    check(name, make, |text| cpu::time(|| Outcome::of_text(text)).1);
}

fn check_printing(name: &str, make: impl Fn(usize) -> String) {
    check(name, make, |text| {
        let program = Outcome::of_text(text).program().unwrap();
        cpu::time(|| (format(text.as_bytes()).unwrap(), print::module(&program, 0))).1
    });
}

/// Draws an error for every few thousand bytes.
fn check_drawing(name: &str, make: impl Fn(usize) -> String) {
    check(name, make, |text| {
        let outcome = Outcome::of_text(text);
        let found = outcome.diagnostics.found().iter().take(text.len() / 4000);
        let draw = |found| diagnostic::draw(found, &outcome.sources).len();
        cpu::time(|| found.map(draw).sum::<usize>()).1
    });
}

/// `count` lines made by `line`, with something before and after.
fn lines(before: &str, count: usize, line: impl Fn(usize) -> String, after: &str) -> String {
    let mut text = before.to_owned();
    for number in 0..count {
        text.push_str(&line(number));
        text.push('\n');
    }
    text + after
}

#[test]
fn reading() {
    check_reading("structs in a chain", |size| {
        lines("", size, |n| format!("struct S{n} {{ 1: optional S{} next }}", n + 1), "")
    });
    check_reading("a cycle of all structs", |size| {
        lines("", size, |n| format!("struct S{n} {{ 1: S{} next }}", (n + 1) % size), "")
    });
    check_reading("typedefs in a chain", |size| {
        lines("", size, |n| format!("typedef T{} T{n}", n + 1), &format!("typedef i32 T{size}"))
    });
    check_reading("constants in a chain", |size| {
        let first = format!("const list<i32> C{size} = [1]\nconst list<list<i32>> D = [");
        let uses = lines(&first, size, |n| format!("C{n}"), "]");
        lines("", size, |n| format!("const list<i32> C{n} = C{}", n + 1), &uses)
    });
    check_reading("services in a chain", |size| {
        let service = |n| format!("service S{n} extends S{} {{ void f{n}() }}", n + 1);
        lines("", size, service, &format!("service S{size} {{}}"))
    });
    check_reading("unknown types", |size| {
        lines("", size, |n| format!("struct S{n} {{ 1: Unknown{n} u }}"), "")
    });
    check_reading("a line of garbage each", |size| {
        lines("", size, |_| "} ) $ struct".to_owned(), "")
    });
    check_reading("one line of garbage", |size| "( { [ ".repeat(size) + &"} ".repeat(size));
    check_reading("doc comments", |size| {
        lines("", size, |_| "/** about nothing */".to_owned(), "")
    });
    check_reading("a map", |size| {
        lines("const map<i32, string> M = {", size, |n| format!("{}: 'x',", n % 100), "}")
    });
    check_reading("struct constants of unknown fields", |size| {
        let first = "struct P { 1: i32 a }\nconst list<P> L = [";
        lines(first, size, |n| format!("{{'b{n}': 1}}"), "]")
    });
    check_reading("unclosed lists", |size| {
        lines("", size, |n| format!("const list<i32> L{n} = ["), "")
    });
}

#[test]
fn formatting_and_printing() {
    check_printing("structs in a chain", |size| {
        let structs = (0..size).map(|n| format!("struct S{n} {{ 1: optional S{} next }}", n + 1));
        structs.collect::<String>() + &format!("struct S{size} {{}}")
    });
    check_printing("comments on one line", |size| "/* a */".repeat(size) + "const i32 A = 1");
    check_printing("lines of comments", |size| {
        "const i32 A /* a */\n// b\n".to_owned() + &"# c\n".repeat(size) + "= 1"
    });
    check_printing("one comment", |size| format!("/*\n{}*/", "  line\n".repeat(size)));
    check_printing("a list", |size| format!("const list<i32> L = [{}]", "1 ".repeat(size)));
    check_printing("lists", |size| {
        format!("const list<list<i32>> L = [{}]", "[1 2 3]".repeat(size))
    });
    check_printing("constants of constants", |size| {
        let first = "const list<i32> C0 = [1]".to_owned();
        first
            + &(0..size).map(|n| format!("\nconst list<i32> C{} = C{n}", n + 1)).collect::<String>()
    });
    check_printing("documentation", |size| {
        format!("/**\n{}*/ struct S {{}}", " * line\n".repeat(size))
    });
}

#[test]
fn missing_includes() {
    let path = |n| format!("include 'a{n}.thrift'");
    check_reading("unused ones", |size| lines("", 3 * size, path, ""));
}

#[test]
fn drawing() {
    let unknown = |n| format!("struct S{n} {{ 1: U{n} u }}");
    check_drawing("a line each", |size| lines("", size, unknown, ""));
    check_drawing("one line", |size| lines("", size, unknown, "").replace('\n', " "));
    check_drawing("lines that end with CR", |size| {
        lines("", size, unknown, "").replace('\n', "\r")
    });
    check_drawing("one name on one line", |size| "struct S { 1: i32 a } ".repeat(size));
    check_drawing("one name", |size| "struct S { 1: i32 a }\n".repeat(size));
}
