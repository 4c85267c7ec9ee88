//! The mailboxes for a server without an async runtime.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
};

use thrift_runtime::{ApplicationErrorKind, Error, Result};

thrift_runtime::thrift! { path: "./message.thrift", services: [server, blocking] }

/// A queue of messages for each recipient.
#[derive(Debug, Default)]
pub(crate) struct Mailboxes(Mutex<HashMap<String, VecDeque<Message>>>);

impl MessageServiceBlocking for Mailboxes {
    fn send_message(&self, message: Message) -> Result<bool> {
        let mut mailboxes = self.0.lock().unwrap();
        mailboxes.entry(message.recipient.clone()).or_default().push_back(message);
        Ok(true)
    }

    fn receive_message(&self, recipient: String) -> Result<Message> {
        let mut mailboxes = self.0.lock().unwrap();
        let message = mailboxes.get_mut(&recipient).and_then(VecDeque::pop_front);
        // The IDL declares no exception, so the caller gets an application exception.
        message.ok_or_else(|| {
            let text = format!("there is no message for {recipient}");
            Error::application(ApplicationErrorKind::MISSING_RESULT, text)
        })
    }
}
