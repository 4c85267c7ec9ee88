mod unset {
    thrift_runtime::thrift! { path: "./shared.thrift", unset: { "Stamp": none } }
}

mod keys {
    thrift_runtime::thrift! { path: "./shared.thrift", unset: { struct: option }, types: { strings: Str } }
}

mod rename {
    thrift_runtime::thrift! { path: "./shared.thrift", rename: { "Stamp": self } }
}

mod renamed_to_text {
    thrift_runtime::thrift! { path: "./shared.thrift", rename: { "Stamp": "Moment" } }
}

mod names {
    thrift_runtime::thrift! { path: "./shared.thrift", names: thrift, partial: yes, serde: json }
}

mod types {
    thrift_runtime::thrift! { path: "./shared.thrift", types: { "Stamp": Bytes } }
}

mod number {
    thrift_runtime::thrift! { path: "./shared.thrift", derive: { 1: [Hash] } }
}

fn main() {}
