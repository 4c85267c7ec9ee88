//! Types that derive their wire form, beside the same types written in IDL.

mod attributes;
mod complete;
mod equal;
mod generic;
mod service;
mod skipped;
mod types;

/// The IDL's types.
mod idl {
    thrift_runtime::thrift!("idl/derive.thrift");
}
