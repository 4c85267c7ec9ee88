//! A channel whose attempts end as a test says.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, BinaryProtocol, Channel, Delivery, Error,
    ErrorKind, Protocol, Request, Response, Result,
    protocol::{MessageHeader, MessageType, Output},
};

/// What comes of one attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Attempt {
    Fails(ErrorKind, Delivery),
    Answers(ApplicationErrorKind),
    Hangs,
}

/// A channel with one attempt after another, and then answers of kind 1000.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scripted(Arc<Mutex<VecDeque<Attempt>>>, Arc<AtomicUsize>);

impl Scripted {
    pub(crate) fn new(attempts: &[Attempt]) -> Self {
        Scripted(Arc::new(Mutex::new(attempts.iter().copied().collect())), Arc::default())
    }

    pub(crate) fn attempts(&self) -> usize {
        self.1.load(Ordering::SeqCst)
    }
}

impl Channel for Scripted {
    type Protocol = BinaryProtocol;

    async fn send(&self, request: Request<'_, BinaryProtocol>) -> Result<Response<BinaryProtocol>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        let attempt = self.0.lock().unwrap().pop_front();
        let answer = match attempt {
            Some(Attempt::Fails(kind, delivery)) => {
                return Err(Error::new(kind, "scripted").with_delivery(delivery));
            }
            Some(Attempt::Hangs) => std::future::pending().await,
            Some(Attempt::Answers(kind)) => kind,
            None => ApplicationErrorKind(1000),
        };
        let (protocol, mut out) = (BinaryProtocol::STRICT, Output::new());
        let header = MessageHeader::new(&b"any"[..], MessageType::Exception, 0);
        let exception = ApplicationException::new(answer, "scripted");
        protocol.write_message(&header, &exception, &mut out)?;
        Response::from_message(protocol, &request, out.into_vec())
    }
}
