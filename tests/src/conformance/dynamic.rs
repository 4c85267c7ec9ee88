//! The service once more, by values whose types are known only from the IDL that is loaded: every call and
//! every reply goes through one on its way.

use std::sync::Arc;

use thrift_runtime::{Channel, Client, Multiplexed, Processor, dynamic};

use super::SERVICE;
use crate::forwarding::{connected, forwarding};

/// A processor that answers as another does, but by dynamic values.
pub(super) fn before(processor: impl Processor + 'static) -> impl Processor {
    let processor = Arc::new(dynamically(connected(processor)));
    Multiplexed::new().service(SERVICE, Arc::clone(&processor)).default_service(processor)
}

/// A client whose calls go through dynamic values before they go through `channel`.
pub(super) fn through(channel: impl Channel + 'static) -> Client {
    connected(dynamically(channel))
}

fn dynamically(channel: impl Channel + 'static) -> impl Processor {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/conformance/beyond.thrift");
    let idl = dynamic::load(path).expect("the IDL is right");
    forwarding(&idl.service("Beyond").expect("the IDL has the service"), channel)
}
