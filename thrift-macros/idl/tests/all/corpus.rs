//! Prints and formats files that other people wrote.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::lossless::{comments, format};
use super::outcome::{Folder, Outcome};
use super::table::Table;
use thrift_idl::print;

/// Prints the files of a program below `folder`, with the same relative paths as in the corpus.
fn print_to(folder: &Folder, corpus: &Table, program: &thrift_idl::model::Program) {
    for (path, text) in print::program(program) {
        folder.write(path.strip_prefix(&corpus.folder).unwrap(), &text);
    }
}

#[test]
fn what_is_printed_is_read_as_the_same() {
    let Some(corpus) = Table::corpus() else { return };
    let mut printed = 0;
    let mut failures = Vec::new();
    for row in corpus.rows() {
        let Ok(program) = Outcome::of_row(&row).program() else { continue };
        printed += 1;
        let folder = Folder::new();
        print_to(&folder, &corpus, &program);
        match Outcome::of_file(&folder.0.join(row.get("path")), row.include_dirs_below(&folder.0))
            .program()
        {
            Err(drawn) => failures.push(format!("{}: {drawn}", row.get("path"))),
            Ok(again) if again != program => {
                failures.push(format!("{}: reads as another", row.get("path")));
            }
            Ok(again) => {
                if print::module(&again, 0) != print::module(&program, 0) {
                    failures.push(format!("{}: prints as another", row.get("path")));
                }
            }
        }
    }
    println!("{printed} files, {} are not the same", failures.len());
    assert!(failures.is_empty() && printed >= 525, "{printed}\n{}", failures.join("\n"));
}

/// Whether the tests require Apache's compiler.
fn apache() -> bool {
    let found = Command::new("thrift").arg("--version").output();
    match found {
        Ok(output) if output.status.code().is_some() => true,
        _ => {
            let required = std::env::var("THRIFT_INTEROP").is_ok_and(|set| set == "required");
            assert!(!required, "there is no `thrift`, and THRIFT_INTEROP is `required`");
            println!("left out: there is no `thrift`");
            false
        }
    }
}

/// The definitions in a file and all that it includes, as Apache's compiler describes them: by file,
/// and without docs.
fn described(path: &Path, include_dirs: &[PathBuf]) -> Result<HashMap<String, String>, String> {
    let out = Folder::new();
    let mut command = Command::new("thrift");
    command.args(["-r", "--allow-neg-keys", "--allow-64bit-consts", "--gen", "json", "-o"]);
    command.arg(&out.0);
    for dir in include_dirs {
        command.arg("-I").arg(dir);
    }
    let output = command.arg(path).output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let files = fs::read_dir(out.0.join("gen-json")).unwrap().map(|file| file.unwrap().path());
    let read = |path: PathBuf| {
        let text = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().map(|line| line.trim().trim_end_matches(','));
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("\"doc\":"));
        // The compiler accepts `{}` for an empty list, too.
        let text = lines.collect::<Vec<_>>().join("\n").replace("{\n}", "[\n]");
        (path.file_name().unwrap().to_string_lossy().into_owned(), text)
    };
    Ok(files.map(read).collect())
}

#[test]
fn apaches_compiler_reads_what_is_printed_as_the_same() {
    let Some(corpus) = Table::corpus() else { return };
    if !apache() {
        return;
    }
    let mut compared = 0;
    let mut failures = Vec::new();
    for row in corpus.rows() {
        let Ok(program) = Outcome::of_row(&row).program() else { continue };
        let Ok(original) = described(&row.path(), &row.include_dirs()) else {
            continue;
        };
        compared += 1;
        let folder = Folder::new();
        print_to(&folder, &corpus, &program);
        let path = folder.0.join(row.get("path"));
        match described(&path, &row.include_dirs_below(&folder.0)) {
            Err(error) => failures.push(format!("{}: {error}", row.get("path"))),
            Ok(printed) => {
                for (file, original) in &original {
                    if let Some(difference) = difference(original, &printed[file]) {
                        failures.push(format!("{}: {file}: {difference}", row.get("path")));
                    }
                }
            }
        }
    }
    println!("{compared} files, {} differ", failures.len());
    assert!(failures.is_empty() && compared >= 485, "{compared}\n{}", failures.join("\n"));
}

/// Whether two lines end with the same number. The compiler shows all digits of an integer that is
/// given for a `double`, but only 15 of a double.
fn is_same_number(one: &str, other: &str) -> bool {
    let number = |line: &str| {
        let (before, number) = line.rsplit_once(' ').unwrap_or(("", line));
        Some((before.to_owned(), number.parse::<f64>().ok()?))
    };
    match (number(one), number(other)) {
        (Some((before, one)), Some((also, other))) => {
            before == also && (one - other).abs() <= one.abs() * 1e-14
        }
        _ => false,
    }
}

/// The first lines that differ.
fn difference(one: &str, other: &str) -> Option<String> {
    let mut pairs = one.lines().zip(other.lines());
    let different = pairs.find(|(one, other)| one != other && !is_same_number(one, other));
    match different {
        Some((one, other)) => Some(format!("{one:?}, printed {other:?}")),
        None => (one.lines().count() != other.lines().count()).then(|| "another length".to_owned()),
    }
}

#[test]
fn formatting_is_stable_and_loses_nothing() {
    let Some(corpus) = Table::corpus() else { return };
    let (mut formatted, mut refused) = (0, 0);
    let mut failures = Vec::new();
    for row in corpus.rows() {
        let path = row.get("path");
        let text = fs::read(row.path()).unwrap();
        let Some(once) = format(&text) else {
            refused += 1;
            continue;
        };
        formatted += 1;
        let twice = format(&once).unwrap_or_default();
        if twice != once {
            let (once, twice) = (String::from_utf8_lossy(&once), String::from_utf8_lossy(&twice));
            failures.push(format!("{path}: not stable: {:?}", difference(&once, &twice)));
        }
        if comments(&once) != comments(&text) {
            failures.push(format!("{path}: other comments"));
        }
    }
    println!("{formatted} files formatted, {refused} refused");
    assert!(failures.is_empty() && formatted >= 525, "{formatted}\n{}", failures.join("\n"));
}

#[test]
fn a_formatted_file_means_the_same() {
    let Some(corpus) = Table::corpus() else { return };
    let mut failures = Vec::new();
    for row in corpus.rows() {
        let Ok(program) = Outcome::of_row(&row).program() else { continue };
        let folder = Folder::new();
        for module in &program.modules {
            let text = format(&fs::read(&module.path).unwrap()).unwrap();
            folder.write(module.path.strip_prefix(&corpus.folder).unwrap(), &text);
        }
        match Outcome::of_file(&folder.0.join(row.get("path")), row.include_dirs_below(&folder.0))
            .program()
        {
            Err(drawn) => failures.push(format!("{}: {drawn}", row.get("path"))),
            Ok(again) if again != program => failures.push(format!("{}: another", row.get("path"))),
            Ok(_) => {}
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
