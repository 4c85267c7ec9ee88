mod by_path {
    thrift_runtime::thrift! {
        path: "./keys.thrift",
        derive: { services: [Hash], "Line.text": [Hash] },
        attr: { "Library.find.title": #[doc(hidden)] },
        types: { enums: Str, "Level": Str, "LIMIT": Str, "Line": Str, "Line": String },
        unset: {
            unions: option,
            "Line.size": option,
            "Line.number": option,
            "Either.text": option,
            "Library.find.limit": option,
            "Tag": option,
        },
        partial: ["Line", "Library.find", structs],
        rename: { exceptions: Row },
    }
}

mod exists {
    thrift_runtime::thrift! {
        path: "./keys.thrift",
        with: { "Line": crate::by_path::Line, "one/twin.thrift": crate::by_path::twin },
        unset: { "Line": option },
        types: { "one/twin.Twin": Str },
    }
}

mod kinds {
    thrift_runtime::thrift! {
        path: "./shared.thrift",
        derive: { unions: [Hash] },
        partial: [services],
    }
}

fn main() {}
