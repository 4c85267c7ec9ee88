//! The codec beside its peers': `cargo run --release [-- WORKLOAD[:encode|:decode[:LIBRARY]] ...]`.
//!
//! Each workload is written and read by every library, in turns in one process. The tables have the
//! median times and, behind the peers', how many times faster this library is: the median of the
//! rounds, in each of which all ran.

mod data;
mod prost_types;

use bytes::{Bytes, BytesMut};
use thrift_bench::{Filter, Measured, Operation, Table, measure, read, write};
use thrift_runtime::{
    BinaryProtocol, CompactProtocol, JsonProtocol, Limits, Protocol, Value,
    protocol::{Input, Output},
};

/// This library's types.
mod ours {
    thrift_runtime::thrift!("idl/workloads.thrift");
}

/// This library's types with hashed maps.
mod hashed {
    thrift_runtime::thrift! { path: "idl/workloads.thrift", types: { map: HashMap } }
}

/// This library's types with strings that need no allocation of their own.
mod inline {
    thrift_runtime::thrift! { path: "idl/workloads.thrift", types: { map: HashMap, string: Str } }
}

#[allow(warnings, clippy::all)]
mod pilota_types {
    include!(concat!(env!("OUT_DIR"), "/pilota.rs"));
    pub use self::pilota::workloads::*;
}

#[allow(warnings, clippy::all)]
mod apache {
    include!(concat!(env!("OUT_DIR"), "/apache.rs"));
}

const PEERS: [&str; 3] = ["pilota", "Apache", "prost"];
/// This library's other ways; those of decoding alone stand last.
const VARIANTS: [&str; 4] = ["compact", "JSON", "Str", "in place"];

fn main() {
    let filter = Filter::from_arguments();
    let peers = ["workload", "thrift-runtime", "pilota", "Apache", "prost"];
    let mut tables = Tables {
        encode: Table::new("Encode, binary protocol", &peers),
        decode: Table::new("Decode, binary protocol", &[&peers[..], &["`clone()`"]].concat()),
        encode_variants: Table::new(
            "Encode, this library's other protocols beside binary",
            &["workload", "binary", "compact", "JSON"],
        ),
        decode_variants: Table::new(
            "Decode, this library's other protocols, types and ways beside binary",
            &["workload", "binary", "compact", "JSON", "`Str`", "in place"],
        ),
    };
    macro_rules! workload {
        ($workload:literal, $value:ident, $ty:ident) => {
            if filter.wants_workload($workload) {
                run::<
                    ours::$ty,
                    hashed::$ty,
                    inline::$ty,
                    pilota_types::$ty,
                    apache::$ty,
                    prost_types::$ty,
                >($workload, data::$value(), &filter, &mut tables);
            }
        };
    }
    thrift_bench::workloads!(workload);
    print!("{}{}", tables.encode, tables.decode);
    print!("{}{}", tables.encode_variants, tables.decode_variants);
}

struct Tables {
    encode: Table,
    decode: Table,
    encode_variants: Table,
    decode_variants: Table,
}

impl Tables {
    fn encoded(&mut self, workload: &str, measured: &Measured) {
        self.encode.compare(workload, measured, "ours", &PEERS);
        if workload.starts_with("map") {
            let name = format!("{workload}, `HashMap`");
            self.encode.compare(&name, measured, "HashMap", &PEERS);
        }
        if workload == "blob" {
            let peers = ["pilota, linked", "Apache", "prost"];
            self.encode.compare("blob, not copied", measured, "vectored", &peers);
        }
        self.encode_variants.compare(workload, measured, "ours", &VARIANTS[..2]);
    }

    fn decoded(&mut self, workload: &str, measured: &Measured) {
        let peers = [&PEERS[..], &["clone"]].concat();
        self.decode.compare(workload, measured, "ours", &peers);
        if workload.starts_with("map") {
            let name = format!("{workload}, `HashMap`");
            self.decode.compare(&name, measured, "HashMap", &PEERS);
        }
        if workload == "strings" {
            self.decode.compare("strings, `Str`", measured, "Str", &PEERS);
        }
        self.decode_variants.compare(workload, measured, "ours", &VARIANTS);
    }
}

fn run<T, H, I, P, A, B>(workload: &str, value: T, filter: &Filter, tables: &mut Tables)
where
    T: Value + Clone + Into<B>,
    H: Value,
    I: Value,
    P: pilota::thrift::Message,
    A: thrift::protocol::TSerializable,
    B: prost::Message + Default,
{
    let limits = Limits::default();
    let bytes = Bytes::from(BinaryProtocol::STRICT.encode(&value).unwrap());
    let compact = Bytes::from(CompactProtocol.encode(&value).unwrap());
    let json = Bytes::from(JsonProtocol.encode(&value).unwrap());
    let hashed: H = BinaryProtocol::STRICT.decode(&bytes).unwrap();
    let pilota = pilota_read::<P>(&bytes);
    let apache = apache_read::<A>(&bytes);
    let buffer: B = value.clone().into();
    let message = Bytes::from(buffer.encode_to_vec());

    let mut by_pilota = BytesMut::new();
    pilota_write(&pilota, &mut by_pilota);
    assert_eq!(by_pilota.len(), bytes.len());
    let mut by_apache = Vec::new();
    apache_write(&apache, &mut by_apache);
    assert!(by_apache == bytes);

    let mut outs = [const { Output::new() }; 4];
    let [out, out_compact, out_json, out_hashed] = &mut outs;
    let (mut vectored, mut linked) = (Output::vectored(), pilota::LinkedBytes::new());
    let mut space = Vec::new();
    let mut operations = vec![
        Operation::new("ours", || write(BinaryProtocol::STRICT, &value, out)),
        Operation::new("HashMap", || write(BinaryProtocol::STRICT, &hashed, out_hashed)),
        Operation::new("compact", || write(CompactProtocol, &value, out_compact)),
        Operation::new("JSON", || write(JsonProtocol, &value, out_json)),
        Operation::new("vectored", || write(BinaryProtocol::STRICT, &value, &mut vectored)),
        Operation::new("pilota", || pilota_write(&pilota, &mut by_pilota)),
        Operation::new("pilota, linked", || pilota_link(&pilota, &mut linked)),
        Operation::new("Apache", || apache_write(&apache, &mut by_apache)),
        Operation::new("prost", || {
            space.clear();
            buffer.encode(&mut space).unwrap();
        }),
    ];
    let chosen = |direction: &str, library: &str| {
        filter.wants(workload, direction, library)
            && (library != "HashMap" || workload.starts_with("map"))
            && (!["vectored", "pilota, linked"].contains(&library) || workload == "blob")
    };
    operations.retain(|operation| chosen("encode", operation.name()));
    tables.encoded(workload, &measure(operations));

    let mut kept = T::default();
    let mut operations = vec![
        Operation::new("ours", || read::<T>(BinaryProtocol::STRICT, &bytes, &limits)),
        Operation::new("HashMap", || read::<H>(BinaryProtocol::STRICT, &bytes, &limits)),
        Operation::new("Str", || read::<I>(BinaryProtocol::STRICT, &bytes, &limits)),
        Operation::new("in place", || {
            let input = Input::from(&bytes);
            BinaryProtocol::STRICT.read_value(input, &limits, &mut kept).unwrap();
        }),
        Operation::new("compact", || read::<T>(CompactProtocol, &compact, &limits)),
        Operation::new("JSON", || read::<T>(JsonProtocol, &json, &limits)),
        Operation::new("pilota", || pilota_read::<P>(&bytes)),
        Operation::new("Apache", || apache_read::<A>(&bytes)),
        Operation::new("prost", || B::decode(message.clone()).unwrap()),
        Operation::new("clone", || value.clone()),
    ];
    operations.retain(|operation| chosen("decode", operation.name()));
    tables.decoded(workload, &measure(operations));
}

/// Writes as a server of volo does: room for the whole message first.
fn pilota_write<P: pilota::thrift::Message>(value: &P, buffer: &mut BytesMut) {
    use pilota::thrift::binary::TBinaryProtocol;
    buffer.clear();
    buffer.reserve(value.size(&mut TBinaryProtocol::new((), true)));
    value.encode(&mut TBinaryProtocol::new(buffer, true)).unwrap();
}

/// The same without copying what is large.
fn pilota_link<P: pilota::thrift::Message>(value: &P, buffer: &mut pilota::LinkedBytes) {
    use pilota::thrift::{TLengthProtocol, binary::TBinaryProtocol};
    buffer.reset();
    let mut sizes = TBinaryProtocol::new((), true);
    let size = value.size(&mut sizes);
    buffer.reserve(size - sizes.zero_copy_len());
    value.encode(&mut TBinaryProtocol::new(buffer, true)).unwrap();
}

fn pilota_read<P: pilota::thrift::Message>(bytes: &Bytes) -> P {
    let mut bytes = bytes.clone();
    P::decode(&mut pilota::thrift::binary::TBinaryProtocol::new(&mut bytes, true)).unwrap()
}

fn apache_write<A: thrift::protocol::TSerializable>(value: &A, buffer: &mut Vec<u8>) {
    buffer.clear();
    let mut protocol = thrift::protocol::TBinaryOutputProtocol::new(buffer, true);
    value.write_to_out_protocol(&mut protocol).unwrap();
}

fn apache_read<A: thrift::protocol::TSerializable>(bytes: &Bytes) -> A {
    let mut protocol = thrift::protocol::TBinaryInputProtocol::new(&bytes[..], true);
    A::read_from_in_protocol(&mut protocol).unwrap()
}
