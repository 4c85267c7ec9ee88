//! A method is there without those of its exceptions that have an error.

thrift_runtime::thrift!("./throws.thrift");

struct Handler;

impl Shop for Handler {
    async fn sell(&self) -> Result<i32, ShopSellError> {
        Ok(1)
    }

    async fn buy(&self) -> Result<i32, ShopBuyError> {
        Err(Broke { why: String::new() }.into())
    }
}

fn main() {}
