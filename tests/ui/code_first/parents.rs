use thrift_runtime::{Result, service};

trait NoService {}

#[service]
trait Child: NoService {
    async fn ask(&self) -> Result<()>;
}

#[service]
trait Parent {
    async fn give(&self) -> Result<()>;
}

#[service]
trait Heir: Parent {
    async fn ask(&self) -> Result<()>;
}

mod idl {
    thrift_runtime::thrift! { idl: "service Closed { void give() }" }
}

#[service]
trait Below: idl::Closed {
    async fn ask(&self) -> Result<()>;
}

struct Handler;

impl Heir for Handler {
    async fn ask(&self) -> Result<()> {
        Ok(())
    }
}

fn main() {}
