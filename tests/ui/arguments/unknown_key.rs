thrift_runtime::thrift! {
    path: "./fine.thrift",
    include_dir: ["idl"],
    types: { maps: HashMap },
    unset: none,
    services: [clients],
}

fn main() {
    let _ = Fine { x: 1 };
}
