//! Traces and metrics of calls, and the layers that come with the library.

mod handler;
mod layers;
mod metrics;
mod recorder;
mod spans;
mod tracing;

mod desk {
    thrift_runtime::thrift! {
        path: "../middleware/desk.thrift",
        services: [client, server, blocking],
    }
}
