//! The IDL that a server has told.

use thrift_idl::{
    diagnostic::draw,
    source::{FileId, Sources},
};

use super::thrift::{ServedIdlService as _, ServedIdlServiceClient};
use crate::{
    call::Channel,
    dynamic::{Idl, LoadError},
    error::Result,
    schema::IdlFile,
};

/// Asks a server for its IDL.
///
/// ```no_run
/// use thrift_runtime::{Client, args, schema};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let channel = Client::connect("localhost:9090").await?;
/// let idl = schema::ask(channel.clone()).await?.load()?;
/// let calculator = idl.service("Calculator")?.client(channel);
/// let sum = calculator.call("add", args! { a: 5, b: 3 }).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If the call fails, as it does if the server does not [tell its IDL](super::with_idl).
pub async fn ask(channel: impl Channel) -> Result<ServedIdl> {
    let told = ServedIdlServiceClient::new(channel).get_thrift_idl().await?;
    let files = told.files.into_iter().map(|file| IdlFile {
        path: file.path.into(),
        text: file.text.to_vec(),
        includes: file
            .includes
            .into_iter()
            .map(|it| (it.path, usize::try_from(it.file).unwrap_or(usize::MAX)))
            .collect(),
    });
    Ok(ServedIdl { files: files.collect(), services: told.services })
}

/// As [`ask`], for programs without an async runtime.
///
/// ```no_run
/// use thrift_runtime::{BlockingClient, schema};
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let channel = BlockingClient::connect("localhost:9090")?;
/// let told = schema::ask_blocking(channel)?;
/// println!("{}", told.services().join(", "));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// As [`ask`].
#[cfg(feature = "blocking")]
pub fn ask_blocking(channel: impl crate::BlockingChannel) -> Result<ServedIdl> {
    crate::blocking::block_on(ask(crate::NonBlocking(channel)))
}

/// The IDL that a server has told. It is the server's: nothing in it has been looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedIdl {
    files: Vec<IdlFile>,
    services: Vec<String>,
}

impl ServedIdl {
    /// The files, of which the first includes the others. Their paths are what the server says, so do
    /// not write to them without a look at where they lead.
    pub fn files(&self) -> &[IdlFile] {
        &self.files
    }

    /// The names of the services that are served.
    pub fn services(&self) -> &[String] {
        &self.services
    }

    /// The types and services, for [dynamic](crate::dynamic) values and clients. No file is read for
    /// it.
    ///
    /// # Errors
    ///
    /// If what the server has told has mistakes.
    pub fn load(&self) -> Result<Idl, LoadError> {
        let mut sources = Sources::closed();
        let opened: Vec<FileId> = self
            .files
            .iter()
            .map(|file| sources.open_text(&file.path.to_string_lossy(), &file.text))
            .collect();
        for (from, file) in opened.iter().zip(&self.files) {
            for (path, included) in &file.includes {
                if let Some(included) = opened.get(*included) {
                    sources.tell_include(*from, path, *included);
                }
            }
        }
        let Some(root) = opened.first() else {
            return Err(LoadError::new("the server sent no IDL file".to_owned()));
        };
        let (program, diagnostics) = thrift_idl::load(*root, &mut sources);
        match diagnostics.errors().next() {
            None => Ok(Idl::new(program)),
            Some(error) => {
                let text = format!("the IDL that the server sent: {}", draw(error, &sources));
                Err(LoadError::new(text))
            }
        }
    }
}
