use thrift_runtime::{Result, service};

#[service]
trait Methods {
    fn blocks(&self) -> Result<i32>;
    async fn bare() -> Result<i32>;
    async fn no_receiver(a: i32) -> Result<i32>;
    async fn by_value(self) -> Result<i32>;
    async fn exclusive(&mut self) -> Result<i32>;
    async fn boxed(self: Box<Self>) -> Result<i32>;
    async fn with_lifetime<'a>(&'a self) -> Result<i32>;
    async fn generic<T>(&self, value: T) -> Result<i32>;
    async fn bounded(&self) -> Result<i32>
    where
        Self: Sized;
    async unsafe fn no_safety(&self) -> Result<i32>;
    async extern "C" fn of_c(&self) -> Result<i32>;
    const fn constant(&self) -> Result<i32>;
    async fn with_body(&self) -> Result<i32> {
        Ok(1)
    }
    #[cfg(test)]
    async fn sometimes(&self) -> Result<i32>;
}

struct Handler;

fn main() {
    let _ = MethodsProcessor::new(Handler);
}
