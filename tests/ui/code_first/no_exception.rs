use thrift_runtime::{Error, ThriftError, ThriftStruct};

#[derive(Debug, Clone, Default, ThriftStruct)]
struct NoException {
    #[thrift(id = 1)]
    message: String,
}

#[derive(Debug, ThriftError)]
enum Failure {
    #[thrift(id = 1)]
    NoException(NoException),
    #[thrift(other)]
    Other(Error),
}

fn main() {}
