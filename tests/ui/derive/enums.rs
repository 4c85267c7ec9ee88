use thrift_runtime::ThriftEnum;

#[derive(ThriftEnum, Default)]
enum Forgetful {
    #[default]
    Red,
    Green,
}

#[derive(ThriftEnum, Default)]
#[repr(i64)]
enum Wrong {
    #[default]
    Red = 1,
    Green(i32) = 2,
    Large = 5_000_000_000,
    #[thrift(unknown)]
    Other(i64),
}

#[derive(ThriftEnum, Default)]
struct Wide(i64);

fn main() {}
