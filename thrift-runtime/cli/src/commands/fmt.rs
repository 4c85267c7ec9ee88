//! `fmt`: IDL files laid out as everybody's.

use std::{fs, path::PathBuf};

use clap::Args;
use thrift_idl::{
    diagnostic::draw,
    format,
    source::{self, Sources},
};

use crate::{
    failure::{Failure, Result},
    input::{bytes, print},
};

/// Lay out IDL files in the usual way
///
/// Comments stay where they are. A file with syntax errors is left as it is.
#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// The files; `-` lays out standard input to standard output
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Change nothing, but name the files that would change, and fail if there are any
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub(crate) fn run(self) -> Result {
        let mut differ = false;
        for file in &self.files {
            let text = bytes(file)?;
            let mut sources = Sources::new(Vec::new());
            let path = source::working_dir().join(file);
            let id = sources.open_text(&path.to_string_lossy(), &text);
            let laid_out = format::format(id, &sources).map_err(|diagnostics| {
                let errors: Vec<String> =
                    diagnostics.errors().take(20).map(|error| draw(error, &sources)).collect();
                Failure::input(errors.join("\nerror: "))
            })?;
            let is_input = file.as_os_str() == "-";
            if self.check {
                if laid_out != text {
                    differ = true;
                    print(format!("{}\n", file.display()).as_bytes())?;
                }
            } else if is_input {
                print(&laid_out)?;
            } else if laid_out != text {
                fs::write(file, &laid_out).map_err(|error| {
                    Failure::input(format!("cannot write `{}`: {error}", file.display()))
                })?;
            }
        }
        if differ { Err(Failure::said(1)) } else { Ok(()) }
    }
}
