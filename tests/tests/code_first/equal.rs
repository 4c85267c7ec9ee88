//! What is told of methods is the same, whichever way a service is written, and so are the bytes, those
//! of errors, too.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use thrift_runtime::{
    ApplicationErrorKind, BinaryProtocol, Bytes, Channel, Error, Processor, Request, Response,
    Result,
};
use thrift_tests::server::serve;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{idl, rust};

/// What is told of a method, and the bytes of its arguments.
type Sent = (String, Vec<u8>);

/// Keeps what is sent, and answers nothing.
#[derive(Debug, Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Sent>>>);

impl Channel for Recorder {
    type Protocol = BinaryProtocol;

    async fn send(&self, request: Request<'_, BinaryProtocol>) -> Result<Response<BinaryProtocol>> {
        let written = request.encode(BinaryProtocol::STRICT)?;
        let written = written.bytes().to_vec();
        self.0.lock().unwrap().push((format!("{:?}", request.method()), written));
        Err(Error::application(ApplicationErrorKind::UNKNOWN, "recorded"))
    }
}

/// A handler that is never asked.
#[derive(Debug, Default)]
struct Nobody;

/// All calls of a module's client, as they are sent.
macro_rules! calls {
    ($module:ident) => {{
        use $module::*;
        let (recorder, text) = (Recorder::default(), |text: &str| text.to_owned());
        let client = OfficeClient::new(recorder.clone());
        let _ = client.add(1, -2).await;
        let _ = client.log(text("line")).await;
        let mail = Mail { to: text("a"), text: text("b"), size: None };
        let _ = client.leave_mail(mail, vec![text("c")], 5).await;
        let _ = client.take(text("d"), Bytes::from_static(b"e")).await;
        let _ = client.lock(text("f")).await;
        let _ = client.sizes().await;
        let _ = client.r#type(6).await;
        let _ = client.is_open().await;
        std::mem::take(&mut *recorder.0.lock().unwrap())
    }};
}

#[tokio::test]
async fn calls_are_the_same() {
    let (ours, theirs) = (calls!(rust), calls!(idl));
    assert_eq!(ours.len(), 8);
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs);
    }
}

macro_rules! nobody {
    ($module:ident, $take:ident, $lock:ident) => {
        impl $module::Counter for Nobody {
            async fn add(&self, a: i32, b: i32) -> Result<i32> {
                Ok(a - b)
            }

            async fn log(&self, _: String) -> Result<()> {
                Ok(())
            }
        }

        impl $module::Desk for Nobody {
            async fn leave_mail(
                &self,
                _: $module::Mail,
                _: Vec<String>,
                copies: i32,
            ) -> Result<()> {
                Err(Error::application(ApplicationErrorKind::UNKNOWN, copies.to_string()))
            }

            async fn take(
                &self,
                who: String,
                _: Bytes,
            ) -> std::result::Result<$module::Mail, $module::$take> {
                let (message, until) = (who.clone(), 3);
                match &who[..] {
                    "" => Err($module::Missing { message }.into()),
                    "locked" => Err($module::Locked { message, until }.into()),
                    "mail" => Ok($module::Mail { to: who, ..Default::default() }),
                    _ => Err(Error::internal("out of order").into()),
                }
            }

            async fn lock(&self, _: String) -> std::result::Result<(), $module::$lock> {
                Ok(())
            }

            async fn sizes(&self) -> Result<BTreeMap<String, $module::Size>> {
                Ok(BTreeMap::new())
            }

            async fn r#type(&self, this: i64) -> Result<i64> {
                Ok(this)
            }
        }

        impl $module::Office for Nobody {
            async fn is_open(&self) -> Result<bool> {
                Ok(true)
            }
        }
    };
}

nobody!(rust, TakeError, LockError);
nobody!(idl, DeskTakeError, DeskLockError);

/// What a server answers a call with these bytes for arguments.
async fn answer(processor: impl Processor, method: &str, arguments: &[u8]) -> Vec<u8> {
    let address = serve(processor).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut call = b"\x80\x01\0\x01".to_vec();
    call.extend((method.len() as u32).to_be_bytes());
    call.extend(method.as_bytes());
    call.extend([0, 0, 0, 9]);
    call.extend(arguments);
    stream.write_all(&call).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(60), read).await.unwrap().unwrap();
    answer
}

#[tokio::test]
async fn answers_are_the_same_those_to_broken_calls_too() {
    let who = |who: &str| [&[11, 0, 1, 0, 0, 0, who.len() as u8], who.as_bytes(), &[0]].concat();
    let calls: [(&str, Vec<u8>); 16] = [
        // Of the parents.
        ("add", vec![8, 0, 1, 0, 0, 0, 5, 8, 0, 2, 0, 0, 0, 2, 0]),
        ("add", vec![8, 0, 2, 0, 0, 0, 5, 8, 0, 1, 0, 0, 0, 2, 0]),
        // Of another type than declared.
        ("add", vec![10, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0]),
        ("add", vec![8, 0, 1, 0, 0]),
        ("take", who("")),
        ("take", who("locked")),
        ("take", who("mail")),
        ("take", who("other")),
        ("take", who("\u{fffd}").into_iter().map(|b| if b == 0xbf { 0xff } else { b }).collect()),
        ("lock", who("")),
        // Without the argument that is required, and with it.
        ("leaveMail", vec![0]),
        ("leaveMail", vec![12, 0, 1, 11, 0, 1, 0, 0, 0, 0, 0, 0]),
        ("leaveMail", vec![12, 0, 1, 0, 0]),
        ("leave_mail", vec![0]),
        ("isOpen", vec![0]),
        ("type", vec![10, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0]),
    ];
    for (method, arguments) in calls {
        let ours = answer(rust::OfficeProcessor::new(Nobody), method, &arguments).await;
        let theirs = answer(idl::OfficeProcessor::new(Nobody), method, &arguments).await;
        let [ours, theirs] = [ours, theirs].map(|answer| answer.escape_ascii().to_string());
        assert_eq!(ours, theirs, "{method} {arguments:?}");
    }
}

#[test]
fn methods_are_known_by_name() {
    let ours = rust::OfficeProcessor::new(Nobody);
    let theirs = idl::OfficeProcessor::new(Nobody);
    for name in ["add", "log", "leaveMail", "take", "lock", "sizes", "type", "isOpen", "gone"] {
        let [ours, theirs] = [ours.method(name.as_bytes()), theirs.method(name.as_bytes())];
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{name}");
        assert_eq!(ours.is_some(), name != "gone");
    }
}
