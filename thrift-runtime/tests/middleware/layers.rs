//! The middleware that is tested.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, Call, Channel, Encoded, Outcome, Processed,
    Processor, Protocol, Request, Response, Result, protocol::Encoding,
};
use tokio::{runtime::Handle, time::timeout};

/// How many calls of a method had an outcome.
pub(crate) type Table = BTreeMap<(String, String), u64>;

/// Counts of calls by method and outcome.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts(Arc<Mutex<Table>>);

impl Counts {
    fn add(&self, method: &str, outcome: Outcome) {
        let key = (method.to_owned(), outcome.to_string());
        *self.0.lock().unwrap().entry(key).or_default() += 1;
    }

    pub(crate) fn table(&self) -> Table {
        self.0.lock().unwrap().clone()
    }

    /// Waits until the counts are as expected, since oneway calls are processed later.
    pub(crate) async fn expect(&self, expected: &Table, context: &str) {
        let due = Instant::now() + Duration::from_secs(20);
        while self.table() != *expected && Instant::now() < due {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert_eq!(self.table(), *expected, "{context}");
    }
}

/// Counts calls, on either side.
#[derive(Debug, Clone)]
pub(crate) struct Counted<T> {
    pub(crate) inner: T,
    pub(crate) counts: Counts,
}

impl<T: Processor> Processor for Counted<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let processed = self.inner.process(call.reborrow()).await;
        self.counts.add(&call.method_name(), call.outcome());
        processed
    }
}

impl<C: Channel> Channel for Counted<C> {
    type Protocol = C::Protocol;

    async fn send(&self, request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        let method = request.method();
        let sent = self.inner.send(request).await;
        self.counts.add(method.name(), Outcome::of(&sent));
        sent
    }
}

/// Whose data a call is about.
#[derive(Debug)]
pub(crate) struct Tenant(pub(crate) String);

/// Lets only those in who bring a token, and says who they are.
pub(crate) struct Authorised<T> {
    pub(crate) inner: T,
    pub(crate) token: &'static str,
}

impl<T: Processor> Processor for Authorised<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let refused = match call.headers().get("authorization") {
            Some(token) if token == self.token => None,
            Some(_) => Some(format!("{}: this token is not known", call.method_name())),
            None if !call.carries_headers() => {
                Some("this transport carries no headers, and so no token".to_owned())
            }
            None => Some("who are you?".to_owned()),
        };
        if let Some(text) = refused {
            return call.refuse(ApplicationException::new(ApplicationErrorKind(401), text));
        }
        call.set_identity("alice");
        call.extensions_mut().insert(Tenant("blue".into()));
        self.inner.process(call).await
    }
}

/// Answers that a call takes too long.
pub(crate) struct Within<T> {
    pub(crate) inner: T,
    pub(crate) time: Duration,
    /// Whose timers it uses, since a blocking server has none.
    pub(crate) runtime: Handle,
}

impl<T: Processor> Processor for Within<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        call.set_deadline(Instant::now() + self.time);
        let processing = {
            let _runtime = self.runtime.enter();
            timeout(self.time, self.inner.process(call.reborrow()))
        };
        match processing.await {
            Ok(processed) => processed,
            Err(_) => {
                let text = format!("{} took longer than {:?}", call.method_name(), self.time);
                call.refuse(ApplicationException::new(ApplicationErrorKind(504), text))
            }
        }
    }
}

/// Adds a header, and repeats calls that were lost if that does no harm.
pub(crate) struct Persistent<C> {
    pub(crate) inner: C,
    pub(crate) attempts: u32,
    pub(crate) traced: bool,
}

impl<C: Channel> Channel for Persistent<C> {
    type Protocol = C::Protocol;

    async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        if self.traced {
            request.headers_mut().set("trace", "7f3a");
        }
        for _ in 1..self.attempts {
            match self.inner.send(request.clone()).await {
                Err(error) if error.is_closed() && request.is_idempotent() => {}
                sent => return sent,
            }
        }
        self.inner.send(request).await
    }
}

/// Panics before a call of `who`, and after one of `half` is answered.
pub(crate) struct Panicking<T>(pub(crate) T);

impl<T: Processor> Processor for Panicking<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        assert!(call.method() != b"who", "as it was asked to");
        let processed = self.0.process(call.reborrow()).await;
        assert!(call.method() != b"half", "as it was asked to");
        processed
    }
}

/// Writes down when a call passes, on its way in and on its way out.
pub(crate) struct Passed<T> {
    pub(crate) inner: T,
    pub(crate) name: &'static str,
    pub(crate) steps: Arc<Mutex<Vec<String>>>,
}

impl<T: Processor> Processor for Passed<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        self.steps.lock().unwrap().push(format!("{} in", self.name));
        call.reply_headers_mut().set("first", self.name);
        let processed = self.inner.process(call.reborrow()).await;
        let before = call.reply_headers_mut().get("handled").unwrap_or("nothing").to_owned();
        call.reply_headers_mut().set("last", self.name);
        call.reply_headers_mut().set("handled", format!("{before}, {}", self.name));
        self.steps.lock().unwrap().push(format!("{} out: {}", self.name, call.outcome()));
        processed
    }
}

/// No arguments at all.
pub(crate) fn nothing() -> Encoded {
    Encoded::new(Encoding::Binary { strict: true }, &b"\0"[..])
}

/// Counts what passes, and does nothing else.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calls(pub(crate) Arc<AtomicUsize>);

impl Calls {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}
