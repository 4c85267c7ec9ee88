//! Wire bytes that other implementations of Thrift agree on: read, compared, written again.
//!
//! The vectors are no part of the project. `THRIFT_VECTORS` is the path of a file of them, and
//! their types come from the file that `THRIFT_IDL_CORPUS` leads the build script to; without
//! them the tests say so and pass.

mod count;
#[allow(dead_code)] // Used by the types, where they are at hand.
mod outcome;
mod part;
mod text;
mod tree;
mod well_formed;

include!(concat!(env!("OUT_DIR"), "/thrift_test.rs"));

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use serde_json::Value as Json;
use thrift_runtime::{
    ApplicationException, BinaryProtocol, Bytes, Limits, Protocol, Result, ThriftStruct,
    protocol::{CompactProtocol, Input, JsonProtocol, MessageHeader, Output},
    value::{AnyStruct, Struct},
};

#[allow(unused_imports)]
pub(crate) use self::outcome::Outcome;
use self::text::{Text, same};
use self::tree::{Tree, hex};

/// Gives `$body` for the protocol of a vector, or `None` where it is not switched on here.
macro_rules! with_protocol {
    ($name:expr, |$protocol:ident| $body:expr) => {
        match $name {
            "binary" => {
                let $protocol = BinaryProtocol::STRICT;
                Some($body)
            }
            "binary-nonstrict" => {
                let $protocol = BinaryProtocol::NON_STRICT;
                Some($body)
            }
            "compact" => {
                let $protocol = CompactProtocol;
                Some($body)
            }
            "json" => {
                let $protocol = JsonProtocol;
                Some($body)
            }
            _ => None,
        }
    };
}

/// What the vectors hold: a struct alone, or a message with one as its body.
type Header = Option<(Vec<u8>, Result<u8, u8>, i32)>;

/// A struct of which nothing is kept.
#[derive(Debug, Default, ThriftStruct)]
struct Nothing {}

/// Reads bytes of one protocol as a type and writes the value in each of others; gives the header
/// back too.
pub(crate) type Transcode = fn(&[u8], bool, &str, &[&str]) -> Result<(Header, Vec<Vec<u8>>)>;

pub(crate) fn transcode<T: Struct>(
    bytes: &[u8],
    message: bool,
    from: &str,
    to: &[&str],
) -> Result<(Header, Vec<Vec<u8>>)> {
    let limits = Limits::default();
    let (header, value): (Option<MessageHeader<'_>>, T) =
        with_protocol!(from, |protocol| match message {
            false => {
                let value = protocol.decode(bytes)?;
                // A type that leaves out all there is passes over it, to the same end.
                protocol.decode::<Nothing>(bytes)?;
                if from != "json" {
                    assert_eq!(protocol.skip_body(bytes, 0, &limits)?, bytes.len());
                }
                (None, value)
            }
            true => {
                let (header, at) = protocol.read_header(bytes, &limits)?;
                let mut body = T::default();
                let end = protocol.read_body(Input::from(bytes), at, &limits, &mut body)?;
                assert_eq!(end, bytes.len(), "bytes are left over");
                assert_eq!(protocol.skip_body(bytes, at, &limits)?, end);
                (Some(header), body)
            }
        })
        .expect("a protocol that is switched on");
    let written = to.iter().map(|to| {
        with_protocol!(*to, |protocol| match &header {
            None => protocol.encode(&value),
            Some(header) => {
                let mut out = Output::new();
                protocol.write_message(header, &value, &mut out)?;
                Ok(out.into_vec())
            }
        })
        .expect("a protocol that is switched on")
    });
    let written = written.collect::<Result<_>>()?;
    let header = header
        .map(|header| (header.name.into_owned(), header.kind.map(|kind| kind as u8), header.seqid));
    Ok((header, written))
}

/// The vectors and the types they are of.
struct Vectors {
    file: Json,
    types: HashMap<&'static str, Transcode>,
}

impl Vectors {
    fn open() -> Option<Vectors> {
        let Some(path) = std::env::var_os("THRIFT_VECTORS") else {
            println!("left out: THRIFT_VECTORS is not set");
            return None;
        };
        if TYPES.is_empty() {
            println!("left out: THRIFT_IDL_CORPUS was not set when this was built");
            return None;
        }
        let file: Json = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        Some(Vectors::of(file))
    }

    fn of(file: Json) -> Vectors {
        let mut types: HashMap<_, _> = TYPES.iter().copied().collect();
        types.insert("TApplicationException", transcode::<ApplicationException>);
        Vectors { file, types }
    }

    fn transcode(&self, of: &Json) -> Result<Transcode, String> {
        let name = of["type"].as_str().unwrap();
        self.types.get(name).copied().ok_or_else(|| format!("the type {name} is unknown"))
    }
}

#[test]
fn every_vector_reads_and_writes() {
    let Some(vectors) = Vectors::open() else { return };
    if let Err(why) = read_and_write(&vectors) {
        panic!("{why}");
    }
}

/// Reads and writes all vectors, and prints how many there are.
///
/// # Errors
///
/// If there is none, or one fails; a protocol that is unknown here is a failure, too.
fn read_and_write(vectors: &Vectors) -> Result<(), String> {
    well_formed::check(&vectors.file)?;
    let values = vectors.file["values"].as_object().unwrap();
    let list = vectors.file["vectors"].as_array().unwrap();
    let mut tried: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut failures = Vec::new();
    for vector in list {
        let value = &values[vector["value"].as_str().unwrap()];
        let counts = tried.entry(vector["protocol"].as_str().unwrap()).or_default();
        let others: Vec<&Json> =
            list.iter().filter(|other| other["value"] == vector["value"]).collect();
        counts[0] += 1;
        match check(vectors, value, vector, &others) {
            Ok(bytes_compared) => counts[1] += usize::from(bytes_compared),
            Err(why) => failures.push(format!("{} ({}): {why}", vector["id"], value["name"])),
        }
    }
    for (protocol, [tried, bytes]) in &tried {
        println!("{protocol}: {tried} vectors, of which {bytes} give the same bytes");
    }
    match failures.len() {
        0 => Ok(()),
        count => Err(format!("{}\n{count} fail", failures.join("\n"))),
    }
}

/// Reads one vector; `others` are those of the same value, itself among them. Says whether the
/// bytes had to be the same.
fn check(vectors: &Vectors, value: &Json, vector: &Json, others: &[&Json]) -> Result<bool, String> {
    let protocol = vector["protocol"].as_str().unwrap();
    let bytes = hex(vector["hex"].as_str().unwrap());
    let message = value["kind"] == "message";
    let mut to = vec!["binary"];
    to.extend(others.iter().map(|other| other["protocol"].as_str().unwrap()));
    let transcode = vectors.transcode(value)?;
    let (header, written) =
        transcode(&bytes, message, protocol, &to).map_err(|error| error.to_string())?;

    if message {
        let kind = match value["mtype"].as_str().unwrap() {
            "call" => 1,
            "reply" => 2,
            "exception" => 3,
            "oneway" => 4,
            other => return Err(format!("a message of type {other}")),
        };
        let method = value["method"].as_str().unwrap().as_bytes().to_vec();
        let expected = Some((method, Ok(kind), value["seqid"].as_i64().unwrap() as i32));
        if header != expected {
            return Err(format!("the header is {header:?}, expected {expected:?}"));
        }
    }

    let known = value.get("known_tree");
    let expected = Tree::from(known.unwrap_or(&value["tree"]));
    let found = Tree::from(&binary_body(&written[0], message));
    if found != expected {
        return Err(format!("read as {found:?}\nexpected {expected:?}"));
    }
    // What is known from the wire alone; JSON cannot tell binary from text.
    if protocol != "json" {
        let (_, written) = crate::transcode::<AnyStruct>(&bytes, message, protocol, &["binary"])
            .map_err(|error| error.to_string())?;
        let (found, expected) =
            (Tree::from(&binary_body(&written[0], message)), Tree::from(&value["tree"]));
        if found != expected {
            return Err(format!("without its type read as {found:?}\nexpected {expected:?}"));
        }
    }

    let order = value["tags"].as_array().is_some_and(|tags| tags.contains(&"order".into()));
    if known.is_some() || order {
        return Ok(false);
    }
    for (other, written) in others.iter().zip(&written[1..]) {
        let expected = hex(other["hex"].as_str().unwrap());
        let same = match other["protocol"].as_str().unwrap() {
            "json" => {
                let written = serde_json::from_slice(written).map_err(|e| e.to_string())?;
                same(&Text::lenient(&expected), &written)
            }
            _ => expected == *written,
        };
        if !same {
            let found = written.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            return Err(format!("as {}, it is written {found}", other["id"]));
        }
    }
    Ok(true)
}

/// The struct in binary bytes, as the wire has it.
fn binary_body(bytes: &[u8], message: bool) -> AnyStruct {
    let limits = Limits::default();
    let at = match message {
        true => BinaryProtocol::STRICT.read_header(bytes, &limits).unwrap().1,
        false => 0,
    };
    BinaryProtocol::STRICT.decode(&Bytes::copy_from_slice(&bytes[at..])).unwrap()
}

/// Types without every other field read all that the whole types do, and what they keep is the same.
#[test]
fn every_vector_is_read_by_types_that_leave_fields_out() {
    let Some(vectors) = Vectors::open() else { return };
    let projected: HashMap<_, _> = PROJECTED.iter().copied().collect();
    let values = vectors.file["values"].as_object().unwrap();
    let mut counts = [0; 3];
    for vector in vectors.file["vectors"].as_array().unwrap() {
        let value = &values[vector["value"].as_str().unwrap()];
        let Some(part) = projected.get(value["type"].as_str().unwrap()) else { continue };
        let (protocol, id) = (vector["protocol"].as_str().unwrap(), &vector["id"]);
        let (bytes, message) = (hex(vector["hex"].as_str().unwrap()), value["kind"] == "message");
        let tree = |transcode: Transcode| {
            let (header, written) = transcode(&bytes, message, protocol, &["binary"]).unwrap();
            (header, Tree::from(&binary_body(&written[0], message)))
        };
        let (whole, part) = (tree(vectors.transcode(value).unwrap()), tree(*part));
        assert_eq!(whole.0, part.0, "{id}");
        let left_out = whole.1.without(&part.1).unwrap_or_else(|why| panic!("{id}: {why}"));
        counts = [counts[0] + 1, counts[1] + usize::from(left_out > 0), counts[2] + left_out];
    }
    let [read, without, fields] = counts;
    println!("{read} vectors, of which {without} are without {fields} fields");
    assert!(without > read / 10, "{without} of {read}");
}

#[test]
fn every_reject_is_refused_at_once_and_without_much_memory() {
    let Some(vectors) = Vectors::open() else { return };
    if let Err(why) = reject(&vectors) {
        panic!("{why}");
    }
}

/// Has all that are to be refused refused, and prints how many there are.
///
/// # Errors
///
/// If there is none, or one is not refused as it should.
fn reject(vectors: &Vectors) -> Result<(), String> {
    well_formed::check(&vectors.file)?;
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for reject in vectors.file["rejects"].as_array().unwrap() {
        let protocol = reject["protocol"].as_str().unwrap();
        *tried.entry(protocol).or_default() += 1;
        let bytes = hex(reject["hex"].as_str().unwrap());
        let transcode = vectors.transcode(reject)?;
        let mut fail =
            |why: String| failures.push(format!("{} ({}): {why}", reject["id"], reject["name"]));
        let mut fastest = Duration::MAX;
        // Others run on this machine: the fastest of three is what it takes.
        for _ in 0..3 {
            let (before, started) = (count::allocated(), Instant::now());
            let read = transcode(&bytes, reject["kind"] == "message", protocol, &[]);
            fastest = fastest.min(started.elapsed());
            let allocated = count::allocated() - before;
            if read.is_ok() {
                fail("was read".to_owned());
            }
            if allocated >= 1 << 20 {
                fail(format!("{allocated} bytes were allocated"));
            }
        }
        if fastest >= Duration::from_millis(10) {
            fail(format!("took {fastest:?}"));
        }
    }
    tried.iter().for_each(|(protocol, tried)| println!("{protocol}: {tried} rejects"));
    match failures.is_empty() {
        true => Ok(()),
        false => Err(failures.join("\n")),
    }
}
