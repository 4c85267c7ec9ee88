//! `compat`: says whether an edit to an IDL breaks peers that have the old version.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use thrift_idl::{
    compat,
    diagnostic::{Diagnostic, Severity, draw, position},
    source::{self, FileId, Sources},
};

use crate::{
    failure::{Failure, Result},
    input::{Includes, print, print_json},
};

/// Say whether an edit to an IDL breaks peers that have the old version
#[derive(Debug, Args)]
pub(crate) struct Compat {
    /// The version that peers have
    old: PathBuf,
    /// The new version
    new: PathBuf,
    #[command(flatten)]
    includes: Includes,
    /// Fail for warnings, too
    #[arg(long)]
    strict: bool,
    /// Print a line of JSON for each edit
    #[arg(long)]
    json: bool,
}

impl Compat {
    pub(crate) fn run(self) -> Result {
        let folders = self.includes.folders.iter();
        let folders = folders.map(|folder| source::working_dir().join(folder)).collect();
        let mut sources = Sources::new(folders);
        let old = load(&self.old, &mut sources)?;
        let new = load(&self.new, &mut sources)?;
        let found = compat::compare(&old, &new);
        let mut fails = false;
        for edit in found.found() {
            fails |= self.strict || edit.severity == Severity::Error;
            self.show(edit, &sources)?;
        }
        if let (Some(more), false) = (found.more(), self.json) {
            print(format!("{more}\n").as_bytes())?;
        }
        if fails { Err(Failure::said(1)) } else { Ok(()) }
    }

    fn show(&self, edit: &Diagnostic, sources: &Sources) -> Result {
        let severity = match edit.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        if !self.json {
            return print(format!("{severity}: {}\n", draw(edit, sources)).as_bytes());
        }
        let (line, column) = position(edit.at, sources);
        let line = json!({
            "severity": severity,
            "message": edit.message,
            "file": path_of(edit.at.file, sources),
            "line": line,
            "column": column,
            "help": edit.help,
        });
        print_json(&line, true)
    }
}

fn path_of(file: FileId, sources: &Sources) -> String {
    sources.get(file).path.display().to_string()
}

fn load(file: &std::path::Path, sources: &mut Sources) -> Result<thrift_idl::model::Program> {
    let root = sources
        .open(&source::working_dir().join(file))
        .map_err(|error| Failure::input(format!("cannot read `{}`: {error}", file.display())))?;
    let (program, diagnostics) = thrift_idl::load(root, sources);
    let errors: Vec<String> =
        diagnostics.errors().take(20).map(|error| draw(error, sources)).collect();
    match errors.is_empty() {
        true => Ok(program),
        false => Err(Failure::input(errors.join("\nerror: "))),
    }
}
