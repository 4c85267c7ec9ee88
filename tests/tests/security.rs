//! SECURITY.md names files and tests that are there.

use std::{
    fs,
    path::{Path, PathBuf},
};

const PAGE: &str = include_str!("../../SECURITY.md");

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What stands in backticks and is one word.
fn quoted() -> impl Iterator<Item = &'static str> {
    PAGE.split('`').skip(1).step_by(2).filter(|text| !text.contains([' ', ':']))
}

#[test]
fn every_path_is_there() {
    let paths: Vec<_> = quoted().filter(|text| text.contains('/')).collect();
    assert!(paths.len() > 8);
    for path in paths {
        assert!(top().join(path).exists(), "there is no {path}");
    }
}

#[test]
fn every_test_is_there() {
    let mut sources = String::new();
    for folder in ["tests/tests", "thrift-runtime/tests", "thrift-macros/idl/tests"] {
        read(&top().join(folder), &mut sources);
    }
    let is_name = |text: &&str| text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let names: Vec<_> = quoted()
        .filter(is_name)
        .filter(|name| name.contains('_') && !name.starts_with("thrift_"))
        .collect();
    assert!(names.len() > 12);
    for name in names {
        let function = format!("fn {name}(");
        assert!(sources.contains(&function), "there is no test {name}");
    }
}

/// Gathers all Rust code of a folder.
fn read(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}
