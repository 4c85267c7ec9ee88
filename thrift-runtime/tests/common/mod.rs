//! A service, and what tests need to speak to it in bytes.

#![allow(dead_code, unreachable_pub)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, BinaryProtocol, Bytes, Call, Channel, Error,
    Limits, Method, Processed, Processor, Protocol, Request, Result,
    protocol::{Input, MessageHeader, MessageType, Output, TType},
    value::{
        Decode, DecodeStruct, Encode, EncodeStruct, Field, Struct, StructReader, StructWriter,
        Value, ValueReader, ValueWriter,
    },
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    sync::Semaphore,
};

mod service {
    thrift_runtime::thrift!("./service.thrift");
}

use service::TestService as _;

/// A struct whose fields are of default requiredness.
macro_rules! structure {
    ($name:ident $(<$t:ident>)? { $($id:literal $field:ident: $ty:ty),* }) => {
        #[derive(Debug, Default, Clone, PartialEq)]
        pub struct $name $(<$t>)? { $(pub $field: $ty),* }

        impl $(<$t: Value>)? EncodeStruct for $name $(<$t>)? {
            const NAME: &'static str = stringify!($name);
            const FIELDS: &'static [Field] = &[$(Field::new($id, stringify!($field))),*];

            fn write<W: StructWriter>(&self, w: &mut W) {
                $(FieldValue::put(&self.$field, $id, w);)*
                let _ = w;
            }
        }

        impl<'de, $($t: Value)?> DecodeStruct<'de> for $name $(<$t>)? {
            fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
                *self = Self::default();
                while let Some(header) = r.header()? {
                    match header.id {
                        $($id => FieldValue::get(&mut self.$field, header, r)?,)*
                        _ => r.skip(header)?,
                    };
                }
                Ok(())
            }
        }

        impl $(<$t: Value>)? Encode for $name $(<$t>)? {
            const TYPE: TType = TType::Struct;
            fn encode<W: ValueWriter>(&self, w: &mut W) { w.structure(self); }
        }

        impl<'de, $($t: Value)?> Decode<'de> for $name $(<$t>)? {
            fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> { r.structure(self) }
        }
    };
}

/// A field: always written, or an option.
pub trait FieldValue {
    fn put<W: StructWriter>(&self, id: i16, w: &mut W);
    fn get<'de, R: StructReader<'de>>(
        &mut self,
        header: thrift_runtime::value::FieldHeader,
        r: &mut R,
    ) -> Result<bool>;
}

impl<V: Value> FieldValue for Option<V> {
    fn put<W: StructWriter>(&self, id: i16, w: &mut W) {
        w.optional(id, self);
    }
    fn get<'de, R: StructReader<'de>>(
        &mut self,
        header: thrift_runtime::value::FieldHeader,
        r: &mut R,
    ) -> Result<bool> {
        r.read_optional(header, self)
    }
}

macro_rules! plain_fields {
    ($($ty:ty),*) => { $(impl FieldValue for $ty {
        fn put<W: StructWriter>(&self, id: i16, w: &mut W) { w.field(id, self); }
        fn get<'de, R: StructReader<'de>>(
            &mut self,
            header: thrift_runtime::value::FieldHeader,
            r: &mut R,
        ) -> Result<bool> { r.read(header, self) }
    })* };
}
plain_fields!(i32, String, Bytes);

structure!(Add { 1 a: i32, 2 b: i32 });
structure!(Blob { 1 bytes: Bytes });
structure!(Text { 1 text: String });
structure!(Nothing {});
structure!(Returned<T> { 0 success: Option<T> });

/// What implements the service; clones share their state.
#[derive(Debug, Clone)]
pub struct Service {
    pub gate: Arc<Semaphore>,
    pub calls: Arc<AtomicUsize>,
    pub notes: Arc<AtomicUsize>,
}

impl Default for Service {
    fn default() -> Self {
        Service { gate: Arc::new(Semaphore::new(0)), calls: Arc::default(), notes: Arc::default() }
    }
}

impl Processor for Service {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let peer = format!("{:?}", call.peer());
        let handler = Handler { service: self.clone(), peer };
        service::TestServiceProcessor::new(handler).process(call).await
    }
}

struct Handler {
    service: Service,
    peer: String,
}

impl service::TestService for Handler {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        self.service.calls.fetch_add(1, Ordering::SeqCst);
        Ok(a.wrapping_add(b))
    }

    async fn echo(&self, bytes: Bytes) -> Result<Bytes> {
        Ok(bytes)
    }

    async fn wait(&self) -> Result<i32> {
        self.service.calls.fetch_add(1, Ordering::SeqCst);
        self.service.gate.acquire().await.unwrap().forget();
        Ok(7)
    }

    async fn fail(&self, text: String) -> Result<i32> {
        Err(Error::application(ApplicationErrorKind(42), text))
    }

    async fn panic(&self) -> Result<i32> {
        panic!("as it was asked to")
    }

    async fn note(&self, _text: String) -> Result<()> {
        self.service.notes.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn peer(&self) -> Result<String> {
        Ok(self.peer.clone())
    }
}

pub async fn add(channel: &impl Channel, a: i32, b: i32) -> Result<i32> {
    service::TestServiceClient::new(channel).add(a, b).await
}

/// Calls a method whose arguments and result are the test's own.
pub async fn call<R: Struct>(
    channel: &impl Channel,
    method: &str,
    arguments: &(impl Struct + Sync),
) -> Result<R> {
    channel.send(Request::new(&Method::named(method), arguments)).await?.read()
}

/// Calls a oneway method, likewise.
pub async fn call_oneway(
    channel: &impl Channel,
    method: &str,
    arguments: &(impl Struct + Sync),
) -> Result<()> {
    let method = Method::named(method).oneway();
    channel.send(Request::new(&method, arguments)).await.map(drop)
}

pub async fn wait(channel: &impl Channel) -> Result<i32> {
    service::TestServiceClient::new(channel).wait().await
}

pub async fn echo(channel: &impl Channel, bytes: &Bytes) -> Result<Bytes> {
    service::TestServiceClient::new(channel).echo(bytes.clone()).await
}

/// How a test speaks.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    pub framed: bool,
    pub protocol: BinaryProtocol,
}

pub const DIALECTS: [Dialect; 4] = [
    Dialect { framed: false, protocol: BinaryProtocol::STRICT },
    Dialect { framed: true, protocol: BinaryProtocol::STRICT },
    Dialect { framed: false, protocol: BinaryProtocol::NON_STRICT },
    Dialect { framed: true, protocol: BinaryProtocol::NON_STRICT },
];

impl Dialect {
    /// The bytes of a message.
    pub fn message<S: Struct>(
        self,
        kind: MessageType,
        name: &[u8],
        seqid: i32,
        body: &S,
    ) -> Vec<u8> {
        let mut out = Output::new();
        self.protocol
            .write_message(&MessageHeader::new(name, kind, seqid), body, &mut out)
            .unwrap();
        self.frame(out.into_vec())
    }

    pub fn call<S: Struct>(self, name: &str, seqid: i32, body: &S) -> Vec<u8> {
        self.message(MessageType::Call, name.as_bytes(), seqid, body)
    }

    pub fn reply<S: Struct>(self, name: &str, seqid: i32, body: &S) -> Vec<u8> {
        self.message(MessageType::Reply, name.as_bytes(), seqid, body)
    }

    /// A frame around a message, if this dialect has frames.
    pub fn frame(self, mut message: Vec<u8>) -> Vec<u8> {
        if self.framed {
            let length = (message.len() as u32).to_be_bytes();
            message.splice(0..0, length);
        }
        message
    }

    /// The bytes that a call of `add` is answered with.
    pub fn sum(self, seqid: i32, sum: i32) -> Vec<u8> {
        self.reply("add", seqid, &Returned { success: Some(sum) })
    }

    /// Reads one message, and tells its kind, seqid and, of an exception, the kind and text.
    pub async fn read(self, stream: &mut (impl AsyncRead + Unpin)) -> Received {
        let mut bytes = Vec::new();
        if self.framed {
            let length = stream.read_u32().await.expect("a frame's length");
            bytes.resize(length as usize, 0);
            stream.read_exact(&mut bytes).await.expect("a frame");
            return self.parse(&bytes).expect("a message in a frame");
        }
        loop {
            bytes.push(stream.read_u8().await.expect("more of a message"));
            if let Some(received) = self.parse(&bytes) {
                return received;
            }
        }
    }

    fn parse(self, bytes: &[u8]) -> Option<Received> {
        let limits = Limits::default();
        let (header, at) = self.protocol.read_header(bytes, &limits).ok()?;
        let mut exception = ApplicationException::default();
        if header.kind == Ok(MessageType::Exception) {
            let input = Input::from(bytes);
            self.protocol.read_body(input, at, &limits, &mut exception).ok()?;
        } else {
            self.protocol.skip_body(bytes, at, &limits).ok()?;
        }
        Some(Received {
            name: header.name.to_vec(),
            kind: header.kind.expect("a known kind"),
            seqid: header.seqid,
            exception,
        })
    }
}

/// A message that a test has read.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    pub name: Vec<u8>,
    pub kind: MessageType,
    pub seqid: i32,
    pub exception: ApplicationException,
}

impl Received {
    /// The kind of the exception that it is.
    #[track_caller]
    pub fn exception(&self) -> ApplicationErrorKind {
        assert_eq!(self.kind, MessageType::Exception, "{self:?}");
        self.exception.kind()
    }
}

/// Lets all that can go on go on; only with paused time.
pub async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}
