//! Strings that are not UTF-8.

mod bytes {
    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        types: { string: ByteStr },
    }
}

mod some {
    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        types: {
            string: Str,
            "Line": LossyStr,
            "Big.text": ByteStr,
            "Worded": ByteStr,
            exceptions: LossyStr,
            "TCLIService.describe": ByteStr,
            "TCLIService.describe.note": LossyStr,
            "TCLIService.drop.name": String,
        },
    }
}

mod plain {
    thrift_runtime::thrift!("idl/options/choices.thrift");
}

use thrift_runtime::{
    BinaryProtocol, ByteStr, Bytes, Client, CompactProtocol, JsonProtocol, LossyStr, Protocol,
    Result, Str, Value,
};
use thrift_tests::server::serve;

/// `Line` with these bytes as its `text`, and as a tag.
fn line(text: &'static [u8]) -> bytes::Line {
    let text = ByteStr::from(Bytes::from_static(text));
    bytes::Line { text: text.clone(), tags: vec![text], ..Default::default() }
}

fn in_each_protocol(of: impl Fn(&dyn Fn(&bytes::Line) -> Bytes, Read)) {
    fn encode<P: Protocol>(protocol: P) -> impl Fn(&bytes::Line) -> Bytes {
        move |line| protocol.encode(line).unwrap().into()
    }
    of(&encode(BinaryProtocol::STRICT), Read::Binary);
    of(&encode(CompactProtocol), Read::Compact);
    of(&encode(JsonProtocol), Read::Json);
}

#[derive(Clone, Copy)]
enum Read {
    Binary,
    Compact,
    Json,
}

impl Read {
    fn read<T: Value>(self, bytes: &Bytes) -> Result<T> {
        match self {
            Read::Binary => BinaryProtocol::STRICT.decode(bytes),
            Read::Compact => CompactProtocol.decode(bytes),
            Read::Json => JsonProtocol.decode(bytes),
        }
    }
}

#[test]
fn bytes_come_back_as_they_were() {
    in_each_protocol(|encode, read| {
        for text in [&b"Zo\xeb \"quoted\"\n"[..], "Zoë".as_bytes(), b"", &[0xff; 6000]] {
            let value = line(text);
            let encoded = encode(&value);
            assert_eq!(read.read::<bytes::Line>(&encoded).unwrap(), value);
            let lossy: some::Line = read.read(&encoded).unwrap();
            let expected = String::from_utf8_lossy(text);
            assert_eq!(lossy.text, *expected);
            let tags: &Vec<LossyStr> = &lossy.tags;
            assert_eq!(tags[0], *expected);
            // Who checks, refuses.
            assert_eq!(read.read::<plain::Line>(&encoded).is_ok(), str::from_utf8(text).is_ok());
        }
    });
}

#[test]
fn json_escapes_of_no_character() {
    let text = br#"{"1":{"str":"a\ud800b\u00e9\ud83d\ude00\udc00"}}"#;
    let text = Bytes::from_static(text);
    let expected = "a\u{fffd}bé\u{1f600}\u{fffd}";
    assert_eq!(Read::Json.read::<bytes::Line>(&text).unwrap().text, expected);
    assert_eq!(Read::Json.read::<some::Line>(&text).unwrap().text, expected);
    assert!(Read::Json.read::<plain::Line>(&text).is_err());
    // What is no escape at all is wrong all the same.
    let text = Bytes::from_static(br#"{"1":{"str":"a\ud8zz"}}"#);
    assert!(Read::Json.read::<bytes::Line>(&text).is_err());
}

#[test]
fn keys_choose_for_parts() {
    let _: ByteStr = some::Big::default().text;
    let _: Str = some::Either::Text(Str::default()).into_text();
    let error = some::TcliError { reason: LossyStr::from_bytes(b"\xff") };
    assert_eq!(error.to_string(), "TCLIError: \u{fffd}");
    let words: &Vec<ByteStr> = &some::Worded::default().words;
    assert_eq!(words[1], "b");
    assert_eq!(some::WORDS.len(), 2);
    assert_eq!(bytes::Worded::default().words, *bytes::WORDS);
    let _: some::Tag = Str::default();
    let error = bytes::TcliError { reason: ByteStr::from(b"\xff".to_vec()) };
    assert_eq!(error.to_string(), "TCLIError: \u{fffd}");
}

trait IntoText {
    fn into_text(self) -> Str;
}

impl IntoText for some::Either {
    fn into_text(self) -> Str {
        match self {
            some::Either::Text(text) => text,
            _ => Str::default(),
        }
    }
}

struct Handler;

impl some::TcliBase for Handler {
    async fn who_am_i(&self, session_id: Str) -> Result<Str> {
        Ok(session_id)
    }
}

impl some::TcliService for Handler {
    async fn describe(&self, line: some::Line, note: LossyStr, _: i32, _: i32) -> Result<ByteStr> {
        Ok(ByteStr::from([line.text.as_bytes(), note.as_bytes(), b"\xff"].concat()))
    }

    async fn get_communication_ids(
        &self,
        prefix: Str,
    ) -> Result<Vec<Str>, some::TcliServiceGetCommunicationIdsError> {
        Ok(vec![prefix])
    }

    async fn drop(&self, _: String) -> Result<()> {
        Ok(())
    }

    async fn hint(&self, _: Str) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn arguments_and_results() {
    use bytes::TcliService as _;
    let address = serve(some::TcliServiceProcessor::new(Handler)).await;
    let client = bytes::TcliServiceClient::new(Client::connect(address).await.unwrap());
    let note = ByteStr::from(b"\xfe".to_vec());
    let described = client.describe(line(b"a\xff"), note, 1, 1).await.unwrap();
    assert_eq!(*described, [&b"a\xef\xbf\xbd\xef\xbf\xbd"[..], b"\xff"].concat()[..]);
    // What is not chosen is checked.
    let wrong = ByteStr::from(b"\xff".to_vec());
    assert!(client.get_communication_ids(wrong).await.is_err());
}
