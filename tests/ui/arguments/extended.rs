thrift_runtime::thrift! { path: "./fine.thrift", services: [server, dyn, extended] }

fn main() {}
