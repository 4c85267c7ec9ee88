//! Calls that are given up, by their callers or for the time they take.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    BUFFERED, adding, client_and_peer, client_of,
    common::{Service, Text, add, call_oneway, settle, wait},
};
use thrift_runtime::{Client, ConnectionOptions, Server, serve_connection};
use tokio::{
    io::{AsyncWriteExt, duplex},
    task::JoinSet,
};

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

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_a_place_take_turns_though_some_leave() {
    let service = Service::default();
    let (ours, theirs) = duplex(1 << 16);
    tokio::spawn({
        let service = service.clone();
        async move { serve_connection(theirs, service, &ConnectionOptions::default()).await }
    });
    let client = Client::builder().max_in_flight(2).over(ours);
    let first = [0, 1].map(|_| crate::waiting(&client));
    settle().await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let begin = |n| {
        let (client, order) = (client.clone(), Arc::clone(&order));
        tokio::spawn(async move {
            assert_eq!(add(&client, n, 1).await.unwrap(), n + 1);
            order.lock().unwrap().push(n);
        })
    };
    let mut calls = Vec::new();
    for n in 0..30 {
        calls.push((n, begin(n)));
        settle().await;
    }
    for (_, call) in calls.iter().filter(|(n, _)| n % 3 != 0) {
        call.abort();
    }
    // They need no place.
    call_oneway(&client, "note", &Text::default()).await.unwrap();
    service.gate.add_permits(2);
    // Neither of those that come when there are places, and others wait, is before them.
    let late = begin(99);
    for (n, call) in calls {
        assert_eq!(call.await.is_ok(), n % 3 == 0);
    }
    late.await.unwrap();
    for call in first {
        assert_eq!(call.await.unwrap().unwrap(), 7);
    }
    let expected: Vec<i32> = (0..30).step_by(3).chain([99]).collect();
    assert_eq!(*order.lock().unwrap(), expected);
    // Both places are free again.
    let both = [0, 1].map(|_| crate::waiting(&client));
    service.gate.add_permits(2);
    for call in both {
        assert_eq!(call.await.unwrap().unwrap(), 7);
    }
}
