//! Services that are written in Rust, beside the same ones of an IDL.

mod calls;
mod chain;
mod equal;
mod extended;
mod names;
mod rust;
mod surroundings;

/// The same services and types, as an IDL has them.
mod idl {
    thrift_runtime::thrift! {
        path: "idl/code_first.thrift",
        services: [client, server, blocking, dyn],
    }
}
