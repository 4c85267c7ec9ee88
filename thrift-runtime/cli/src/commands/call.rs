//! `call`: one call of a service.

use std::path::PathBuf;

use clap::Args;
use serde::de::DeserializeSeed as _;
use serde_json::json;
use thrift_runtime::dynamic::{CallError, MethodType, StructValue};

use crate::{
    connect::Server,
    failure::{Failure, Result},
    input::{Includes, method, print_json},
};

/// Call a service and print what it returns as JSON
#[derive(Debug, Args)]
pub(crate) struct Call {
    /// `host:port`, the path of a Unix socket, or an HTTP URL
    address: String,
    /// The IDL
    file: PathBuf,
    /// `Service.method`, or `method` if the IDL has one service
    method: String,
    /// The arguments by their names, as a JSON object
    #[arg(default_value = "{}")]
    arguments: String,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    includes: Includes,
    /// Print one line of JSON, exceptions too
    #[arg(long)]
    json: bool,
}

impl Call {
    pub(crate) async fn run(self) -> Result {
        let idl = self.includes.load(&self.file)?;
        let method = method(&idl, &self.method)?;
        let arguments = arguments(&method, &self.arguments)?;
        let service = idl
            .services()
            .find(|service| service.method(method.name()).is_ok_and(|it| it.is(&method)));
        let Some(service) = service else { return Ok(()) };
        let client = service.client(self.server.connect(&self.address).await?);
        match client.call(method.name(), arguments).await {
            Ok(value) => print_json(&value, self.json),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn failed(&self, error: &CallError) -> Failure {
        let failure = Failure::of_call(error);
        match error {
            _ if !self.json => failure,
            CallError::Declared { name, value } => {
                failure.said_as(&json!({ name.as_str(): value }))
            }
            _ => {
                let json = failure.json();
                failure.said_as(&json)
            }
        }
    }
}

/// Arguments from JSON.
pub(crate) fn arguments(method: &MethodType, text: &str) -> Result<StructValue> {
    let mut json = serde_json::Deserializer::from_str(text);
    let arguments = method.clone().deserialize(&mut json);
    let arguments = arguments.and_then(|arguments| json.end().map(|()| arguments));
    arguments.map_err(|error| Failure::input(format!("the arguments: {error}")))
}
