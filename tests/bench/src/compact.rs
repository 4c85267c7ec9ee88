//! The compact protocol beside its peers':
//! `cargo run --release --bin compact [-- WORKLOAD[:encode|:decode[:LIBRARY]] ...]`.

mod compact_thrift;
mod data;

use bytes::Bytes;
use compact_thrift_runtime::{CompactThriftInputSlice, CompactThriftProtocol};
use thrift::protocol::{TCompactInputProtocol, TCompactOutputProtocol, TSerializable};
use thrift_bench::{Filter, Measured, Operation, Table, measure, read, write};
use thrift_runtime::{CompactProtocol, Limits, Protocol, Value, protocol::Output};

/// This library's types.
mod ours {
    thrift_runtime::thrift!("idl/workloads.thrift");
}

/// This library's types with hashed maps, which compact-thrift has too.
mod hashed {
    thrift_runtime::thrift! { path: "idl/workloads.thrift", types: { map: HashMap } }
}

#[allow(warnings, clippy::all)]
mod apache {
    include!(concat!(env!("OUT_DIR"), "/apache.rs"));
}

const PEERS: [&str; 2] = ["compact-thrift", "Apache"];

fn main() {
    let filter = Filter::from_arguments();
    let columns = ["workload", "thrift-runtime", "compact-thrift", "Apache"];
    let mut encode = Table::new("Encode, compact protocol", &columns);
    let mut decode = Table::new("Decode, compact protocol", &columns);
    macro_rules! workload {
        ($workload:literal, $value:ident, $ty:ident) => {
            if filter.wants_workload($workload) {
                let [written, read] =
                    run::<ours::$ty, hashed::$ty, compact_thrift::$ty, apache::$ty>(
                        $workload, data::$value(), &filter,
                    );
                add($workload, &mut encode, &written);
                add($workload, &mut decode, &read);
            }
        };
    }
    thrift_bench::workloads!(workload);
    print!("{encode}{decode}");
}

fn add(workload: &str, table: &mut Table, measured: &Measured) {
    table.compare(workload, measured, "ours", &PEERS);
    if workload.starts_with("map") {
        table.compare(&format!("{workload}, `HashMap`"), measured, "HashMap", &PEERS);
    }
}

fn run<T, H, C, A>(workload: &str, value: T, filter: &Filter) -> [Measured; 2]
where
    T: Value,
    H: Value,
    C: for<'i> CompactThriftProtocol<'i> + Default,
    A: TSerializable,
{
    let limits = Limits::default();
    let bytes = Bytes::from(CompactProtocol.encode(&value).unwrap());
    let hashed: H = CompactProtocol.decode(&bytes).unwrap();
    let compact_thrift = compact_thrift_read::<C>(&bytes);
    let apache = apache_read::<A>(&bytes);

    let mut by_compact_thrift = Vec::new();
    compact_thrift_write(&compact_thrift, &mut by_compact_thrift);
    // It leaves out the byte with the types of keys and values.
    let left_out = usize::from(workload.starts_with("map"));
    assert_eq!(by_compact_thrift.len() + left_out, bytes.len());
    let mut by_apache = Vec::new();
    apache_write(&apache, &mut by_apache);
    assert_eq!(by_apache.len(), bytes.len());

    let [mut out, mut out_hashed] = [Output::new(), Output::new()];
    let mut operations = vec![
        Operation::new("ours", || write(CompactProtocol, &value, &mut out)),
        Operation::new("HashMap", || write(CompactProtocol, &hashed, &mut out_hashed)),
        Operation::new("compact-thrift", || {
            compact_thrift_write(&compact_thrift, &mut by_compact_thrift);
        }),
        Operation::new("Apache", || apache_write(&apache, &mut by_apache)),
    ];
    let chosen = |direction: &str, library: &str| {
        filter.wants(workload, direction, library)
            && (library != "HashMap" || workload.starts_with("map"))
    };
    operations.retain(|operation| chosen("encode", operation.name()));
    let written = measure(operations);

    let mut operations = vec![
        Operation::new("ours", || read::<T>(CompactProtocol, &bytes, &limits)),
        Operation::new("HashMap", || read::<H>(CompactProtocol, &bytes, &limits)),
        Operation::new("compact-thrift", || compact_thrift_read::<C>(&bytes)),
        Operation::new("Apache", || apache_read::<A>(&bytes)),
    ];
    operations.retain(|operation| chosen("decode", operation.name()));
    [written, measure(operations)]
}

fn compact_thrift_write<C>(value: &C, buffer: &mut Vec<u8>)
where
    C: for<'i> CompactThriftProtocol<'i>,
{
    buffer.clear();
    value.write_thrift(buffer).unwrap();
}

fn compact_thrift_read<C>(bytes: &[u8]) -> C
where
    C: for<'i> CompactThriftProtocol<'i> + Default,
{
    C::read_thrift(&mut CompactThriftInputSlice::new(bytes)).unwrap()
}

fn apache_write<A: TSerializable>(value: &A, buffer: &mut Vec<u8>) {
    buffer.clear();
    value.write_to_out_protocol(&mut TCompactOutputProtocol::new(buffer)).unwrap();
}

fn apache_read<A: TSerializable>(bytes: &Bytes) -> A {
    A::read_from_in_protocol(&mut TCompactInputProtocol::new(&bytes[..])).unwrap()
}
