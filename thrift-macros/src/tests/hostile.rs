//! Texts that no author writes: nothing panics, overflows the stack, or takes long.

use std::fmt::Write as _;

use super::{Outcome, cpu};
use thrift_idl::diagnostic;

/// A text through all stages; the drawing of what was wrong.
fn run(text: impl AsRef<[u8]>) -> String {
    let outcome = Outcome::of_text(text);
    outcome.expand();
    let drawn = outcome.diagnostics.found().iter().take(100);
    let drawn = drawn.map(|found| diagnostic::draw(found, &outcome.sources));
    drawn.collect::<Vec<_>>().join("\n")
}

const SEEDS: [&str; 4] = [
    "include 'a.thrift'\nnamespace rs a.b (x = 'y')\n/** doc */\nstruct S {\n  1: required map<string, list<i32>> m = {'a': [1, 2]} (k = \"v\"),\n  2: optional S & s;\n  i32 three\n} (a)\n",
    "enum E { A = 1, B = -2; C }\nconst E X = E.A\nconst map<E, double> M = {E.A: 1.5e3, 2: .5}\ntypedef set<E> Es\nunion U { 1: Es es, 2: U u }\n",
    "exception Oops { 1: string why }\nservice P { oneway void a() }\nservice S extends P {\n  i32 f(1: i32 a, 2: Es b) throws (1: Oops o),\n  async void g();\n}\n",
    "/* c */ // d\n# e\nconst string T = \"a\\n\\\"b\"\nconst i64 H = -0xFF\nconst uuid I = '00112233-4455-6677-8899-aabbccddeeff'\n@x.Y{a = 1}\nstruct float {}\n",
];

/// A fixed sequence of numbers that looks like chance (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

#[test]
fn cut_off_anywhere() {
    for seed in SEEDS {
        for end in 0..seed.len() {
            run(&seed.as_bytes()[..end]);
            run(&seed.as_bytes()[end..]);
        }
    }
}

#[test]
fn mutated() {
    const SPICE: &[u8] = b"{}()[]<>:;,=*&@'\"\\/#\n \0\x0c\xC3\xFF.-+019ax_";
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    for round in 0..1500 {
        let mut text = SEEDS[round % SEEDS.len()].as_bytes().to_vec();
        text.extend_from_slice(SEEDS[chance.below(SEEDS.len())].as_bytes());
        for _ in 0..=chance.below(8) {
            let at = chance.below(text.len());
            match chance.below(4) {
                0 => text[at] = SPICE[chance.below(SPICE.len())],
                1 => text.insert(at, SPICE[chance.below(SPICE.len())]),
                2 => drop(text.drain(at..(at + chance.below(12)).min(text.len()))),
                _ => {
                    let piece = text[at..(at + chance.below(40)).min(text.len())].to_vec();
                    let to = chance.below(text.len());
                    text.splice(to..to, piece);
                }
            }
        }
        run(text);
    }
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

/// Checks that a text of growing size does not take time by the square of it.
fn check_linear(name: &str, make: impl Fn(usize) -> String) {
    const SMALL: usize = 1_000;
    const FACTOR: usize = 8;
    let time = |size| {
        let text = make(size);
        (0..3).map(|_| cpu::time(|| Outcome::of_text(&text)).1).min().unwrap()
    };
    let (small, large) = (time(SMALL), time(SMALL * FACTOR));
    let square = small * (FACTOR * FACTOR) as u32;
    assert!(large < square / 2, "{name}: {small:?}, and {FACTOR} times the size {large:?}");
}

#[test]
fn large_files_take_time_in_proportion() {
    check_linear("structs in a chain", |size| {
        lines("", size, |n| format!("struct S{n} {{ 1: optional S{} next }}", n + 1), "")
    });
    check_linear("a cycle of all structs", |size| {
        lines("", size, |n| format!("struct S{n} {{ 1: S{} next }}", (n + 1) % size), "")
    });
    check_linear("typedefs in a chain", |size| {
        lines("", size, |n| format!("typedef T{} T{n}", n + 1), &format!("typedef i32 T{size}"))
    });
    check_linear("constants in a chain", |size| {
        let first = format!("const list<i32> C{size} = [1]\nconst list<list<i32>> D = [");
        let uses = lines(&first, size, |n| format!("C{n}"), "]");
        lines("", size, |n| format!("const list<i32> C{n} = C{}", n + 1), &uses)
    });
    check_linear("services in a chain", |size| {
        let service = |n| format!("service S{n} extends S{} {{ void f{n}() }}", n + 1);
        lines("", size, service, &format!("service S{size} {{}}"))
    });
    check_linear("unknown types", |size| {
        lines("", size, |n| format!("struct S{n} {{ 1: Unknown{n} u }}"), "")
    });
    check_linear("a line of garbage each", |size| {
        lines("", size, |_| "} ) $ struct".to_owned(), "")
    });
    check_linear("one line of garbage", |size| "( { [ ".repeat(size) + &"} ".repeat(size));
    check_linear("doc comments", |size| lines("", size, |_| "/** about nothing */".to_owned(), ""));
    check_linear("a map", |size| {
        lines("const map<i32, string> M = {", size, |n| format!("{}: 'x',", n % 100), "}")
    });
    check_linear("struct constants of unknown fields", |size| {
        let first = "struct P { 1: i32 a }\nconst list<P> L = [";
        lines(first, size, |n| format!("{{'b{n}': 1}}"), "]")
    });
    check_linear("unclosed lists", |size| {
        lines("", size, |n| format!("const list<i32> L{n} = ["), "")
    });
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
        assert!(run(text).contains("nested too deep"));
    }
    let mut typedefs = String::from("typedef i32 T0\n");
    for number in 0..10_000 {
        let _ = writeln!(typedefs, "typedef map<T{number}, T{number}> T{}", number + 1);
    }
    assert!(run(typedefs).contains("the type is too large"));
}

/// Each constant has the one before it twice, and the last is in a key, where its type is another.
#[test]
fn constants_of_constants_do_not_multiply() {
    let mut text = String::from("const list<double> C0 = [1, 2]\n");
    let mut ty = String::from("list<double>");
    for number in 1..16 {
        ty = format!("list<{ty}>");
        let _ = writeln!(text, "const {ty} C{number} = [C{0}, C{0}]", number - 1);
    }
    let _ = writeln!(text, "const set<{ty}> S = [C15]");
    let outcome = Outcome::of_text(text);
    let expansion = outcome.expand().to_string();
    assert!(expansion.contains("pub static S") && expansion.len() < 50_000, "{}", expansion.len());
}

#[test]
fn long_lines_are_cut() {
    let drawn = run(format!("struct A {{ 1: {} x }}", "B".repeat(200_000)));
    assert!(drawn.len() < 10_000, "{}", drawn.len());
}
