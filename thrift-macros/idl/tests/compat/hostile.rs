//! Any two programs: comparing them always ends, and never panics.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use thrift_idl::compat;
use thrift_idl::diagnostic::{Diagnostics, draw};
use thrift_idl::model::{Item, ItemId, Program, Type, Value};
use thrift_idl::source::Sources;

/// The programs of two texts, whatever errors they have.
fn load(old: &[u8], new: &[u8]) -> (Program, Program, Sources) {
    let mut sources = Sources::new(Vec::new());
    let [old, new] = [("old.thrift", old), ("new.thrift", new)].map(|(path, text)| {
        let file = sources.open_text(path, text);
        thrift_idl::load(file, &mut sources).0
    });
    (old, new, sources)
}

/// Compares in both directions, renders all diagnostics, and returns those of the first direction.
fn both_ways(old: &Program, new: &Program, sources: &Sources) -> Diagnostics {
    let found = compat::compare(old, new);
    for found in found.found().iter().chain(compat::compare(new, old).found()).take(100) {
        assert!(!draw(found, sources).is_empty());
    }
    found
}

const TEXT: &str = "
include 'other.thrift' namespace rs a
typedef list<Id> Ids typedef i64 Id
enum E { A, B = 5, C } const E X = E.A const map<i32, list<E>> Y = {1: [E.A, 5]}
union U { 1: i32 a, 2: S s } exception F { 1: required string why, 2: optional U u = {'a': 1} }
struct S { 1: required Ids ids = [1, 2], 2: optional set<S> s, 3: E e = X, 4: map<Id, binary> m }
service P { S a(1: S s, 2: required U u) throws (1: F f) oneway void b() }
service Q extends P { list<U> c(1: E e = E.B) }
";

#[test]
fn edited_at_random() {
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let bytes = TEXT.as_bytes();
    for _ in 0..2000 {
        let mut edited = bytes.to_vec();
        for _ in 0..=random(6) {
            let (to, from, length) = (random(bytes.len()), random(bytes.len()), random(12));
            let piece = &bytes[from..(from + length).min(bytes.len())];
            let end = (to + random(12)).min(edited.len());
            edited.splice(to.min(end)..end, piece.iter().copied());
        }
        let (old, new, sources) = load(bytes, &edited);
        both_ways(&old, &new, &sources);
    }
}

#[test]
fn nothing() {
    let (old, new, sources) = load(TEXT.as_bytes(), b"");
    both_ways(&old, &new, &sources);
    both_ways(&Program::default(), &new, &sources);
    both_ways(&Program::default(), &Program::default(), &sources);
}

#[test]
fn ids_of_nothing_and_cycles() {
    let (old, mut new, sources) = load(TEXT.as_bytes(), TEXT.as_bytes());
    let own = |item| ItemId { module: 0, item };
    for (at, item) in new.modules[0].items.iter_mut().enumerate() {
        match item {
            Item::Typedef(of) => of.ty = Type::Named(own(at)),
            Item::Const(of) => of.value = Value::List(vec![Value::Const(own(at)); 2]),
            Item::Service(of) => of.parent = Some(own(at)),
            Item::Struct(of) => {
                for field in &mut of.fields {
                    field.ty = Type::List(Box::new(Type::Named(ItemId { module: 7, item: 7 })));
                    field.default = Some(Value::Member { of: own(99), member: 99 });
                }
            }
            Item::Enum(of) => of.members.clear(),
        }
    }
    both_ways(&old, &new, &sources);
    both_ways(&new, &new, &sources);
}

/// The messages of a comparison. It must finish within a minute, without optimization.
fn in_time(old: &str, new: &str) -> Vec<String> {
    let (old, new, sources) = load(old.as_bytes(), new.as_bytes());
    let start = Instant::now();
    let found = both_ways(&old, &new, &sources);
    let took = start.elapsed();
    println!("{took:?}");
    assert!(took < Duration::from_secs(60), "{took:?}");
    found.found().iter().map(|found| found.message.clone()).collect()
}

#[test]
fn rings_of_several_lengths() {
    let ring = |name: char, length: usize| {
        (0..length).fold(String::new(), |mut text, at| {
            let next = (at + 1) % length;
            writeln!(text, "struct {name}{at} {{ 1: optional {name}{next} next }}").unwrap();
            text
        })
    };
    let rings = ring('R', 1009) + &ring('S', 1013);
    let old = format!("{rings} struct A {{ 1: optional R0 ring }}");
    let new = format!("{rings} struct A {{ 1: optional S0 ring }}");
    let found = in_time(&old, &new);
    assert!(found.iter().any(|found| found.contains("too large")), "{found:?}");
    // No differences are invented if not everything could be compared.
    assert!(found.len() <= 2, "{found:?}");
}

#[test]
fn long_lines_of_services() {
    let text = (0..3000).fold("service S0 { void m() }".to_owned(), |mut text, at| {
        writeln!(text, "service S{} extends S{at} {{ void m{at}() }}", at + 1).unwrap();
        text
    });
    let found = in_time(&text, &text);
    assert!(found.iter().all(|found| found.contains("too large")), "{found:?}");
}

#[test]
fn constants_that_name_constants_twice() {
    let constants = |name: char| {
        let mut ty = "i32".to_owned();
        (1..40).fold(format!("const i32 {name}0 = 1\n"), |mut text, at| {
            ty = format!("list<{ty}>");
            let before = at - 1;
            writeln!(text, "const {ty} {name}{at} = [{name}{before}, {name}{before}]").unwrap();
            text
        })
    };
    in_time(&constants('A'), &constants('A').replace("A39", "B39").replace("= 1\n", "= 2\n"));
    let nested = "list<".repeat(39) + "i32" + &">".repeat(39);
    let user = |name: char| {
        let both = constants('A') + &constants('B');
        format!("{both} struct S {{ 1: {nested} a = {name}39 }}")
    };
    in_time(&user('A'), &user('B'));
}
