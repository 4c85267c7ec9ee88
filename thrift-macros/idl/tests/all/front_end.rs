//! Reads files that other people wrote, and files with one defect each.

use std::collections::HashMap;
use std::time::Duration;

use super::cpu;
use super::outcome::Outcome;
use super::table::{Row, Table};
use thrift_idl::diagnostic::{self, Diagnostic};
use thrift_idl::model::{Item, StructKind};

#[test]
fn real_files_are_read() {
    let Some(table) = Table::corpus() else {
        return;
    };
    let mut tried = 0;
    let mut shortfalls = Vec::new();
    let mut others = [0; 2];
    for row in table.rows() {
        let get = |column| row.get(column);
        let outcome = Outcome::of_row(&row);
        let first = outcome.errors().next().map(|error| error.message.clone());
        let wanted = row.is_accepted();
        if wanted {
            tried += 1;
            if let Some(message) = first {
                shortfalls.push(format!("{}: {message}\n{}", get("path"), outcome.draw()));
            } else if let Err(difference) = compare_counts(outcome.items(), &row) {
                shortfalls.push(format!("{}: {difference}", get("path")));
            }
        } else {
            others[usize::from(first.is_some())] += 1;
            let named = outcome.errors().any(|error| {
                let help = error.help.as_deref().unwrap_or_default();
                error.message.contains("fbthrift") || help.contains("fbthrift")
            });
            if get("dialect") == "fbthrift" && first.is_some() && !named {
                println!("{}: the dialect is not named\n{}", get("path"), outcome.draw());
            }
        }
    }
    println!("{tried} files that Apache's compiler reads, {} fall short", shortfalls.len());
    println!("of the others {} were read, {} refused", others[0], others[1]);
    assert!(shortfalls.is_empty(), "{}", shortfalls.join("\n"));
}

/// Compares the definitions of a file with the counts of another tool.
fn compare_counts(items: &[Item], row: &Row<'_>) -> Result<(), String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut add = |what, count| *counts.entry(what).or_default() += count;
    for item in items {
        match item {
            Item::Const(_) => add("consts", 1),
            Item::Typedef(_) => add("typedefs", 1),
            Item::Enum(item) => {
                add("enums", 1);
                add("enum_values", item.members.len());
            }
            Item::Struct(item) => {
                let kind = match item.kind {
                    StructKind::Struct => "structs",
                    StructKind::Union => "unions",
                    StructKind::Exception => "exceptions",
                };
                add(kind, 1);
                add("fields", item.fields.len());
            }
            Item::Service(item) => {
                add("services", 1);
                add("methods", item.functions.len());
                for function in &item.functions {
                    add("args", function.args.len());
                    add("throws", function.throws.len());
                }
            }
        }
    }
    for what in [
        "structs",
        "unions",
        "exceptions",
        "enums",
        "typedefs",
        "consts",
        "services",
        "methods",
        "fields",
        "enum_values",
        "args",
        "throws",
    ] {
        let counted = counts.get(what).copied().unwrap_or(0).to_string();
        let expected = row.get(what);
        if expected != "-" && counted != expected {
            return Err(format!("{counted} {what}, expected {expected}"));
        }
    }
    Ok(())
}

#[test]
fn each_defect_is_told() {
    let Some(table) = Table::open("THRIFT_BAD_IDL") else {
        return;
    };
    let mut failures = Vec::new();
    for row in table.rows() {
        let get = |column| row.get(column);
        let path = row.path();
        let ((outcome, drawn), took) = cpu::time(|| {
            let outcome = Outcome::of_file(&path, Vec::new());
            let drawn = outcome.draw();
            (outcome, drawn)
        });
        let mut fail = |why: &str| failures.push(format!("{}: {why}\n{drawn}", get("path")));
        if took > Duration::from_secs(1) {
            fail(&format!("took {took:?}"));
        }
        let first = outcome.errors().next();
        // Nothing from the missing file is used, so that it is only a warning, as in Apache's
        // compiler.
        let want = match get("path") {
            "sem_include_missing.thrift" => "accept",
            _ => get("want"),
        };
        match (want, first) {
            ("accept", Some(_)) => fail("was refused"),
            ("reject", None) => fail("was accepted"),
            (_, Some(error)) => {
                if let Err(why) = check_error(&outcome, error, &drawn, &row) {
                    fail(&why);
                }
                let count = outcome.errors().count();
                if count > 1 {
                    println!("{}: {count} errors\n{drawn}", get("path"));
                }
            }
            (_, None) => {}
        }
    }
    let all = table.rows().count();
    println!("{} of {all} as wanted", all - failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Compares the place and the text of the first error with the expected ones.
fn check_error(
    outcome: &Outcome,
    error: &Diagnostic,
    drawn: &str,
    row: &Row<'_>,
) -> Result<(), String> {
    let get = |column| row.get(column);
    let (line, column) = diagnostic::position(error.at, &outcome.sources);
    let file = &outcome.sources.get(error.at.file).path;
    let file = file.file_name().unwrap().to_string_lossy();
    let wanted = [get("where"), get("where_alt")];
    let at_line = |wanted: &str| {
        let mut parts = wanted.rsplit(':');
        let _column = parts.next();
        let wanted_line = parts.next().and_then(|line| line.parse().ok());
        let wanted_file = parts.next().map_or(get("path"), |path| path.rsplit('/').next().unwrap());
        wanted_line == Some(line) && wanted_file == file
    };
    if get("where") != "-" && !wanted.iter().any(|wanted| at_line(wanted)) {
        return Err(format!("is reported at {file}:{line}:{column}, wanted {wanted:?}"));
    }
    let exact = format!("{line}:{column}");
    if !wanted.iter().any(|wanted| wanted.ends_with(&exact) || *wanted == "-") {
        println!("{}: at column {exact}, wanted {wanted:?}", get("path"));
    }
    let drawn = drawn.to_lowercase();
    let mut phrases = get("phrase").split('|');
    if get("phrase") != "-" && !phrases.any(|phrase| drawn.contains(&phrase.to_lowercase())) {
        return Err(format!("does not convey {:?}", get("phrase")));
    }
    if get("mention") != "-" && !drawn.contains(&get("mention").to_lowercase()) {
        return Err(format!("does not mention {:?}", get("mention")));
    }
    Ok(())
}
