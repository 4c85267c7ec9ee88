//! Derived types beside the same types of an IDL: `cargo run --release --bin derived`.
//!
//! Behind the times of the derived types is how many times as long they take; 1 is expected.

// Only two of the workloads are needed.
#[allow(dead_code)]
mod data;
mod derived_types;

use bytes::Bytes;
use thrift_bench::{Operation, Table, measure, read, write};
use thrift_runtime::{BinaryProtocol, CompactProtocol, Limits, Protocol, Value, protocol::Output};

mod ours {
    thrift_runtime::thrift!("idl/workloads.thrift");
}

fn main() {
    let mut table =
        Table::new("Types of an IDL and derived ones", &["operation", "IDL", "derived"]);
    let (records, footer) = (data::records(), data::footer());
    run::<_, derived_types::Records>(
        "records, binary",
        BinaryProtocol::STRICT,
        &records,
        &mut table,
    );
    run::<_, derived_types::Records>("records, compact", CompactProtocol, &records, &mut table);
    run::<_, derived_types::Footer>("footer, binary", BinaryProtocol::STRICT, &footer, &mut table);
    run::<_, derived_types::Footer>("footer, compact", CompactProtocol, &footer, &mut table);
    print!("{table}");
}

fn run<T: Value, D: Value>(name: &str, protocol: impl Protocol, value: &T, table: &mut Table) {
    let bytes = Bytes::from(protocol.encode(value).unwrap());
    let derived: D = protocol.decode(&bytes).unwrap();
    assert!(protocol.encode(&derived).unwrap() == bytes);

    let limits = Limits::default();
    let [mut out, mut out_derived] = [Output::new(), Output::new()];
    let encoded = measure(vec![
        Operation::new("IDL", || write(protocol, value, &mut out)),
        Operation::new("derived", || write(protocol, &derived, &mut out_derived)),
    ]);
    table.compare(&format!("{name}, encode"), &encoded, "IDL", &["derived"]);
    let decoded = measure(vec![
        Operation::new("IDL", || read::<T>(protocol, &bytes, &limits)),
        Operation::new("derived", || read::<D>(protocol, &bytes, &limits)),
    ]);
    table.compare(&format!("{name}, decode"), &decoded, "IDL", &["derived"]);
}
