thrift_runtime::thrift! {
    path: "./idempotent.thrift",
    attr: {
        "*": #[thrift(idempotent)],
        "Book.title": #[thrift(skip)],
        "Library": #[thrift(idempotent)],
        "Library.find": #[thrift(idempotnt)],
        "Library.get": #[thrift(oneway)] #[thrift(idempotent = true)],
        "Library.lend": #[thrift] #[thrift(idempotent)] #[must_use],
        "Library.lose": #[thrift(idempotent)],
    },
}

fn main() {}
