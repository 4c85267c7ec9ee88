//! The options of `thrift!`.

mod dynamic;
mod lean;
mod names;
mod partial;
mod serde_idl;
mod strings;
mod unset;

mod plain {
    thrift_runtime::thrift!("idl/options/main.thrift");
}

mod hashed {
    thrift_runtime::thrift! {
        path: "idl/options/main.thrift",
        types: { map: HashMap, set: HashSet },
    }
}

mod short {
    thrift_runtime::thrift! {
        path: "idl/options/main.thrift",
        types: { string: Str },
        with: { "shared.thrift": crate::plain::shared },
    }
}

mod unset_fields {
    thrift_runtime::thrift! {
        path: "idl/options/main.thrift",
        unset: option,
        services: none,
        with: { "shared.Stamp": crate::Stamp, "Colour": crate::plain::Colour },
    }
}

mod decorated {
    thrift_runtime::thrift! {
        path: "idl/options/main.thrift",
        derive: {
            "*": [serde::Serialize, serde::Deserialize],
            "Message": [Clone],
        },
        attr: {
            "Message": #[serde(rename_all = "UPPERCASE")],
            "Message.content": #[serde(rename = "body")],
            "Colour.GREEN": #[doc(alias = "verdant")],
            "Board.post": #[must_use],
        },
        unknown_fields: keep,
        services: [client],
    }
}

mod outside {
    thrift_runtime::thrift! { path: "idl/outside.thrift", include_dirs: ["idl/values", "idl/options"] }
}

mod bare {
    thrift_runtime::thrift! { path: "idl/options/main.thrift", services: none }

    // Names that nothing is generated for can be used.
    pub(crate) struct BoardClient;
    pub(crate) struct BoardProcessor;
}

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::Hash,
};

use thrift_runtime::{
    BinaryProtocol, Bytes, Protocol, Str, Value,
    value::{Decode, Encode},
};

/// Stands for a type of the IDL, whose wire form it has.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Stamp(i64);

impl thrift_runtime::value::EncodeStruct for Stamp {
    const NAME: &'static str = "Stamp";
    const FIELDS: &'static [thrift_runtime::value::Field] =
        &[thrift_runtime::value::Field::new(1, "time")];

    fn write<W: thrift_runtime::value::StructWriter>(&self, w: &mut W) {
        w.field(1, &self.0);
    }
}

impl<'de> thrift_runtime::value::DecodeStruct<'de> for Stamp {
    fn read<R: thrift_runtime::value::StructReader<'de>>(
        &mut self,
        r: &mut R,
    ) -> thrift_runtime::Result<()> {
        r.next_or_default(1, &mut self.0)?;
        while let Some(header) = r.header()? {
            r.skip(header)?;
        }
        Ok(())
    }
}

impl Encode for Stamp {
    const TYPE: thrift_runtime::protocol::TType = thrift_runtime::protocol::TType::Struct;

    fn encode<W: thrift_runtime::value::ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de> Decode<'de> for Stamp {
    fn decode_into<R: thrift_runtime::value::ValueReader<'de>>(
        &mut self,
        r: &mut R,
    ) -> thrift_runtime::Result<()> {
        r.structure(self)
    }
}

fn message() -> plain::Message {
    plain::Message {
        content: "a text that is longer than what is held in place".to_owned(),
        number: 5,
        note: None,
        colour: plain::Colour::GREEN,
        stamp: plain::shared::Stamp { time: 7, ..Default::default() },
        words: vec!["b".to_owned(), "a".to_owned()],
        index: BTreeMap::from([("k".to_owned(), vec!["v".to_owned()])]),
        tags: BTreeSet::from(["t".to_owned()]),
        groups: BTreeMap::from([(1, BTreeSet::from([2]))]),
    }
}

/// The same value as another type.
fn convert<T: Value>(value: &impl Value) -> T {
    BinaryProtocol::STRICT.decode(&BinaryProtocol::STRICT.encode(value).unwrap()).unwrap()
}

fn is_ordered<T: Ord + Hash>() {}
fn is_equal<T: Eq>() {}

#[test]
fn hashed_maps_and_sets() {
    let value: hashed::Message = convert(&message());
    assert_eq!(value.index, HashMap::from([("k".to_owned(), vec!["v".to_owned()])]));
    assert_eq!(value.groups, HashMap::from([(1, HashSet::from([2]))]));
    let tags: &HashSet<String> = &value.tags;
    assert!(tags.contains("t"));
    assert_eq!(convert::<plain::Message>(&value), message());
    // Without order, but equal; what holds none of them keeps its order.
    is_equal::<hashed::Message>();
    is_equal::<hashed::Holder>();
    is_equal::<hashed::Choice>();
    is_ordered::<hashed::Plain>();
    is_ordered::<hashed::shared::Stamp>();
    // A key is ordered, so what is in it is too.
    is_ordered::<hashed::AsKey>();
    let key =
        hashed::AsKey { map: BTreeMap::from([("a".to_owned(), 1)]), set: BTreeSet::from([1]) };
    let value = hashed::ByKey {
        keys: HashSet::from([key.clone()]),
        by_key: HashMap::from([(key, HashMap::from([(1, "b".to_owned())]))]),
    };
    assert_eq!(convert::<hashed::ByKey>(&convert::<plain::ByKey>(&value)), value);
    assert_eq!(hashed::TABLE["a"], HashSet::from([1, 2]));
    let index: &hashed::Index = &hashed::Aliased::default().index;
    assert_eq!(*index, HashMap::<String, String>::new());
}

#[test]
fn short_strings() {
    let message = message();
    let bytes = Bytes::from(BinaryProtocol::STRICT.encode(&message).unwrap());
    let value: short::Message = BinaryProtocol::STRICT.decode(&bytes).unwrap();
    let content: &Str = &value.content;
    assert_eq!(content, message.content.as_str());
    assert_eq!(value.words, message.words);
    assert_eq!(value.index["k"][0], "v");
    assert_eq!(BinaryProtocol::STRICT.encode(&value).unwrap(), bytes);
    assert_eq!(short::WORDS[1], "a text that is longer than what is held in place");
    // From the other invocation, where strings are `String`.
    let stamp: &plain::shared::Stamp = &value.stamp;
    assert_eq!(*stamp, message.stamp);
    let failed = short::Failed { message: "full".into(), ..Default::default() };
    assert_eq!(failed.to_string(), "Failed: full");
}

#[test]
fn unset_fields_are_none() {
    let value = unset_fields::Message::default();
    assert_eq!(BinaryProtocol::STRICT.encode(&value).unwrap(), [0]);
    let value: unset_fields::Message = convert(&message());
    assert_eq!((value.number, value.note.clone()), (Some(5), None));
    // Types that exist already: one of another invocation, and one by hand.
    assert_eq!(value.colour, Some(plain::Colour::GREEN));
    assert_eq!(value.stamp, Some(Stamp(7)));
    assert_eq!(convert::<plain::Message>(&value), message());
    let part = unset_fields::Message { number: Some(0), ..Default::default() };
    assert_eq!(convert::<unset_fields::Message>(&part), part);
}

#[test]
fn derives_and_attributes() {
    let value: decorated::Message = convert(&message());
    let json = serde_json::to_value(&value).unwrap();
    assert_eq!(json["body"], message().content);
    assert_eq!(json["NUMBER"], 5);
    assert_eq!(json["STAMP"]["time"], 7);
    assert_eq!(serde_json::from_value::<decorated::Message>(json).unwrap(), value);
    let choice = decorated::Choice::Plain(decorated::Plain { number: 1, ..Default::default() });
    let json = serde_json::to_string(&choice).unwrap();
    assert_eq!(serde_json::from_str::<decorated::Choice>(&json).unwrap(), choice);
    let unknown: decorated::Choice = BinaryProtocol::STRICT.decode(b"\x03\0\x09\x05\0").unwrap();
    let json = serde_json::to_string(&unknown).unwrap();
    assert_eq!(serde_json::from_str::<decorated::Choice>(&json).unwrap(), unknown);
}

#[test]
fn files_are_found_in_other_folders() {
    let zones = vec![outside::deep::Zone { name: "z".to_owned() }];
    assert_eq!(outside::Land { zones }.zones.len(), 1);
}

#[test]
fn only_what_was_asked_for_is_there_for_services() {
    fn client<C: decorated::Board>(_: &C) {}
    client(&decorated::BoardClient::new(NoChannel));
    let _ = (bare::BoardClient, bare::BoardProcessor);
}

struct NoChannel;

impl thrift_runtime::Channel for NoChannel {
    type Protocol = BinaryProtocol;

    async fn send(
        &self,
        request: thrift_runtime::Request<'_, BinaryProtocol>,
    ) -> thrift_runtime::Result<thrift_runtime::Response<BinaryProtocol>> {
        Err(thrift_runtime::Error::application(Default::default(), request.method().name()))
    }
}

/// The trait and the errors are there in any case.
struct Handler;

impl bare::shared::Base for Handler {
    async fn now(&self) -> Result<bare::shared::Stamp, bare::shared::BaseNowError> {
        Err(bare::shared::Denied { reason: "late".to_owned() }.into())
    }
}

impl bare::Board for Handler {
    async fn post(&self, _: bare::Message) -> Result<bare::shared::Stamp, bare::BoardPostError> {
        Ok(bare::shared::Stamp::default())
    }

    async fn all(&self, index: bare::Index) -> thrift_runtime::Result<BTreeMap<String, String>> {
        Ok(index)
    }
}

#[tokio::test]
async fn a_handler_needs_no_server() {
    use bare::{Board as _, shared::Base as _};
    assert!(Handler.now().await.is_err());
    assert_eq!(Handler.all(BTreeMap::new()).await.unwrap().len(), 0);
    assert!(Handler.post(bare::Message::default()).await.is_ok());
}
