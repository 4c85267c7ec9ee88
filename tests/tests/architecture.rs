//! ARCHITECTURE.md names files that are there, and every module.

use std::{
    fs,
    path::{Path, PathBuf},
};

const PAGE: &str = include_str!("../../ARCHITECTURE.md");
const SOURCES: [&str; 3] = ["thrift-runtime/src", "thrift-macros/src", "thrift-macros/idl/src"];

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What stands in backticks and is a path.
fn paths() -> impl Iterator<Item = &'static str> {
    let is_path = |text: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        text.chars().all(plain) && (text.contains('/') || text.ends_with(".rs"))
    };
    PAGE.split('`').skip(1).step_by(2).filter(move |text| is_path(text))
}

#[test]
fn every_path_is_there() {
    assert!(paths().count() > 50);
    for path in paths() {
        let places = [""].iter().chain(&SOURCES).map(|base| top().join(base).join(path));
        assert!(places.into_iter().any(|place| place.exists()), "there is no {path}");
    }
}

#[test]
fn every_test_that_a_line_names_is_there() {
    let (_, section) = PAGE.split_once("\n## Behaviour on the wire\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows: Vec<_> = section.lines().filter(|line| line.ends_with("` |")).collect();
    assert!(rows.len() > 20);
    for row in rows {
        let [.., file, _, test, _] = row.split('`').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let text = fs::read_to_string(top().join(file)).unwrap();
        assert!(text.contains(&format!("fn {test}(")), "{row}");
    }
}

#[test]
fn every_module_is_described() {
    for sources in SOURCES {
        for entry in fs::read_dir(top().join(sources)).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if entry.path().is_dir() && name != "tests" {
                let module = format!("{name}/");
                assert!(paths().any(|path| path.starts_with(&module)), "{sources}/{name}");
            }
        }
    }
}
