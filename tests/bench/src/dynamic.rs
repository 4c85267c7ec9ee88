//! Values whose types are known from an IDL that was loaded, beside generated types:
//! `cargo run --release --bin dynamic [-- WORKLOAD ...]`.

mod data;

use thrift_bench::{Filter, Operation, Table, measure};
use thrift_runtime::{
    BinaryProtocol, CompactProtocol, JsonProtocol, Limits, Protocol, Value,
    dynamic::{self, StructType},
    protocol::{Input, Output},
};

/// This library's types.
mod ours {
    thrift_runtime::thrift!("idl/workloads.thrift");
}

fn main() {
    let filter = Filter::from_arguments();
    let idl = concat!(env!("CARGO_MANIFEST_DIR"), "/idl/workloads.thrift");
    let idl = dynamic::load(idl).expect("the IDL is right");
    let columns = ["workload", "dynamic", "generated"];
    let mut table = Table::new("Dynamic values beside generated types", &columns);
    macro_rules! workload {
        ($workload:literal, $value:ident, $ty:ident) => {
            if filter.wants_workload($workload) {
                let value: ours::$ty = data::$value();
                let ty = idl.structure(stringify!($ty)).expect("the type is there");
                run($workload, "binary", BinaryProtocol::STRICT, &value, &ty, &mut table);
                run($workload, "compact", CompactProtocol, &value, &ty, &mut table);
                run($workload, "JSON", JsonProtocol, &value, &ty, &mut table);
            }
        };
    }
    thrift_bench::workloads!(workload);
    print!("{table}");
}

fn run<T: Value>(
    workload: &str,
    name: &str,
    protocol: impl Protocol,
    value: &T,
    ty: &StructType,
    table: &mut Table,
) {
    let limits = Limits::default();
    let bytes = protocol.encode(value).expect("the value can be written");
    let read = ty.decode(protocol, &bytes).expect("its bytes can be read");
    let decode = measure(vec![
        Operation::new("dynamic", || ty.read(protocol, Input::from(&bytes), &limits).unwrap()),
        Operation::new("generated", || protocol.decode::<T>(&bytes).unwrap()),
    ]);
    table.compare(&format!("{workload}, {name}, decode"), &decode, "dynamic", &["generated"]);
    let mut outs = [const { Output::new() }; 2];
    let [dynamic, generated] = &mut outs;
    let encode = measure(vec![
        Operation::new("dynamic", || {
            dynamic.clear();
            read.write(protocol, dynamic).unwrap();
        }),
        Operation::new("generated", || {
            generated.clear();
            protocol.write_value(value, generated).unwrap();
        }),
    ]);
    table.compare(&format!("{workload}, {name}, encode"), &encode, "dynamic", &["generated"]);
}
