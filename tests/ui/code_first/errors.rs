use thrift_runtime::{Error, ThriftError, ThriftException};

#[derive(Debug, Clone, Default, ThriftException)]
struct Gone {
    #[thrift(id = 1)]
    message: String,
}

#[derive(Debug, ThriftError)]
enum NoOther {
    #[thrift(id = 1)]
    Gone(Gone),
}

#[derive(Debug, ThriftError)]
enum Ids {
    Gone(Gone),
    #[thrift(id = 0)]
    Zero(Gone),
    #[thrift(id = 2)]
    First(Gone),
    #[thrift(id = 2)]
    Second(Gone),
    #[thrift(other)]
    Other(Error),
    #[thrift(other, id = 3)]
    More(Error),
}

#[derive(Debug, ThriftError)]
enum Shapes<T> {
    #[thrift(id = 1)]
    Unit,
    #[thrift(id = 2)]
    Two(Gone, Gone),
    #[thrift(id = 3)]
    Named { gone: Gone },
    #[thrift(id = 4)]
    Parameter(T),
    #[thrift(othr)]
    Other(Error),
}

#[derive(Debug, ThriftError)]
struct NoEnum(Gone);

#[derive(Debug, ThriftError)]
#[thrift(names = "camel")]
enum Named {
    #[thrift(other)]
    Other(Error),
}

fn main() {}
