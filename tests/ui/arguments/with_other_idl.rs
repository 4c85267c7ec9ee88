mod shared {
    thrift_runtime::thrift!("./parts/old/shared.thrift");
}

thrift_runtime::thrift! {
    path: "./with_other_idl.thrift",
    with: { "shared.thrift": crate::shared },
}

fn main() {
    let _ = All::default();
}
