use std::collections::HashMap;

use thrift_runtime::{Result, service};

#[service]
trait Arguments {
    async fn pattern(&self, (a, b): (i32, i32)) -> Result<()>;
    async fn ignored(&self, _: i32) -> Result<()>;
    async fn changed(&self, mut a: i32) -> Result<()>;
    async fn borrowed(&self, text: &str) -> Result<()>;
    async fn within(&self, texts: Vec<&'static str>) -> Result<()>;
    async fn any(&self, text: impl Into<String>) -> Result<()>;
    async fn itself(&self, other: Self) -> Result<()>;
    async fn twice(&self, #[thrift(id = 2)] a: i32, #[thrift(id = 2)] b: i32) -> Result<()>;
    async fn follows(&self, #[thrift(id = 2)] a: i32, #[thrift(id = 1)] b: i32, c: i32) -> Result<()>;
    async fn beyond(&self, #[thrift(id = 40000)] a: i32, #[thrift(id = "1")] b: i32) -> Result<()>;
    async fn same(&self, a: i32, #[thrift(rename = "a")] b: i32) -> Result<()>;
    async fn no_name(&self, #[thrift(rename = "a b")] a: i32) -> Result<()>;
    async fn key(&self, #[thrift(requird)] a: i32, #[thrift(skip)] b: i32) -> Result<()>;
    async fn both(&self, #[thrift(required)] a: Option<i32>) -> Result<()>;
    async fn other(&self, #[allow(unused)] a: HashMap<String, i32>) -> Result<()>;
}

fn main() {}
