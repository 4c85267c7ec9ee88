//! Calls that go out, and the replies that come to them.

use std::sync::atomic::Ordering;

use crate::{
    FRAMED, client_and_peer, client_of,
    common::{DIALECTS, Returned, Service, Text, add, echo},
};
use thrift_runtime::{ApplicationErrorKind, ApplicationException, Bytes, ErrorKind};
use tokio::{io::AsyncWriteExt, task::JoinSet};

#[tokio::test(start_paused = true)]
async fn calls_are_answered_in_every_dialect() {
    for dialect in DIALECTS {
        let service = Service::default();
        let client = client_of(&service, dialect);
        assert_eq!(add(&client, 5, 3).await.unwrap(), 8);
        let large = Bytes::from(vec![7; 300_000]);
        assert_eq!(echo(&client, &large).await.unwrap(), large);
        let error =
            crate::common::call::<Returned<i32>>(&client, "fail", &Text { text: "no".into() })
                .await
                .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Application);
        let exception = ApplicationException::new(ApplicationErrorKind(42), "no");
        assert_eq!(error.as_application(), Some(&exception));
        crate::common::call_oneway(&client, "note", &Text { text: "x".into() }).await.unwrap();
        assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
        assert_eq!(service.notes.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn replies_find_their_calls_in_any_order() {
    let (client, mut peer) = client_and_peer(FRAMED);
    let mut calls = JoinSet::new();
    for n in 0..10 {
        let client = client.clone();
        calls.spawn(async move { (n, add(&client, n, 0).await.unwrap()) });
    }
    let mut seqids = Vec::new();
    for _ in 0..10 {
        seqids.push(FRAMED.read(&mut peer).await.seqid);
    }
    // The calls were begun in order, so that the sequence ids are those of `n`.
    for seqid in seqids.iter().rev() {
        peer.write_all(&FRAMED.sum(*seqid, *seqid * 3)).await.unwrap();
    }
    while let Some(call) = calls.join_next().await {
        let (n, sum) = call.unwrap();
        assert_eq!(sum, n * 3);
    }
}
