//! Requiredness, and errors that say which field of which struct is wrong.

mod generated {
    thrift_runtime::thrift!("idl/required.thrift");
}

use generated::{Batch, Mail, MailClient, MailProcessor, Message, Wide};
use thrift_runtime::{
    ApplicationErrorKind, BinaryProtocol, Bytes, Channel, Client, Error, ErrorKind, Method,
    Processor, Protocol, Request, Result, Value,
    protocol::{CompactProtocol, JsonProtocol, TType},
    value::{Any, AnyStruct},
};
use thrift_tests::server::serve;

fn message() -> Message {
    Message { sender: "ann".to_owned(), numbers: vec![1, 2], ..Default::default() }
}

fn text(text: &str) -> Any {
    Any::String(text.to_owned().into())
}

fn fields(fields: impl IntoIterator<Item = (i16, Any)>) -> AnyStruct {
    AnyStruct(fields.into_iter().collect())
}

/// A message's fields without those of `without`, and with others.
fn without(without: i16, with: impl IntoIterator<Item = (i16, Any)>) -> AnyStruct {
    let numbers = Any::List(TType::I64, vec![Any::I64(1)]);
    let all = [(1, text("ann")), (4, numbers)].into_iter().filter(|(id, _)| *id != without);
    fields(all.chain(with))
}

fn read<T: Value>(value: &AnyStruct) -> Result<T> {
    BinaryProtocol::STRICT.decode(&BinaryProtocol::STRICT.encode(value).unwrap())
}

/// What reading fails with in every protocol.
fn refused<T: Value + std::fmt::Debug>(value: &AnyStruct) -> Error {
    let error = read::<T>(value).unwrap_err();
    let compact = CompactProtocol.encode(value).unwrap();
    assert_eq!(CompactProtocol.decode::<T>(&compact).unwrap_err().to_string(), error.to_string());
    let json = JsonProtocol.encode(value).unwrap();
    assert_eq!(JsonProtocol.decode::<T>(&json).unwrap_err().to_string(), error.to_string());
    error
}

#[test]
fn absent_fields_are_their_defaults() {
    let read: Message = read(&without(0, [])).unwrap();
    assert_eq!((&read.recipient[..], read.priority, &read.subject), ("all", Some(5), &None));
    let mut value = Message { priority: None, recipient: "x".to_owned(), ..message() };
    value.subject = Some("old".to_owned());
    // In place, what was there before is gone.
    let bytes = BinaryProtocol::STRICT.encode(&without(0, [])).unwrap();
    BinaryProtocol::STRICT.decode_into(&bytes[..], &mut value).unwrap();
    assert_eq!(value, read);
}

#[test]
fn a_missing_required_field_is_named() {
    let error = refused::<Message>(&without(1, []));
    assert_eq!(error.kind(), ErrorKind::MissingField);
    assert_eq!(error.to_string(), "Message.sender: the required field is missing");
    assert!(refused::<Message>(&without(4, [])).to_string().starts_with("Message.numbers: "));
    // Neither is there: the first is named.
    assert!(refused::<Message>(&fields([])).to_string().starts_with("Message.sender: "));
}

#[test]
fn one_of_another_type_is_skipped_and_then_missing() {
    for other in [
        Any::I32(7),
        Any::List(TType::String, vec![text("a")]),
        Any::Map(TType::I8, TType::Bool, vec![(Any::I8(1), Any::Bool(true))]),
        Any::Struct(fields([(1, Any::Double(0.5.into()))])),
    ] {
        let error = refused::<Message>(&without(1, [(1, other)]));
        assert_eq!(error.to_string(), "Message.sender: the required field is missing");
    }
    // So is a list of other elements.
    let strings = Any::List(TType::String, vec![text("1")]);
    let error = refused::<Message>(&without(4, [(4, strings)]));
    assert_eq!(error.to_string(), "Message.numbers: the required field is missing");
    // Where it is not required, its default stands.
    let read: Message = read(&without(0, [(2, Any::Bool(true)), (3, text("high"))])).unwrap();
    assert_eq!((&read.recipient[..], read.priority), ("all", Some(5)));
}

#[test]
fn fields_come_in_any_order_and_the_last_of_two_counts() {
    let swapped = fields([
        (5, text("subject")),
        (4, Any::List(TType::I64, vec![Any::I64(1), Any::I64(2)])),
        (1, text("bob")),
        (4, Any::List(TType::I64, vec![Any::I64(3)])),
        (1, text("ann")),
    ]);
    let read: Message = read(&swapped).unwrap();
    assert_eq!((&read.sender[..], &read.numbers[..]), ("ann", &[3][..]));
    assert_eq!(read.subject.as_deref(), Some("subject"));
}

#[test]
fn each_of_many_required_fields_is_missed() {
    let all: Vec<(i16, Any)> = (1..=66).map(|id| (id, Any::I8(id as i8))).collect();
    let wide: Wide = read(&fields(all.clone())).unwrap();
    assert_eq!((wide.f1, wide.f64, wide.f65, wide.f66), (1, 64, 65, 66));
    let backwards: Wide = read(&fields(all.iter().cloned().rev())).unwrap();
    assert_eq!(backwards, wide);
    for missing in 1..=66 {
        let others = all.iter().filter(|(id, _)| *id != missing).cloned();
        let error = read::<Wide>(&fields(others)).unwrap_err().to_string();
        assert_eq!(error, format!("Wide.f{missing}: the required field is missing"));
    }
}

/// Binary bytes with each error there is, and how the message about it starts.
fn damaged() -> Vec<(Vec<u8>, ErrorKind, &'static str)> {
    let whole = BinaryProtocol::STRICT.encode(&message()).unwrap();
    let mut utf8 = whole.clone();
    utf8[7] = 0xff;
    let mut long = whole.clone();
    long[3] = 0x7f;
    let mut longer = whole.clone();
    longer[3..7].copy_from_slice(&[0, 0, 4, 0]);
    let mut negative = whole.clone();
    negative[3] = 0x80;
    vec![
        (utf8, ErrorKind::Malformed, "Message.sender: the string is not valid UTF-8"),
        (
            whole[..9].to_vec(),
            ErrorKind::Truncated,
            "Message.sender: the input ends within a value",
        ),
        (longer, ErrorKind::Truncated, "Message.sender: the input ends within a value"),
        (long, ErrorKind::Limit, "Message.sender: a string of 2130706435 bytes exceeds the limit"),
        (negative, ErrorKind::Malformed, "Message.sender: a string has the negative length"),
    ]
}

#[test]
fn damage_names_the_field() {
    for (bytes, kind, expected) in damaged() {
        let error = BinaryProtocol::STRICT.decode::<Message>(&bytes).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[test]
fn within_other_values_the_way_there_is_told_too() {
    let messages = |messages: Vec<AnyStruct>| {
        let messages = messages.into_iter().map(Any::Struct).collect();
        fields([(1, Any::List(TType::Struct, messages))])
    };
    let error = refused::<Batch>(&messages(vec![without(0, []), without(1, [])]));
    assert_eq!(
        error.to_string(),
        "Message.sender: the required field is missing (in Batch.messages[1])"
    );
    let pairs = vec![(text("k"), Any::Struct(without(4, [])))];
    let error = refused::<Batch>(&fields([(2, Any::Map(TType::String, TType::Struct, pairs))]));
    assert_eq!(
        error.to_string(),
        "Message.numbers: the required field is missing (in Batch.by_name[0])"
    );
    let tags = [14, 0, 3, 11, 0, 0, 0, 2, 0, 0, 0, 1, b'a', 0, 0, 0, 1, 0xff, 0];
    let error = BinaryProtocol::STRICT.decode::<Batch>(&tags).unwrap_err();
    assert!(
        error.to_string().starts_with("Batch.tags[1]: the string is not valid UTF-8"),
        "{error}"
    );
}

struct Handler;

impl Mail for Handler {
    async fn send(&self, message: Message, times: i32) -> Result<Message> {
        Ok(Message { priority: Some(times), ..message })
    }
}

/// The service by one who leaves out what is required.
mod careless {
    thrift_runtime::thrift!("idl/required_careless.thrift");
}

struct Careless;

impl careless::Mail for Careless {
    async fn send(&self, _: careless::Message, _: i32) -> Result<careless::Message> {
        Ok(careless::Message { numbers: Some(vec![1]), sender: None })
    }
}

/// A client of a server that has the processor.
async fn connect(processor: impl Processor) -> Client {
    Client::connect(serve(processor).await).await.unwrap()
}

#[tokio::test]
async fn a_caller_is_told_which_field_of_its_arguments_is_wrong() {
    let client = connect(MailProcessor::new(Handler)).await;
    let whole = Any::Struct(without(0, []));
    for (arguments, expected) in [
        (
            fields([(1, Any::Struct(without(1, []))), (2, Any::I32(1))]),
            "Message.sender: the required field is missing (in Mail.send.message)",
        ),
        (fields([(1, whole)]), "Mail.send.times: the required field is missing"),
        (
            fields([(1, Any::Struct(without(1, [(1, Any::String(Bytes::from_static(&[0xff])))])))]),
            "Message.sender: the string is not valid UTF-8",
        ),
    ] {
        let method = Method::new("send");
        let response = client.send(Request::new(&method, &arguments)).await.unwrap();
        let error = response.read::<AnyStruct>().unwrap_err();
        let exception = error.as_application().unwrap();
        assert_eq!(exception.kind(), ApplicationErrorKind::PROTOCOL_ERROR);
        assert!(exception.message().contains(expected), "{}", exception.message());
    }
    // The connection goes on.
    let answer = MailClient::new(client).send(message(), 4).await.unwrap();
    assert_eq!(answer.priority, Some(4));
}

#[tokio::test]
async fn a_caller_is_told_which_field_of_the_result_is_wrong() {
    let client = MailClient::new(connect(careless::MailProcessor::new(Careless)).await);
    let error = client.send(message(), 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingField);
    let expected = "Message.sender: the required field is missing";
    assert!(error.to_string().starts_with(expected), "{error}");
}
