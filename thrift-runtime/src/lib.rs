//! Apache Thrift for Rust.
