//! `serve`: a server that takes its answers from a file.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use clap::Args;
use serde::de::DeserializeSeed as _;
use serde_json::Value as Json;
use thrift_idl::model::Item;
use thrift_runtime::{
    ApplicationErrorKind, Error, Server,
    dynamic::{CallError, Idl, Invocation, MethodType, ServiceType, StructValue, Value},
};

use crate::{
    failure::{Failure, Result},
    input::{Includes, bytes, print},
};

/// Answer calls of a service with answers from a JSON file
///
/// The file is an object with an entry for each method. A method has either one answer, `{"add": 8}`,
/// or a list of answers with conditions on the arguments; the first one that matches is used:
/// `{"add": [{"when": {"a": 5}, "return": 8}, {"throw": {"overflow": {"message": "too large"}}}]}`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The IDL
    file: PathBuf,
    /// The answers
    #[arg(long, value_name = "FILE")]
    answers: PathBuf,
    /// The service, if the IDL has several services
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Where to listen; port 0 takes any free port
    #[arg(long, default_value = "127.0.0.1:9090")]
    listen: String,
    #[command(flatten)]
    includes: Includes,
    /// Print a line for each call
    #[arg(short, long)]
    verbose: bool,
}

/// The answer of a method.
struct Answer {
    /// The conditions: arguments, by name, that must be equal to a value, or be left out.
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
        let json: serde_json::Map<String, Json> =
            serde_json::from_slice(&text).map_err(|error| {
                Failure::input(format!("the file of answers cannot be read: {error}"))
            })?;
        let mut answers = HashMap::new();
        for (name, json) in &json {
            let method = service.method(name).map_err(|error| wrong(name, &error))?;
            answers.insert(name.clone(), answers_of(&method, json)?);
        }
        let server = Server::bind(&self.listen).await;
        let server = server.map_err(|error| Failure::lost(format!("{}: {error}", self.listen)))?;
        let address = server.local_addr().map_err(Failure::lost)?;
        print(format!("{} at {address}\n", service.name()).as_bytes())?;
        let (answers, verbose) = (Arc::new(answers), self.verbose);
        let processor = service.processor(move |call: Invocation| {
            let returned = answer(&answers, &call);
            if verbose {
                let shown = serde_json::to_string(call.arguments()).unwrap_or_default();
                // If nobody reads this output, the server continues.
                let _ = print(format!("{} {shown}\n", call.method().name()).as_bytes());
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

/// The only service of the file itself, or else the only one of all files.
fn one(idl: &Idl) -> Result<ServiceType> {
    let items = idl.program().modules.first().map(|root| root.items.as_slice()).unwrap_or_default();
    let own = items.iter().filter(|item| matches!(item, Item::Service(_))).count();
    let mut services = idl.services();
    match (services.next(), services.next()) {
        (Some(service), None) => Ok(service),
        (Some(service), Some(_)) if own == 1 => Ok(service),
        (None, _) => Err(Failure::input("the IDL has no service")),
        (Some(_), Some(_)) => {
            Err(Failure::usage("the IDL has several services: choose one with --service"))
        }
    }
}

fn wrong(method: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::input(format!("in the answers to `{method}`: {why}"))
}

const CASE: [&str; 3] = ["when", "return", "throw"];

fn answers_of(method: &MethodType, json: &Json) -> Result<Vec<Answer>> {
    let is_case = |case: &Json| {
        case.as_object().is_some_and(|case| CASE.iter().any(|key| case.contains_key(*key)))
    };
    match json {
        Json::Array(cases) if cases.iter().any(is_case) => {
            cases.iter().map(|case| case_of(method, case)).collect()
        }
        value => {
            let then = result(method, "success", value)?;
            Ok(vec![Answer { when: Vec::new(), then: some(method, then)? }])
        }
    }
}

fn case_of(method: &MethodType, case: &Json) -> Result<Answer> {
    let of = method.name();
    let Some(case) = case.as_object() else {
        return Err(wrong(
            of,
            &"a case must be an object with the keys `when`, `return` or `throw`",
        ));
    };
    if let Some(key) = case.keys().find(|key| !CASE.contains(&key.as_str())) {
        return Err(wrong(
            of,
            &format!("unknown key `{key}`: a case takes `when`, `return` and `throw`"),
        ));
    }
    let when = case.get("when").map_or_else(|| Ok(Vec::new()), |when| conditions(method, when))?;
    let then = match (case.get("return"), case.get("throw")) {
        (_, None) => {
            some(method, result(method, "success", case.get("return").unwrap_or(&Json::Null))?)?
        }
        (None, Some(thrown)) => {
            let mut thrown = thrown.as_object().into_iter().flatten();
            match (thrown.next(), thrown.next()) {
                (Some((name, value)), None) if !value.is_null() => result(method, name, value)?,
                _ => {
                    return Err(wrong(
                        of,
                        &"`throw` must be an object with one exception, by its name",
                    ));
                }
            }
        }
        (Some(_), Some(_)) => {
            return Err(wrong(of, &"a case cannot have both `return` and `throw`"));
        }
    };
    Ok(Answer { when, then })
}

/// The conditions in `when`. Each argument is checked by itself, so that the others may be omitted.
fn conditions(method: &MethodType, when: &Json) -> Result<Vec<(String, Value)>> {
    let of = method.name();
    let Some(when) = when.as_object() else {
        return Err(wrong(of, &"`when` must be an object with arguments"));
    };
    let arguments = method.arguments();
    when.iter()
        .map(|(name, json)| {
            if json.is_null() && arguments.fields().any(|known| known == name) {
                return Ok((name.clone(), Value::Null));
            }
            let value = arguments.field_value(name, json);
            Ok((name.clone(), value.map_err(|error| wrong(of, &error))?))
        })
        .collect()
}

/// Checks that a result is not empty if the method returns a value.
fn some(method: &MethodType, result: StructValue) -> Result<StructValue> {
    let is_empty = result.iter().next().is_none();
    match (is_empty, method.result().described_type("success")) {
        (true, Some(ty)) => {
            Err(wrong(method.name(), &format!("the method must return a value of type {ty}")))
        }
        _ => Ok(result),
    }
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
        let given = |name: &str| call.arguments().get(name).unwrap_or(&Value::Null);
        answer.when.iter().all(|(name, value)| given(name) == value)
    };
    let cases = answers.get(call.method().name());
    let Some(found) = cases.and_then(|cases| cases.iter().find(fits)) else {
        let text =
            format!("the file of answers has no answer to this call of {}", call.method().name());
        return Err(Error::application(ApplicationErrorKind::INTERNAL_ERROR, text).into());
    };
    match found.then.iter().next() {
        None => Ok(Value::Null),
        Some(("success", value)) => Ok(value.clone()),
        Some((name, value)) => Err(CallError::declared(name, value.clone())),
    }
}
