//! `decode` and `encode`: bytes to JSON and back.

use std::path::PathBuf;

use clap::Args;
use serde::de::DeserializeSeed as _;
use serde_json::json;
use thrift_runtime::{
    Limits, Protocol,
    dynamic::{Readable, StructType},
    protocol::MessageType,
    value::AnyStruct,
};

use crate::{
    failure::{Failure, Result},
    input::{Includes, ProtocolName, bytes, method, print, print_json},
};

/// Show bytes as JSON
///
/// With --idl and --type, fields are shown with their names, otherwise with their ids.
#[derive(Debug, Args)]
pub(crate) struct Decode {
    /// The bytes: a file, or `-` for standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    #[command(flatten)]
    what: What,
    /// The bytes are a message: a call, reply or exception, without a frame. With --idl, --type is not
    /// needed
    #[arg(long)]
    message: bool,
    /// Print one line
    #[arg(long)]
    json: bool,
}

/// Convert JSON to bytes
#[derive(Debug, Args)]
pub(crate) struct Encode {
    /// The JSON: a file, or `-` for standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    #[command(flatten)]
    what: What,
}

/// The kind of data in the bytes.
#[derive(Debug, Args)]
struct What {
    /// The protocol
    #[arg(long, value_enum, default_value_t = ProtocolName::Binary)]
    protocol: ProtocolName,
    /// The IDL
    #[arg(long, value_name = "FILE")]
    idl: Option<PathBuf>,
    /// The struct, union or exception
    #[arg(long = "type", value_name = "NAME", requires = "idl")]
    name: Option<String>,
    /// The bytes are given as hexadecimal digits
    #[arg(long)]
    hex: bool,
    #[command(flatten)]
    includes: Includes,
}

impl What {
    fn ty(&self) -> Result<Option<StructType>> {
        let (Some(idl), Some(name)) = (&self.idl, &self.name) else { return Ok(None) };
        let idl = self.includes.load(idl)?;
        idl.structure(name).map(Some).map_err(Failure::input)
    }

    fn bytes(&self, file: &std::path::Path) -> Result<Vec<u8>> {
        let bytes = bytes(file)?;
        if !self.hex {
            return Ok(bytes);
        }
        let digits: Vec<u8> =
            bytes.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
        hex::decode(digits)
            .map_err(|error| Failure::input(format!("the input is not hexadecimal: {error}")))
    }
}

impl Decode {
    pub(crate) fn run(self) -> Result {
        match (&self.what.idl, &self.what.name, self.message) {
            (Some(_), None, false) => {
                return Err(Failure::usage("--idl needs --type or --message"));
            }
            (_, Some(_), true) => {
                return Err(Failure::usage(
                    "--type cannot be used with --message: the method determines the type",
                ));
            }
            _ => {}
        }
        let bytes = self.what.bytes(&self.file)?;
        if self.message {
            return self.message(&bytes);
        }
        let protocol = self.what.protocol.protocol();
        let failed = |error| Failure::input(format!("the bytes cannot be read: {error}"));
        match self.what.ty()? {
            Some(ty) => print_json(&ty.decode(protocol, &bytes).map_err(failed)?, self.json),
            None => {
                let value: AnyStruct = protocol.decode(&bytes).map_err(failed)?;
                print_json(&Readable(&value), self.json)
            }
        }
    }

    fn message(&self, bytes: &[u8]) -> Result {
        let protocol = self.what.protocol.protocol();
        let failed = |error| Failure::input(format!("the message cannot be read: {error}"));
        let limits = Limits::default();
        let (header, at) = protocol.read_header(bytes, &limits).map_err(failed)?;
        let name = String::from_utf8_lossy(&header.name).into_owned();
        let kind = match header.kind {
            Ok(MessageType::Call) => "call",
            Ok(MessageType::Reply) => "reply",
            Ok(MessageType::Exception) => "exception",
            Ok(MessageType::Oneway) => "oneway",
            _ => "unknown",
        };
        let end = protocol.skip_body(bytes, at, &limits).map_err(failed)?;
        if end != bytes.len() {
            let text = format!("{} bytes follow the end of the message", bytes.len() - end);
            return Err(Failure::input(text));
        }
        let body = protocol.body(bytes, at);
        let body = match &self.what.idl {
            Some(file) if kind != "exception" => {
                let idl = self.what.includes.load(file)?;
                let (_, bare) = name.rsplit_once(':').unwrap_or(("", &name));
                let named = method(&idl, &name.replacen(':', ".", 1));
                let method = named.or_else(|_| method(&idl, bare))?;
                let ty = if kind == "reply" { method.result() } else { method.arguments() };
                serde_json::to_value(ty.decode(protocol, body).map_err(failed)?)
            }
            _ => {
                let value: AnyStruct = protocol.decode(body).map_err(failed)?;
                serde_json::to_value(Readable(&value))
            }
        };
        let body = body.map_err(|error| Failure::input(error.to_string()))?;
        let message = json!({ "kind": kind, "method": name, "seqid": header.seqid, "body": body });
        print_json(&message, self.json)
    }
}

impl Encode {
    pub(crate) fn run(self) -> Result {
        let Some(ty) = self.what.ty()? else {
            return Err(Failure::usage("--idl and --type are needed to encode"));
        };
        let text = bytes(&self.file)?;
        let mut json = serde_json::Deserializer::from_slice(&text);
        let value = ty.deserialize(&mut json);
        let value = value.and_then(|value| json.end().map(|()| value));
        let value =
            value.map_err(|error| Failure::input(format!("the JSON cannot be read: {error}")))?;
        let bytes = value.encode(self.what.protocol.protocol()).map_err(Failure::input)?;
        match self.what.hex {
            true => print(format!("{}\n", hex::encode(bytes)).as_bytes()),
            false => print(&bytes),
        }
    }
}
