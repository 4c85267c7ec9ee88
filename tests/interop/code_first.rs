//! The calculator and the mailboxes once more, as services that are written in Rust. Their peers in Python
//! are made from the IDL that they print.

pub(crate) use self::blocking::{calculator, check_calculator, check_messages, messages};
use crate::combination::Service;

/// The IDL that a service prints, if it is one of these.
pub(crate) fn printed(service: Service) -> Option<String> {
    match service {
        Service::Calculator => Some(calculator::CalculatorService.idl()),
        Service::Message => Some(message::MessageService.idl()),
        Service::Derived | Service::Headers | Service::Conformance => None,
    }
}

/// The calculator.
pub(crate) mod calculator {
    use thrift_runtime::{ApplicationErrorKind, Channel, Error, Result, service};
    use tokio::task::JoinSet;

    #[service(schema, services = [client, server, blocking])]
    pub(crate) trait CalculatorService {
        async fn add(&self, a: i32, b: i32) -> Result<i32>;
        async fn subtract(&self, a: i32, b: i32) -> Result<i32>;
    }

    #[derive(Debug)]
    pub(crate) struct Calculator;

    impl CalculatorServiceBlocking for Calculator {
        fn add(&self, a: i32, b: i32) -> Result<i32> {
            a.checked_add(b).ok_or_else(|| overflow(a, '+', b))
        }

        fn subtract(&self, a: i32, b: i32) -> Result<i32> {
            a.checked_sub(b).ok_or_else(|| overflow(a, '-', b))
        }
    }

    fn overflow(a: i32, sign: char, b: i32) -> Error {
        let text = format!("{a} {sign} {b} does not fit an i32");
        Error::application(ApplicationErrorKind::INTERNAL_ERROR, text)
    }

    impl CalculatorService for Calculator {
        async fn add(&self, a: i32, b: i32) -> Result<i32> {
            CalculatorServiceBlocking::add(self, a, b)
        }

        async fn subtract(&self, a: i32, b: i32) -> Result<i32> {
            CalculatorServiceBlocking::subtract(self, a, b)
        }
    }

    crate::calculator::checks!();
}

/// The mailboxes.
pub(crate) mod message {
    use std::{
        collections::{HashMap, VecDeque},
        sync::Mutex,
    };

    use thrift_runtime::{
        ApplicationErrorKind, Channel, Error, ErrorKind, Result, ThriftStruct, service,
    };
    use tokio::task::JoinSet;

    #[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
    #[thrift(schema)]
    pub(crate) struct Message {
        #[thrift(id = 1)]
        pub(crate) sender: String,
        #[thrift(id = 2)]
        pub(crate) recipient: String,
        #[thrift(id = 3)]
        pub(crate) content: String,
    }

    #[service(schema, names = "camelCase", services = [client, server, blocking])]
    pub(crate) trait MessageService {
        async fn send_message(&self, message: Message) -> Result<bool>;
        async fn receive_message(&self, recipient: String) -> Result<Message>;
    }

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
            message.ok_or_else(|| {
                let text = format!("there is no message for {recipient}");
                Error::application(ApplicationErrorKind::MISSING_RESULT, text)
            })
        }
    }

    impl MessageService for Mailboxes {
        async fn send_message(&self, message: Message) -> Result<bool> {
            MessageServiceBlocking::send_message(self, message)
        }

        async fn receive_message(&self, recipient: String) -> Result<Message> {
            MessageServiceBlocking::receive_message(self, recipient)
        }
    }

    crate::message::checks!();
}

/// Both without an async runtime.
mod blocking {
    use thrift_runtime::{AnyProtocol, BlockingClient, ErrorKind, Processor};

    use super::{
        calculator::{
            Calculator, CalculatorServiceBlocking, CalculatorServiceBlockingClient,
            CalculatorServiceProcessor,
        },
        message::{
            Mailboxes, Message, MessageServiceBlocking, MessageServiceBlockingClient,
            MessageServiceProcessor,
        },
    };

    /// What answers as the calculator.
    pub(crate) fn calculator() -> impl Processor {
        CalculatorServiceProcessor::blocking(Calculator)
    }

    /// What answers as the mailboxes.
    pub(crate) fn messages() -> impl Processor {
        MessageServiceProcessor::blocking(Mailboxes::default())
    }

    crate::blocking::checks!();
}
