//! `check`: reports mistakes in IDL files.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use thrift_idl::diagnostic::{Diagnostic, Severity, draw, position};

use crate::{
    failure::{Failure, Result},
    input::{Includes, Loaded, print, print_json},
};

/// Check IDL files, with the messages that `thrift!` gives
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The files; what they include is checked, too
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    includes: Includes,
    /// Print a line of JSON for each message
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(self) -> Result {
        let mut errors = 0;
        for file in &self.files {
            let loaded = self.includes.read(file)?;
            for found in loaded.diagnostics.found() {
                errors += usize::from(found.severity == Severity::Error);
                self.show(found, &loaded)?;
            }
            if let (Some(more), false) = (loaded.diagnostics.more(), self.json) {
                print(format!("{more}\n").as_bytes())?;
            }
        }
        if errors == 0 { Ok(()) } else { Err(Failure::said(1)) }
    }

    fn show(&self, found: &Diagnostic, loaded: &Loaded) -> Result {
        let severity = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        if !self.json {
            return print(format!("{severity}: {}\n", draw(found, &loaded.sources)).as_bytes());
        }
        let (line, column) = position(found.at, &loaded.sources);
        let message = json!({
            "severity": severity,
            "message": found.message,
            "file": loaded.sources.get(found.at.file).path.display().to_string(),
            "line": line,
            "column": column,
            "help": found.help,
        });
        print_json(&message, true)
    }
}
