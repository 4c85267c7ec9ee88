//! Clients and servers of both kinds call each other, async and blocking.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
};

use thrift_runtime::{
    AnyProtocol, ApplicationErrorKind, BinaryProtocol, BlockingClient, BlockingServer, Bytes,
    Client, CompactProtocol, Error, JsonProtocol, Processor, Result,
};
use thrift_tests::server::serve;

use super::{idl, rust};

/// Who answers as the other does.
#[derive(Debug, Clone, Default)]
struct Handler(Arc<Mutex<Vec<String>>>);

/// Implements the services of a module, which differ by their types alone.
macro_rules! implement {
    ($module:ident, [$counter:ident $desk:ident $office:ident], $take:ident, $lock:ident,
     $missing:expr, $size:expr, $($fn:tt)+) => {
        impl $module::$counter for Handler {
            $($fn)+ add(&self, a: i32, b: i32) -> Result<i32> {
                a.checked_add(b).ok_or_else(|| Error::application(ApplicationErrorKind(77), "full"))
            }

            $($fn)+ log(&self, line: String) -> Result<()> {
                self.0.lock().unwrap().push(line);
                Ok(())
            }
        }

        impl $module::$desk for Handler {
            $($fn)+ leave_mail(&self, mail: $module::Mail, tags: Vec<String>, copies: i32) -> Result<()> {
                self.0.lock().unwrap().push(format!("{mail:?} {tags:?} {copies}"));
                Ok(())
            }

            $($fn)+ take(&self, who: String, key: Bytes) -> Result<$module::Mail, $module::$take> {
                let message = format!("of {who}");
                match &key[..] {
                    b"" => Err($module::Missing { message }.into()),
                    b"old" => Err($module::Locked { message, until: 7 }.into()),
                    b"bad" => Err(Error::application(ApplicationErrorKind(78), "broken").into()),
                    _ => Ok($module::Mail { to: who, text: "hello".to_owned(), size: Some($size) }),
                }
            }

            $($fn)+ lock(&self, who: String) -> Result<(), $module::$lock> {
                match &who[..] {
                    "" => Err($missing.into()),
                    _ => Ok(()),
                }
            }

            $($fn)+ sizes(&self) -> Result<BTreeMap<String, $module::Size>> {
                Ok([("a".to_owned(), $size)].into())
            }

            $($fn)+ r#type(&self, this: i64) -> Result<i64> {
                Ok(-this)
            }
        }

        impl $module::$office for Handler {
            $($fn)+ is_open(&self) -> Result<bool> {
                Ok(self.0.lock().unwrap().is_empty())
            }
        }
    };
}

macro_rules! implement_all {
    ($traits:tt, $($fn:tt)+) => {
        implement!(
            rust, $traits, TakeError, LockError, Box::new(rust::Missing::default()), rust::Size(2),
            $($fn)+
        );
        implement!(
            idl, $traits, DeskTakeError, DeskLockError, idl::Missing::default(), idl::Size::LARGE,
            $($fn)+
        );
    };
}

implement_all!([Counter Desk Office], async fn);
implement_all!([CounterBlocking DeskBlocking OfficeBlocking], fn);

mod blocking {
    use super::super::{idl, rust};
    use idl::{CounterBlocking as _, DeskBlocking as _, OfficeBlocking as _};

    /// Asks a server's client that blocks.
    pub(super) fn check(client: thrift_runtime::BlockingClient) {
        let ours = rust::OfficeBlockingClient::new(client.clone());
        let theirs = idl::OfficeBlockingClient::new(client);
        use rust::{CounterBlocking as _, DeskBlocking as _, OfficeBlocking as _};
        assert_eq!(ours.add(1, 2).unwrap(), 3);
        assert_eq!(theirs.add(1, 2).unwrap(), 3);
        assert!(ours.is_open().unwrap() && theirs.is_open().unwrap());
        assert!(matches!(
            ours.take("me".to_owned(), "".into()),
            Err(rust::TakeError::Missing(missing)) if missing.message == "of me"
        ));
        assert!(matches!(
            theirs.take("me".to_owned(), "old".into()),
            Err(idl::DeskTakeError::Locked(locked)) if locked.until == 7
        ));
        ours.log("line".to_owned()).unwrap();
        assert!(!ours.is_open().unwrap());
    }
}

/// What a client of a module gets of a server.
macro_rules! check {
    ($module:ident, $take:ident, $lock:ident, $size:expr, $client:expr, $notes:expr) => {{
        use $module::*;
        let client = OfficeClient::new($client);
        let text = |text: &str| text.to_owned();
        assert_eq!(client.add(1, 2).await.unwrap(), 3);
        let full = client.add(i32::MAX, 1).await.unwrap_err();
        assert_eq!(full.as_application().unwrap().kind(), ApplicationErrorKind(77));
        let mail = Mail { to: text("you"), text: text("hi"), size: None };
        client.leave_mail(mail, vec![text("x")], 3).await.unwrap();
        client.log(text("logged")).await.unwrap();
        let mail = client.take(text("me"), "new".into()).await.unwrap();
        assert_eq!(mail, Mail { to: text("me"), text: text("hello"), size: Some($size) });
        match client.take(text("me"), "".into()).await {
            Err($take::Missing(missing)) => assert_eq!(missing.message, "of me"),
            other => panic!("{other:?}"),
        }
        let error = Error::from(client.take(text("me"), "old".into()).await.unwrap_err());
        let locked = error.get_ref().unwrap().downcast_ref::<Locked>();
        assert_eq!(locked.unwrap().until, 7);
        match client.take(text("me"), "bad".into()).await {
            Err($take::Other(error)) => {
                assert_eq!(error.to_string(), "application exception 78: broken")
            }
            other => panic!("{other:?}"),
        }
        client.lock(text("me")).await.unwrap();
        client.lock(text("")).await.unwrap_err();
        assert_eq!(client.sizes().await.unwrap()["a"], $size);
        assert_eq!(client.r#type(8).await.unwrap(), -8);
        assert!(!client.is_open().await.unwrap());
        let notes: Vec<String> = std::mem::take(&mut *$notes.0.lock().unwrap());
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert_eq!(notes[0], r#"Mail { to: "you", text: "hi", size: None } ["x"] 3"#);
        assert_eq!(notes[1], "logged");
    }};
}

#[tokio::test]
async fn both_kinds_call_both_kinds() {
    let protocols: [AnyProtocol; 3] =
        [BinaryProtocol::STRICT.into(), CompactProtocol.into(), JsonProtocol.into()];
    for protocol in protocols {
        let (ours, theirs) = (Handler::default(), Handler::default());
        let of_rust = serve(rust::OfficeProcessor::new(ours.clone())).await;
        let of_idl = serve(idl::OfficeProcessor::new(theirs.clone())).await;
        for (address, notes) in [(of_rust, ours), (of_idl, theirs)] {
            let client = Client::builder().protocol(protocol).connect(address).await.unwrap();
            check!(rust, TakeError, LockError, rust::Size(2), client.clone(), notes);
            check!(idl, DeskTakeError, DeskLockError, idl::Size::LARGE, client, notes);
        }
    }
}

#[test]
fn blocking_kinds_call_blocking_kinds() {
    fn serve(processor: impl Processor) -> BlockingClient {
        let server = BlockingServer::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        thread::spawn(move || server.serve(processor));
        BlockingClient::connect(address).unwrap()
    }
    blocking::check(serve(rust::OfficeProcessor::blocking(Handler::default())));
    blocking::check(serve(idl::OfficeProcessor::blocking(Handler::default())));
    let of_each = |_: &_| Handler::default();
    let client = serve(rust::OfficeProcessor::blocking_per_call(of_each));
    assert!(rust::OfficeBlocking::is_open(&rust::OfficeBlockingClient::new(client)).unwrap());
}

#[tokio::test]
async fn what_implements_a_service_may_be_dyn() {
    let handler: Arc<dyn rust::CounterDyn> = Arc::new(Handler::default());
    let address = serve(rust::CounterProcessor::new(handler)).await;
    let client = rust::CounterClient::connect(address).await.unwrap();
    let client: Box<dyn rust::CounterDyn> = Box::new(client);
    assert_eq!(rust::Counter::add(&client, 2, 2).await.unwrap(), 4);
}

#[tokio::test]
async fn a_handler_may_be_made_for_each_call() {
    let address = serve(rust::OfficeProcessor::per_call(|_| Handler::default())).await;
    let client = rust::OfficeClient::connect(address).await.unwrap();
    assert!(rust::Office::is_open(&client).await.unwrap());
    assert_eq!(rust::Counter::add(&client, 2, 2).await.unwrap(), 4);
}
