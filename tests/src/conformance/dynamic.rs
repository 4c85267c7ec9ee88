//! The service once more, by values whose types are known only from the IDL that is loaded: every call and
//! every reply goes through one on its way.

use std::sync::Arc;

use thrift_runtime::{
    Channel, Client, ConnectionOptions, Error, Multiplexed, Processor,
    dynamic::{self, CallError, Invocation},
    serve_connection,
};

use super::SERVICE;

/// A processor that has what `channel` leads to answer.
fn forwarding(channel: impl Channel + 'static) -> impl Processor {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/conformance/beyond.thrift");
    let idl = dynamic::load(path).expect("the IDL is right");
    let service = idl.service("Beyond").expect("the IDL has the service");
    let client = Arc::new(service.client(channel));
    service.processor(move |call: Invocation| {
        let client = Arc::clone(&client);
        async move {
            let method = call.method().name().to_owned();
            client.call(&method, call.into_arguments()).await.map_err(own)
        }
    })
}

/// What the other side said, as if this one had.
fn own(error: CallError) -> CallError {
    match error {
        CallError::Other(error) => match error.as_application() {
            Some(said) => Error::application(said.kind(), said.message()).into(),
            None => error.into(),
        },
        error => error,
    }
}

/// A processor that answers as another does, but by dynamic values.
pub(super) fn before(processor: impl Processor + 'static) -> impl Processor {
    let processor = Arc::new(forwarding(connected(processor)));
    Multiplexed::new().service(SERVICE, Arc::clone(&processor)).default_service(processor)
}

/// A client whose calls go through dynamic values before they go through `channel`.
pub(super) fn through(channel: impl Channel + 'static) -> Client {
    connected(forwarding(channel))
}

/// A client of a processor in this process.
fn connected(processor: impl Processor + 'static) -> Client {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    tokio::spawn(async move {
        serve_connection(theirs, processor, &ConnectionOptions::default()).await
    });
    Client::builder().framed().over(ours)
}
