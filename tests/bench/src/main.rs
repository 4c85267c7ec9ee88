//! The codec beside its peers': `cargo run --release [-- WORKLOAD[:encode|:decode[:LIBRARY]] ...]`.
//!
//! Each workload is written and read by every library, in turns in one process; the tables have the
//! median times, and how many times faster this library is.

mod data;
mod measure;
mod prost_types;

use bytes::{Bytes, BytesMut};
use measure::{Operation, medians};
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

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    macro_rules! workloads {
        ($($workload:literal: $value:ident, $ty:ident;)*) => {$(
            if wanted.is_empty() || wanted.iter().any(|name| name.split(':').next() == Some($workload)) {
                run::<
                    ours::$ty,
                    hashed::$ty,
                    inline::$ty,
                    pilota_types::$ty,
                    apache::$ty,
                    prost_types::$ty,
                >($workload, data::$value());
            }
        )*};
    }
    workloads! {
        "small": small, Small;
        "i64": longs, Longs;
        "i32": ints, Ints;
        "double": doubles, Doubles;
        "records": records, Records;
        "map s-i": counts, Counts;
        "map i-s": names, Names;
        "blob": blob, Blob;
        "footer": footer, Footer;
        "strings": strings, Strings;
    }
}

fn run<T, H, I, P, A, B>(workload: &str, value: T)
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

    let mut outs = [const { Output::new() }; 4];
    let [out, out_compact, out_json, out_hashed] = &mut outs;
    let encode = vec![
        Operation::new("ours", || {
            out.clear();
            BinaryProtocol::STRICT.write_value(&value, out).unwrap();
        }),
        Operation::new("ours, HashMap", || {
            out_hashed.clear();
            BinaryProtocol::STRICT.write_value(&hashed, out_hashed).unwrap();
        }),
        Operation::new("ours, compact", || {
            out_compact.clear();
            CompactProtocol.write_value(&value, out_compact).unwrap();
        }),
        Operation::new("ours, JSON", || {
            out_json.clear();
            JsonProtocol.write_value(&value, out_json).unwrap();
        }),
        {
            let mut buffer = BytesMut::new();
            Operation::new("pilota", move || {
                use pilota::thrift::{Message, binary::TBinaryProtocol};
                buffer.clear();
                buffer.reserve(pilota.size(&mut TBinaryProtocol::new((), true)));
                let mut protocol = TBinaryProtocol::new(&mut buffer, true);
                Message::encode(&pilota, &mut protocol).unwrap();
            })
        },
        {
            let mut buffer = Vec::new();
            Operation::new("Apache", move || {
                buffer.clear();
                let mut protocol =
                    thrift::protocol::TBinaryOutputProtocol::new(&mut buffer, true);
                apache.write_to_out_protocol(&mut protocol).unwrap();
            })
        },
        {
            let mut space = Vec::new();
            Operation::new("prost", move || {
                space.clear();
                buffer.encode(&mut space).unwrap();
            })
        },
    ];
    show(workload, "encode", encode);

    let mut kept = T::default();
    let decode = vec![
        Operation::new("ours", || read::<T, _>(BinaryProtocol::STRICT, &bytes, &limits)),
        Operation::new("ours, HashMap", || {
            read::<H, _>(BinaryProtocol::STRICT, &bytes, &limits)
        }),
        Operation::new("ours, Str", || read::<I, _>(BinaryProtocol::STRICT, &bytes, &limits)),
        Operation::new("ours, in place", || {
            let input = Input::from(&bytes);
            BinaryProtocol::STRICT.read_value(input, &limits, &mut kept).unwrap();
        }),
        Operation::new("ours, compact", || read::<T, _>(CompactProtocol, &compact, &limits)),
        Operation::new("ours, JSON", || read::<T, _>(JsonProtocol, &json, &limits)),
        Operation::new("pilota", || pilota_read::<P>(&bytes)),
        Operation::new("Apache", || apache_read::<A>(&bytes)),
        Operation::new("prost", || B::decode(message.clone()).unwrap()),
        Operation::new("clone", || value.clone()),
    ];
    show(workload, "decode", decode);
}

fn read<T: Value, P: Protocol>(protocol: P, bytes: &Bytes, limits: &Limits) -> T {
    let mut value = T::default();
    protocol.read_value(Input::from(bytes), limits, &mut value).unwrap();
    value
}

fn pilota_read<P: pilota::thrift::Message>(bytes: &Bytes) -> P {
    let mut bytes = pilota::Bytes::from(bytes.clone());
    P::decode(&mut pilota::thrift::binary::TBinaryProtocol::new(&mut bytes, true)).unwrap()
}

fn apache_read<A: thrift::protocol::TSerializable>(bytes: &Bytes) -> A {
    let mut protocol = thrift::protocol::TBinaryInputProtocol::new(&bytes[..], true);
    A::read_from_in_protocol(&mut protocol).unwrap()
}

fn show(workload: &str, what: &str, mut operations: Vec<Operation<'_>>) {
    let wanted = |library: &str| {
        let full = format!("{workload}:{what}:{library}");
        let mut arguments = std::env::args().skip(1).peekable();
        arguments.peek().is_none()
            || arguments.any(|wanted| full == wanted || full.starts_with(&format!("{wanted}:")))
    };
    operations.retain(|operation| wanted(operation.name));
    if operations.is_empty() {
        return;
    }
    let times = medians(&mut operations);
    println!("\n{workload}, {what}");
    for (operation, time) in operations.iter().zip(&times) {
        println!("  {:16} {:>12.1} ns  {:>6.2}", operation.name, time, time / times[0]);
    }
}
