//! Tables of edits. Each has a name, the result of Apache's compiler, the edit as a diff, and the
//! messages that are expected here (`=`), with the line and column in the new file and, after `<`, in
//! the old file. The text after `;` says why.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

use thrift_idl::compat;
use thrift_idl::diagnostic::{Diagnostic, Severity, draw, position};
use thrift_idl::source::Sources;

/// One edit.
#[derive(Debug, Default)]
struct Case {
    name: String,
    apache: String,
    old: String,
    new: String,
    expected: Vec<String>,
}

/// Reads a table.
fn cases(table: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        let (mark, rest) = line.split_at(1);
        if mark == "#" {
            let (name, apache) = rest.split_once('|').unwrap();
            let (name, apache) = (name.trim().to_owned(), apache.trim().to_owned());
            cases.push(Case { name, apache, ..Case::default() });
            continue;
        }
        let case = cases.last_mut().unwrap();
        match mark {
            "-" => case.old += &format!("{rest}\n"),
            "+" => case.new += &format!("{rest}\n"),
            " " => {
                case.old += &format!("{rest}\n");
                case.new += &format!("{rest}\n");
            }
            "=" => case.expected.push(rest.trim().to_owned()),
            _ => panic!("{line}"),
        }
    }
    cases
}

/// The messages, one to a line: `error 1:8 < 1:8 the message`.
pub(crate) fn said(old: &str, new: &str) -> Vec<String> {
    let mut sources = Sources::new(Vec::new());
    let [old, new] = [("old.thrift", old), ("new.thrift", new)].map(|(path, text)| {
        let file = sources.open_text(path, text.as_bytes());
        let (program, diagnostics) = thrift_idl::load(file, &mut sources);
        let errors = diagnostics.errors().map(|error| draw(error, &sources)).collect::<String>();
        assert!(errors.is_empty(), "{errors}");
        program
    });
    let found = compat::compare(&old, &new);
    found.found().iter().map(|found| line(found, &sources)).collect()
}

pub(crate) fn line(found: &Diagnostic, sources: &Sources) -> String {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let shown = |location| {
        let (line, column) = position(location, sources);
        format!("{line}:{column}")
    };
    // Something that was removed has a place only in the old file.
    let at = match sources.get(found.at.file).path.ends_with("old.thrift") {
        true => String::new(),
        false => shown(found.at),
    };
    let old = match at.is_empty() {
        true => Some(found.at),
        false => {
            found.related.iter().find(|(_, words)| words == "the old version").map(|(at, _)| *at)
        }
    };
    let old = old.map_or_else(String::new, shown);
    let mut line = format!("{severity} {at} < {old} {}", found.message);
    for (_, words) in found.related.iter().filter(|(_, words)| words != "the old version") {
        line += &format!("; {words}");
    }
    line.replace("  ", " ")
}

/// Checks a table. If there are differences, the actual messages are printed.
pub(crate) fn check(table: &str) {
    let cases = cases(table);
    let mut wrong = String::new();
    for case in &cases {
        let said = said(&case.old, &case.new);
        let apache = apache(&case.old, &case.new).unwrap_or_else(|| case.apache.clone());
        if said != case.expected || apache != case.apache {
            wrong += &format!("# {} | {apache}\n", case.name);
            wrong.extend(said.iter().map(|line| format!("= {line}\n")));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    println!("{} edits", cases.len());
}

/// How many edits are in a table.
pub(crate) fn count(table: &str) -> usize {
    cases(table).len()
}

/// The result of Apache's compiler, if it is installed.
fn apache(old: &str, new: &str) -> Option<String> {
    let folder = scratch();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let verdict = audit(&file("old.thrift", old), &file("new.thrift", new));
    fs::remove_dir_all(&folder).unwrap();
    verdict
}

/// The result of Apache's compiler for two files, if it is installed.
pub(crate) fn audit(old: &Path, new: &Path) -> Option<String> {
    let Ok(output) = Command::new("thrift").arg("--audit").args([old, new]).output() else {
        println!("left out: Apache's compiler is not installed");
        return None;
    };
    let printed = String::from_utf8_lossy(&output.stdout);
    let verdict = match output.status.code() {
        Some(0) if printed.contains("[Thrift Audit Warning") => "warns",
        Some(0) => "accepts",
        Some(2) => "fails",
        _ => "cannot read it",
    };
    Some(verdict.to_owned())
}

fn scratch() -> PathBuf {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = env::temp_dir().join(format!("thrift-compat-{}-{number}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}
