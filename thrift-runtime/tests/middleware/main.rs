//! Middleware on both sides, over every transport, and what is built of it.

mod boxed;
mod counting;
mod deadline;
mod failing;
mod gateway;
mod handler;
mod headers;
mod layers;
mod many_services;
mod order;
mod relay;
mod repeating;
mod token;
mod ways;

mod desk {
    thrift_runtime::thrift! {
        path: "./desk.thrift",
        services: [client, server, blocking],
    }
}
