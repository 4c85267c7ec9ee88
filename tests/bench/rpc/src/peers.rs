//! The peers' types and services of the same IDL.

/// What the services of Apache's crate and of volo echo, as tonic has it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Message {
    #[prost(string, tag = "1")]
    pub sender: String,
    #[prost(string, tag = "2")]
    pub recipient: String,
    #[prost(string, tag = "3")]
    pub content: String,
}

/// The same of what echoes a binary.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Blob {
    #[prost(bytes = "bytes", tag = "1")]
    pub bytes: thrift_runtime::Bytes,
}

#[allow(warnings, clippy::all)]
pub mod apache {
    include!(concat!(env!("OUT_DIR"), "/apache.rs"));
}

#[allow(warnings, clippy::all)]
pub mod grpc {
    include!(concat!(env!("OUT_DIR"), "/bench.Echo.rs"));
}

#[allow(warnings, clippy::all)]
pub mod volo {
    include!(concat!(env!("OUT_DIR"), "/volo.rs"));
    pub use self::volo::echo::*;
}
