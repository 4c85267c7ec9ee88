//! `proxy`: runs between two peers and shows their calls.

use std::{io::Write as _, path::PathBuf, time::Instant};

use clap::Args;
use serde::Serialize as _;
use serde_json::{Value as Json, json};
use thrift_runtime::{
    AnyProtocol, BoxChannel, Channel as _, Encoded, Method, Outcome, Processed, Processor,
    Protocol, Request, Server as Listener,
    dynamic::{Idl, MethodType, Readable, StructType},
    value::AnyStruct,
};

use crate::{
    connect::{Server, asked},
    failure::{Failure, Result},
    input::{Includes, method},
};

/// Sit between two peers and print each call, with sizes and times
///
/// Callers may use any protocol and transport that this library's servers understand; the options say
/// what the server uses.
#[derive(Debug, Args)]
pub(crate) struct Proxy {
    /// Where to listen
    listen: String,
    /// The server: `host:port`, the path of a Unix socket, or an HTTP URL
    server_address: String,
    /// The IDL, for the names of fields
    #[arg(long, value_name = "FILE")]
    idl: Option<PathBuf>,
    /// Ask the server for its IDL instead of reading a file; not all servers provide it
    #[arg(long, conflicts_with = "idl")]
    ask: bool,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    includes: Includes,
    /// Print a line of JSON for each call
    #[arg(long)]
    json: bool,
}

impl Proxy {
    pub(crate) async fn run(self) -> Result {
        let file = self.idl.as_deref().map(|file| self.includes.load(file)).transpose()?;
        let channel = self.server.connect(&self.server_address).await?;
        let idl = match self.ask {
            true => Some(asked(&self.server_address, channel.clone()).await?),
            false => file,
        };
        let listener = Listener::bind(&self.listen).await;
        let listener =
            listener.map_err(|error| Failure::lost(format!("{}: {error}", self.listen)))?;
        let address = listener.local_addr().map_err(Failure::lost)?;
        eprintln!("watching calls at {address} to {}", self.server_address);
        let watch = Watch { channel, idl, json: self.json };
        let stop = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        listener.serve_until(watch, stop).await;
        Ok(())
    }
}

struct Watch {
    channel: BoxChannel<AnyProtocol>,
    idl: Option<Idl>,
    json: bool,
}

impl Processor for Watch {
    async fn process<P: Protocol>(&self, call: thrift_runtime::Call<'_, P>) -> Processed {
        let call = call.demultiplexed();
        let name = call.method_name().into_owned();
        let known = self.idl.as_ref().and_then(|idl| {
            let whole = call.service().map(|service| method(idl, &format!("{service}.{name}")));
            whole.and_then(Result::ok).or_else(|| method(idl, &name).ok())
        });
        let mut called = Method::named(name.as_str());
        // Some peers send oneway calls with the message type of ordinary calls.
        if call.is_oneway() || known.as_ref().is_some_and(MethodType::is_oneway) {
            called = called.oneway();
        }
        let arguments = match call.encoded() {
            Ok(arguments) => arguments,
            Err(error) => {
                let peer = call.peer().map(|peer| peer.to_string());
                let outcome = error.to_string();
                self.print(&json!({ "peer": peer, "method": name, "outcome": outcome }));
                return call.fail(&error);
            }
        };
        let mut request = Request::new(&called, &arguments);
        if let Some(service) = call.service() {
            request.set_service(service);
        }
        for (name, value) in call.headers().iter() {
            request.offer_header(name, value);
        }
        let shown =
            |ty: fn(&MethodType) -> StructType, body: &Encoded| show(known.as_ref().map(ty), body);
        let mut line = json!({
            "peer": call.peer().map(|peer| peer.to_string()),
            "method": called.name(),
            "received": call.received(),
            "arguments": shown(MethodType::arguments, &arguments),
        });
        let began = Instant::now();
        let sent = self.channel.send(request).await;
        line["milliseconds"] = json!(began.elapsed().as_secs_f64() * 1000.0);
        match &sent {
            Ok(_) if called.is_oneway() => line["outcome"] = json!("sent"),
            Ok(response) => {
                line["sent"] = json!(response.received());
                let outcome = response.outcome();
                line["outcome"] = json!(outcome.to_string());
                let body = response.encoded().ok();
                let ty: fn(&MethodType) -> StructType = MethodType::result;
                line["result"] = match (body, outcome) {
                    (None, _) => Json::Null,
                    (Some(body), Outcome::Failed(_)) => show(None, &body),
                    (Some(body), _) => shown(ty, &body),
                };
            }
            Err(error) => line["outcome"] = json!(error.to_string()),
        }
        self.print(&line);
        match sent {
            Ok(response) => call.forward(&response),
            // Whoever watches calls wants to know why one failed. The caller is told as well.
            Err(error) => call.fail(&error.told_to_caller()),
        }
    }
}

impl Watch {
    fn print(&self, line: &Json) {
        let mut out = std::io::stdout().lock();
        let written = match self.json {
            true => writeln!(out, "{}", harmless(&line.to_string())),
            false => {
                let text = |key: &str| line.get(key).and_then(Json::as_str).unwrap_or_default();
                let line = format!(
                    "{}({}) -> {}: {}  [{} -> {} bytes, {:.3} ms, {}]",
                    text("method"),
                    line["arguments"],
                    text("outcome"),
                    line.get("result").unwrap_or(&Json::Null),
                    line["received"],
                    line.get("sent").unwrap_or(&Json::from(0)),
                    line["milliseconds"].as_f64().unwrap_or_default(),
                    text("peer"),
                );
                writeln!(out, "{}", harmless(&line))
            }
        };
        // If nobody reads the output any more, calls are still passed on.
        let _ = written.and_then(|()| out.flush());
    }
}

/// A struct as JSON: with the names of its type if that is known and matches, or else with ids.
fn show(ty: Option<StructType>, body: &Encoded) -> Json {
    let Some(protocol) = AnyProtocol::for_encoding(body.encoding()) else { return Json::Null };
    let named = ty.and_then(|ty| ty.decode(protocol, body.bytes()).ok());
    let json = match named {
        Some(value) => value.serialize(serde_json::value::Serializer),
        None => match protocol.decode::<AnyStruct>(body.bytes()) {
            Ok(value) => Readable(&value).serialize(serde_json::value::Serializer),
            Err(_) => Ok(Json::Null),
        },
    };
    json.unwrap_or_default()
}

/// The line with characters escaped that a peer could use to control a terminal.
fn harmless(line: &str) -> String {
    let is_harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut shown = String::with_capacity(line.len());
    for c in line.chars() {
        match is_harmful(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}
