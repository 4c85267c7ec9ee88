//! `describe`: lists the contents of an IDL.

use std::{fmt::Write as _, path::Path};

use clap::Args;
use serde_json::json;
use thrift_idl::source;
use thrift_runtime::dynamic::{Idl, MethodType, ServiceType};

use crate::{
    connect::{Server, asked},
    failure::{Failure, Result},
    input::{Includes, print, print_json},
};

/// List services with their methods, and types with their fields
#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// The file of the IDL, or with --ask the address of a server
    #[arg(value_name = "FILE")]
    idl: String,
    /// A service or a struct; if it is left out, all services
    name: Option<String>,
    /// Ask a server for its IDL instead of reading a file; not all servers provide it
    #[arg(long)]
    ask: bool,
    /// Print the IDL itself, one file after the other
    #[arg(long, conflicts_with_all = ["json", "name"])]
    text: bool,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    includes: Includes,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Describe {
    pub(crate) async fn run(self) -> Result {
        let idl = match self.ask {
            true => asked(&self.idl, self.server.connect(&self.idl).await?).await?,
            false => self.includes.load(Path::new(&self.idl))?,
        };
        if self.text {
            return text(&idl);
        }
        match &self.name {
            None => idl.services().try_for_each(|service| self.service(&service)),
            Some(name) => match idl.service(name) {
                Ok(service) => self.service(&service),
                Err(unknown) => match idl.structure(name) {
                    Ok(ty) if self.json => {
                        let fields: Vec<_> = ty.described_fields().collect();
                        print_json(&json!({ "struct": ty.name(), "fields": fields }), false)
                    }
                    Ok(ty) => {
                        let mut text = format!("{}\n", ty.name());
                        for field in ty.described_fields() {
                            let _ = writeln!(text, "    {field}");
                        }
                        print(text.as_bytes())
                    }
                    Err(_) => Err(Failure::input(unknown)),
                },
            },
        }
    }

    fn service(&self, service: &ServiceType) -> Result {
        let name = service.name();
        let methods = service.methods().map(|method| described(&method));
        if self.json {
            let methods: Vec<String> = methods.collect();
            return print_json(&json!({ "service": name, "methods": methods }), false);
        }
        let mut text = format!("{name}\n");
        for method in methods {
            let _ = writeln!(text, "    {method}");
        }
        print(text.as_bytes())
    }
}

/// Prints all files; if there are several, each with its path above it.
fn text(idl: &Idl) -> Result {
    let files: Vec<_> = thrift_idl::print::program(idl.program()).collect();
    files.iter().enumerate().try_for_each(|(at, (path, text))| {
        if files.len() > 1 {
            let above = if at == 0 { "" } else { "\n" };
            print(format!("{above}// {}\n\n", source::shown(path).escape_debug()).as_bytes())?;
        }
        print(text)
    })
}

/// A method as it would be declared in an IDL.
fn described(method: &MethodType) -> String {
    let list = |fields: Vec<String>| fields.join(", ");
    let result = method.result();
    let returns = result.described_type("success").unwrap_or_else(|| "void".to_owned());
    let mut text = String::new();
    if method.is_oneway() {
        text.push_str("oneway ");
    }
    let arguments = list(method.arguments().described_fields().collect());
    let _ = write!(text, "{returns} {}({arguments})", method.name());
    let throws: Vec<String> = result
        .fields()
        .zip(result.described_fields())
        .filter(|(name, _)| *name != "success")
        .map(|(_, field)| field)
        .collect();
    if !throws.is_empty() {
        let _ = write!(text, " throws ({})", list(throws));
    }
    text
}
