use thrift_runtime::{Result, service};

#[service]
trait Results {
    async fn none(&self);
    async fn plain(&self) -> i32;
    async fn option(&self) -> Option<i32>;
    async fn borrowed(&self) -> Result<&'static str>;
    #[thrift(oneway)]
    async fn answered(&self) -> Result<i32>;
    #[thrift(oneway)]
    async fn failing(&self) -> Result<(), std::fmt::Error>;
}

fn main() {}
