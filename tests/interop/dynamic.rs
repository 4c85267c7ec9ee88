//! Our ends once more, of values whose types are known only from the IDL that is loaded.

use std::path::Path;

use thrift_runtime::{
    ApplicationErrorKind, Channel, ErrorKind, Processor, args,
    dynamic::{self, CallError, DynamicClient, ServiceType, Value},
};
use thrift_tests::forwarding::{connected, forwarding};

use crate::combination::Service;

fn service(service: Service) -> ServiceType {
    let path = match service {
        Service::Calculator => "examples/calculator/calculator.thrift",
        _ => "examples/message/message.thrift",
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    dynamic::load(root.join(path)).unwrap().service(service.idl_name()).unwrap()
}

/// A processor that has another one answer.
pub(crate) fn processor(of: Service, typed: impl Processor + 'static) -> impl Processor {
    forwarding(&service(of), connected(typed))
}

/// Checks the answers of a server; panics where one is wrong.
pub(crate) async fn check(of: Service, channel: impl Channel, number: i32) {
    let client = service(of).client(channel);
    match of {
        Service::Calculator => check_calculator(client, number).await,
        _ => check_messages(client, number).await,
    }
}

async fn check_calculator(calculator: DynamicClient<impl Channel>, number: i32) {
    let ask = async |method: &str, a: i32, b: i32| {
        calculator.call(method, args! { a: a, b: b }).await.unwrap().as_i64()
    };
    assert_eq!(ask("add", 5, 3).await, Some(8));
    assert_eq!(ask("subtract", 4, 10).await, Some(-6));
    assert_eq!(ask("add", i32::MAX, i32::MIN).await, Some(-1));
    for turn in 0..100 {
        assert_eq!(ask("add", turn, number).await, Some(i64::from(turn + number)));
    }
}

async fn check_messages(mailboxes: DynamicClient<impl Channel>, number: i32) {
    let me = format!("dynamic reader {number}");
    let message = |content: &str| {
        let fields = args! { sender: "alice", recipient: me.as_str(), content: content };
        mailboxes.service().idl().structure("Message").unwrap().value(fields).unwrap()
    };
    let receive = async || mailboxes.call("receiveMessage", args! { recipient: me.as_str() }).await;
    for content in ["Shall we meet at noon?", "", "żółć ☃ 𝄞 \0 \r\n", &"many ".repeat(50_000)]
    {
        let sent = mailboxes.call("sendMessage", args! { message: message(content) }).await;
        assert_eq!(sent.unwrap(), Value::Bool(true));
        assert_eq!(receive().await.unwrap(), Value::from(message(content)));
    }
    match receive().await.unwrap_err() {
        // Python's handlers return None, and the reply is empty.
        CallError::Other(error) => assert!(
            error.kind() == ErrorKind::MissingResult
                || error
                    .as_application()
                    .is_some_and(|it| { it.kind() == ApplicationErrorKind::MISSING_RESULT }),
            "{error}"
        ),
        error => panic!("{error}"),
    }
}
