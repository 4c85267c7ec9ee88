//! A processor that notes what came beside the calls.

#![allow(dead_code, unreachable_pub)]

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use thrift_runtime::{Bytes, Call, Headers, Processed, Processor, Protocol, Server};

use crate::common::Service;

/// The test's service, and the headers of its calls.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    pub service: Service,
    headers: Arc<Mutex<Vec<Headers>>>,
    certificates: Arc<Mutex<Vec<Bytes>>>,
}

impl Recorder {
    /// The address of a server of it.
    pub async fn serve(&self, configure: impl FnOnce(Server) -> Server) -> SocketAddr {
        let server = configure(Server::bind("127.0.0.1:0").await.unwrap());
        let address = server.local_addr().unwrap();
        tokio::spawn(server.serve(self.clone()));
        address
    }

    /// The value of a header of the last call.
    pub fn last(&self, name: &str) -> Option<String> {
        self.headers.lock().unwrap().last()?.get(name).map(str::to_owned)
    }

    /// The certificates of the last call's sender.
    pub fn certificates(&self) -> Vec<Bytes> {
        self.certificates.lock().unwrap().clone()
    }
}

impl Processor for Recorder {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        self.headers.lock().unwrap().push(call.headers().clone());
        *self.certificates.lock().unwrap() = call.certificates().to_vec();
        self.service.process(call).await
    }
}
