thrift_runtime::thrift! {}

mod other {
    thrift_runtime::thrift! { warnings: off }
}

fn main() {}
