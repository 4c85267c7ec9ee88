//! Comparing what Rust defines with an IDL that a test has written before.

use std::{env, fs, io, path::Path};

use thrift_idl::{
    compat,
    diagnostic::{Diagnostic, draw},
    model::Program,
    print,
    source::{FileId, Sources, shown},
};

use super::{Definition, layout};

/// The environment variable that makes tests write their files.
const UPDATE: &str = "THRIFT_UPDATE";

/// Asserts that peers with the IDL in a file understand a service, or a type, of this program: a test
/// in one line for those who define it in Rust.
///
/// ```no_run
/// thrift_runtime::thrift! {
///     idl: "
///         struct Sum { 1: i32 of }
///         service Calculator { Sum add(1: i32 a, 2: i32 b) }
///     ",
///     schema: on,
/// }
///
/// #[test]
/// fn is_compatible() {
///     thrift_runtime::assert_compatible!(Calculator, "tests/calculator.v1.thrift");
///     thrift_runtime::assert_compatible!(type Sum, "tests/sum.v1.thrift");
/// }
/// ```
///
/// The path is relative to the folder with the crate's `Cargo.toml`. What is incompatible fails the test,
/// each edit with its place in the file and in the IDL as it is now;
/// [`thrift_idl::compat`](crate::dynamic::idl::compat) says what that is. An edit that harms only some
/// peers is printed, and passes.
///
/// A file that is not there is written, and the test fails once, so that nobody forgets to look at it and
/// to commit it. `THRIFT_UPDATE=1 cargo test` writes the file anew, whatever is in it: do that when a
/// version is released, or when an edit that breaks peers is meant. Files that it includes are written
/// into a folder of its name.
///
/// This needs the feature `dynamic`.
///
/// # Panics
///
/// If it is incompatible, or the file is not there, has mistakes, or cannot be written.
#[macro_export]
macro_rules! assert_compatible {
    (type $of:ty, $file:expr $(,)?) => {
        $crate::schema::check_compatible(
            <$of as $crate::schema::Defined>::DEFINITION,
            ::core::env!("CARGO_MANIFEST_DIR"),
            ::core::convert::AsRef::<::std::path::Path>::as_ref($file),
        )
    };
    ($service:expr, $file:expr $(,)?) => {
        $crate::schema::check_compatible(
            $service,
            ::core::env!("CARGO_MANIFEST_DIR"),
            ::core::convert::AsRef::<::std::path::Path>::as_ref($file),
        )
    };
}

/// What [`assert_compatible!`](crate::assert_compatible) does.
#[doc(hidden)]
#[track_caller]
pub fn check_compatible(definition: Definition, folder: &str, file: &Path) {
    let update = env::var_os(UPDATE).is_some_and(|value| !value.is_empty() && value != "0");
    match compatible(definition, &Path::new(folder).join(file), update) {
        Ok(told) if told.is_empty() => {}
        Ok(told) => eprintln!("{told}"),
        Err(why) => panic!("{why}"),
    }
}

/// Compares, or writes the file; what is to be told if that is no failure.
fn compatible(definition: Definition, path: &Path, update: bool) -> Result<String, String> {
    let name = definition.full_name();
    let place = shown(path);
    let mut program = definition.program();
    if update || !path.exists() {
        let written = write(&mut program, path);
        written.map_err(|error| format!("cannot write `{place}`: {error}"))?;
        return match update {
            true => Ok(format!("`{place}` has the IDL of `{name}` now")),
            false => Err(format!(
                "`{place}` was not there, and has been written: the IDL of `{name}` as it is now\n\
                 help: look at it, commit it, and run this test again"
            )),
        };
    }
    let mut sources = Sources::default();
    let root = sources.open(path).map_err(|error| format!("cannot read `{place}`: {error}"))?;
    let old = loaded(root, &mut sources)?;
    let root = open(&program, &mut sources);
    let new = loaded(root, &mut sources)?;
    let found = compat::compare(&old, &new);
    let drawn = |word: &str, found: &Diagnostic| format!("{word}: {}", draw(found, &sources));
    let warnings = found.warnings().map(|it| drawn("warning", it));
    let errors: Vec<_> = found.errors().map(|it| drawn("error", it)).collect();
    if errors.is_empty() {
        return Ok(warnings.chain(found.more()).collect::<Vec<_>>().join("\n\n"));
    }
    let errors = errors.into_iter().chain(found.more()).collect::<Vec<_>>().join("\n\n");
    Err(format!(
        "`{name}` is incompatible with `{place}`\n\n{errors}\n\n\
         help: peers that have that IDL would not understand this program; if that is intended, \
         `{UPDATE}=1 cargo test` writes the IDL as it is now"
    ))
}

fn loaded(root: FileId, sources: &mut Sources) -> Result<Program, String> {
    let (program, diagnostics) = thrift_idl::load(root, sources);
    let errors: Vec<_> =
        diagnostics.errors().map(|error| format!("error: {}", draw(error, sources))).collect();
    if errors.is_empty() { Ok(program) } else { Err(errors.join("\n\n")) }
}

/// The IDL as Rust has it, as texts beside the files.
fn open(program: &Program, sources: &mut Sources) -> FileId {
    let mut opened = Vec::new();
    for (at, module) in program.modules.iter().enumerate() {
        let path = format!("{} (from Rust)", module.path.display());
        opened.push(sources.open_text(&path, &print::module(program, at)));
    }
    for (file, module) in opened.iter().zip(&program.modules) {
        for include in &module.includes {
            if let Some(included) = opened.get(include.module) {
                sources.tell_include(*file, &include.path, *included);
            }
        }
    }
    opened.first().copied().unwrap_or_default()
}

/// Writes the first file to `path`, and others into a folder of its name.
fn write(program: &mut Program, path: &Path) -> io::Result<()> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    layout::below(program, &stem);
    let folder = path.parent().unwrap_or(Path::new(""));
    for (at, module) in program.modules.iter().enumerate() {
        let to = match at {
            0 => path.to_owned(),
            _ => folder.join(&module.path),
        };
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(to, print::module(program, at))?;
    }
    Ok(())
}
