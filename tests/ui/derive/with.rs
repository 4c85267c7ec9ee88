use thrift_runtime::ThriftStruct;

mod half {
    pub fn to_wire(value: &u32) -> i64 {
        i64::from(*value)
    }
}

mod no_value {
    pub fn to_wire(value: &u32) -> u64 {
        u64::from(*value)
    }

    pub fn from_wire(value: u64) -> Result<u32, std::num::TryFromIntError> {
        value.try_into()
    }
}

#[derive(Default, ThriftStruct)]
struct Missing {
    #[thrift(id = 1, with = "nowhere")]
    value: u32,
}

#[derive(Default, ThriftStruct)]
struct Half {
    #[thrift(id = 1, with = "half")]
    value: u32,
}

#[derive(Default, ThriftStruct)]
struct NoValue {
    #[thrift(id = 1, with = "no_value")]
    value: u32,
}

fn main() {}
