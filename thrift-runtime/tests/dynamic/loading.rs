//! Loading, and finding what an IDL has.

use thrift_runtime::{args, dynamic};

use super::library;

#[test]
fn items_are_found_by_their_names() {
    let idl = library();
    let services: Vec<String> = idl.services().map(|of| of.name().to_owned()).collect();
    assert_eq!(services, ["Base", "Library"]);
    let methods: Vec<String> =
        idl.service("Library").unwrap().methods().map(|of| format!("{of:?}")).collect();
    assert_eq!(methods, ["Library.find", "Library.count", "Library.forget", "Base.ping"]);
    assert_eq!(idl.structure("library.Author").unwrap().name(), "Author");
    let fields: Vec<String> =
        idl.structure("Author").unwrap().fields().map(str::to_owned).collect();
    assert_eq!(fields, ["name", "born", "teacher"]);
    let atlas = idl.constant("ATLAS").unwrap();
    assert_eq!(
        format!("{atlas:?}"),
        r#"Book { title: "Maps", kind: ATLAS, place: Place { shelf: 7 }, lent: false }"#
    );
}

#[test]
fn names_that_mean_nothing_are_told_with_what_is_near() {
    let idl = library();
    let error = |error: dynamic::UnknownItem| error.to_string();
    assert_eq!(
        error(idl.service("Libary").unwrap_err()),
        "no service is called `Libary`; did you mean `Library`?"
    );
    assert_eq!(error(idl.service("Book").unwrap_err()), "`Book` is no service");
    assert_eq!(error(idl.structure("Kind").unwrap_err()), "`Kind` is no struct");
    assert_eq!(error(idl.constant("Book").unwrap_err()), "`Book` is no constant");
    assert_eq!(
        error(idl.service("Library").unwrap().method("fnd").unwrap_err()),
        "`Library` has no method `fnd`; did you mean `find`?"
    );
}

#[test]
fn mistakes_in_the_text_are_drawn() {
    let error = dynamic::parse("struct A {\n  1: Missing m\n  2: i32 x = 'y'\n}").unwrap_err();
    let text = error.to_string();
    assert!(text.contains("error: undefined type `Missing`"), "{text}");
    assert!(text.contains("idl.thrift:2:6"), "{text}");
    assert!(text.contains("mismatched types"), "{text}");
    let error = dynamic::load("/nowhere/x.thrift").unwrap_err().to_string();
    assert!(error.starts_with("cannot read `/nowhere/x.thrift`: "), "{error}");
}

#[test]
fn typedefs_of_structs_name_them() {
    let idl = dynamic::parse("struct A { 1: i32 x } typedef A B typedef B C").unwrap();
    assert_eq!(idl.structure("C").unwrap().name(), "A");
}

#[test]
fn a_text_reads_no_file() {
    let text = format!("include \"{}/Cargo.toml\"", env!("CARGO_MANIFEST_DIR"));
    let error =
        dynamic::parse(&format!("{text} struct A {{ 1: Cargo.B b }}")).unwrap_err().to_string();
    assert!(error.contains("was not found") && !error.contains("[package]"), "{error}");
}

#[test]
fn many_names_for_one_type_take_no_stack() {
    let aliases: String = (0..20_000).map(|n| format!("typedef T{n} T{}\n", n + 1)).collect();
    let text = format!("typedef i32 T0\n{aliases}struct A {{ 1: T20000 a }}");
    let idl = dynamic::parse(&text).unwrap();
    assert_eq!(idl.structure("A").unwrap().described_type("a").as_deref(), Some("i32"));
}

/// A few bytes of IDL can ask for more stack or memory than there is.
#[test]
fn constants_are_neither_too_deep_nor_too_large() {
    let chain = |name: &str, length: usize, fields: &dyn Fn(usize) -> String| {
        (1..=length)
            .map(|n| format!("struct {name}{n} {{ {} }}\n", fields(n - 1)))
            .collect::<String>()
    };
    let text = format!(
        "struct A0 {{ 1: i32 x = 1 }} {} const A190 DEEP = {{}} const A4000 DEEPER = {{}}
         struct D0 {{ 1: i32 x = 1 }} {} const list<D3> FEW = [{{}}] const D40 MANY = {{}}
         const list<D14> SOME = [{{}}] const list<list<D14>> REPEATED = [{}]",
        chain("A", 4_000, &|n| format!("1: A{n} a = {{}}")),
        chain("D", 40, &|n| format!("1: D{n} a = {{}}, 2: D{n} b = {{}}")),
        "SOME, ".repeat(40),
    );
    let idl = dynamic::parse(&text).unwrap();
    let mut value = &idl.constant("DEEP").unwrap();
    let mut depth = 1;
    while let Some(inner) = value.get("a") {
        (value, depth) = (inner, depth + 1);
    }
    assert_eq!((depth, value.get("x").unwrap().as_i64()), (191, Some(1)));
    let error = |name| idl.constant(name).unwrap_err().to_string();
    assert_eq!(error("DEEPER"), "the values in the constant `DEEPER` nest too deep");
    idl.constant("FEW").unwrap();
    assert_eq!(error("MANY"), "the values in the constant `MANY` take too much memory");
    assert_eq!(error("REPEATED"), "the values in the constant `REPEATED` take too much memory");
    let defaults = idl.structure("A4000").unwrap().value(args! {}).unwrap_err().to_string();
    assert_eq!(defaults, "the defaults of `A4000` nest too deep");
    idl.structure("A100").unwrap().value(args! {}).unwrap();
}

#[test]
fn many_names_for_one_constant_take_no_stack() {
    let names: String = (0..5_000).map(|n| format!("const i32 C{} = C{n}\n", n + 1)).collect();
    let idl = dynamic::parse(&format!("const i32 C0 = 7\n{names}")).unwrap();
    assert_eq!(idl.constant("C5000").unwrap().as_i64(), Some(7));
}

#[test]
fn services_inherit_over_many_levels() {
    let levels: String = (0..2_000)
        .map(|n| format!("service S{} extends S{n} {{ void m{n}() }}\n", n + 1))
        .collect();
    let idl = dynamic::parse(&format!("service S0 {{ void ping() }}\n{levels}")).unwrap();
    let last = idl.service("S2000").unwrap();
    assert_eq!(last.methods().count(), 2_001);
    assert_eq!(last.method("ping").unwrap().service(), "S0");
}
