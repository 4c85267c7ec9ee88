//! The services and types of code_first.thrift, in Rust.

use std::collections::BTreeMap;

use thrift_runtime::{
    Bytes, Error, Result, ThriftEnum, ThriftError, ThriftException, ThriftStruct, service,
};

#[derive(Debug, Clone, Copy, Default, PartialEq, ThriftEnum)]
pub(crate) struct Size(pub i32);

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
pub(crate) struct Mail {
    #[thrift(id = 1, required)]
    pub(crate) to: String,
    #[thrift(id = 2)]
    pub(crate) text: String,
    #[thrift(id = 3)]
    pub(crate) size: Option<Size>,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftException)]
pub(crate) struct Missing {
    #[thrift(id = 1)]
    pub(crate) message: String,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftException)]
pub(crate) struct Locked {
    #[thrift(id = 1)]
    pub(crate) message: String,
    #[thrift(id = 2)]
    pub(crate) until: i32,
}

#[derive(Debug, ThriftError)]
#[thrift(names = "camelCase")]
pub(crate) enum TakeError {
    #[thrift(id = 4)]
    Locked(Locked),
    #[thrift(id = 1)]
    Missing(Missing),
    #[thrift(other)]
    Other(Error),
}

#[derive(Debug, ThriftError)]
pub(crate) enum LockError {
    #[thrift(id = 1, rename = "missing")]
    Gone(Box<Missing>),
    #[thrift(other)]
    Failed(Error),
}

/// Counts.
#[service(services = [client, server, blocking, dyn])]
pub(crate) trait Counter {
    async fn add(&self, a: i32, b: i32) -> Result<i32>;
    #[thrift(oneway)]
    async fn log(&self, line: String) -> Result<()>;
}

/// A desk at which mail waits.
#[service(names = "camelCase", services = [client, server, blocking])]
pub(crate) trait Desk: Counter {
    /// Leaves mail.
    async fn leave_mail(
        &self,
        #[thrift(required)] mail: Mail,
        /// What is written on it.
        #[thrift(id = 5)]
        tags: Vec<String>,
        #[thrift(default = 1)] copies: i32,
    ) -> Result<()>;
    /// Takes the mail of someone.
    async fn take(&self, who: String, #[thrift(id = 3)] key: Bytes) -> Result<Mail, TakeError>;
    async fn lock(&self, who: String) -> std::result::Result<(), LockError>;
    #[thrift(idempotent)]
    async fn sizes(&self) -> Result<BTreeMap<String, Size>>;
    async fn r#type(&self, #[thrift(rename = "self")] this: i64) -> Result<i64>;
}

#[service(names = "camelCase", services = [client, server, blocking])]
pub(crate) trait Office: Desk {
    async fn is_open(&self) -> Result<bool>;
}
