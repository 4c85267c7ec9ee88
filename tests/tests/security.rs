//! SECURITY.md names files, modules, tests and commands that are there.

use std::{
    fs,
    path::{Path, PathBuf},
};

const PAGE: &str = include_str!("../../SECURITY.md");

/// Where tests are.
const TESTS: [&str; 4] =
    ["tests/tests", "thrift-runtime/tests", "thrift-runtime/src", "thrift-macros/idl/tests"];

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What stands in backticks.
fn quoted() -> impl Iterator<Item = &'static str> {
    PAGE.split('`').skip(1).step_by(2)
}

/// That of one word.
fn words() -> impl Iterator<Item = &'static str> {
    quoted().filter(|text| !text.contains(' '))
}

fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn is_there(path: &str) -> bool {
    top().join(path).exists()
}

fn text(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_path_is_there() {
    let is_file = |text: &&str| text.contains('/') || text.ends_with(".toml");
    let paths: Vec<_> = words().filter(is_file).collect();
    assert!(paths.len() > 8);
    for path in paths {
        assert!(is_there(path), "there is no {path}");
    }
}

#[test]
fn every_test_is_there() {
    let sources: Vec<String> =
        TESTS.iter().flat_map(|folder| sources(&top().join(folder))).collect();
    let is_test = |name: &&str| is_name(name) && name.contains('_') && !name.starts_with("thrift_");
    let names: Vec<_> = words().filter(is_test).collect();
    assert!(names.len() > 12);
    for name in names {
        assert!(sources.iter().any(|source| tests(source, name)), "there is no test {name}");
    }
}

/// Whether a source has a test of this name: a function with an attribute that says so, or one that its macro
/// `tests` gives such a one.
fn tests(source: &str, name: &str) -> bool {
    let called = source.split("\ntests! {\n").skip(1).filter_map(|rest| rest.split("\n}").next());
    let mut called = called.flat_map(str::lines).map(|line| line.trim().trim_end_matches(','));
    if source.contains("macro_rules! tests {") && called.any(|line| line == name) {
        return true;
    }
    source.match_indices(&format!("fn {name}(")).any(|(at, _)| {
        let before = source[..at].rfind('\n').map_or("", |line| &source[..line]);
        let attributes = before.lines().rev().map(str::trim);
        let mut attributes = attributes.take_while(|line| line.starts_with(['#', '/']));
        attributes.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

#[test]
fn only_tests_count_as_such() {
    let source = "    #[tokio::test(start_paused = true)]\n    // Why.\n    async fn one(\n    fn two(\n\
                  #[test]\nfn three() {}\n#[inline]\nfn four() {}\n";
    let found = ["one", "two", "three", "four"].map(|name| tests(source, name));
    assert_eq!(found, [true, false, true, false]);
}

/// The other words are what the fuzzer is let loose on.
#[test]
fn every_target_of_the_fuzzer_is_there() {
    let is_target = |text: &&str| is_name(text) && !text.contains('_') && *text != "loom";
    let targets: Vec<_> = words().filter(is_target).collect();
    assert!(targets.len() > 3);
    for target in targets {
        check_target(target);
    }
}

fn check_target(name: &str) {
    assert!(is_there(&format!("tests/fuzz/targets/{name}.rs")), "the fuzzer has no {name}");
}

/// A module of the library, or a function in one.
#[test]
fn every_item_is_there() {
    let items: Vec<_> = words().filter_map(|word| word.rsplit_once("::")).collect();
    assert!(items.len() > 2);
    for (module, item) in items {
        let folder = top().join("thrift-runtime/src").join(module.replace("::", "/"));
        let files = [format!("{item}.rs"), format!("{item}/mod.rs"), format!("{item}.md")];
        let is_file = files.iter().any(|file| folder.join(file).exists());
        let own = [folder.with_extension("rs"), folder.join("mod.rs")];
        let function = format!("pub fn {item}(");
        let is_function = own
            .iter()
            .any(|file| fs::read_to_string(file).is_ok_and(|source| source.contains(&function)));
        assert!(is_file || is_function, "there is no {module}::{item}");
    }
}

#[test]
fn every_command_finds_what_it_names() {
    let commands: Vec<_> = quoted().filter(|text| text.contains(' ')).collect();
    assert!(commands.len() > 8);
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        match *words {
            ["cargo", "deny", ref check @ ..] => {
                let settings = text(top().join("deny.toml"));
                for part in check.iter().filter(|word| **word != "check") {
                    assert!(settings.contains(&format!("[{part}]\n")), "{command}: {part}");
                }
            }
            ["cargo", ref arguments @ ..]
            | ["MIRIFLAGS=-Zmiri-disable-isolation", "cargo", ref arguments @ ..] => {
                check_cargo(command, arguments);
            }
            ["tests/fuzz/run", ref arguments @ ..] => {
                assert!(is_there("tests/fuzz/run"), "{command}");
                let is_time = |word: &&&str| word.starts_with(|c: char| c.is_ascii_digit());
                let targets = arguments.iter().filter(|word| !is_time(word));
                targets.for_each(|target| check_target(target));
            }
            ["--cfg", name] => {
                let mut sources = sources(&top().join("thrift-runtime/src")).into_iter();
                assert!(sources.any(|source| source.contains(name)), "nothing asks for {name}");
            }
            _ => panic!("what is `{command}`?"),
        }
    }
}

/// The packages that a command may mean, and their folders.
fn folder_of(package: &str) -> PathBuf {
    let folders =
        ["tests", "thrift-runtime", "thrift-runtime/cli", "thrift-macros", "thrift-macros/idl"];
    let name = format!("name = \"{package}\"\n");
    let mut folders = folders.map(|folder| top().join(folder)).into_iter();
    let found = folders.find(|folder| {
        let manifest = text(folder.join("Cargo.toml"));
        manifest.split("\n\n").next().is_some_and(|package| package.contains(&name))
    });
    found.unwrap_or_else(|| panic!("there is no package {package}"))
}

/// Checks what cargo is told.
fn check_cargo(command: &str, arguments: &[&str]) {
    let mut folder = top();
    let mut words = arguments.iter().copied();
    // Where modules of tests may be.
    let mut below = vec!["src".to_owned(), "tests".to_owned()];
    let has = |folder: &Path, kind: &str, below: &str, name: &str| {
        let files = [format!("{below}/{name}.rs"), format!("{below}/{name}/main.rs")];
        let manifest = text(folder.join("Cargo.toml"));
        let is_named = manifest.contains(&format!("[[{kind}]]\nname = \"{name}\"\n"));
        let is_there = is_named || files.iter().any(|file| folder.join(file).exists());
        assert!(is_there, "{command}: there is no {kind} {name}");
    };
    while let Some(word) = words.next() {
        let mut next = || words.next().unwrap_or_else(|| panic!("{command}: what follows {word}?"));
        match word {
            "--" => return,
            "test" | "run" | "miri" | "+nightly" | "--release" | "--all-features" | "--lib" => {}
            "-p" => folder = folder_of(next()),
            "--test" => {
                let name = next();
                has(&folder, "test", "tests", name);
                below.push(format!("tests/{name}"));
            }
            "--bin" => has(&folder, "bin", "src/bin", next()),
            "--manifest-path" => {
                let path = next();
                assert!(is_there(path), "{command}: there is no {path}");
            }
            // Of which tests' names are to have it in them.
            filter if is_name(filter) => {
                let is_module = below
                    .iter()
                    .any(|below| folder.join(below).join(filter).with_extension("rs").exists());
                assert!(is_module, "{command}: there is no module {filter}");
            }
            other => panic!("{command}: what is {other}?"),
        }
    }
}

/// All Rust code of a folder, file by file.
fn sources(folder: &Path) -> Vec<String> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources.extend(self::sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(text(&path));
        }
    }
    sources
}
