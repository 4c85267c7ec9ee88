#![deny(warnings)]

thrift_runtime::thrift! { path: "./all.thrift", warnings: off }

fn main() {
    let _ = Old::default();
}
