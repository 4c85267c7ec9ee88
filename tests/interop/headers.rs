//! Mailboxes that hold the headers of the call that asks for them, and what their clients rely on.

use thrift_runtime::{Channel, Headers, Processor, Result};

use crate::message::{Message, MessageService, MessageServiceClient, MessageServiceProcessor};

pub(crate) fn processor() -> impl Processor {
    MessageServiceProcessor::per_call(|call| Echo(call.headers().clone()))
}

struct Echo(Headers);

impl MessageService for Echo {
    async fn send_message(&self, _message: Message) -> Result<bool> {
        Ok(false)
    }

    async fn receive_message(&self, recipient: String) -> Result<Message> {
        let content = self.0.get(&recipient).unwrap_or_default().to_owned();
        Ok(Message { content, ..Message::default() })
    }
}

/// Checks that headers arrive with the calls that they are set for; panics where they do not. `with` sets
/// one.
pub(crate) async fn check<C: Channel>(client: C, with: impl Fn(&C, &str, &str) -> C, number: i32) {
    for value in [&format!("call {number}"), "żółć ☃"] {
        let traced = with(&client, "trace", value);
        let both = with(&traced, "tenant", "blue");
        assert_eq!(held(&both, "trace").await, value);
        assert_eq!(held(&both, "tenant").await, "blue");
        assert_eq!(held(&traced, "trace").await, value);
        assert_eq!(held(&traced, "tenant").await, "");
        assert_eq!(held(&client, "trace").await, "");
    }
}

async fn held(client: &impl Channel, name: &str) -> String {
    let mailboxes = MessageServiceClient::new(client);
    mailboxes.receive_message(name.to_owned()).await.unwrap().content
}
