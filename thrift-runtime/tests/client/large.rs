//! Calls with large arguments, beside others.

use std::{
    fmt,
    sync::{Arc, Mutex, atomic::Ordering, mpsc},
    time::Duration,
};

use thrift_runtime::{
    Bytes, Channel, Client, Method, Request, Result,
    protocol::TType,
    value::{
        Decode, DecodeStruct, Encode, EncodeStruct, Field, StructReader, StructWriter, ValueReader,
        ValueWriter,
    },
};
use tokio::{runtime::Builder, task::JoinSet};

use crate::{
    BUFFERED, FRAMED, client_of,
    common::{Service, Text, add, call_oneway, echo},
};

/// Does something when it is written.
#[derive(Clone, Default)]
struct Piece {
    text: String,
    when_written: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl Encode for Piece {
    const TYPE: TType = TType::String;

    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.string(&self.text);
        if let Some(when_written) = &self.when_written {
            when_written();
        }
    }
}

impl<'de> Decode<'de> for Piece {
    fn decode_into<R: ValueReader<'de>>(&mut self, _r: &mut R) -> Result<()> {
        Ok(())
    }
}

/// Arguments that `note` and `add` do not know.
#[derive(Debug, Default)]
struct Pieces(Vec<Piece>);

impl EncodeStruct for Pieces {
    const NAME: &'static str = "Pieces";
    const FIELDS: &'static [Field] = &[Field::new(9, "pieces")];

    fn write<W: StructWriter>(&self, w: &mut W) {
        w.field(9, &self.0);
    }
}

impl<'de> DecodeStruct<'de> for Pieces {
    fn read<R: StructReader<'de>>(&mut self, _r: &mut R) -> Result<()> {
        Ok(())
    }
}

impl Encode for Pieces {
    const TYPE: TType = TType::Struct;

    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de> Decode<'de> for Pieces {
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.structure(self)
    }
}

/// More than a hundred large pieces, the last of which does something.
fn pieces(when_written: impl Fn() + Send + Sync + 'static) -> Pieces {
    let large = Piece { text: "x".repeat(10_000), when_written: None };
    let mut pieces = vec![large; 150];
    pieces.push(Piece { text: "y".into(), when_written: Some(Arc::new(when_written)) });
    Pieces(pieces)
}

static ADD: Method = Method::new("add");
static NOTE: Method = Method::new("note").oneway();

#[test]
fn calls_go_on_while_large_arguments_are_written() {
    for dialect in [FRAMED, BUFFERED] {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let client = runtime.block_on(async { client_of(&Service::default(), dialect) });
        for method in [&ADD, &NOTE] {
            let (begun, has_begun) = mpsc::channel();
            let (go, gone) = mpsc::channel();
            let gone = Mutex::new(gone);
            let large = runtime.spawn({
                let client = client.clone();
                async move {
                    let arguments = pieces(move || {
                        begun.send(()).unwrap();
                        gone.lock().unwrap().recv_timeout(Duration::from_secs(2)).unwrap();
                    });
                    client.send(Request::new(method, &arguments)).await.map(drop)
                }
            });
            has_begun.recv().unwrap();
            for n in 0..100 {
                assert_eq!(runtime.block_on(add(&client, n, 1)).unwrap(), n + 1);
            }
            runtime.block_on(call_oneway(&client, "note", &Text::default())).unwrap();
            go.send(()).expect("the calls waited for the large one");
            runtime.block_on(large).unwrap().unwrap();
        }
        runtime.block_on(client.flush()).unwrap();
    }
}

#[tokio::test]
async fn large_and_small_calls_are_answered_in_any_mix() {
    for dialect in [FRAMED, BUFFERED] {
        let service = Service::default();
        let client = client_of(&service, dialect);
        let mut calls = JoinSet::new();
        for n in 0..60_usize {
            let client = client.clone();
            calls.spawn(async move {
                // Short, copied, and not copied; with what is long before, behind and between.
                let text = "z".repeat(n * 4_000);
                call_oneway(&client, "note", &Text { text }).await.unwrap();
                let bytes = Bytes::from(vec![7; n * 5_000]);
                assert!(echo(&client, &bytes).await.unwrap() == bytes);
                let pieces = pieces(|| {});
                let response = client.send(Request::new(&ADD, &pieces)).await.unwrap();
                drop(response);
            });
        }
        while let Some(call) = calls.join_next().await {
            call.unwrap();
        }
        client.close().await.unwrap();
        assert_eq!(service.notes.load(Ordering::SeqCst), 60);
    }
}

#[tokio::test]
async fn a_panic_while_large_arguments_are_written_harms_nobody() {
    let client = Client::builder().max_in_flight(1);
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let service = Service::default();
        thrift_runtime::serve_connection(theirs, service, &Default::default()).await
    });
    let client = client.over(ours);
    for _ in 0..20 {
        let panicking = tokio::spawn({
            let client = client.clone();
            async move {
                let arguments = pieces(|| panic!("as it was asked to"));
                client.send(Request::new(&ADD, &arguments)).await.map(drop)
            }
        });
        assert!(panicking.await.unwrap_err().is_panic());
        assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
    }
}
