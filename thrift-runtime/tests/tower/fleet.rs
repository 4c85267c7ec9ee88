//! Several connections to several servers, which fail and come back.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use thrift_runtime::{
    ApplicationErrorKind, BinaryProtocol, Client, Delivery, ErrorKind,
    layers::{Balanced, RetryPolicy},
};
use tokio::{sync::mpsc, task::JoinHandle, time::Instant};
use tower::discover::Change;

use crate::{
    Handler, LONG,
    network::{Found, Network},
    settle,
    steps::{Steps, StepsClient, StepsProcessor},
};

/// Callers with so many calls each, twenty a second at most; they tell which failed.
fn load(steps: &StepsClient<Balanced>, callers: usize, calls: i32) -> Vec<JoinHandle<Vec<String>>> {
    let call = move |steps: StepsClient<Balanced>| async move {
        let mut failed = Vec::new();
        for number in 0..calls {
            match steps.twice(number).await {
                Ok(answer) => assert_eq!(answer, 2 * number),
                Err(error) => failed.push(error.to_string()),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        failed
    };
    (0..callers).map(|_| tokio::spawn(call(steps.clone()))).collect()
}

#[tokio::test(start_paused = true)]
async fn calls_go_to_the_least_busy_connections() {
    let network = Network::default();
    let handlers = [network.start(1), network.start(2)];
    let steps = StepsClient::new(network.builder().connections(3).to(["1.1.1.1:1", "1.1.1.1:2"]));
    for _ in 0..60 {
        let steps = steps.clone();
        tokio::spawn(async move { steps.wait(LONG).await });
        settle().await;
    }
    let counts = handlers.map(|handler| handler.calls());
    assert_eq!(counts[0] + counts[1], 60, "{counts:?}");
    assert!(counts[0].abs_diff(counts[1]) <= 6, "{counts:?}");
    assert_eq!((network.connections(1), network.connections(2)), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn connections_are_made_when_all_others_have_calls() {
    let network = Network::default();
    network.start(1);
    let steps = StepsClient::new(network.builder().connections(3).to(["1.1.1.1:1"]));
    for number in 0..10 {
        assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
    }
    assert_eq!(network.connections(1), 1);
    let wait = |steps: &StepsClient<_>| {
        let steps = steps.clone();
        tokio::spawn(async move { steps.wait(1_000).await })
    };
    let mut waiting = Vec::new();
    for expected in [1, 1, 2, 2, 2, 3, 3, 3] {
        waiting.push(wait(&steps));
        settle().await;
        assert_eq!(network.connections(1), expected);
    }
    for call in waiting {
        assert_eq!(call.await.unwrap().unwrap(), 1_000);
    }
    // One is enough for what comes after they were lost.
    network.kill(1);
    let handler = network.start(1);
    for number in 0..10 {
        assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
    }
    assert_eq!((network.connections(1), handler.calls()), (1, 10));
}

#[tokio::test(start_paused = true)]
async fn servers_are_killed_and_come_back_under_load() {
    let network = Network::default();
    let ports = [1, 2, 3];
    ports.iter().for_each(|port| drop(network.start(*port)));
    let addresses = ports.map(|port| format!("1.1.1.1:{port}"));
    let steps = StepsClient::new(network.builder().connections(2).to(addresses));
    let callers = load(&steps, 20, 300);
    let second = Duration::from_secs(1);
    for port in ports {
        tokio::time::sleep(second).await;
        network.kill(port);
        tokio::time::sleep(second).await;
        let handler = network.start(port);
        tokio::time::sleep(2 * second).await;
        // It has its share again.
        assert!(handler.calls() > 100, "{} of about 260", handler.calls());
    }
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_idempotent_fails_only_where_its_server_died() {
    let network = Network::default();
    let handlers = [network.start(1), network.start(2)];
    let steps = StepsClient::new(network.builder().connections(1).to(["1.1.1.1:1", "1.1.1.1:2"]));
    let waiting: Vec<_> = (0..10)
        .map(|_| {
            let steps = steps.clone();
            tokio::spawn(async move { steps.wait(5_000).await })
        })
        .collect();
    settle().await;
    network.kill(1);
    let mut lost = 0;
    for call in waiting {
        match call.await.unwrap() {
            Ok(millis) => assert_eq!(millis, 5_000),
            Err(error) => {
                assert_eq!(
                    (error.kind(), error.delivery()),
                    (ErrorKind::Closed, Delivery::Possible)
                );
                lost += 1;
            }
        }
    }
    assert!(lost > 0 && lost < 10, "{lost}");
    // Those that were sent once were not sent again.
    assert!(handlers.map(|handler| handler.calls()).iter().sum::<usize>() <= 10);
    for number in 0..20 {
        assert_eq!(steps.wait(number).await.unwrap(), number);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_server_among_fast_ones_gets_few_calls() {
    let network = Network::default();
    let slow = network.start_slow(1, Duration::from_secs(1));
    let fast = [network.start(2), network.start(3)];
    let addresses = ["1.1.1.1:1", "1.1.1.1:2", "1.1.1.1:3"];
    let steps = StepsClient::new(network.builder().connections(2).to(addresses));
    for caller in load(&steps, 10, 100) {
        assert_eq!(caller.await.unwrap(), Vec::<String>::new());
    }
    let fast: usize = fast.iter().map(Handler::calls).sum();
    assert_eq!(slow.calls() + fast, 1_000);
    assert!(slow.calls() < 20, "{}", slow.calls());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_quickly_draws_no_calls() {
    for kind in [ApplicationErrorKind::INTERNAL_ERROR, ApplicationErrorKind::OVERLOADED] {
        let network = Network::default();
        let failing = network.start_failing(1, kind);
        let slow = Duration::from_millis(5);
        let good = [network.start_slow(2, slow), network.start_slow(3, slow)];
        let addresses = ["1.1.1.1:1", "1.1.1.1:2", "1.1.1.1:3"];
        let steps = StepsClient::new(network.builder().to(addresses));
        for caller in load(&steps, 10, 100) {
            let failed = caller.await.unwrap().len();
            assert!(kind != ApplicationErrorKind::OVERLOADED || failed == 0, "{failed}");
        }
        assert!((1..50).contains(&failing.calls()), "{kind:?}: {}", failing.calls());
        assert!(good.iter().all(|handler| handler.calls() > 300));
    }
}

#[tokio::test(start_paused = true)]
async fn without_any_server_a_call_says_why() {
    let network = Network::default();
    let channel = network.builder().to(["1.1.1.1:1"]).with_timeout(Duration::from_secs(3));
    let steps = StepsClient::new(channel);
    let begun = Instant::now();
    let error = steps.wait(1).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::ConnectTimeout, Delivery::NotSent));
    assert_eq!(error.to_string(), "wait was not answered within 3s: connection refused");
    assert!(begun.elapsed() < Duration::from_secs(4));
    let call = tokio::spawn(async move { steps.wait(1).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    network.start(1);
    assert_eq!(call.await.unwrap().unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn connections_that_are_lost_at_once_are_paused_for() {
    let network = Network::default();
    let good = network.start(1);
    let attempts = Arc::new(Mutex::new(0));
    let (theirs, counted) = (network.clone(), Arc::clone(&attempts));
    let channel = Balanced::builder(BinaryProtocol::STRICT, move |address| {
        let connected = match address.port() {
            1 => theirs.connect(address),
            _ => {
                *counted.lock().unwrap() += 1;
                Ok(Client::from_stream(tokio::io::duplex(64).0))
            }
        };
        async move { connected }
    })
    .backoff(Duration::from_secs(1)..=Duration::from_secs(8))
    .retry(RetryPolicy::new(5))
    .connections(1)
    .to(["1.1.1.1:1", "1.1.1.1:2"]);
    for caller in load(&StepsClient::new(channel), 1, 200) {
        assert_eq!(caller.await.unwrap(), Vec::<String>::new());
    }
    assert_eq!(good.calls(), 200);
    let attempts = *attempts.lock().unwrap();
    assert!((2..=8).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn addresses_are_discovered() {
    let network = Network::default();
    let handlers = [network.start(1), network.start(2)];
    let (tell, found) = mpsc::unbounded_channel();
    let steps = StepsClient::new(network.builder().connections(2).discover(Found(found)));
    let at = |port| SocketAddr::from(([1, 1, 1, 1], port));
    tell.send(Ok(Change::Insert("one", at(1)))).unwrap();
    assert_eq!(steps.twice(1).await.unwrap(), 2);
    assert_eq!(network.connections(1), 1);
    tell.send(Ok(Change::Insert("other", at(2)))).unwrap();
    tell.send(Ok(Change::Remove("one"))).unwrap();
    tell.send(Err("no more".to_owned())).unwrap();
    for number in 0..10 {
        assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
    }
    assert_eq!(handlers.map(|handler| handler.calls()), [1, 10]);
}

#[tokio::test]
async fn names_are_resolved() {
    let server = thrift_runtime::Server::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    let serving = tokio::spawn(server.serve(StepsProcessor::new(Handler::default())));
    let connect = |address| Client::builder().framed().connect(address);
    let channel = Balanced::builder(BinaryProtocol::STRICT, connect)
        .connections(2)
        .to([format!("localhost:{port}")])
        .with_timeout(Duration::from_secs(20));
    assert_eq!(StepsClient::new(channel).twice(4).await.unwrap(), 8);
    let lost = Balanced::builder(BinaryProtocol::STRICT, connect).to(["no port"]);
    let lost = StepsClient::new(lost.with_timeout(Duration::from_millis(100)));
    let error = lost.twice(4).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    assert!(error.to_string().contains("no port cannot be resolved: "), "{error}");
    serving.abort();
}
