use thrift_runtime::{Result, service};

struct NoWireForm;

#[service]
trait Takes {
    async fn take(&self, value: NoWireForm) -> Result<()>;
}

#[service]
trait Gives {
    async fn give(&self) -> Result<NoWireForm>;
}

#[service]
trait Fails {
    async fn fail(&self) -> std::result::Result<i32, NoWireForm>;
}

fn main() {}
