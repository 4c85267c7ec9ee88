//! `describe`: what an IDL has.

use std::{fmt::Write as _, path::PathBuf};

use clap::Args;
use serde_json::json;
use thrift_runtime::dynamic::{MethodType, ServiceType};

use crate::{
    failure::{Failure, Result},
    input::{Includes, print, print_json},
};

/// List services with their methods, and types with their fields
#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// The IDL
    file: PathBuf,
    /// A service or a struct; all services without it
    name: Option<String>,
    #[command(flatten)]
    includes: Includes,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Describe {
    pub(crate) fn run(self) -> Result {
        let idl = self.includes.load(&self.file)?;
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

/// A method as the IDL would write it.
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
