//! Builds the types of real `.thrift` files, round-trips random values of each, and compares their
//! schema, which is printed and loaded again, with the file.
//!
//! `corpus [--skip] [--all | --sample | --only TEXT]`: all accepted files, a fixed 40 from all origins,
//! or those whose path contains a text. With `--skip`, the values are read by types that leave every
//! other field out, too. The files are no part of the project; `THRIFT_IDL_CORPUS` says
//! where they are.

use std::{
    collections::{BTreeSet, HashSet},
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use thrift_idl::{
    model::{Item, StructKind},
    source::Sources,
};
use thrift_tests::idl::Outline;

/// The macro's own rule for names; what it gives is tested where it stands.
#[allow(dead_code)]
#[path = "../../../thrift-macros/src/case.rs"]
mod case;

/// How many files `--sample` tries.
const SAMPLE: usize = 40;

/// How many files are built as one crate.
const CHUNK: usize = 50;

/// What generated code must not give cause for, however strict the crate that it stands in.
const LINTS: &str = "warnings, future_incompatible, missing_debug_implementations, \
                     rust_2018_idioms, unreachable_pub, unsafe_code, unused, unused_qualifications";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let skip = arguments.first() == Some(&"--skip");
    if skip {
        arguments.remove(0);
    }
    let Some(corpus) = env::var_os("THRIFT_IDL_CORPUS").map(PathBuf::from) else {
        println!("left out: THRIFT_IDL_CORPUS is not set");
        return ExitCode::SUCCESS;
    };
    let mut files = accepted(&corpus);
    match arguments[..] {
        [] | ["--all"] => {}
        ["--sample"] => files = sample(files),
        ["--only", text] => files.retain(|file| file.path.contains(text)),
        _ => {
            eprintln!("usage: corpus [--skip] [--all | --sample | --only TEXT]");
            return ExitCode::from(64);
        }
    }
    let expected: usize = files.iter().map(|file| file.types).sum();
    let mut sums = [0; 5];
    let mut shortfalls = Vec::new();
    for (number, chunk) in files.chunks(CHUNK).enumerate() {
        try_chunk(&corpus, number, chunk, skip, &mut sums, &mut shortfalls);
        eprintln!("{} of {} files", (number * CHUNK) + chunk.len(), files.len());
    }
    let [built, types, values, schemas, projected] = sums;
    if schemas != built {
        shortfalls.push(format!("{schemas} schemas were compared of {built} files"));
    }
    if types != expected {
        shortfalls.push(format!("{types} types were tried where the files define {expected}"));
    }
    shortfalls.iter().for_each(|line| println!("{line}"));
    println!(
        "{} files, of which {built} were built; {types} types, {values} values, \
         {schemas} schemas; {projected} values without some fields; {} fall short",
        files.len(),
        shortfalls.len(),
    );
    if shortfalls.is_empty() && !files.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A file that Apache's compiler accepts.
#[derive(Debug, Clone)]
struct File {
    path: String,
    include_dirs: Vec<String>,
    /// How many structs, unions and exceptions it defines.
    types: usize,
    /// How many fields they have.
    fields: usize,
}

fn accepted(corpus: &Path) -> Vec<File> {
    let table = fs::read_to_string(corpus.join("expected.tsv")).unwrap();
    let mut rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let columns = rows.next().unwrap();
    let column = |name: &str| columns.iter().position(|column| *column == name).unwrap();
    let [path, dirs, dialect, head, fields] =
        ["path", "include_dirs", "dialect", "head", "fields"].map(column);
    let types = ["structs", "unions", "exceptions"].map(column);
    rows.filter(|row| row[dialect] != "fbthrift" && matches!(row[head], "accept" | "warn"))
        .map(|row| File {
            path: row[path].to_owned(),
            include_dirs: row[dirs]
                .split([',', ' ', ';'])
                .filter(|dir| *dir != "-")
                .map(str::to_owned)
                .collect(),
            types: types.iter().map(|column| row[*column].parse().unwrap_or(0)).sum(),
            fields: row[fields].parse().unwrap_or(0),
        })
        .collect()
}

/// The file with the most fields of each origin, and then those with the most of all, but none of
/// the very large ones.
fn sample(mut files: Vec<File>) -> Vec<File> {
    files.retain(|file| file.fields < 150);
    files.sort_by_key(|file| std::cmp::Reverse(file.fields));
    let mut origins = HashSet::new();
    let (mut sample, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| {
        origins.insert(file.path.split('/').next().unwrap_or_default().to_owned())
    });
    sample.extend(others);
    sample.truncate(SAMPLE);
    sample
}

/// Builds some files as one crate, without those that rustc finds fault with, and runs it.
fn try_chunk(
    corpus: &Path,
    number: usize,
    files: &[File],
    skip: bool,
    sums: &mut [usize; 5],
    shortfalls: &mut Vec<String>,
) {
    let mut files = files.to_vec();
    let package = format!("corpus-{number}");
    let folder = target().join("corpus").join(&package);
    while !files.is_empty() {
        write_crate(corpus, &folder, &package, &files, skip);
        let faults = match build(&folder) {
            Ok(()) => break,
            Err(faults) => faults,
        };
        let mut faulty = BTreeSet::new();
        for (line, fault) in &faults {
            // The lints stand in the first line; each of the next is one file.
            if let Some(index) = line.checked_sub(2)
                && let Some(file) = files.get(index)
                && faulty.insert(index)
            {
                shortfalls.push(format!("{}: {fault}", file.path));
            }
        }
        if faulty.is_empty() {
            shortfalls.push(format!("{}: does not build: {faults:?}", folder.display()));
            return;
        }
        let mut index = 0;
        files.retain(|_| {
            index += 1;
            !faulty.contains(&(index - 1))
        });
    }
    if files.is_empty() {
        return;
    }
    let program = target().join("debug").join(&package);
    let output = Command::new(&program).stderr(Stdio::inherit()).output().unwrap();
    let mut ended = false;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some(shortfall) = line.strip_prefix("shortfall ") {
            shortfalls.push(shortfall.to_owned());
        } else if let Some(counts) = line.strip_prefix("tried ") {
            let counts: Vec<usize> = counts.split(' ').map(|n| n.parse().unwrap()).collect();
            for (sum, count) in sums[1..].iter_mut().zip(counts) {
                *sum += count;
            }
            ended = true;
        }
    }
    if !ended {
        shortfalls.push(format!("{}: ended with {}", program.display(), output.status));
    }
    sums[0] += files.len();
    // What a chunk leaves is large.
    let _ = fs::remove_file(program);
}

/// Where cargo puts what it builds, this program too.
fn target() -> PathBuf {
    env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned()
}

/// Writes a crate with one line, and one module, for each file.
fn write_crate(corpus: &Path, folder: &Path, package: &str, files: &[File], skip: bool) {
    let tests = env!("CARGO_MANIFEST_DIR");
    let manifest = format!(
        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nthrift-runtime = {{ path = \"{tests}/../thrift-runtime\" }}\n\
         thrift-tests = {{ path = \"{tests}\" }}\n\n\
         [profile.dev]\ndebug = 0\nincremental = false\n\n[workspace]\n"
    );
    let mut library = format!("#![deny({LINTS})]\n");
    let mut calls = String::new();
    for (index, file) in files.iter().enumerate() {
        let path = corpus.join(&file.path);
        let dirs: Vec<PathBuf> = file.include_dirs.iter().map(|dir| corpus.join(dir)).collect();
        write!(
            library,
            "pub mod file_{index} {{ thrift_runtime::thrift! {{ path: {path:?}, include_dirs: {dirs:?}, \
             warnings: off, schema: on }} }}",
        )
        .unwrap();
        if skip {
            write!(
                library,
                " pub mod part_{index} {{ thrift_runtime::thrift! {{ path: {path:?}, include_dirs: \
                 {dirs:?}, warnings: off, services: none, skip: {:?} }} }}",
                every_other_field(&path, dirs.clone()),
            )
            .unwrap();
        }
        library.push('\n');
        let outline = Outline::of(&String::from_utf8_lossy(&fs::read(&path).unwrap()));
        let root = path.file_stem().unwrap_or_default().to_string_lossy();
        let root = case::snake(&root).replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let digit = root.starts_with(|c: char| c.is_ascii_digit());
        let root = if digit { format!("_{root}_thrift") } else { format!("{root}_thrift") };
        let found = format!("file_{index}::{root}::__{root}_schema::file_0()");
        let dirs: Vec<String> = dirs.iter().map(|dir| format!("{dir:?}.into()")).collect();
        writeln!(
            calls,
            "    let checked = thrift_tests::schema::check({found}, {path:?}.as_ref(), vec![{}]);\n    \
             report.schema({:?}, checked);",
            dirs.join(", "),
            file.path,
        )
        .unwrap();
        for (idl, rust) in rust_names(&outline) {
            let name = format!("{} {idl}", file.path);
            writeln!(calls, "    report.round_trip::<file_{index}::{rust}>({name:?});").unwrap();
            if skip {
                let types = format!("file_{index}::{rust}, part_{index}::{rust}");
                writeln!(calls, "    report.projected::<{types}>({name:?});").unwrap();
            }
        }
    }
    let library = format!(
        "{library}\npub fn run(report: &mut thrift_tests::round_trip::Report) {{\n{calls}}}\n"
    );
    let main = format!(
        "fn main() {{\n    let mut report = Default::default();\n    {}::run(&mut report);\n    \
         report.print();\n}}\n",
        package.replace('-', "_")
    );
    fs::create_dir_all(folder.join("src")).unwrap();
    let lock = Path::new(tests).join("../Cargo.lock");
    let _ = fs::copy(lock, folder.join("Cargo.lock"));
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), library).unwrap();
    fs::write(folder.join("src/main.rs"), main).unwrap();
}

/// Of each struct in a file, every other field.
fn every_other_field(path: &Path, dirs: Vec<PathBuf>) -> Vec<String> {
    let mut sources = Sources::new(dirs);
    let root = sources.open(path).unwrap();
    let (program, _) = thrift_idl::load(root, &mut sources);
    let structs = program.modules[0].items.iter().filter_map(|item| match item {
        Item::Struct(of) if of.kind != StructKind::Union => Some(of),
        _ => None,
    });
    let fields = structs.flat_map(|of| {
        let fields = of.fields.iter().step_by(2);
        fields.map(|field| format!("{}.{}", of.name, field.name))
    });
    fields.collect()
}

/// The structs, unions and exceptions of a file by their names in the IDL and in Rust.
fn rust_names(outline: &Outline) -> Vec<(&str, String)> {
    let mut taken = HashSet::new();
    let mut names = Vec::new();
    for name in &outline.types {
        let first = match case::camel(name) {
            camel if camel == "Self" => "Self_".to_owned(),
            camel => camel,
        };
        let mut rust = first.clone();
        let mut number = 2;
        while !taken.insert(rust.clone()) {
            rust = format!("{first}_{number}");
            number += 1;
        }
        if outline.structs.contains(name) {
            names.push((name.as_str(), rust));
        }
    }
    names
}

/// Builds a crate; what rustc finds fault with, by lines. Warnings count.
fn build(folder: &Path) -> Result<(), Vec<(usize, String)>> {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--message-format=short"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target())
        .output()
        .unwrap();
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let faults = text.lines().filter_map(|line| {
        let place = line.strip_prefix("src/lib.rs:")?;
        let (number, rest) = place.split_once(':')?;
        Some((number.parse().ok()?, rest.split_once(' ')?.1.to_owned()))
    });
    let faults: Vec<_> = faults.collect();
    Err(if faults.is_empty() { vec![(0, text)] } else { faults })
}
