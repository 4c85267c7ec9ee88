#![deny(deprecated)]

thrift_runtime::thrift!("./hiding.thrift");

fn main() {
    let _ = (tokio_idl::Stamp::default(), shared::Stamp::default());
}
