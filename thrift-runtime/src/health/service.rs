//! The methods of the base service, beside those of a program.

use std::collections::BTreeMap;

use self::fb303::{FacebookService, FacebookServiceProcessor, Status};
use super::Health;
use crate::{
    call::{Call, Method, OneHandler, Outcome, Processed, Processor},
    error::Result,
    protocol::Protocol,
};

mod fb303 {
    crate::thrift! {
        path: "./fb303.thrift",
        services: [server],
    }
}

/// A processor that answers the methods of fb303's base service, and hands all others on; see
/// [`Health::around`].
#[derive(Debug)]
pub struct WithHealth<T> {
    health: FacebookServiceProcessor<OneHandler<Health>>,
    figures: Health,
    inner: T,
}

impl<T> WithHealth<T> {
    pub(super) fn new(health: Health, inner: T) -> Self {
        WithHealth { health: FacebookServiceProcessor::new(health.clone()), figures: health, inner }
    }
}

impl<T: Processor> Processor for WithHealth<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        if self.health.method(call.method()).is_some() {
            return self.health.process(call).await;
        }
        let mut counted = Counted::begin(&self.figures);
        let processed = self.inner.process(call.reborrow()).await;
        counted.outcome = call.outcome();
        processed
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        self.health.method(name).or_else(|| self.inner.method(name))
    }

    fn takes_path(&self, path: &str) -> bool {
        self.inner.takes_path(path)
    }
}

/// A call that is counted, even if it is dropped.
struct Counted<'a> {
    health: &'a Health,
    outcome: Outcome,
}

impl<'a> Counted<'a> {
    fn begin(health: &'a Health) -> Self {
        health.0.figures.begin();
        Counted { health, outcome: Outcome::Lost }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.health.0.figures.end(self.outcome);
    }
}

impl FacebookService for Health {
    async fn get_name(&self) -> Result<String> {
        Ok(self.name().to_owned())
    }

    async fn get_version(&self) -> Result<String> {
        Ok(self.version())
    }

    async fn get_status(&self) -> Result<Status> {
        Ok(Status(self.status().into()))
    }

    async fn get_status_details(&self) -> Result<String> {
        Ok(self.status_details())
    }

    async fn get_counters(&self) -> Result<BTreeMap<String, i64>> {
        Ok(self.counters())
    }

    async fn get_counter(&self, key: String) -> Result<i64> {
        Ok(self.counter(&key))
    }

    async fn set_option(&self, key: String, value: String) -> Result<()> {
        self.change_option(&key, value)
    }

    async fn get_option(&self, key: String) -> Result<String> {
        Ok(self.option(&key).unwrap_or_default())
    }

    async fn get_options(&self) -> Result<BTreeMap<String, String>> {
        Ok(self.options())
    }

    /// There is none, as in Apache's base.
    async fn get_cpu_profile(&self, _seconds: i32) -> Result<String> {
        Ok(String::new())
    }

    async fn alive_since(&self) -> Result<i64> {
        Ok(Health::alive_since(self))
    }

    async fn reinitialize(&self) -> Result<()> {
        Health::reinitialize(self);
        Ok(())
    }

    async fn shutdown(&self) -> Result<()> {
        Health::shutdown(self);
        Ok(())
    }
}
