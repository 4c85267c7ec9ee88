//! Reads the input of commands, and prints their output.

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

/// The folders in which included files are looked for.
#[derive(Debug, Clone, Args)]
pub(crate) struct Includes {
    /// Another folder in which included files are looked for; may be given several times
    #[arg(short = 'I', long = "include-dir", value_name = "FOLDER")]
    pub(crate) folders: Vec<PathBuf>,
}

/// A file and all that it includes, with the errors and warnings about them.
pub(crate) struct Loaded {
    pub(crate) sources: Sources,
    pub(crate) program: Program,
    pub(crate) diagnostics: Diagnostics,
}

impl Includes {
    /// Reads a file, even if it has errors.
    pub(crate) fn read(&self, file: &Path) -> Result<Loaded> {
        let folders = self.folders.iter().map(|folder| source::working_dir().join(folder));
        let mut sources = Sources::new(folders.collect());
        let root = sources.open(&source::working_dir().join(file)).map_err(|error| {
            Failure::input(format!("cannot read `{}`: {error}", file.display()))
        })?;
        let (program, diagnostics) = thrift_idl::load(root, &mut sources);
        Ok(Loaded { sources, program, diagnostics })
    }

    /// Reads a file that must not have errors.
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
    /// Binary with a version, as most peers write it
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

/// The bytes of a file, or of standard input if it is `-`.
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

/// Prints bytes. It is not a failure if the reader has seen enough and closes the pipe, as `head`
/// does.
pub(crate) fn print(bytes: &[u8]) -> Result {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::input(format!("cannot write: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints a value as JSON, on one line or indented.
pub(crate) fn print_json(value: &impl serde::Serialize, one_line: bool) -> Result {
    let text = match one_line {
        true => serde_json::to_string(value),
        false => serde_json::to_string_pretty(value),
    };
    let text = text.map_err(|error| Failure::input(format!("cannot be shown as JSON: {error}")))?;
    print(format!("{text}\n").as_bytes())
}

/// The method called `Service.method`, or just `method` if there is only one with that name.
pub(crate) fn method(idl: &Idl, name: &str) -> Result<MethodType> {
    if let Some((service, method)) = name.rsplit_once('.') {
        let service = idl.service(service).or_else(|unknown| {
            // A service of an included file, if there is only one with that name.
            let mut alike = idl.services().filter(|of| of.name() == service);
            match (alike.next(), alike.next()) {
                (Some(service), None) => Ok(service),
                _ => Err(Failure::input(unknown)),
            }
        })?;
        return service.method(method).map_err(Failure::input);
    }
    let mut found = idl.services().map(|service| service.method(name));
    let (mut methods, mut unknown): (Vec<MethodType>, _) = (Vec::new(), None);
    for method in &mut found {
        match method {
            Ok(method) => methods.push(method),
            Err(error) => unknown = unknown.or(Some(error)),
        }
    }
    match (methods.first(), unknown) {
        // Services that inherit a method all have the same one.
        (Some(first), _) if methods.iter().all(|it| it.service() == first.service()) => {
            Ok(first.clone())
        }
        (Some(_), _) => {
            let text = format!("several services have `{name}`: write `Service.{name}`");
            Err(Failure::input(text))
        }
        (None, Some(unknown)) if idl.services().count() == 1 => Err(Failure::input(unknown)),
        (None, Some(_)) => Err(Failure::input(format!("no service has a method `{name}`"))),
        (None, None) => Err(Failure::input("the IDL has no service")),
    }
}
