//! The service's handlers, with and without async code.

use std::{
    thread,
    time::{Duration, Instant},
};

use thrift_runtime::{ApplicationErrorKind, Bytes, Context, Error, Result};
use tokio::runtime::Handle;

use crate::{
    desk::{Desk, DeskBlocking, DeskHalfError, Large, Odd},
    layers::Tenant,
};

/// What implements the service.
#[derive(Debug, Clone)]
pub(crate) struct Handler {
    /// Whose timers it uses, since a blocking server has none.
    runtime: Handle,
    who: String,
    deadline: Option<Instant>,
}

impl Handler {
    /// A handler for all calls. This is called in a runtime.
    pub(crate) fn new() -> Self {
        Handler { runtime: Handle::current(), who: String::from("nobody"), deadline: None }
    }

    /// A handler that is called by another name.
    pub(crate) fn named(name: &str) -> Self {
        Handler { who: name.to_owned(), ..Handler::new() }
    }

    /// The handler for a call.
    pub(crate) fn of(runtime: &Handle, cx: &Context) -> Self {
        cx.set_reply_header("handled", cx.method());
        let tenant = cx.extensions().get::<Tenant>().map_or("nowhere", |Tenant(name)| name);
        let who = format!("{} of {tenant}", cx.identity().unwrap_or("nobody"));
        Handler { runtime: runtime.clone(), who, deadline: cx.deadline() }
    }

    fn half_of(number: i32) -> Result<i32, DeskHalfError> {
        match number {
            1000.. => Err(Large { number }.into()),
            _ if number % 2 != 0 => Err(Odd { number }.into()),
            _ => Ok(number / 2),
        }
    }

    fn then(then: &str) -> Result<()> {
        match then {
            "fail" => Err(failure("noted")),
            "panic" => panic!("as it was asked to"),
            _ => Ok(()),
        }
    }
}

fn failure(text: &str) -> Error {
    Error::application(ApplicationErrorKind(42), text)
}

impl Desk for Handler {
    async fn echo(&self, bytes: Bytes, _words: Vec<String>) -> Result<Bytes> {
        Ok(bytes)
    }

    async fn half(&self, number: i32) -> Result<i32, DeskHalfError> {
        Self::half_of(number)
    }

    async fn need(&self, number: i32) -> Result<i32> {
        Ok(number)
    }

    async fn fail(&self, text: String) -> Result<()> {
        Err(failure(&text))
    }

    async fn panic(&self) -> Result<i32> {
        panic!("as it was asked to")
    }

    async fn wait(&self, millis: i32) -> Result<i32> {
        let sleep = {
            let _runtime = self.runtime.enter();
            tokio::time::sleep(Duration::from_millis(millis as u64))
        };
        sleep.await;
        Ok(millis)
    }

    async fn who(&self) -> Result<String> {
        Ok(self.who.clone())
    }

    async fn note(&self, _bytes: Bytes, then: String) -> Result<()> {
        Self::then(&then)
    }
}

impl DeskBlocking for Handler {
    fn echo(&self, bytes: Bytes, _words: Vec<String>) -> Result<Bytes> {
        Ok(bytes)
    }

    fn half(&self, number: i32) -> Result<i32, DeskHalfError> {
        Self::half_of(number)
    }

    fn need(&self, number: i32) -> Result<i32> {
        Ok(number)
    }

    fn fail(&self, text: String) -> Result<()> {
        Err(failure(&text))
    }

    fn panic(&self) -> Result<i32> {
        panic!("as it was asked to")
    }

    /// Gives up at the deadline, as nobody else can stop it.
    fn wait(&self, millis: i32) -> Result<i32> {
        for _ in 0..millis {
            if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Err(failure("out of time"));
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(millis)
    }

    fn who(&self) -> Result<String> {
        Ok(self.who.clone())
    }

    fn note(&self, _bytes: Bytes, then: String) -> Result<()> {
        Self::then(&then)
    }
}
