//! The mailboxes once more, of messages that are no type of the IDL: one that derives its wire form
//! stands in for it.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use thrift_runtime::{ApplicationErrorKind, Channel, Error, Result, Str, ThriftStruct};

thrift_runtime::thrift! {
    path: "../../examples/message/message.thrift",
    with: { "Message": crate::derived::Letter },
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
#[thrift(rename = "Message")]
pub(crate) struct Letter {
    #[thrift(id = 2)]
    recipient: Arc<str>,
    #[thrift(id = 1)]
    sender: Str,
    #[thrift(id = 3, rename = "content")]
    text: Box<str>,
}

#[derive(Debug, Default)]
pub(crate) struct Letterboxes(Mutex<HashMap<Arc<str>, VecDeque<Letter>>>);

impl MessageService for Letterboxes {
    async fn send_message(&self, letter: Letter) -> Result<bool> {
        let mut boxes = self.0.lock().unwrap();
        boxes.entry(letter.recipient.clone()).or_default().push_back(letter);
        Ok(true)
    }

    async fn receive_message(&self, recipient: String) -> Result<Letter> {
        let letter = self.0.lock().unwrap().get_mut(&*recipient).and_then(VecDeque::pop_front);
        letter.ok_or_else(|| {
            let text = format!("there is no letter for {recipient}");
            Error::application(ApplicationErrorKind::MISSING_RESULT, text)
        })
    }
}

/// Checks the answers of a server that keeps messages; panics where one is wrong.
pub(crate) async fn check(channel: impl Channel + Clone + 'static, number: i32) {
    let boxes = MessageServiceClient::new(channel);
    let me = format!("letter reader {number}");
    for text in ["Shall we meet at noon?", "", "żółć ☃ 𝄞 \0 \r\n"] {
        let letter =
            Letter { sender: "alice".into(), recipient: me.as_str().into(), text: text.into() };
        assert!(boxes.send_message(letter.clone()).await.unwrap());
        assert_eq!(boxes.receive_message(me.clone()).await.unwrap(), letter);
    }
}
