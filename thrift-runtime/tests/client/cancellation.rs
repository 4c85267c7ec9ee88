//! Calls that are given up, by their callers or for the time they take.

use std::time::Duration;

use crate::{
    BUFFERED, adding, client_and_peer, client_of,
    common::{Service, add, settle, wait},
};
use thrift_runtime::{Client, Server};
use tokio::{io::AsyncWriteExt, task::JoinSet};

#[tokio::test(start_paused = true)]
async fn a_dropped_call_keeps_its_sequence_id_until_its_reply_comes() {
    let (client, mut peer) = client_and_peer(BUFFERED);
    let dropped = tokio::time::timeout(Duration::from_secs(1), add(&client, 1, 1)).await;
    assert!(dropped.is_err());
    assert_eq!(BUFFERED.read(&mut peer).await.seqid, 0);
    let call = adding(&client, 2, 2);
    assert_eq!(BUFFERED.read(&mut peer).await.seqid, 1);
    peer.write_all(&BUFFERED.sum(0, 2)).await.unwrap();
    settle().await;
    peer.write_all(&BUFFERED.sum(1, 4)).await.unwrap();
    assert_eq!(call.await.unwrap().unwrap(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_call_times_out_and_the_connection_lives_on() {
    let service = Service::default();
    let client = client_of(&service, BUFFERED);
    let start = tokio::time::Instant::now();
    let error = wait(&client.with_timeout(Duration::from_secs(3))).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.to_string(), "no reply to wait came within 3s");
    assert_eq!(start.elapsed().as_secs(), 3);
    let error = wait(&client).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(start.elapsed().as_secs(), 63);
    service.gate.add_permits(2);
    assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_tasks_share_a_client_and_half_of_the_calls_are_dropped() {
    for framed in [false, true] {
        let service = Service::default();
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let serving = tokio::spawn(server.serve(service.clone()));
        let builder = Client::builder();
        let builder = if framed { builder.framed() } else { builder };
        let client = builder.connect(address).await.unwrap();
        let mut tasks = JoinSet::new();
        for task in 0..100 {
            let client = client.clone();
            tasks.spawn(async move {
                for n in 0..50 {
                    if (task + n) % 2 == 0 {
                        assert_eq!(add(&client, task * 1000, n).await.unwrap(), task * 1000 + n);
                        continue;
                    }
                    // Dropped before it is sent, while it is on its way, or when it is there.
                    let call = add(&client, task, n);
                    tokio::select! {
                        biased;
                        sum = call => assert_eq!(sum.unwrap(), task + n),
                        () = async {
                            for _ in 0..(task % 4) {
                                tokio::task::yield_now().await;
                            }
                        } => {}
                    }
                }
            });
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        assert_eq!(add(&client, 20, 22).await.unwrap(), 42);
        serving.abort();
    }
}
