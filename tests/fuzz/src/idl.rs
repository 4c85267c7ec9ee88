//! IDL: read, printed and read again, and formatted.

use thrift_runtime::dynamic::{
    self,
    idl::{
        self, diagnostic, diagnostic::Diagnostics, format, model::Program, print, source::Sources,
    },
};

use super::types;

/// A text.
pub fn run(text: &[u8]) {
    let (program, found, sources) = load(text);
    for diagnostic in found.errors().chain(found.warnings()) {
        assert!(!diagnostic::draw(diagnostic, &sources).is_empty());
    }
    if found.errors().next().is_none() {
        printed(&program);
        if let Ok(text) = std::str::from_utf8(text) {
            dynamic::parse(text).expect("what was read without errors");
        }
    }
    formatted(text, found.errors().count());
}

/// A text that includes no other.
pub(crate) fn load(text: &[u8]) -> (Program, Diagnostics, Sources) {
    let mut sources = Sources::closed();
    let file = sources.open_text("fuzz.thrift", text);
    let (program, found) = idl::load(file, &mut sources);
    (program, found, sources)
}

/// What is printed is the same when it is read.
fn printed(program: &Program) {
    let text = print::module(program, 0);
    let (again, found, sources) = load(&text);
    let drawn = found.errors().map(|error| diagnostic::draw(error, &sources));
    assert_eq!(drawn.collect::<Vec<_>>().join("\n"), "", "{}", text.escape_ascii());
    assert!(again == *program, "{again:#?}\n\nis not\n\n{program:#?}\n\n{}", text.escape_ascii());
}

/// A formatted text has the same in it, and is not formatted any further.
fn formatted(text: &[u8], errors: usize) {
    let format = |text: &[u8]| {
        let mut sources = Sources::closed();
        let file = sources.open_text("fuzz.thrift", text);
        format::format(file, &sources)
    };
    let Ok(once) = format(text) else { return assert_ne!(errors, 0) };
    let twice = format(&once).expect("what was formatted can be formatted");
    assert_eq!(once.escape_ascii().to_string(), twice.escape_ascii().to_string());
    let (_, found, _) = load(&once);
    assert_eq!(found.errors().count(), errors, "{}", once.escape_ascii());
    if errors == 0 {
        assert!(load(&once).0 == load(text).0, "{}", once.escape_ascii());
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
    texts.map(|text| text.as_bytes().to_vec()).into()
}
