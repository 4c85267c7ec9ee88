//! What commands read and print.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;
use thrift_idl::{
    diagnostic::{Diagnostics, draw},
    model::Program,
    source::{self, Sources},
};
use thrift_runtime::{
    AnyProtocol, BinaryProtocol, CompactProtocol, JsonProtocol,
    dynamic::{Idl, MethodType},
};

use crate::failure::{Failure, Result};

/// Where included files are looked for.
#[derive(Debug, Clone, Args)]
pub(crate) struct Includes {
    /// A folder to look in for included files, too; may be given several times
    #[arg(short = 'I', long = "include-dir", value_name = "FOLDER")]
    pub(crate) folders: Vec<PathBuf>,
}

/// A file and all that it includes, with what is wrong about it.
pub(crate) struct Loaded {
    pub(crate) sources: Sources,
    pub(crate) program: Program,
    pub(crate) diagnostics: Diagnostics,
}

impl Includes {
    /// Reads a file, whatever is wrong in it.
    pub(crate) fn read(&self, file: &Path) -> Result<Loaded> {
        let folders = self.folders.iter().map(|folder| source::working_dir().join(folder));
        let mut sources = Sources::new(folders.collect());
        let root = sources.open(&source::working_dir().join(file)).map_err(|error| {
            Failure::input(format!("cannot read `{}`: {error}", file.display()))
        })?;
        let (program, diagnostics) = thrift_idl::load(root, &mut sources);
        Ok(Loaded { sources, program, diagnostics })
    }

    /// Reads a file that has to be right.
    pub(crate) fn load(&self, file: &Path) -> Result<Idl> {
        let Loaded { sources, program, diagnostics } = self.read(file)?;
        let errors: Vec<String> =
            diagnostics.errors().take(20).map(|error| draw(error, &sources)).collect();
        match errors.is_empty() {
            true => Ok(Idl::new(program)),
            false => Err(Failure::input(errors.join("\nerror: "))),
        }
    }
}

/// A protocol by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ProtocolName {
    /// Binary with a version, as most write it
    Binary,
    /// Binary without a version, as old peers write it
    BinaryOld,
    /// Compact
    Compact,
    /// Apache Thrift's JSON
    Json,
}

impl ProtocolName {
    pub(crate) fn protocol(self) -> AnyProtocol {
        match self {
            ProtocolName::Binary => BinaryProtocol::STRICT.into(),
            ProtocolName::BinaryOld => BinaryProtocol::NON_STRICT.into(),
            ProtocolName::Compact => CompactProtocol.into(),
            ProtocolName::Json => JsonProtocol.into(),
        }
    }
}

/// The bytes of a file, or of standard input, which `-` means.
pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>> {
    let read = match file == Path::new("-") {
        true => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        }
        false => fs::read(file),
    };
    read.map_err(|error| Failure::input(format!("cannot read `{}`: {error}", file.display())))
}

/// Prints bytes. A reader that has seen enough, such as `head`, is no failure.
pub(crate) fn print(bytes: &[u8]) -> Result {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::input(format!("cannot write: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints a value as JSON, on one line or readable.
pub(crate) fn print_json(value: &impl serde::Serialize, one_line: bool) -> Result {
    let text = match one_line {
        true => serde_json::to_string(value),
        false => serde_json::to_string_pretty(value),
    };
    let text = text.map_err(|error| Failure::input(format!("cannot be shown as JSON: {error}")))?;
    print(format!("{text}\n").as_bytes())
}

/// The method called `Service.method`, or just `method` if there is one service.
pub(crate) fn method(idl: &Idl, name: &str) -> Result<MethodType> {
    let (service, method) = match name.rsplit_once('.') {
        Some((service, method)) => (idl.service(service).map_err(Failure::input)?, method),
        None => {
            let mut services = idl.services();
            match (services.next(), services.next()) {
                (Some(service), None) => (service, name),
                (None, _) => return Err(Failure::input("the IDL has no service")),
                (Some(_), Some(_)) => {
                    let text = format!("the IDL has several services: write `Service.{name}`");
                    return Err(Failure::input(text));
                }
            }
        }
    };
    service.method(method).map_err(Failure::input)
}
