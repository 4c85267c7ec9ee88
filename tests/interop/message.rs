//! The mailboxes of the examples, and what their clients rely on.

#[path = "../../examples/message/handler.rs"]
mod handler;

use thrift_runtime::{Channel, ErrorKind};
use tokio::task::JoinSet;

pub(crate) use self::handler::{
    Mailboxes, Message, MessageService, MessageServiceClient, MessageServiceProcessor,
};

/// What is checked of a service of these names, which is that of an IDL or written in Rust.
macro_rules! checks {
    () => {
        /// Checks the answers of a server that keeps messages; panics where one is wrong.
        pub(crate) async fn check(channel: impl Channel + Clone + 'static, number: i32) {
            let mailboxes = MessageServiceClient::new(channel);
            let me = format!("reader {number}");
            let message = |content: &str| Message {
                sender: "alice".to_owned(),
                recipient: me.clone(),
                content: content.to_owned(),
            };

            let contents =
                ["Shall we meet at noon?", "", "żółć ☃ 𝄞 \0 \r\n", &"many ".repeat(50_000)];
            for content in contents {
                assert!(mailboxes.send_message(message(content)).await.unwrap());
            }
            for content in contents {
                assert_eq!(mailboxes.receive_message(me.clone()).await.unwrap(), message(content));
            }

            for _ in 0..2 {
                let error = mailboxes.receive_message(me.clone()).await.unwrap_err();
                // Python's handlers return None, and the reply is empty.
                assert_eq!(error.kind(), ErrorKind::MissingResult, "{error}");
            }

            for turn in 0..300 {
                let message = message(&turn.to_string());
                assert!(mailboxes.send_message(message.clone()).await.unwrap());
                assert_eq!(mailboxes.receive_message(me.clone()).await.unwrap(), message);
            }
            let mut calls = JoinSet::new();
            for turn in 0..200 {
                let (mailboxes, mut message) = (mailboxes.clone(), message("at once"));
                message.recipient = format!("{me}, {turn}");
                calls.spawn(async move {
                    assert!(mailboxes.send_message(message.clone()).await.unwrap());
                    let received =
                        mailboxes.receive_message(message.recipient.clone()).await.unwrap();
                    assert_eq!(received, message);
                });
            }
            calls.join_all().await;
        }
    };
}
pub(crate) use checks;

checks!();
