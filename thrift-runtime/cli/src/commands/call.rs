//! `call`: calls a method of a service once.

use std::path::Path;

use clap::Args;
use serde::de::DeserializeSeed as _;
use serde_json::json;
use thrift_runtime::dynamic::{CallError, MethodType, StructValue};

use crate::{
    connect::{Server, asked},
    failure::{Failure, Result},
    input::{Includes, method, print_json},
};

/// Call a service and print what it returns as JSON
///
/// METHOD is `Service.method`, or `method` if the IDL has one service. ARGUMENTS are a JSON object with
/// the arguments by their names, `{}` if they are left out. With --ask the server is asked for its IDL,
/// and no file is given.
#[derive(Debug, Args)]
#[command(override_usage = "\
    thrift-rs call [OPTIONS] <ADDRESS> <FILE> <METHOD> [ARGUMENTS]\n       \
    thrift-rs call [OPTIONS] --ask <ADDRESS> <METHOD> [ARGUMENTS]")]
pub(crate) struct Call {
    /// `host:port`, the path of a Unix socket, or an HTTP URL
    address: String,
    /// The file of the IDL, unless --ask is given; the method; its arguments
    #[arg(required = true, num_args = 1..=3, value_name = "FILE METHOD ARGUMENTS")]
    words: Vec<String>,
    /// Ask the server for its IDL instead of reading a file; not all servers provide it
    #[arg(long)]
    ask: bool,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    includes: Includes,
    /// Print one line of JSON, for exceptions too
    #[arg(long)]
    json: bool,
}

impl Call {
    pub(crate) async fn run(self) -> Result {
        let (file, name, json) = self.words()?;
        let (idl, channel) = match file {
            Some(file) => (self.includes.load(Path::new(file))?, None),
            None => {
                let channel = self.server.connect(&self.address).await?;
                (asked(&self.address, channel.clone()).await?, Some(channel))
            }
        };
        let method = method(&idl, name)?;
        let arguments = arguments(&method, json)?;
        let service = idl
            .services()
            .find(|service| service.method(method.name()).is_ok_and(|it| it.is(&method)));
        let Some(service) = service else { return Ok(()) };
        let channel = match channel {
            Some(channel) => channel,
            None => self.server.connect(&self.address).await?,
        };
        let client = service.client(channel);
        match client.call(method.name(), arguments).await {
            Ok(value) => print_json(&value, self.json),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// The file, if one is given; the method; and its arguments.
    fn words(&self) -> Result<(Option<&str>, &str, &str)> {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        match (self.ask, &words[..]) {
            (true, [method]) => Ok((None, method, "{}")),
            (true, [method, arguments]) => Ok((None, method, arguments)),
            (false, [file, method]) => Ok((Some(file), method, "{}")),
            (false, [file, method, arguments]) => Ok((Some(file), method, arguments)),
            (true, _) => Err(Failure::usage("with --ask, give an address, a method and arguments")),
            (false, _) => Err(Failure::usage("give an address, a file, a method and arguments")),
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

/// Reads arguments from JSON.
pub(crate) fn arguments(method: &MethodType, text: &str) -> Result<StructValue> {
    let mut json = serde_json::Deserializer::from_str(text);
    let arguments = method.clone().deserialize(&mut json);
    let arguments = arguments.and_then(|arguments| json.end().map(|()| arguments));
    arguments.map_err(|error| Failure::input(format!("the arguments cannot be read: {error}")))
}
