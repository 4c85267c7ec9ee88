use thrift_runtime::{Result, service};

#[service]
trait Calculator {
    async fn add(&self, a: i32, b: i32) -> Result<i32>;
    async fn negate(&self, a: i32) -> Result<i32>;
}

struct Handler;

struct Half;

impl Calculator for Half {
    async fn add(&self, a: i32, b: i64) -> Result<i32> {
        Ok(a + b as i32)
    }
}

fn takes(_: impl Calculator) {}

fn main() {
    takes(Handler);
    let _ = CalculatorProcessor::new(Handler);
}
