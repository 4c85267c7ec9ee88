//! Calls with a key, which go to the server of the key.

use std::{net::SocketAddr, time::Duration};

use thrift_runtime::{
    BinaryProtocol, Channel, Request, Response, Result,
    layers::{Balanced, BalancedBuilder, HashKey},
};
use tokio::sync::mpsc;
use tower::discover::Change;

use crate::{
    Handler,
    network::{Found, Network},
    steps::{Steps, StepsClient},
};

const KEYS: i32 = 60;

/// Calls with each key, and tells which server answers: always the same one.
async fn owners(channel: &Balanced, handlers: &[Handler]) -> Vec<usize> {
    let mut owners = Vec::new();
    for key in 0..KEYS {
        let steps = StepsClient::new(channel.with_key(HashKey::of(key.to_be_bytes())));
        let before: Vec<_> = handlers.iter().map(Handler::calls).collect();
        for number in 0..3 {
            assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
        }
        let came = handlers.iter().zip(before).map(|(handler, before)| handler.calls() - before);
        let came: Vec<_> = came.collect();
        assert!(came.contains(&3), "{came:?}");
        owners.extend(came.iter().position(|calls| *calls == 3));
    }
    owners
}

/// Connects to port 1 alone: at the others, nobody ever answers.
fn answering_at_1(network: &Network) -> BalancedBuilder {
    let network = network.clone();
    Balanced::builder(BinaryProtocol::STRICT, move |address| {
        let connected = (address.port() == 1).then(|| network.connect(address));
        async move {
            match connected {
                Some(connected) => connected,
                None => std::future::pending().await,
            }
        }
    })
}

/// Which keys have another server.
fn moved(before: &[usize], after: &[usize]) -> Vec<usize> {
    let pairs = before.iter().zip(after);
    pairs.filter(|(before, after)| before != after).map(|(before, _)| *before).collect()
}

#[tokio::test(start_paused = true)]
async fn a_key_has_a_server_and_another_while_that_is_dead() {
    let network = Network::default();
    let mut handlers = [1, 2, 3].map(|port| network.start(port)).to_vec();
    let addresses = ["1.1.1.1:1", "1.1.1.1:2", "1.1.1.1:3"];
    let channel = network.builder().by_key().connections(2).to(addresses);
    let first = owners(&channel, &handlers).await;
    for server in 0..3 {
        let share = first.iter().filter(|owner| **owner == server).count();
        assert!(share >= 8, "{first:?}");
    }
    assert_eq!(owners(&channel, &handlers).await, first);
    // Another client agrees.
    let other = network.builder().by_key().connections(1).to(addresses);
    assert_eq!(owners(&other, &handlers).await, first);

    network.kill(2);
    let without = owners(&channel, &handlers).await;
    let homeless = moved(&first, &without);
    assert!(!homeless.is_empty() && homeless.iter().all(|owner| *owner == 1), "{homeless:?}");
    assert!(without.iter().all(|owner| *owner != 1));
    handlers[1] = network.start(2);
    tokio::time::sleep(Duration::from_secs(2)).await;
    // The connection is made again while there are calls.
    StepsClient::new(channel.clone()).twice(1).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(owners(&channel, &handlers).await, first);
}

#[tokio::test(start_paused = true)]
async fn only_the_keys_of_a_server_move_when_it_comes_or_goes() {
    let network = Network::default();
    let handlers = [1, 2, 3].map(|port| network.start(port));
    let (tell, found) = mpsc::unbounded_channel();
    let channel = network.builder().by_key().connections(1).discover(Found(found));
    let come = |name, port| {
        let address = SocketAddr::from(([1, 1, 1, 1], port));
        tell.send(Ok(Change::Insert(name, address))).unwrap();
    };
    come("one", 1);
    come("two", 2);
    let two = owners(&channel, &handlers).await;
    come("three", 3);
    let three = owners(&channel, &handlers).await;
    let taken = moved(&two, &three);
    assert!((8..=35).contains(&taken.len()), "{taken:?}");
    assert_eq!(three.iter().filter(|owner| **owner == 2).count(), taken.len());
    tell.send(Ok(Change::Remove("three"))).unwrap();
    assert_eq!(owners(&channel, &handlers).await, two);
    // What was known stays.
    tell.send(Err("no more".to_owned())).unwrap();
    assert_eq!(owners(&channel, &handlers).await, two);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_answer_is_not_waited_for_long() {
    let network = Network::default();
    let handlers = [network.start(1)];
    let channel = answering_at_1(&network)
        .by_key()
        .to(["1.1.1.1:1", "1.1.1.1:2"])
        .with_timeout(Duration::from_secs(3));
    assert_eq!(owners(&channel, &handlers).await, [0; KEYS as usize]);
}

#[tokio::test(start_paused = true)]
async fn servers_that_keep_coming_hold_up_no_call_for_long() {
    let network = Network::default();
    network.start(1);
    let (tell, found) = mpsc::unbounded_channel();
    let at = |port| SocketAddr::from(([1, 1, 1, 1], port));
    tell.send(Ok(Change::Insert("good", at(1)))).unwrap();
    tokio::spawn(async move {
        // Each at another address, where nobody answers.
        for port in 2.. {
            if tell.send(Ok(Change::Insert("bad", at(port)))).is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    });
    let channel = answering_at_1(&network)
        .by_key()
        .discover(Found(found))
        .with_timeout(Duration::from_secs(3));
    let steps = StepsClient::new(channel);
    for number in 0..10 {
        assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_comes_holds_up_its_own_keys_alone() {
    let network = Network::default();
    network.start(1);
    let (tell, found) = mpsc::unbounded_channel();
    let at = |port| SocketAddr::from(([1, 1, 1, 1], port));
    tell.send(Ok(Change::Insert("good", at(1)))).unwrap();
    let channel = answering_at_1(&network).by_key().discover(Found(found));
    assert_eq!(StepsClient::new(channel.clone()).twice(1).await.unwrap(), 2);
    tell.send(Ok(Change::Insert("bad", at(2)))).unwrap();
    let calls = (0..KEYS).map(|key| {
        let steps = StepsClient::new(channel.with_key(HashKey::of(key.to_be_bytes())));
        tokio::spawn(async move {
            let start = tokio::time::Instant::now();
            assert_eq!(steps.twice(key).await.unwrap(), 2 * key);
            start.elapsed()
        })
    });
    let (mut quick, mut late) = (0, 0);
    for call in calls.collect::<Vec<_>>() {
        match call.await.unwrap().as_millis() {
            ..100 => quick += 1,
            900..1_100 => late += 1,
            other => panic!("{other} ms"),
        }
    }
    assert!(quick >= 10 && late >= 10, "{quick} {late}");
}

/// Gives all calls a key.
#[derive(Clone)]
struct OfTenant<C>(C);

impl<C: Channel> Channel for OfTenant<C> {
    type Protocol = C::Protocol;

    async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        let key = HashKey::of("a tenant");
        request.extensions_mut().insert(key);
        self.0.send(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_brings_its_key_or_has_none() {
    let network = Network::default();
    let handlers = [1, 2, 3].map(|port| network.start(port));
    let addresses = ["1.1.1.1:1", "1.1.1.1:2", "1.1.1.1:3"];
    let channel = network.builder().by_key().to(addresses);
    let calls = || handlers.each_ref().map(Handler::calls);
    let keyed = StepsClient::new(OfTenant(channel.with_key(HashKey::of("another"))));
    for number in 0..30 {
        keyed.twice(number).await.unwrap();
    }
    let mut counts = calls();
    counts.sort();
    assert_eq!(counts, [0, 0, 30]);
    let before = calls();
    let any = StepsClient::new(channel);
    for number in 0..90 {
        any.twice(number).await.unwrap();
    }
    let shares: Vec<_> = calls().iter().zip(before).map(|(after, before)| after - before).collect();
    assert!(shares.iter().all(|share| *share >= 5), "{shares:?}");
}
