//! A processor that knows no service, and has another server answer.

use thrift_runtime::{Call, Channel, Method, Processed, Processor, Protocol, Request};

/// Hands each call on, in the protocol and over the transport of `server`, whatever the caller's are.
#[derive(Debug)]
pub(crate) struct Gateway<C> {
    pub(crate) server: C,
}

impl<C: Channel + 'static> Processor for Gateway<C> {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let call = call.demultiplexed();
        let mut method = Method::named(call.method_name());
        if call.is_oneway() {
            method = method.oneway();
        }
        let arguments = match call.encoded() {
            Ok(arguments) => arguments,
            Err(error) => return call.fail(&error),
        };
        let mut request = Request::new(&method, &arguments);
        if let Some(service) = call.service() {
            request.set_service(service);
        }
        match self.server.send(request).await {
            Ok(response) => call.forward(&response),
            Err(error) => call.fail(&error),
        }
    }
}
