use thrift_runtime::{Result, service};

#[service(names = "camelcase")]
trait Cased {
    async fn ask(&self) -> Result<()>;
}

#[service(names = "kebab-case", rename = 5)]
trait Kebab {
    async fn ask(&self) -> Result<()>;
}

#[service(name = "Other")]
trait Misspelt {
    async fn ask(&self) -> Result<()>;
}

#[service(services = [client, sever, blocking, blocking], partial = yes)]
trait Served {
    async fn ask(&self) -> Result<()>;
}

#[service(services = "client")]
trait Quoted {
    async fn ask(&self) -> Result<()>;
}

#[service(blocking)]
trait Flag {
    async fn ask(&self) -> Result<()>;
}

#[service]
#[thrift(rename = "Other")]
trait Beside {
    async fn ask(&self) -> Result<()>;
}

fn main() {}
