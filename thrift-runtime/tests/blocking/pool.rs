//! Pools of blocking connections, to one server or several, that fail.

use std::{
    collections::BTreeMap,
    io::{self, Read},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, BlockingChannel, BlockingClient, BlockingPool,
    BlockingPoolBuilder, BlockingServer, Call, Delivery, Error, ErrorKind, Processed, Processor,
    Protocol, Request, Response, Result,
};

use crate::{TestServiceBlocking, TestServiceBlockingClient, start};

const MOMENT: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(20);
/// The length of a call of `add`.
const CALL: usize = 30;

/// How many connections were attempted to each server.
#[derive(Clone, Default)]
struct Counted(Arc<Mutex<BTreeMap<SocketAddr, usize>>>);

impl Counted {
    fn to(&self, address: SocketAddr) -> usize {
        self.0.lock().unwrap().get(&address).copied().unwrap_or_default()
    }

    fn builder(&self) -> BlockingPoolBuilder {
        let counted = self.clone();
        BlockingPool::builder(move |address| {
            *counted.0.lock().unwrap().entry(address).or_default() += 1;
            BlockingClient::connect(address)
        })
    }
}

/// The pool for some servers.
fn pool(builder: BlockingPoolBuilder, servers: &[SocketAddr]) -> BlockingPool {
    builder.to(servers.iter().map(SocketAddr::to_string)).with_timeout(PATIENCE)
}

/// Declares that calls may be repeated.
struct Repeatable<C>(C);

impl<C: BlockingChannel> BlockingChannel for Repeatable<C> {
    type Protocol = C::Protocol;

    fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        request.set_idempotent(true);
        self.0.send(request)
    }
}

/// A peer that does something with each connection.
fn peer(mut serve: impl FnMut(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().for_each(|stream| serve(stream.unwrap())));
    address
}

/// An address at which nobody listens.
fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A peer that takes a call, and dies. Tells how many it took.
fn mortal() -> (SocketAddr, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&taken);
    let address = peer(move |mut stream| {
        if stream.read_exact(&mut [0; CALL]).is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (address, taken)
}

#[test]
fn threads_share_a_few_connections_to_several_servers() {
    let servers = [start(|server| server).0, start(|server| server).0];
    let counted = Counted::default();
    let pool = pool(counted.builder().connections(2), &servers);
    let client = TestServiceBlockingClient::new(pool.clone());
    thread::scope(|scope| {
        for thread in 0..8 {
            let client = client.clone();
            scope.spawn(move || {
                for number in 0..200 {
                    assert_eq!(client.add(thread, number).unwrap(), thread + number);
                }
            });
        }
    });
    for server in servers {
        assert!((1..=2).contains(&counted.to(server)), "{:?}", counted.0);
    }
    pool.flush().unwrap();
    pool.close().unwrap();
    let error = client.add(1, 2).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Closed, Delivery::NotSent));
    assert_eq!(error.to_string(), "this client was closed");
}

#[test]
fn a_call_that_finds_no_connection_free_waits_but_not_too_long() {
    let (server, handler) = start(|server| server);
    let counted = Counted::default();
    let pool = pool(counted.builder().connections(2), &[server]);
    let client = TestServiceBlockingClient::new(pool.clone());
    thread::scope(|scope| {
        let (one, other) = (client.clone(), client.clone());
        scope.spawn(move || assert_eq!(one.wait().unwrap(), 7));
        scope.spawn(move || assert_eq!(other.wait().unwrap(), 7));
        while handler.waiting.load(Ordering::SeqCst) < 2 {
            thread::yield_now();
        }
        let hasty = TestServiceBlockingClient::new(pool.with_timeout(Duration::from_millis(20)));
        let error = hasty.add(1, 2).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Timeout, Delivery::NotSent));
        assert_eq!(error.to_string(), "no connection was free within 20ms");
        assert_eq!(client.add(1, 2).unwrap(), 3);
    });
    assert_eq!(counted.to(server), 2);
}

#[test]
fn idle_connections_are_closed_though_there_are_no_calls() {
    let (closed, is_closed) = mpsc::channel();
    let (server, _) = start(|server| server);
    let relay = peer(move |from| {
        let to = TcpStream::connect(server).unwrap();
        let back = (to.try_clone().unwrap(), from.try_clone().unwrap());
        thread::spawn(move || io::copy(&mut &back.0, &mut &back.1));
        let closed = closed.clone();
        thread::spawn(move || {
            let _ = io::copy(&mut &from, &mut &to);
            closed.send(()).unwrap();
        });
    });
    let pool = pool(BlockingPool::builder(BlockingClient::connect).idle_timeout(MOMENT), &[relay]);
    let client = TestServiceBlockingClient::new(pool);
    let begun = Instant::now();
    assert_eq!(client.add(1, 2).unwrap(), 3);
    is_closed.recv_timeout(PATIENCE).unwrap();
    assert!(begun.elapsed() >= MOMENT);
    assert_eq!(client.add(1, 2).unwrap(), 3);
    is_closed.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn a_server_without_connections_gets_no_calls_and_few_attempts() {
    let (dead, (alive, _)) = (nobody(), start(|server| server));
    let counted = Counted::default();
    let client = TestServiceBlockingClient::new(pool(counted.builder(), &[dead, alive]));
    for number in 0..500 {
        assert_eq!(client.add(number, 1).unwrap(), number + 1);
    }
    assert!((1..=8).contains(&counted.to(dead)), "{:?}", counted.0);
    // One that closes at once is no better.
    let (brittle, counted) = (peer(drop), Counted::default());
    let client = TestServiceBlockingClient::new(pool(counted.builder(), &[brittle, alive]));
    for number in 0..500 {
        let added = client.add(number, 1);
        match added {
            Ok(sum) => assert_eq!(sum, number + 1),
            Err(error) => assert_eq!(error.delivery(), Delivery::Possible, "{error}"),
        }
    }
    assert!((1..=8).contains(&counted.to(brittle)), "{:?}", counted.0);
}

#[test]
fn what_was_lost_on_the_way_is_repeated_only_if_that_does_no_harm() {
    let ((dying, taken), (alive, _)) = (mortal(), start(|server| server));
    let servers = pool(Counted::default().builder(), &[dying, alive]);
    let repeated = TestServiceBlockingClient::new(Repeatable(servers.clone()));
    let begun = Instant::now();
    while taken.load(Ordering::SeqCst) < 3 {
        assert_eq!(repeated.add(1, 2).unwrap(), 3);
        assert!(begun.elapsed() < PATIENCE);
    }

    let ((dying, taken), counted) = (mortal(), Counted::default());
    let once = TestServiceBlockingClient::new(pool(counted.builder(), &[dying, alive]));
    let mut lost = 0;
    while lost < 3 {
        match once.add(1, 2) {
            Ok(sum) => assert_eq!(sum, 3),
            Err(error) => {
                assert!(error.is_closed() && error.delivery() == Delivery::Possible, "{error}");
                lost += 1;
            }
        }
    }
    assert_eq!(taken.load(Ordering::SeqCst), lost);
}

#[test]
fn attempts_are_bounded() {
    let (dying, taken) = mortal();
    let pauses = Duration::from_millis(1)..=Duration::from_millis(1);
    for (attempts, expected) in [(0, 1), (1, 1), (3, 3)] {
        let builder = Counted::default().builder().attempts(attempts).backoff(pauses.clone());
        let client = TestServiceBlockingClient::new(Repeatable(pool(builder, &[dying])));
        let error = client.add(1, 2).unwrap_err();
        assert!(error.is_closed() && error.delivery() == Delivery::Possible, "{error}");
        assert_eq!(taken.swap(0, Ordering::SeqCst), expected);
    }
}

/// Refuses all calls, since it has too much to do.
struct Overloaded(Arc<AtomicUsize>);

impl Processor for Overloaded {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        self.0.fetch_add(1, Ordering::SeqCst);
        call.refuse(ApplicationException::new(ApplicationErrorKind::OVERLOADED, "too much"))
    }
}

/// A server that is overloaded, and how many calls it refuses.
fn overloaded(address: &str) -> (SocketAddr, Arc<AtomicUsize>) {
    let server = BlockingServer::bind(address).unwrap();
    let address = server.local_addr().unwrap();
    let refused = Arc::new(AtomicUsize::new(0));
    let processor = Overloaded(Arc::clone(&refused));
    thread::spawn(move || server.serve(processor));
    (address, refused)
}

#[test]
fn what_a_server_refuses_goes_to_another() {
    let ((busy, refused), (alive, _)) = (overloaded("127.0.0.1:0"), start(|server| server));
    let client = TestServiceBlockingClient::new(pool(Counted::default().builder(), &[busy, alive]));
    let begun = Instant::now();
    while refused.load(Ordering::SeqCst) == 0 {
        assert_eq!(client.add(1, 2).unwrap(), 3);
        assert!(begun.elapsed() < PATIENCE);
    }
    for number in 0..200 {
        assert_eq!(client.add(number, 1).unwrap(), number + 1);
    }
    // To refuse is no way to get more calls.
    let count = refused.swap(0, Ordering::SeqCst);
    assert!(count <= 20, "{count}");
    let client = TestServiceBlockingClient::new(pool(Counted::default().builder(), &[busy]));
    let error = client.add(1, 2).unwrap_err();
    assert_eq!(error.delivery(), Delivery::Refused, "{error}");
    assert_eq!(refused.load(Ordering::SeqCst), 3);
}

#[test]
fn a_server_that_came_back_gets_calls_again() {
    let ((first, _), place) = (start(|server| server), nobody());
    let counted = Counted::default();
    let pauses = Duration::from_millis(5)..=Duration::from_millis(10);
    let client =
        TestServiceBlockingClient::new(pool(counted.builder().backoff(pauses), &[first, place]));
    let begun = Instant::now();
    while counted.to(place) < 2 {
        assert_eq!(client.add(1, 2).unwrap(), 3);
        assert!(begun.elapsed() < PATIENCE);
    }
    let (_, refused) = overloaded(&place.to_string());
    while refused.load(Ordering::SeqCst) == 0 {
        assert_eq!(client.add(1, 2).unwrap(), 3);
        assert!(begun.elapsed() < PATIENCE);
    }
}

#[test]
fn without_any_server_a_call_says_why() {
    let pool = pool(Counted::default().builder(), &[nobody(), nobody()]).with_timeout(MOMENT);
    let begun = Instant::now();
    let error = TestServiceBlockingClient::new(pool).add(1, 2).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::ConnectTimeout, Delivery::NotSent));
    let text = error.to_string();
    assert!(text.starts_with("no connection was made within 100ms: cannot connect to "), "{text}");
    assert!(begun.elapsed() < PATIENCE / 2);
    let lost = BlockingPool::builder(BlockingClient::connect).to(["no port"]).with_timeout(MOMENT);
    let text = TestServiceBlockingClient::new(lost).add(1, 2).unwrap_err().to_string();
    assert!(text.contains("no port cannot be resolved: "), "{text}");
}

#[test]
fn an_attempt_that_takes_long_or_panics_holds_up_nobody() {
    let (alive, _) = start(|server| server);
    let (hanging, panicking) = (nobody(), nobody());
    let (stop, stopped) = mpsc::channel::<()>();
    let stopped = Mutex::new(stopped);
    let builder = BlockingPool::builder(move |address: SocketAddr| {
        if address == hanging {
            let _ = stopped.lock().unwrap().recv();
        }
        assert_ne!(address, panicking, "as it was asked to");
        BlockingClient::connect(address)
    });
    let client = TestServiceBlockingClient::new(pool(
        builder.clone().connections(1),
        &[hanging, panicking, alive],
    ));
    let begun = Instant::now();
    for number in 0..50 {
        assert_eq!(client.add(number, 1).unwrap(), number + 1);
    }
    assert!(begun.elapsed() < PATIENCE / 2);
    let hopeless = pool(builder, &[hanging]).with_timeout(MOMENT / 5);
    let error = TestServiceBlockingClient::new(hopeless).add(1, 2).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::ConnectTimeout, Delivery::NotSent));
    assert_eq!(error.to_string(), "no connection was made within 20ms");
    drop(stop);
}

#[test]
fn addresses_are_discovered() {
    let servers = [start(|server| server).0, start(|server| server).0];
    let (counted, asked) = (Counted::default(), AtomicUsize::new(0));
    let known = counted.clone();
    let pool = counted.builder().resolve_every(Duration::from_millis(1)).discover(move || {
        let next = servers.iter().find(|server| known.to(**server) == 0);
        match (asked.fetch_add(1, Ordering::SeqCst), next) {
            (0, _) => Err(Error::new(ErrorKind::Io, "not yet")),
            (_, Some(next)) => Ok(vec![*next]),
            (_, None) => Err(Error::new(ErrorKind::Io, "no more")),
        }
    });
    let client = TestServiceBlockingClient::new(pool.with_timeout(PATIENCE));
    let begun = Instant::now();
    while servers.iter().any(|server| counted.to(*server) == 0) {
        assert_eq!(client.add(1, 2).unwrap(), 3);
        assert!(begun.elapsed() < PATIENCE);
    }
    // What was found last stays.
    assert_eq!(client.add(1, 2).unwrap(), 3);
}
