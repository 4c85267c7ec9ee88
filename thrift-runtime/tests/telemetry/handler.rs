//! A handler, and how calls reach it.

use std::net::SocketAddr;

use thrift_runtime::{
    ApplicationErrorKind, Bytes, Client, Error, Framing, Processor, Result, Server,
};

use crate::desk::{Desk, DeskHalfError, Large, Odd};

/// What implements the service.
#[derive(Debug, Clone, Default)]
pub(crate) struct Handler {
    pub(crate) who: String,
}

impl Desk for Handler {
    async fn echo(&self, bytes: Bytes, _words: Vec<String>) -> Result<Bytes> {
        Ok(bytes)
    }

    async fn half(&self, number: i32) -> Result<i32, DeskHalfError> {
        match number {
            1000.. => Err(Large { number }.into()),
            _ if number % 2 != 0 => Err(Odd { number }.into()),
            _ => Ok(number / 2),
        }
    }

    async fn need(&self, number: i32) -> Result<i32> {
        Ok(number)
    }

    async fn fail(&self, text: String) -> Result<()> {
        Err(Error::application(ApplicationErrorKind(42), text))
    }

    async fn panic(&self) -> Result<i32> {
        panic!("as it was told to")
    }

    async fn wait(&self, millis: i32) -> Result<i32> {
        tokio::time::sleep(std::time::Duration::from_millis(millis as u64)).await;
        Ok(millis)
    }

    async fn who(&self) -> Result<String> {
        Ok(self.who.clone())
    }

    async fn note(&self, _bytes: Bytes, _then: String) -> Result<()> {
        Ok(())
    }
}

/// The address of a server.
pub(crate) async fn serve(processor: impl Processor) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(processor));
    address
}

pub(crate) async fn connect(address: SocketAddr, framing: Framing) -> Client {
    Client::builder().framing(framing).connect(address).await.unwrap()
}
