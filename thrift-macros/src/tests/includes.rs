//! Several files.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use proc_macro2::TokenStream;
use quote::quote;

use super::Outcome;
use crate::input::Input;
use crate::model::{Item, ItemId, Type};
use crate::options::Selection;
use thrift_idl::source::Sources;

/// A temporary folder of files, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("thrift-macros-{}-{count}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Folder(folder)
    }

    /// The outcome for `root.thrift`, with further macro arguments after the path.
    fn outcome(&self, arguments: TokenStream) -> Outcome {
        let input: Input = syn::parse_quote!([krate] path: "root.thrift", #arguments);
        let include_dirs = input.include_dirs.iter().map(|dir| self.0.join(dir.value()));
        let mut sources = Sources::new(include_dirs.collect());
        let root = sources.open(&self.0.join("root.thrift")).unwrap();
        Outcome::new(root, sources, input)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn stems(outcome: &Outcome) -> Vec<&str> {
    outcome.program.modules.iter().map(|module| module.stem.as_str()).collect()
}

fn field_types(outcome: &Outcome, item: usize) -> Vec<&Type> {
    match &outcome.items()[item] {
        Item::Struct(item) => item.fields.iter().map(|field| &field.ty).collect(),
        other => panic!("not a struct: {other:?}"),
    }
}

#[test]
fn a_diamond_is_read_once() {
    let folder = Folder::with(&[
        (
            "root.thrift",
            "include 'a/left.thrift' include 'a/right.thrift' struct R { 1: left.L l }",
        ),
        ("a/left.thrift", "include '../base.thrift' struct L { 1: base.B b }"),
        ("a/right.thrift", "include '../a/../base.thrift' struct R { 1: base.B b }"),
        ("base.thrift", "struct B {}"),
    ]);
    let outcome = folder.outcome(quote!());
    assert!(outcome.messages().is_empty(), "{}", outcome.draw());
    assert_eq!(stems(&outcome), ["root", "left", "right", "base"]);
    assert_eq!(
        crate::path::tracked(&outcome.sources, &outcome.input)
            .to_string()
            .matches("include_bytes")
            .count(),
        4
    );
}

#[test]
fn a_missing_file_of_which_nothing_is_used_is_a_warning() {
    let folder = Folder::with(&[
        ("root.thrift", "include 'a.thrift' include 'gone.thrift' struct R { 1: a.A a }"),
        ("a.thrift", "include 'other/lost.thrift' struct A {}"),
    ]);
    let outcome = folder.outcome(quote!());
    assert_eq!(outcome.errors().count(), 0, "{}", outcome.draw());
    assert_eq!(
        outcome.messages(),
        [
            "the included file `gone.thrift` was not found",
            "the included file `other/lost.thrift` was not found",
        ]
    );
    for uses in [
        "typedef gone.Id Id",
        "const i32 N = gone.N",
        "enum E { A } const E X = gone.E.A",
        "service S extends gone.S {}",
        "exception E {} service S { void f() throws (1: gone.E e) }",
        "struct S { 1: list<map<i32, gone.Key>> l }",
    ] {
        let text = format!("include 'gone.thrift' {uses}");
        let outcome = Folder::with(&[("root.thrift", text.as_str())]).outcome(quote!());
        assert_eq!(outcome.errors().count(), 1, "{text}");
    }
}

#[test]
fn of_two_files_of_one_path_a_warning_tells_which_is_included() {
    let folder = Folder::with(&[
        ("root.thrift", "include 'x.thrift' include 'y.thrift' struct R { 1: x.A a, 2: y.B b }"),
        ("x.thrift", "struct A {}"),
        ("y.thrift", "struct B {}"),
        ("one/x.thrift", "struct A { 1: i32 old }"),
        // A copy with the same contents, or the same file, makes no difference.
        ("one/y.thrift", "struct B {}"),
    ]);
    let outcome = folder.outcome(quote!(include_dirs: ["one", "."]));
    let messages = outcome.messages();
    assert_eq!(messages.len(), 1, "{}", outcome.draw());
    assert!(messages[0].contains("x.thrift` is included, and `"), "{messages:?}");
    assert!(messages[0].contains("one/x.thrift` is not"), "{messages:?}");
}

#[test]
fn names_across_files() {
    let folder = Folder::with(&[
        (
            "root.thrift",
            "include 'v1.api.thrift'
            typedef v1.api.Id Id
            struct R { 1: v1.api.Id id = v1.api.FIRST, 2: v1.api.Kind k = v1.api.Kind.B, 3: Id i }
            service S extends v1.api.Base { void f() throws (1: v1.api.Oops o) }
            const i32 N = v1.api.Kind.B",
        ),
        (
            "idl/v1.api.thrift",
            "typedef i64 Id const Id FIRST = 1 enum Kind { A, B } service Base {} exception Oops {}",
        ),
    ]);
    let outcome = folder.outcome(quote!(include_dirs: ["idl"]));
    assert!(outcome.messages().is_empty(), "{}", outcome.draw());
    let id = ItemId { module: 1, item: 0 };
    assert_eq!(field_types(&outcome, 1)[0], &Type::Named(id));
    let Item::Service(service) = &outcome.items()[2] else { panic!() };
    assert_eq!(service.parent, Some(ItemId { module: 1, item: 3 }));
}

#[test]
fn two_files_of_one_stem() {
    let folder = Folder::with(&[
        (
            "root.thrift",
            "include 'a/x.thrift' include 'b/x.thrift' struct R { 1: x.A a, 2: x.B b, 3: x.Both c }",
        ),
        ("a/x.thrift", "struct A {} struct Both {}"),
        ("b/x.thrift", "struct B {} struct Both {}"),
    ]);
    let outcome = folder.outcome(quote!());
    assert!(outcome.messages().is_empty(), "{}", outcome.draw());
    let modules: Vec<usize> = field_types(&outcome, 0)
        .into_iter()
        .map(|ty| match ty {
            Type::Named(id) => id.module,
            other => panic!("not named: {other:?}"),
        })
        .collect();
    assert_eq!(modules, [1, 2, 2]);
}

#[test]
fn what_an_include_includes_is_not_seen() {
    let folder = Folder::with(&[
        ("root.thrift", "include 'a.thrift' struct R { 1: b.B b, 2: root.R r, 3: missing.M m }"),
        ("a.thrift", "include 'b.thrift'"),
        ("b.thrift", "struct B {}"),
    ]);
    let outcome = folder.outcome(quote!());
    assert_eq!(outcome.errors().count(), 3);
    let drawn = outcome.draw();
    assert!(drawn.contains("this file does not include"), "{drawn}");
    assert!(drawn.contains("names in the same file have no prefix: `R`"), "{drawn}");
    assert!(drawn.contains("no file called `missing.thrift` is included"), "{drawn}");
}

#[test]
fn a_missing_include_is_one_error() {
    let folder = Folder::with(&[(
        "root.thrift",
        "include 'gone.thrift' struct R { 1: gone.A a } const i32 N = gone.N service S extends gone.S {}",
    )]);
    let outcome = folder.outcome(quote!(include_dirs: ["idl"]));
    assert_eq!(outcome.messages(), ["the included file `gone.thrift` was not found"]);
    assert!(outcome.draw().contains("looked in: "));
}

#[test]
fn include_cycles() {
    let folder = Folder::with(&[
        ("root.thrift", "include 'a.thrift' include 'root.thrift'"),
        ("a.thrift", "include 'b.thrift' struct A { 1: b.B b }"),
        ("b.thrift", "include 'a.thrift' struct B { 1: optional a.A a }"),
    ]);
    let outcome = folder.outcome(quote!());
    assert_eq!(
        outcome.messages(),
        [
            "recursive include: `root.thrift` includes this file again",
            "recursive include: `b.thrift` includes this file again",
        ]
    );
}

#[test]
fn files_and_types_that_exist_already() {
    let folder = Folder::with(&[
        (
            "root.thrift",
            "include 'shared.thrift' include 'own.thrift'
            struct R { 1: shared.A a, 2: own.O o } struct Mine {}",
        ),
        ("shared.thrift", "include 'deep-er.thrift' struct A { 1: list<byte> b }"),
        ("deep-er.thrift", "struct D {}"),
        ("own.thrift", "struct O {}"),
    ]);
    let outcome = folder.outcome(quote! {
        with: { "shared.thrift": crate::shared, "own.O": other::O, "Mine": crate::Mine },
    });
    assert!(outcome.messages().is_empty(), "{}", outcome.draw());
    assert!(outcome.input.errors.is_empty());
    let program = &outcome.program;
    let existing = &outcome.input.options.existing;
    let shown = |path: Option<&syn::Path>| path.map(|path| quote!(#path).to_string());
    let modules: Vec<Option<String>> =
        (0..program.modules.len()).map(|module| shown(existing.module(module))).collect();
    let wanted =
        [None, Some("crate :: shared"), None, Some("crate :: shared :: __thrift_file_deep_er")];
    assert_eq!(modules, wanted.map(|path| path.map(str::to_owned)));
    let item = |module, item| shown(existing.item(ItemId { module, item }));
    assert_eq!(item(2, 0).as_deref(), Some("other :: O"));
    assert_eq!(item(0, 1).as_deref(), Some("crate :: Mine"));
    assert_eq!(item(0, 0), None);
}

#[test]
fn keys_find_what_they_name() {
    let folder = Folder::with(&[
        (
            "root.thrift",
            "include 'shared.thrift' struct R { 1: i32 a, 2: i32 b } const i32 R = 1 enum E { X }",
        ),
        ("shared.thrift", "struct A {}"),
    ]);
    let outcome = folder.outcome(quote! {
        derive: { "*": [Hash], "R": [A], "shared.A": [B], "R.a": [C], "Gone": [D] },
        attr: { "R.b": #[x], "E.X": #[y], "nothing.R": #[z] },
        with: { "gone.thrift": crate::gone },
    });
    let options = &outcome.input.options;
    let derives: Vec<Selection> =
        options.derives.iter().map(|(target, _)| target.selects).collect();
    let item = |module, item| ItemId { module, item };
    assert_eq!(
        derives,
        [
            Selection::Everything,
            Selection::Item(item(0, 0)),
            Selection::Item(item(1, 0)),
            Selection::Nothing,
            Selection::Nothing,
        ]
    );
    let attributes = options.attributes.iter().map(|(target, _)| target.selects);
    assert_eq!(
        attributes.collect::<Vec<_>>(),
        [Selection::Member(item(0, 0), 1), Selection::Member(item(0, 2), 0), Selection::Nothing,]
    );
    let errors: Vec<String> = outcome.input.errors.iter().map(syn::Error::to_string).collect();
    assert_eq!(errors.len(), 4, "{errors:?}");
    assert!(errors.iter().all(|error| error.starts_with("unused key")), "{errors:?}");
    assert_eq!(options.derives(item(0, 0), crate::options::Kind::Structs).count(), 2);
}
