thrift_runtime::thrift! {
    path: "./calls.thrift",
    services: [client, blocking],
}

fn main() {
    let _ = CallsClient::new("127.0.0.1:9090");
    let _ = CallsBlockingClient::new("127.0.0.1:9090");
}
