//! Edits to files that others include.

use std::path::Path;
use std::{env, fs, process};

use thrift_idl::compat;
use thrift_idl::diagnostic::draw;
use thrift_idl::source::Sources;

type Files<'a> = &'a [(&'a str, &'a str)];

/// The rendered differences between two folders of files; the first file of each is the root.
fn drawn(name: &str, old: Files<'_>, new: Files<'_>) -> Vec<String> {
    let folder = env::temp_dir().join(format!("thrift-compat-{name}-{}", process::id()));
    let mut sources = Sources::new(Vec::new());
    let [old, new] = [("old", old), ("new", new)].map(|(version, files)| {
        let folder = folder.join(version);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        let root = sources.open(&folder.join(files[0].0)).unwrap();
        let (program, diagnostics) = thrift_idl::load(root, &mut sources);
        assert_eq!(diagnostics.errors().count(), 0);
        program
    });
    fs::remove_dir_all(&folder).unwrap();
    let found = compat::compare(&old, &new);
    let shown = |drawn: String| drawn.replace(folder.to_str().unwrap(), "");
    found.found().iter().map(|found| shown(draw(found, &sources))).collect()
}

#[test]
fn an_edit_is_shown_in_both_files() {
    let root = ("root.thrift", "include 'parts.thrift'\nservice S { parts.A f() }\n");
    let drawn = drawn(
        "edit",
        &[root, ("parts.thrift", "struct A {\n  1: i32 a\n}\n")],
        &[root, ("parts.thrift", "// More.\nstruct A {\n  1: i64 a\n}\n")],
    );
    let expected = "\
the type of field `a` of `A` changed from `i32` to `i64`
 --> /new/parts.thrift:3:3
  |
3 |   1: i64 a
  |   ^^^^^^^^
  |
 ::: /old/parts.thrift:2:3
  |
2 |   1: i32 a
  |   -------- the old version";
    assert_eq!(drawn, [expected]);
}

#[test]
fn a_definition_moves_to_another_file() {
    let drawn = drawn(
        "move",
        &[("root.v1.thrift", "struct A { 1: i32 a } enum E { X } service S { A f(1: E e) }")],
        &[
            ("root.thrift", "include 'a.thrift' include 'b.thrift' service S { a.A f(1: b.E e) }"),
            ("a.thrift", "struct A { 1: i32 a }"),
            ("b.thrift", "enum E { X }"),
        ],
    );
    assert!(drawn.is_empty(), "{drawn:?}");
}

#[test]
fn a_file_is_no_longer_included() {
    let drawn = drawn(
        "drop",
        &[
            ("root.thrift", "include 'a.thrift' struct B { 1: optional a.A a }"),
            ("a.thrift", "struct A { 1: i32 a } const i32 N = 1 service S {}"),
        ],
        &[("root.thrift", "struct B {}")],
    );
    assert!(drawn.is_empty(), "{drawn:?}");
}

#[test]
fn included_files_of_one_name() {
    let root = |of: &str| format!("include 'x/a.thrift' include 'y/a.thrift' struct B {{ {of} }}");
    let folder = env::temp_dir().join(format!("thrift-compat-names-{}", process::id()));
    for sub in ["x", "y"] {
        fs::create_dir_all(folder.join(sub)).unwrap();
    }
    let write = |path: &str, text: &str| fs::write(folder.join(path), text).unwrap();
    write("x/a.thrift", "struct A { 1: i32 a } struct X { 1: A a }");
    write("y/a.thrift", "struct A { 1: i64 a } struct Y { 1: A a }");
    write("old.thrift", &root("1: a.X x, 2: a.Y y"));
    write("new.thrift", &root("1: a.X x, 2: a.Y y, 3: string z"));
    let mut sources = Sources::new(Vec::new());
    let mut load = |name: &str| {
        let path: &Path = &folder.join(name);
        let root = sources.open(path).unwrap();
        thrift_idl::load(root, &mut sources).0
    };
    let found = compat::compare(&load("old.thrift"), &load("new.thrift"));
    fs::remove_dir_all(&folder).unwrap();
    assert!(found.found().is_empty(), "{:?}", found.found());
}
