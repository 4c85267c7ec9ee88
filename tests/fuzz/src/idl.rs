//! IDL: read, printed and read again, and formatted; of one file, or of several that include one another.

use std::borrow::Cow;

use thrift_runtime::dynamic::{
    self, Idl,
    idl::{
        self,
        diagnostic::{self, Diagnostics},
        format,
        model::Program,
        print,
        source::Sources,
    },
};

use super::types;

/// What begins the line that is before each file but the first, whose path follows there.
const BEFORE: &[u8] = b"\n==== ";

/// How many files there are at most: each may include all of them.
const MOST: usize = 8;

/// A file of IDL, and its path.
struct File<'a> {
    path: Cow<'a, str>,
    text: Cow<'a, [u8]>,
}

/// Texts with `==== PATH` between them, of which any may include any other, and itself, by its path.
pub fn run(input: &[u8]) {
    let files = split(input);
    let (program, found, sources) = load(&files);
    for diagnostic in found.errors().chain(found.warnings()) {
        assert!(!diagnostic::draw(diagnostic, &sources).is_empty());
    }
    let errors = found.errors().count();
    if errors == 0 {
        printed(&program);
        if let ([file], Ok(text)) = (&*files, std::str::from_utf8(input)) {
            assert_eq!(*file.text, *input);
            dynamic::parse(text).expect("what was read without errors");
        }
    }
    formatted(&files, &program, errors);
    if errors == 0 {
        drop(Idl::new(program));
    }
}

/// The files of an input.
fn split(input: &[u8]) -> Vec<File<'_>> {
    let mut files = Vec::new();
    let (mut path, mut rest) = (Cow::Borrowed("fuzz.thrift"), input);
    while files.len() + 1 < MOST
        && let Some(at) = rest.windows(BEFORE.len()).position(|window| window == BEFORE)
    {
        let (text, line) = (&rest[..at], &rest[at + BEFORE.len()..]);
        let end = line.iter().position(|byte| *byte == b'\n').unwrap_or(line.len());
        files.push(File { path, text: text.into() });
        path = String::from_utf8_lossy(&line[..end]);
        rest = line.get(end + 1..).unwrap_or_default();
    }
    files.push(File { path, text: rest.into() });
    files
}

fn load(files: &[File<'_>]) -> (Program, Diagnostics, Sources) {
    let mut sources = Sources::closed();
    let opened: Vec<_> =
        files.iter().map(|file| sources.open_text(&file.path, &file.text)).collect();
    for from in &opened {
        for (file, included) in files.iter().zip(&opened) {
            sources.tell_include(*from, &file.path, *included);
        }
    }
    let (program, found) = idl::load(opened[0], &mut sources);
    (program, found, sources)
}

/// What is printed is the same when it is read.
fn printed(program: &Program) {
    let mut sources = Sources::closed();
    let texts: Vec<_> = print::program(program).collect();
    let opened = texts.iter().map(|(path, text)| sources.open_text(&path.to_string_lossy(), text));
    let opened: Vec<_> = opened.collect();
    for (from, module) in opened.iter().zip(&program.modules) {
        for include in &module.includes {
            sources.tell_include(*from, &include.path, opened[include.module]);
        }
    }
    let (again, found) = idl::load(opened[0], &mut sources);
    let drawn = found.errors().map(|error| diagnostic::draw(error, &sources));
    let shown = || {
        let shown = texts.iter().map(|(path, text)| format!("{path:?}: {}", text.escape_ascii()));
        shown.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(drawn.collect::<Vec<_>>().join("\n"), "", "{}", shown());
    assert!(again == *program, "{again:#?}\n\nis not\n\n{program:#?}\n\n{}", shown());
}

/// Formatted texts have the same in them, and are not formatted any further.
fn formatted(files: &[File<'_>], program: &Program, errors: usize) {
    let format = |text: &[u8]| {
        let mut sources = Sources::closed();
        let file = sources.open_text("fuzz.thrift", text);
        format::format(file, &sources)
    };
    let mut formatted = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let Ok(once) = format(&file.text) else {
            // Nobody may have included the others.
            assert!(at > 0 || errors > 0);
            return;
        };
        let twice = format(&once).expect("what was formatted can be formatted");
        assert_eq!(once.escape_ascii().to_string(), twice.escape_ascii().to_string());
        formatted.push(File { path: file.path.clone(), text: once.into() });
    }
    let shown = || {
        let shown = formatted.iter().map(|file| file.text.escape_ascii().to_string());
        shown.collect::<Vec<_>>().join("\n==== \n")
    };
    let (again, found, _) = load(&formatted);
    assert_eq!(found.errors().count(), errors, "{}", shown());
    if errors == 0 {
        assert!(again == *program, "{}", shown());
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        types::IDL,
        "namespace rs a.b\ninclude \"other.thrift\"\ncpp_include '<x>'\n",
        "const map<string, list<i32>> M = {'a': [1, 0x2F, -3], \"b\": []} (k = 'v', w)\n",
        "typedef list<binary> (a = 'b') Parts // parts\n/** doc */ const double D = 1.5e-3;\n",
        "struct A { i32 x = 1, 2: required A a, # hash\n string s (x = \"\\n\") } senum S { 'a' }\n",
        "enum E { A, B = 0x10; C } const E e = E.B const i32 n = E.A union U { 1: E e = 1 }",
        "service A { oneway void f(1: i32 a) async void g() throws () } service B extends A {}\n",
        "struct S { 1: i32 a = N } const i32 N = M const i32 M = N /* open",
    ];
    let mut seeds: Vec<Vec<u8>> = texts.map(|text| text.as_bytes().to_vec()).into();
    // Nothing would be tried with files of which none is included.
    for (modules, text) in SEVERAL {
        let (program, found, sources) = load(&split(text.as_bytes()));
        let drawn: Vec<_> = found.errors().map(|error| diagnostic::draw(error, &sources)).collect();
        assert_eq!((program.modules.len(), drawn), (modules, Vec::new()), "{text}");
        seeds.push(text.as_bytes().to_vec());
    }
    let circle = "include 'a.thrift' struct S { 1: a.A a }\n==== a.thrift\n\
                  include 'fuzz.thrift' include 'a.thrift' struct A { 1: fuzz.S s }\n";
    seeds.push(circle.into());
    seeds
}

/// Texts of several files, and how many of them there are for the first.
const SEVERAL: [(usize, &str); 4] = [
    (
        2,
        "include 'a.thrift' struct S { 1: a.A a = {'n': a.N}, 2: a.E e = a.E.X } const a.E E = a.E.X \
         service T extends a.T { a.A f(1: a.L l) throws (1: a.W w) }\n==== a.thrift\n\
         struct A { 1: i32 n } const i32 N = 7 enum E { X, Y } typedef list<A> L exception W {} \
         service T { void g() }\n",
    ),
    (
        4,
        "include \"b/left.thrift\" include \"right.thrift\" union U { 1: left.L l 2: right.R r }\n\
         ==== b/left.thrift\ninclude '../base.thrift' typedef base.B L\n==== right.thrift\n\
         namespace rs c include '../base.thrift' struct R { 1: map<i32, base.B> b = {1: base.D} }\n\
         ==== ../base.thrift\nstruct B { 1: string s = \"x\" } const B D = {'s': 'y'}\n",
    ),
    (1, "struct S { 1: i32 a }\n==== unread.thrift\nstruct {{{\n"),
    (
        3,
        "include 'x/t.thrift' include 'y/u.v.thrift' const map<t.E, string> M = {t.E.A: u.v.S}\n\
         ==== x/t.thrift\nenum E { A = 1 }\n==== y/u.v.thrift\nconst string S = 's' (k = 'v')\n",
    ),
];
