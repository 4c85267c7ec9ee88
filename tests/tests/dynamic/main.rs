//! IDL at run time on other people's files: the corpus, and the vectors of wire bytes.
//!
//! Neither is part of the project. `THRIFT_IDL_CORPUS` and `THRIFT_VECTORS` say where they are, and
//! without them the tests say so and pass.

#[path = "../vectors/tree.rs"]
mod tree;

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use serde::de::DeserializeSeed as _;
use serde_json::Value as Json;
use thrift_runtime::{
    AnyProtocol, BinaryProtocol, CompactProtocol, JsonProtocol, Limits, Protocol,
    dynamic::{self, Idl, StructType, StructValue, idl},
    protocol::{Input, MessageHeader},
    value::AnyStruct,
};

use self::tree::{Tree, hex};

fn folder(variable: &str) -> Option<PathBuf> {
    let folder = env::var_os(variable).map(PathBuf::from);
    if folder.is_none() {
        println!("left out: {variable} is not set");
    }
    folder
}

fn thrift_test() -> Option<Idl> {
    let folder = folder("THRIFT_IDL_CORPUS")?.join("apache-thrift/test");
    let files = ["v0.16/ThriftTest.thrift", "ThriftTest.thrift"].map(|file| folder.join(file));
    let file = files.into_iter().find(|file| file.exists())?;
    Some(dynamic::load(file).unwrap())
}

fn protocol(name: &str) -> AnyProtocol {
    match name {
        "binary" => BinaryProtocol::STRICT.into(),
        "binary-nonstrict" => BinaryProtocol::NON_STRICT.into(),
        "compact" => CompactProtocol.into(),
        "json" => JsonProtocol.into(),
        other => panic!("the protocol {other} is unknown"),
    }
}

/// A struct, or the arguments or the result of a method: `ThriftTest.testVoid_args`.
fn ty(idl: &Idl, name: &str) -> Option<StructType> {
    let Some((service, message)) = name.split_once('.') else { return idl.structure(name).ok() };
    let service = idl.service(service).unwrap();
    let (method, part) = message.rsplit_once('_').unwrap();
    let method = service.method(method).unwrap();
    Some(if part == "args" { method.arguments() } else { method.result() })
}

/// Where the body starts, and its header in the protocol.
fn header(protocol: AnyProtocol, bytes: &[u8]) -> (MessageHeader<'_>, usize) {
    protocol.read_header(bytes, &Limits::default()).unwrap()
}

fn any(value: &StructValue) -> AnyStruct {
    let bytes = value.encode(BinaryProtocol::STRICT).unwrap();
    BinaryProtocol::STRICT.decode(&bytes).unwrap()
}

#[test]
fn every_vector_becomes_a_value_and_bytes_again() {
    let Some(path) = folder("THRIFT_VECTORS") else { return };
    let Some(idl) = thrift_test() else { return };
    let file: Json = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let values = file["values"].as_object().unwrap();
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let vectors = file["vectors"].as_array().unwrap();
    assert!(!vectors.is_empty());
    for vector in vectors {
        let id = vector["id"].as_str().unwrap();
        let value = &values[vector["value"].as_str().unwrap()];
        let name = vector["protocol"].as_str().unwrap();
        let count = counts.entry(name).or_default();
        // Application exceptions are in no IDL.
        let Some(ty) = ty(&idl, value["type"].as_str().unwrap()) else {
            assert_eq!(value["type"], "TApplicationException");
            count[2] += 1;
            continue;
        };
        count[0] += 1;
        let protocol = protocol(name);
        let bytes = hex(vector["hex"].as_str().unwrap());
        let message = value["kind"] == "message";
        let at = if message { header(protocol, &bytes).1 } else { 0 };
        let body = if message { protocol.body(&bytes, at) } else { &bytes[..] };
        let read = ty.decode(protocol, body).unwrap_or_else(|error| panic!("{id}: {error}"));
        // JSON as people write it gives the value again, but for what has no name.
        let json = serde_json::to_string(&read).unwrap();
        if read.unknown_fields().next().is_none() && !json.contains(r#""-"#) {
            let mut text = serde_json::Deserializer::from_str(&json);
            match ty.clone().deserialize(&mut text) {
                Ok(again) => assert_eq!(format!("{again:?}"), format!("{read:?}"), "{id}"),
                // An empty union can be read from bytes, as peers send it.
                Err(error) => assert!(error.to_string().contains("union"), "{id}: {error}"),
            }
        }
        if value.get("known_tree").is_some() {
            continue;
        }
        assert_eq!(Tree::from(&any(&read)), Tree::from(&value["tree"]), "{id}");
        let written = read.encode(protocol).unwrap();
        count[1] += 1;
        match name {
            "json" => {
                let tree = |bytes: &[u8]| Tree::from(&any(&ty.decode(protocol, bytes).unwrap()));
                assert_eq!(tree(&written), tree(body), "{id}");
            }
            // The order is that of the bytes, so it needs no allowance.
            _ => assert_eq!(written, body, "{id}"),
        }
    }
    for (name, [read, same, left_out]) in counts {
        println!("{name}: {read} values, {same} give the same bytes, {left_out} left out");
        assert!(same > 10);
    }
}

#[test]
fn every_reject_is_refused() {
    let Some(path) = folder("THRIFT_VECTORS") else { return };
    let Some(idl) = thrift_test() else { return };
    let file: Json = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let mut refused = 0;
    for reject in file["rejects"].as_array().unwrap() {
        let Some(ty) = ty(&idl, reject["type"].as_str().unwrap()) else { continue };
        let protocol = protocol(reject["protocol"].as_str().unwrap());
        let bytes = hex(reject["hex"].as_str().unwrap());
        let read = match reject["kind"] == "message" {
            false => ty.decode(protocol, &bytes).map(drop),
            true => protocol.read_header(&bytes, &Limits::default()).and_then(|(_, at)| {
                let rest = bytes.get(at..).unwrap_or_default();
                ty.read(protocol, Input::from(rest), &Limits::default()).map(drop)
            }),
        };
        assert!(read.is_err(), "{} was read", reject["id"]);
        refused += 1;
    }
    println!("{refused} refused");
    assert!(refused > 10);
}

/// Every file that Apache's compiler reads gives types whose empty values can be made and written.
#[test]
fn the_corpus_is_loaded() {
    let Some(folder) = folder("THRIFT_IDL_CORPUS") else { return };
    let table = fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let mut rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let columns = rows.next().unwrap();
    let column = |name: &str| columns.iter().position(|column| *column == name).unwrap();
    let (path, head, dialect) = (column("path"), column("head"), column("dialect"));
    let dirs = column("include_dirs");
    let (mut files, mut structs, mut methods) = (0, 0, 0);
    for row in rows {
        if row[dialect] == "fbthrift" || !matches!(row[head], "accept" | "warn") {
            continue;
        }
        let folders = row[dirs].split([',', ' ', ';']).filter(|folder| *folder != "-");
        let folders = folders.map(|sub| folder.join(sub)).collect();
        let mut sources = idl::source::Sources::new(folders);
        let file = sources.open(&folder.join(row[path])).unwrap();
        let (program, diagnostics) = idl::load(file, &mut sources);
        assert_eq!(diagnostics.errors().count(), 0, "{}", row[path]);
        let idl = Idl::new(program);
        for item in &idl.program().modules[0].items {
            if let idl::model::Item::Struct(item) = item {
                let ty = idl.structure(&item.name).unwrap();
                structs += 1;
                assert_eq!(ty.fields().count(), item.fields.len(), "{}", item.name);
                // Required fields are missing.
                if let Ok(value) = ty.value(dynamic::Fields::default()) {
                    let bytes = value.encode(CompactProtocol).unwrap();
                    assert_eq!(ty.decode(CompactProtocol, &bytes).unwrap(), value);
                }
            }
        }
        for service in idl.services() {
            methods += service.methods().count();
        }
        files += 1;
    }
    println!("{files} files, {structs} structs, {methods} methods");
    assert!(files > 100);
}
