mod boxes {
    thrift_runtime::thrift! {
        path: "./lean.thrift",
        types: { "Column.kind": Box, "Column": Box, "Column.encodings": Blob, "Tables.get.key": Box },
    }
}

mod hashers {
    thrift_runtime::thrift! { path: "./lean.thrift", types: { map: HashMap<crate::Hasher> } }
}

mod words {
    thrift_runtime::thrift! { path: "./lean.thrift", types: { "Column.path": Boxed, binary: Vec } }
}

mod skips {
    thrift_runtime::thrift! {
        path: "./lean.thrift",
        skip: { "Column.kind": written, "Column.key": never },
    }
}

mod required {
    thrift_runtime::thrift! { path: "./lean.thrift", skip: { "Column.kind": written } }
}

mod skipped {
    thrift_runtime::thrift! {
        path: "./lean.thrift",
        skip: ["Value.number", "Column", "Tables.get.key", "Column.nobody", structs],
    }
}

mod twice {
    thrift_runtime::thrift! { path: "./lean.thrift", skip: ["Column.path", "Column.path"] }
}

fn main() {}
