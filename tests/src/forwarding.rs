//! Calls that become dynamic values on their way, as only the IDL that is loaded knows their types.

use std::sync::Arc;

use thrift_runtime::{
    Channel, Client, ConnectionOptions, Error, Processor,
    dynamic::{CallError, Invocation, ServiceType},
    serve_connection,
};

/// A processor that has what `channel` leads to answer: each call and each reply becomes a dynamic value twice.
pub fn forwarding<C: Channel + 'static>(
    service: &ServiceType,
    channel: C,
) -> impl Processor + use<C> {
    let client = Arc::new(service.client(channel));
    service.processor(move |call: Invocation| {
        let client = Arc::clone(&client);
        async move {
            let method = call.method().name().to_owned();
            client.call(&method, call.into_arguments()).await.map_err(own)
        }
    })
}

/// What the other processor said, as if this one had.
fn own(error: CallError) -> CallError {
    match error {
        CallError::Other(error) => match error.as_application() {
            Some(said) => Error::application(said.kind(), said.message()).into(),
            None => error.into(),
        },
        error => error,
    }
}

/// A client of a processor in this process.
pub fn connected(processor: impl Processor + 'static) -> Client {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    tokio::spawn(async move {
        serve_connection(theirs, processor, &ConnectionOptions::default()).await
    });
    Client::builder().framed().over(ours)
}
