use thrift_runtime::{Result, service};

mod root {
    thrift_runtime::thrift!("./root.thrift");
}

mod base {
    thrift_runtime::thrift! {
        path: "./base.thrift",
        with: { "root.thrift": crate::root },
        services: [client, server, extended],
    }
}

/// The service itself may be extended, and the one that it extends may not.
#[service]
trait Mine: base::Base {
    async fn ask(&self) -> Result<()>;
}

fn main() {}
