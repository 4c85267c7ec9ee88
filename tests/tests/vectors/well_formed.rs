//! Whether a file of vectors is what the tests take it for: they are not to pass because they looked
//! at nothing.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::{Vectors, read_and_write, reject};

const PROTOCOLS: [&str; 4] = ["binary", "binary-nonstrict", "compact", "json"];

/// The keys of the file and of what is in it. Those of the second list say how others fared.
const KEYS: [&str; 24] = [
    "format",
    "values",
    "vectors",
    "rejects",
    "name",
    "kind",
    "type",
    "tree",
    "known_tree",
    "tags",
    "method",
    "mtype",
    "seqid",
    "id",
    "value",
    "protocol",
    "hex",
    "t",
    "v",
    "e",
    "f",
    "k",
    "w",
    "bits",
];
const REMARKS: [&str; 8] =
    ["idl", "made_by", "agree", "same_bytes", "notes", "others", "text", "utf8"];

/// Looks through a file, and prints which keys nobody looks at.
///
/// # Errors
///
/// If it has another format, has no cases of a kind, or names a protocol that there is not.
pub(crate) fn check(file: &Json) -> Result<(), String> {
    if file["format"] != 1 {
        return Err(format!("the format is {}", file["format"]));
    }
    let values = file["values"].as_object().ok_or("there are no values")?;
    for list in ["vectors", "rejects"] {
        let cases = file[list].as_array().filter(|cases| !cases.is_empty());
        for case in cases.ok_or_else(|| format!("there are no {list}"))? {
            let protocol = case["protocol"].as_str().unwrap_or_default();
            if !PROTOCOLS.contains(&protocol) {
                return Err(format!("{}: there is no protocol {}", case["id"], case["protocol"]));
            }
        }
    }
    let mut unknown = BTreeMap::new();
    for key in file.as_object().into_iter().flatten().map(|(key, _)| key) {
        note(key, &mut unknown);
    }
    let lists = ["vectors", "rejects"].map(|list| file[list].as_array());
    values.values().chain(lists.into_iter().flatten().flatten()).for_each(|case| {
        look_through(case, &mut unknown);
    });
    for (key, count) in unknown {
        println!("nobody looks at the key {key:?}, which stands {count} times");
    }
    Ok(())
}

fn note<'a>(key: &'a str, unknown: &mut BTreeMap<&'a str, usize>) {
    if !KEYS.contains(&key) && !REMARKS.contains(&key) {
        *unknown.entry(key).or_default() += 1;
    }
}

fn look_through<'a>(json: &'a Json, unknown: &mut BTreeMap<&'a str, usize>) {
    match json {
        Json::Array(elements) => elements.iter().for_each(|e| look_through(e, unknown)),
        Json::Object(pairs) => {
            for (key, value) in pairs {
                note(key, unknown);
                if !REMARKS.contains(&key.as_str()) {
                    look_through(value, unknown);
                }
            }
        }
        _ => {}
    }
}

/// A file with one case of each kind.
fn file() -> Json {
    let tree = json!({"t": "struct", "f": [[1, {"t": "string", "hex": "6e6f"}]]});
    json!({
        "format": 1,
        "values": {"v1": {
            "name": "no", "kind": "struct", "type": "TApplicationException",
            "tree": tree,
            "known_tree": {"t": "struct", "f": [
                [1, {"t": "string", "hex": "6e6f"}], [2, {"t": "i32", "v": 0}],
            ]},
        }},
        "vectors": [{
            "id": "v1/binary", "value": "v1", "protocol": "binary", "hex": "0b0001000000026e6f00",
        }],
        "rejects": [{
            "id": "r1", "name": "cut", "kind": "struct", "type": "TApplicationException",
            "protocol": "binary", "hex": "0b00",
        }],
    })
}

/// What both tests say of a file.
fn told(file: Json) -> [Result<(), String>; 2] {
    let vectors = Vectors::of(file);
    [read_and_write(&vectors), reject(&vectors)]
}

#[test]
fn a_file_with_cases_passes() {
    assert_eq!(told(file()), [Ok(()), Ok(())]);
}

#[test]
fn a_file_without_cases_fails() {
    for list in ["vectors", "rejects"] {
        for nothing in [json!([]), Json::Null] {
            let mut file = file();
            file[list] = nothing;
            let expected = Err(format!("there are no {list}"));
            assert_eq!(told(file), [expected.clone(), expected]);
        }
    }
}

#[test]
fn a_protocol_that_there_is_not_fails() {
    for list in ["vectors", "rejects"] {
        let mut file = file();
        file[list][0]["protocol"] = "bniary".into();
        let why = format!("{}: there is no protocol \"bniary\"", file[list][0]["id"]);
        assert_eq!(told(file), [Err(why.clone()), Err(why)]);
    }
}

#[test]
fn keys_that_nobody_knows_are_counted() {
    let (mut unknown, mut file) = (BTreeMap::new(), file());
    file["values"]["v1"]["knwon_tree"] = file["values"]["v1"]["known_tree"].take();
    look_through(&file["values"]["v1"], &mut unknown);
    assert_eq!(unknown, [("knwon_tree", 1)].into());
}
