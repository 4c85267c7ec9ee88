use std::fmt::Debug;

use thrift_runtime::{Result, service};

#[service]
trait Generic<T> {
    async fn ask(&self) -> Result<()>;
}

#[service]
unsafe trait Unsafe {
    async fn ask(&self) -> Result<()>;
}

#[service]
trait Clause
where
    Self: Sized,
{
    async fn ask(&self) -> Result<()>;
}

#[service]
trait Items {
    const NUMBER: i32;
    type Item;
    some_macro!();
    async fn ask(&self) -> Result<()>;
}

#[service]
trait Parent {}

#[service]
trait Other {}

#[service]
trait Two: Parent + Other {}

#[service]
trait Sent: Send {}

#[service]
trait Shown: Parent + Debug {}

#[service]
trait Lasting: 'static {}

#[service]
trait Unsized: ?Sized {}

#[service(services = [server, dyn])]
trait Dynamic: Parent {}

#[service]
struct NoTrait;

#[service]
trait Unfinished {
    async fn ask(&self) ->;
}

fn main() {}
