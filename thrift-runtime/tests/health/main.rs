//! The health of servers, asked with code that was generated from an IDL of fb303.

mod answers;
#[cfg(feature = "blocking")]
mod blocking;
mod figures;
mod shutdown;

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use thrift_runtime::{Client, Health, Processor, Result, Server};
use tokio::sync::Semaphore;

mod calculator {
    thrift_runtime::thrift! {
        path: "./calculator.thrift",
        services: [client, server],
    }
}

mod plain {
    thrift_runtime::thrift! {
        path: "./plain.thrift",
        services: [client, server],
    }
}

#[cfg(feature = "blocking")]
mod blocking_calculator {
    thrift_runtime::thrift! {
        path: "./calculator.thrift",
        services: [client, server, blocking],
    }
}

use calculator::{
    Calculator, CalculatorClient,
    fb303::{FacebookService, FbStatus},
};
use plain::{Plain, PlainProcessor};

const PATIENCE: Duration = Duration::from_secs(20);

/// A service that knows nothing of health.
#[derive(Clone)]
struct Simple {
    gate: Arc<Semaphore>,
}

impl Simple {
    fn new() -> Self {
        Simple { gate: Arc::new(Semaphore::new(0)) }
    }
}

impl Plain for Simple {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a.wrapping_add(b))
    }

    async fn wait(&self) -> Result<i32> {
        self.gate.acquire().await.unwrap().forget();
        Ok(7)
    }

    async fn fail(&self) -> Result<i32> {
        Err(std::io::Error::other("as it was asked to").into())
    }

    async fn get_name(&self) -> Result<String> {
        Ok("the service's own".into())
    }
}

/// A service that extends the base service, and tells of a health itself.
struct Full {
    health: Health,
}

impl Calculator for Full {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a.wrapping_add(b))
    }

    async fn wait(&self) -> Result<i32> {
        Ok(7)
    }

    async fn fail(&self) -> Result<i32> {
        Ok(0)
    }
}

impl FacebookService for Full {
    async fn get_name(&self) -> Result<String> {
        Ok(self.health.name().to_owned())
    }

    async fn get_version(&self) -> Result<String> {
        Ok(self.health.version())
    }

    async fn get_status(&self) -> Result<FbStatus> {
        Ok(FbStatus(self.health.status().into()))
    }

    async fn get_status_details(&self) -> Result<String> {
        Ok(self.health.status_details())
    }

    async fn get_counters(&self) -> Result<BTreeMap<String, i64>> {
        Ok(self.health.counters())
    }

    async fn get_counter(&self, key: String) -> Result<i64> {
        Ok(self.health.counter(&key))
    }

    async fn set_option(&self, key: String, value: String) -> Result<()> {
        self.health.change_option(&key, value)
    }

    async fn get_option(&self, key: String) -> Result<String> {
        Ok(self.health.option(&key).unwrap_or_default())
    }

    async fn get_options(&self) -> Result<BTreeMap<String, String>> {
        Ok(self.health.options())
    }

    async fn get_cpu_profile(&self, _seconds: i32) -> Result<String> {
        Ok(String::new())
    }

    async fn alive_since(&self) -> Result<i64> {
        Ok(self.health.alive_since())
    }

    async fn reinitialize(&self) -> Result<()> {
        self.health.reinitialize();
        Ok(())
    }

    async fn shutdown(&self) -> Result<()> {
        self.health.shutdown();
        Ok(())
    }
}

async fn start(health: &Health, processor: impl Processor) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap().observer(health.clone());
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(processor));
    address
}

async fn connect(address: SocketAddr) -> CalculatorClient {
    CalculatorClient::new(Client::connect(address).await.unwrap())
}
