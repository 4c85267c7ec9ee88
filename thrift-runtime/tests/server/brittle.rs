//! Values whose own code panics: each call is answered once, and the next one too.

use crate::{
    DIALECTS,
    common::{Dialect, Nothing},
};
use thrift_runtime::{
    __private::{Declared, Dispatch, Handle, OneHandler, Returned, Signature, process},
    ApplicationErrorKind, Call, ConnectionOptions, Method, Processed, Processor, Protocol, Result,
    protocol::{MessageType, TType},
    serve_connection,
    value::{
        Decode, DecodeStruct, Encode, EncodeStruct, Field, StructReader, StructWriter, ValueReader,
        ValueWriter,
    },
};
use tokio::io::{AsyncWriteExt, duplex};

const NEVER: u8 = 0;
const READ: u8 = 1;
const WRITTEN: u8 = 2;
const DROPPED: u8 = 3;

/// An empty struct that panics when that is done to it.
#[derive(Debug, Default)]
struct Brittle<const WHEN: u8>;

impl<const WHEN: u8> Brittle<WHEN> {
    fn is(&self, what: u8) {
        assert_ne!(WHEN, what, "as it should");
    }
}

impl<const WHEN: u8> Drop for Brittle<WHEN> {
    fn drop(&mut self) {
        self.is(DROPPED);
    }
}

impl<const WHEN: u8> EncodeStruct for Brittle<WHEN> {
    const NAME: &'static str = "Brittle";
    const FIELDS: &'static [Field] = &[];

    fn write<W: StructWriter>(&self, _: &mut W) {
        self.is(WRITTEN);
    }
}

impl<'de, const WHEN: u8> DecodeStruct<'de> for Brittle<WHEN> {
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        self.is(READ);
        while let Some(header) = r.header()? {
            r.skip(header)?;
        }
        Ok(())
    }
}

impl<const WHEN: u8> Encode for Brittle<WHEN> {
    const TYPE: TType = TType::Struct;

    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de, const WHEN: u8> Decode<'de> for Brittle<WHEN> {
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.structure(self)
    }
}

/// Arguments that are answered with what is brittle in this way.
#[derive(Debug, Default)]
struct Ask<const WHEN: u8>(Nothing);

impl<const WHEN: u8> EncodeStruct for Ask<WHEN> {
    const NAME: &'static str = "Ask";
    const FIELDS: &'static [Field] = &[];

    fn write<W: StructWriter>(&self, w: &mut W) {
        self.0.write(w);
    }
}

impl<'de, const WHEN: u8> DecodeStruct<'de> for Ask<WHEN> {
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        self.0.read(r)
    }
}

impl<const WHEN: u8> Encode for Ask<WHEN> {
    const TYPE: TType = TType::Struct;

    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de, const WHEN: u8> Decode<'de> for Ask<WHEN> {
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.structure(self)
    }
}

impl<const WHEN: u8> Signature for Ask<WHEN> {
    type Arguments = Self;
    type Output = Result<Brittle<WHEN>>;
    type Result = Returned<Brittle<WHEN>>;
    const DECLARED: &'static Declared = &Declared::new(Method::new("ask"), "Ask", &[]);
}

impl<const WHEN: u8> Handle<Brittles> for Ask<WHEN> {
    async fn handle(_: Self, _: &Brittles) -> Result<Brittle<WHEN>> {
        Ok(Brittle)
    }
}

impl Signature for Brittle<READ> {
    type Arguments = Self;
    type Output = Result<Brittle<NEVER>>;
    type Result = Returned<Brittle<NEVER>>;
    const DECLARED: &'static Declared = &Declared::new(Method::new("read"), "Read", &[]);
}

impl Handle<Brittles> for Brittle<READ> {
    async fn handle(_: Self, _: &Brittles) -> Result<Brittle<NEVER>> {
        Ok(Brittle)
    }
}

struct Brittles;

impl Dispatch<Brittles> for Brittles {
    async fn dispatch<P: Protocol>(handler: &Brittles, call: &mut Call<'_, P>) -> Processed {
        match call.method() {
            b"read" => call.answer::<Brittle<READ>, _>(handler).await,
            b"written" => call.answer::<Ask<WRITTEN>, _>(handler).await,
            b"dropped" => call.answer::<Ask<DROPPED>, _>(handler).await,
            _ => call.answer::<Ask<NEVER>, _>(handler).await,
        }
    }
}

/// As a generated one is.
struct BrittlesProcessor(OneHandler<Brittles>);

impl Processor for BrittlesProcessor {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        process::<Brittles, _, P>(&self.0, call).await
    }

    fn speculates(&self) -> bool {
        true
    }
}

async fn answers(dialect: Dialect, method: &str) {
    let (mut stream, theirs) = duplex(1 << 16);
    let serving = tokio::spawn(async move {
        let processor = BrittlesProcessor(OneHandler(Brittles));
        serve_connection(theirs, processor, &ConnectionOptions::default()).await
    });
    stream.write_all(&dialect.call(method, 1, &Nothing {})).await.unwrap();
    stream.write_all(&dialect.call("never", 2, &Nothing {})).await.unwrap();
    stream.shutdown().await.unwrap();
    let answer = dialect.read(&mut stream).await;
    assert_eq!(answer.seqid, 1);
    if method == "dropped" {
        // The reply was written before.
        assert_eq!(answer.kind, MessageType::Reply);
    } else {
        assert_eq!(answer.exception(), ApplicationErrorKind::INTERNAL_ERROR);
    }
    let next = dialect.read(&mut stream).await;
    assert_eq!((next.seqid, next.kind), (2, MessageType::Reply));
    serving.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_value_that_panics_is_answered_once_and_the_next_call_too() {
    for dialect in DIALECTS {
        for method in ["read", "written", "dropped"] {
            answers(dialect, method).await;
        }
    }
}
