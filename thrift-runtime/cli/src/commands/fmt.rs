//! `fmt`: lays out IDL files in the usual way.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

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
    /// The files; `-` reads standard input and writes to standard output
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Do not change files; print the names of those that would change, and fail if there are any
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub(crate) fn run(self) -> Result {
        let (mut differ, mut wrong) = (false, Vec::new());
        for file in &self.files {
            match self.one(file) {
                Ok(same) => differ |= self.check && !same,
                // The other files are formatted all the same.
                Err(failure) => wrong.push(failure.text().to_owned()),
            }
        }
        match (wrong.is_empty(), differ) {
            (false, _) => Err(Failure::input(wrong.join("\nerror: "))),
            (true, true) => Err(Failure::said(1)),
            (true, false) => Ok(()),
        }
    }

    /// Formats one file, and returns whether it was already formatted.
    fn one(&self, file: &Path) -> Result<bool> {
        let text = bytes(file)?;
        let mut sources = Sources::closed();
        let path = source::working_dir().join(file);
        let id = sources.open_text(&path.to_string_lossy(), &text);
        let laid_out = format::format(id, &sources).map_err(|diagnostics| {
            let errors: Vec<String> =
                diagnostics.errors().take(20).map(|error| draw(error, &sources)).collect();
            Failure::input(errors.join("\nerror: "))
        })?;
        let same = laid_out == text;
        match (self.check, file == Path::new("-")) {
            (true, _) if !same => print(format!("{}\n", file.display()).as_bytes())?,
            (false, true) => print(&laid_out)?,
            (false, false) if !same => put(file, &laid_out).map_err(|error| {
                Failure::input(format!("cannot write `{}`: {error}", file.display()))
            })?,
            _ => {}
        }
        Ok(same)
    }
}

/// Moves a file into place once it is complete, so that it is not lost if writing fails.
fn put(file: &Path, text: &[u8]) -> io::Result<()> {
    // A symbolic link remains one.
    let file = file.canonicalize()?;
    let draft = file.with_extension(format!("{}.draft", std::process::id()));
    fs::write(&draft, text)?;
    fs::set_permissions(&draft, fs::metadata(&file)?.permissions())?;
    fs::rename(&draft, &file)
}
