thrift_runtime::thrift! {
    path: "./fine.thrift",
    include_dirs: "idl",
    derive: [Hash],
    with: "shared.thrift",
}

fn main() {}
