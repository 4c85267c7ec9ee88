use thrift_runtime::{Result, service};

#[service(names = "camelCase")]
trait Names {
    async fn two_words(&self) -> Result<()>;
    #[allow(non_snake_case)]
    async fn twoWords(&self) -> Result<()>;
    #[thrift(rename = "one")]
    async fn other(&self) -> Result<()>;
    async fn one(&self) -> Result<()>;
    #[thrift(rename = "")]
    async fn empty(&self) -> Result<()>;
    #[thrift(onway)]
    async fn misspelt(&self) -> Result<()>;
    #[thrift(oneway, oneway)]
    async fn twice(&self) -> Result<()>;
    #[thrift(idempotent = true)]
    async fn valued(&self) -> Result<()>;
    #[thrift(id = 3)]
    async fn numbered(&self) -> Result<()>;
}

fn main() {}
