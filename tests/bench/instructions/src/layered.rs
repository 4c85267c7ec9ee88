//! Calls through a layer for traces or metrics, with the least that there can be behind it.

use thrift_runtime::{
    BinaryProtocol, Channel, Client, ConnectionOptions, Framing, Processor, serve_connection,
    telemetry::{Metered, Traced},
};
use tokio::io::{DuplexStream, duplex};
use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};

use crate::{
    calls::{Handler, SPACE, answer_raw, block_on, call_raw},
    wire::{
        Messages,
        echo::{Echo as _, EchoClient, EchoProcessor},
        small,
    },
};

/// Makes calls with one side's code of this library, through a layer.
pub fn call(side: &str, layer: &str, calls: u64) {
    let _ = tracing::subscriber::set_global_default(Wanting);
    let messages = Messages::new(BinaryProtocol::STRICT, Framing::Framed);
    block_on(async {
        let (ours, theirs) = duplex(SPACE);
        match side {
            "server" => {
                let processor = EchoProcessor::new(Handler);
                match layer {
                    "tracing" => tokio::spawn(serve(theirs, Traced::new(processor))),
                    _ => tokio::spawn(serve(theirs, Metered::new(processor))),
                };
                call_raw(ours, &messages, 1, 1, calls).await;
            }
            _ => {
                tokio::spawn(answer_raw(theirs, messages));
                let client = Client::builder().framing(Framing::Framed).over(ours);
                match layer {
                    "tracing" => call_with(Traced::new(client), calls).await,
                    _ => call_with(Metered::new(client), calls).await,
                }
            }
        }
    });
}

async fn serve(stream: DuplexStream, processor: impl Processor) {
    let mut options = ConnectionOptions::default();
    options.framing = Some(Framing::Framed);
    let served = serve_connection(stream, processor, &options).await;
    served.expect("calls that can be answered");
}

async fn call_with(channel: impl Channel, calls: u64) {
    let client = EchoClient::new(channel);
    let mut value = small();
    for _ in 0..calls {
        value = client.echo(value).await.expect("a reply");
    }
    assert_eq!(value, small());
}

/// A subscriber that wants all spans, and keeps nothing of them.
struct Wanting;

impl Subscriber for Wanting {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _attributes: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, _event: &Event<'_>) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}
