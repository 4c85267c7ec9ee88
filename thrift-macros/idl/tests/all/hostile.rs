//! Texts that no author writes: nothing panics or takes long, and what can be read stays the same.

use super::common::{comments, format};
use super::cpu;
use thrift_idl::model::Program;
use thrift_idl::print;
use thrift_idl::source::Sources;

const SEEDS: [&str; 5] = [
    "namespace rs a.b (x = 'y')\n/** doc */\nstruct S {\n  1: required map<string, list<i32>> m = {'a': [1, 2]} (k = \"v\"),\n  2: optional S & s;\n  i32 three\n} (a)\n",
    "enum E { A = 1, B = -2; C }\nconst E X = E.A\nconst map<E, double> M = {E.A: 1.5e3, 2: .5}\ntypedef set<E> Es\nunion U { 1: Es es, 2: U u }\n",
    "exception Oops { 1: string why }\nservice P { oneway void a() }\nservice S extends P {\n  i32 f(1: i32 a, 2: list<i8> b) throws (1: Oops o),\n  async void g();\n}\n",
    "/* c */ // d\n# e\nconst string T = \"a\\n\\\"b\"\nconst i64 H = -0xFF\nconst uuid I = '00112233-4455-6677-8899-aabbccddeeff'\n",
    "cpp_include 'x'\n/**\n * Lines\n *   of\n */\nstruct Q xsd_all {\n\tlist<i32> cpp_type 'v' a xsd_optional xsd_attrs { 1: i32 b }\n\tset<i8 (a = 'b')> c\n\n}\nconst Q R = {'a': [1, 2], 'c': {}}\n",
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

fn load(text: &[u8]) -> (Program, bool) {
    let mut sources = Sources::default();
    let file = sources.open_text("root.thrift", text);
    let (program, diagnostics) = thrift_idl::load(file, &mut sources);
    let right = diagnostics.errors().next().is_none();
    (program, right)
}

/// Checks all that is promised; tells whether the text could be formatted, and whether it was right.
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
    for seed in SEEDS {
        for end in 0..seed.len() {
            check(&seed.as_bytes()[..end]);
            check(&seed.as_bytes()[end..]);
        }
    }
}

#[test]
fn mutated() {
    const SPICE: &[u8] = b"{}()[]<>:;,=*&@'\"\\/#\n \0\x0c\xC3\xFF.-+019ax_";
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    for round in 0..3000 {
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
        check(&text);
    }
}

/// Comments and blanks of all kinds anywhere.
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
        let mut text = SEEDS[round % SEEDS.len()].to_owned();
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

/// Checks that a text of growing size does not take time by the square of it.
fn check_linear(name: &str, make: impl Fn(usize) -> String) {
    const SMALL: usize = 1_000;
    const FACTOR: usize = 8;
    let time = |size| {
        let text = make(size);
        let (program, right) = load(text.as_bytes());
        assert!(right, "{name}");
        let run = || (format(text.as_bytes()).unwrap(), print::module(&program, 0));
        (0..3).map(|_| cpu::time(run).1).min().unwrap()
    };
    let (small, large) = (time(SMALL), time(SMALL * FACTOR));
    let square = small * (FACTOR * FACTOR) as u32;
    assert!(large < square / 2, "{name}: {small:?}, and {FACTOR} times the size {large:?}");
}

#[test]
fn large_files_take_time_in_proportion() {
    check_linear("structs in a chain", |size| {
        let structs = (0..size).map(|n| format!("struct S{n} {{ 1: optional S{} next }}", n + 1));
        structs.collect::<String>() + &format!("struct S{size} {{}}")
    });
    check_linear("comments on one line", |size| "/* a */".repeat(size) + "const i32 A = 1");
    check_linear("lines of comments", |size| {
        "const i32 A /* a */\n// b\n".to_owned() + &"# c\n".repeat(size) + "= 1"
    });
    check_linear("one comment", |size| format!("/*\n{}*/", "  line\n".repeat(size)));
    check_linear("a list", |size| format!("const list<i32> L = [{}]", "1 ".repeat(size)));
    check_linear("lists", |size| format!("const list<list<i32>> L = [{}]", "[1 2 3]".repeat(size)));
    check_linear("constants of constants", |size| {
        let first = "const list<i32> C0 = [1]".to_owned();
        first
            + &(0..size).map(|n| format!("\nconst list<i32> C{} = C{n}", n + 1)).collect::<String>()
    });
    check_linear("documentation", |size| {
        format!("/**\n{}*/ struct S {{}}", " * line\n".repeat(size))
    });
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
