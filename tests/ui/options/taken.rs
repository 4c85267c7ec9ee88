thrift_runtime::thrift! {
    path: "./keys.thrift",
    rename: {
        "Line": Level,
        "Tag": LibraryClient,
        "Level.LOW": HIGH,
        "Line.text": size,
        "Line.size": unknown_fields,
        "Library.find.title": limit,
        "one/twin.thrift": shared,
        "LIMIT": MAX,
    },
}

mod twice {
    thrift_runtime::thrift! {
        path: "./keys.thrift",
        rename: { "Line": Same, "Either": Same, "Line.text": words, "Either.text": words },
    }
}

mod foreign {
    thrift_runtime::thrift! { path: "./keys.thrift", rename: { "Line": Größe } }
}

fn main() {}
