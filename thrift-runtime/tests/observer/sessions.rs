//! Values that live as long as a connection.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use thrift_runtime::{
    Bytes, Call, Connection, ConnectionOptions, Event, Exchange, Processed, Processor, Protocol,
    serve_connection,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use crate::{
    BUFFERED, TRANSPORTS,
    common::{Add, Service, settle},
    over,
};

/// What a client has opened.
#[derive(Default)]
struct Session {
    calls: AtomicUsize,
    log: Arc<Mutex<Vec<String>>>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.log.lock().unwrap().push("dropped".into());
    }
}

/// Opens a session with the first call of a connection.
#[derive(Clone, Default)]
struct Sessions {
    service: Service,
    log: Arc<Mutex<Vec<String>>>,
}

impl Sessions {
    fn count(&self, connection: &Connection) {
        let log = Arc::clone(&self.log);
        let new = || Session { calls: AtomicUsize::new(0), log };
        let session = connection.get_or_insert_with(new);
        let calls = session.calls.fetch_add(1, Ordering::SeqCst) + 1;
        self.log.lock().unwrap().push(format!("call {calls}"));
    }

    fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

impl Processor for Sessions {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let cx = call.context();
        assert_eq!(cx.connection().id(), call.connection().id());
        self.count(cx.connection());
        self.service.process(call).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_lives_as_long_as_its_connection() {
    for concurrent_calls in [1, 4] {
        for transport in TRANSPORTS {
            let sessions = Sessions::default();
            let log = Arc::clone(&sessions.log);
            let mut options = ConnectionOptions::default();
            options.concurrent_calls = concurrent_calls;
            options.observer = Some(Arc::new(move |event: &Event<'_>| {
                let text = match event {
                    Event::Opened { connection } => {
                        assert!(connection.get::<Session>().is_none());
                        "opened".into()
                    }
                    Event::Closed { connection, .. } => {
                        let calls = &connection.get::<Session>().expect("a session").calls;
                        format!("closed after {}", calls.load(Ordering::SeqCst))
                    }
                    other => other.to_string(),
                };
                log.lock().unwrap().push(text);
            }));
            let (mut stream, theirs) = duplex(1 << 16);
            let processor = sessions.clone();
            let served =
                tokio::spawn(async move { serve_connection(theirs, processor, &options).await });
            let calls = [1, 2].map(|seqid| BUFFERED.call("add", seqid, &Add { a: 1, b: 2 }));
            for call in over(transport, &calls) {
                stream.write_all(&call).await.unwrap();
                assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
                settle().await;
            }
            assert_eq!(sessions.log(), ["opened", "call 1", "call 2"], "{transport}");
            drop(stream);
            served.await.unwrap().unwrap();
            let expected = ["opened", "call 1", "call 2", "closed after 2", "dropped"];
            assert_eq!(sessions.log(), expected, "{transport}");
        }
    }
}

#[tokio::test]
async fn what_an_observer_keeps_is_there_from_the_beginning() {
    let mut options = ConnectionOptions::default();
    options.observer = Some(Arc::new(|event: &Event<'_>| {
        if let Event::Opened { connection } = event {
            connection.insert(7_i32);
        }
    }));
    struct Seven;
    impl Processor for Seven {
        async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
            assert_eq!(call.connection().get(), Some(Arc::new(7_i32)));
            assert!(call.connection().remove::<i32>() && !call.connection().remove::<i32>());
            Service::default().process(call).await
        }
    }
    let (mut stream, theirs) = duplex(1 << 16);
    tokio::spawn(async move { serve_connection(theirs, Seven, &options).await });
    stream.write_all(&BUFFERED.call("add", 1, &Add { a: 1, b: 2 })).await.unwrap();
    let sum = BUFFERED.sum(1, 3);
    let mut answer = vec![0; sum.len()];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, sum);
}

#[tokio::test]
async fn a_message_without_a_connection_is_one_of_its_own() {
    let sessions = Sessions::default();
    let call = Bytes::from(BUFFERED.call("add", 1, &Add { a: 1, b: 2 }));
    for _ in 0..2 {
        Exchange::new(call.clone()).run(&sessions).await.unwrap();
    }
    assert_eq!(sessions.log(), ["call 1", "dropped", "call 1", "dropped"]);
}
