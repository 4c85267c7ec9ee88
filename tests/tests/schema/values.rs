//! Typed values as dynamic ones and back, and messages with names.
#![allow(deprecated)]

use thrift_runtime::{
    BinaryProtocol, CompactProtocol, Protocol as _, ThriftStruct,
    protocol::{MessageHeader, MessageType, Output},
    schema,
};

mod idl {
    thrift_runtime::thrift! {
        path: "tests/schema/idl/message.thrift",
        schema: on,
        warnings: off,
    }
}

use idl::{Content, Mailbox, Message, base::Colour};

fn message() -> Message {
    Message {
        id: "7".into(),
        lines: Some(vec!["a".into()]),
        colour: Colour::RED,
        reply: Some(Box::new(Message { id: "6".into(), ..Message::default() })),
        marks: [("x".to_owned(), [0.5.into()].into())].into(),
    }
}

#[test]
fn a_typed_value_becomes_a_dynamic_one_and_back() {
    let value = schema::to_value(&message()).unwrap();
    assert_eq!(value.get("colour").and_then(|of| of.as_str()), Some("RED"));
    assert_eq!(schema::from_value::<Message>(&value).unwrap(), message());
    let content = Content::Message(message());
    let value = schema::to_value(&content).unwrap();
    assert_eq!(value.type_name(), "Content");
    assert_eq!(schema::from_value::<Content>(&value).unwrap(), content);
}

#[test]
fn a_dynamic_value_of_the_file_becomes_a_typed_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema/idl/message.thrift");
    let idl = thrift_runtime::dynamic::load(path).unwrap();
    let fields = thrift_runtime::args! { id: "8", colour: "RED", lines: ["x"] };
    let value = idl.structure("Message").unwrap().value(fields).unwrap();
    let typed: Message = schema::from_value(&value).unwrap();
    assert_eq!((typed.id.as_str(), typed.colour), ("8", Colour::RED));
}

#[test]
fn a_value_that_lacks_something_is_refused() {
    #[derive(Debug, Default, ThriftStruct)]
    #[thrift(schema)]
    struct Newer {
        #[thrift(id = 9, required)]
        more: i32,
    }
    let value = schema::to_value(&Message { lines: None, ..message() }).unwrap();
    let error = schema::from_value::<Newer>(&value).unwrap_err().to_string();
    assert!(error.contains("Newer.more"), "{error}");
}

fn framed(kind: MessageType, name: &str, body: &impl thrift_runtime::value::Struct) -> Vec<u8> {
    let mut out = Output::new();
    let header = MessageHeader::new(name.as_bytes(), kind, 3);
    CompactProtocol.write_message(&header, body, &mut out).unwrap();
    out.into_vec()
}

#[derive(Debug, Default, ThriftStruct)]
struct Forget {
    #[thrift(id = 1)]
    id: String,
}

#[test]
fn messages_are_shown_with_the_names_of_their_fields() {
    let forget = Forget { id: "7".into() };
    let show = |kind, name| Mailbox.show(CompactProtocol, &framed(kind, name, &forget)).unwrap();
    assert_eq!(show(MessageType::Oneway, "forget"), "oneway 3: Mailbox.forget { id: \"7\" }");
    assert_eq!(show(MessageType::Call, "Mailbox:forget"), "call 3: Mailbox.forget { id: \"7\" }");
    assert_eq!(show(MessageType::Call, "x\n"), "call 3: x\\n, which `Mailbox` does not have");
    // A declared exception, and one of the application.
    #[derive(Debug, Default, ThriftStruct)]
    struct Refused {
        #[thrift(id = 1)]
        refused: Forget,
    }
    assert_eq!(
        Mailbox
            .show(CompactProtocol, &framed(MessageType::Reply, "put", &Refused { refused: forget }))
            .unwrap(),
        "reply 3: Mailbox.put { refused: Refused { message: \"7\" } }"
    );
    let exception = thrift_runtime::ApplicationException::new(
        thrift_runtime::ApplicationErrorKind::UNKNOWN_METHOD,
        "no",
    );
    let text =
        Mailbox.show(CompactProtocol, &framed(MessageType::Exception, "put", &exception)).unwrap();
    assert!(text.starts_with("exception 3: put: ") && text.contains("no"), "{text}");
}

#[test]
fn bytes_that_are_no_message_are_refused() {
    Mailbox.show(BinaryProtocol::STRICT, b"\x80\x01\0\x01\0\0\0\x05f").unwrap_err();
    Mailbox.show(BinaryProtocol::STRICT, b"").unwrap_err();
}
