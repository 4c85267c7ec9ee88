//! `serve`: a server that answers from a file.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use clap::Args;
use serde::de::DeserializeSeed as _;
use serde_json::Value as Json;
use thrift_runtime::{
    ApplicationErrorKind, Error, Server,
    dynamic::{CallError, Idl, Invocation, MethodType, StructValue, Value},
};

use crate::{
    failure::{Failure, Result},
    input::{Includes, bytes},
};

/// Answer calls of a service with what a file of JSON says
///
/// The file is an object of methods. A method has either one answer, `{"add": 8}`, or a list of those
/// for certain arguments, of which the first that fits counts:
/// `{"add": [{"when": {"a": 5}, "return": 8}, {"throw": {"overflow": {"message": "too large"}}}]}`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The IDL
    file: PathBuf,
    /// The answers
    #[arg(long, value_name = "FILE")]
    answers: PathBuf,
    /// The service, if the IDL has several
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Where to listen; port 0 is any
    #[arg(long, default_value = "127.0.0.1:9090")]
    listen: String,
    #[command(flatten)]
    includes: Includes,
    /// Print a line for each call
    #[arg(short, long)]
    verbose: bool,
}

/// What a method answers.
struct Answer {
    /// Arguments that must be equal, by their names.
    when: Vec<(String, Value)>,
    then: StructValue,
}

impl Serve {
    pub(crate) async fn run(self) -> Result {
        let idl = self.includes.load(&self.file)?;
        let service = match &self.service {
            Some(name) => idl.service(name).map_err(Failure::input)?,
            None => one(&idl)?,
        };
        let text = bytes(&self.answers)?;
        let json: serde_json::Map<String, Json> = serde_json::from_slice(&text)
            .map_err(|error| Failure::input(format!("the answers: {error}")))?;
        let mut answers = HashMap::new();
        for (name, json) in &json {
            let method = service.method(name).map_err(|error| wrong(name, &error))?;
            answers.insert(name.clone(), answers_of(&method, json)?);
        }
        let server = Server::bind(&self.listen).await;
        let server = server.map_err(|error| Failure::lost(format!("{}: {error}", self.listen)))?;
        let address = server.local_addr().map_err(Failure::lost)?;
        println!("{} at {address}", service.name());
        let (answers, verbose) = (Arc::new(answers), self.verbose);
        let processor = service.processor(move |call: Invocation| {
            let returned = answer(&answers, &call);
            if verbose {
                let shown = serde_json::to_string(call.arguments()).unwrap_or_default();
                println!("{} {shown}", call.method().name());
            }
            std::future::ready(returned)
        });
        let stop = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        server.serve_until(processor, stop).await;
        Ok(())
    }
}

fn one(idl: &Idl) -> Result<thrift_runtime::dynamic::ServiceType> {
    let mut services = idl.services();
    match (services.next(), services.next()) {
        (Some(service), None) => Ok(service),
        (None, _) => Err(Failure::input("the IDL has no service")),
        (Some(_), Some(_)) => Err(Failure::input("the IDL has several services: use --service")),
    }
}

fn wrong(method: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::input(format!("the answers of `{method}`: {why}"))
}

fn answers_of(method: &MethodType, json: &Json) -> Result<Vec<Answer>> {
    let is_case = |case: &Json| {
        case.as_object().is_some_and(|case| {
            let known = ["when", "return", "throw"];
            !case.is_empty() && case.keys().all(|key| known.contains(&key.as_str()))
        })
    };
    match json {
        Json::Array(cases) if !cases.is_empty() && cases.iter().all(is_case) => {
            cases.iter().map(|case| case_of(method, case)).collect()
        }
        value => Ok(vec![Answer { when: Vec::new(), then: result(method, "success", value)? }]),
    }
}

fn case_of(method: &MethodType, case: &Json) -> Result<Answer> {
    let when = match case.get("when") {
        None => Vec::new(),
        Some(when) => {
            let given = when.as_object().map(|when| when.keys().cloned().collect::<Vec<_>>());
            let value = method.arguments().deserialize(when);
            let value = value.map_err(|error| wrong(method.name(), &error))?;
            let given = given.unwrap_or_default();
            let pairs = value.iter().filter(|(name, _)| given.iter().any(|it| it == name));
            pairs.map(|(name, value)| (name.to_owned(), value.clone())).collect()
        }
    };
    let then = match (case.get("return"), case.get("throw").and_then(Json::as_object)) {
        (Some(value), None) => result(method, "success", value)?,
        (None, Some(thrown)) => match thrown.iter().next() {
            Some((name, value)) if thrown.len() == 1 => result(method, name, value)?,
            _ => return Err(wrong(method.name(), &"`throw` takes one exception by its name")),
        },
        (None, None) => result(method, "success", &Json::Null)?,
        _ => return Err(wrong(method.name(), &"give either `return` or `throw`")),
    };
    Ok(Answer { when, then })
}

/// The result struct with one field.
fn result(method: &MethodType, field: &str, value: &Json) -> Result<StructValue> {
    let ty = method.result();
    let json = match value {
        Json::Null => Json::Object(serde_json::Map::new()),
        value => serde_json::json!({ field: value }),
    };
    ty.deserialize(json).map_err(|error| wrong(method.name(), &error))
}

fn answer(
    answers: &HashMap<String, Vec<Answer>>,
    call: &Invocation,
) -> std::result::Result<Value, CallError> {
    let fits = |answer: &&Answer| {
        answer.when.iter().all(|(name, value)| call.arguments().get(name) == Some(value))
    };
    let cases = answers.get(call.method().name());
    let Some(found) = cases.and_then(|cases| cases.iter().find(fits)) else {
        let text = format!("the file has no answer to {}", call.method().name());
        return Err(Error::application(ApplicationErrorKind::INTERNAL_ERROR, text).into());
    };
    match found.then.iter().next() {
        None => Ok(Value::Null),
        Some(("success", value)) => Ok(value.clone()),
        Some((name, value)) => Err(CallError::declared(name, value.clone())),
    }
}
