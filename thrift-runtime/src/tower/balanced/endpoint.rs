//! One server of several: the connections to it.

use std::{
    future::Future,
    net::SocketAddr,
    ops::RangeInclusive,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::task::JoinSet;
use tower::load::Load;
use tower_service::Service;

use super::{
    Connect, Connecting,
    busy::Busy,
    failure::{LastFailure, Opened},
    members::{Member, Members, closed},
};
use crate::{
    call::{Guarded, Response, ended},
    client::{Client, Reconnecting},
    error::{Error, ErrorKind, Result},
    layers::{OwnedRequest, channel_service::send},
    protocol::Protocol,
};

/// How endpoints are made.
#[derive(Clone)]
pub(super) struct Maker<P: Protocol> {
    pub(super) connect: Connect<P>,
    pub(super) connections: usize,
    pub(super) backoff: Option<RangeInclusive<Duration>>,
    pub(super) failure: LastFailure,
    pub(super) members: Members<P>,
}

/// The connections to one server, which is ready while one of them is open: what a balance chooses
/// from. They are made, and made again, while it is asked whether it is ready: one at first, and more
/// while all that there are have calls. A call goes to the least busy.
pub(super) struct Endpoint<P: Protocol> {
    address: SocketAddr,
    maker: Maker<P>,
    connections: Vec<Connection<P>>,
    /// How many of them there are to be: one more when all have calls, one less when one is lost.
    wanted: usize,
    busy: Busy,
    /// While there is a connection.
    opened: Option<Opened>,
}

struct Connection<P: Protocol> {
    channel: Reconnecting<P>,
    state: State<P>,
    /// Whether an attempt to make it has ended.
    tried: bool,
    _member: Member<P>,
    /// Shared with calls in flight.
    calls: Arc<()>,
}

enum State<P: Protocol> {
    Idle,
    Connecting(Connecting<P>),
    Open(Client<P>),
}

impl<P: Protocol> Maker<P> {
    pub(super) fn make(&self, address: SocketAddr) -> Endpoint<P> {
        let (maker, connections, busy) = (self.clone(), Vec::new(), Busy::default());
        Endpoint { address, maker, connections, wanted: 1, busy, opened: None }
    }

    #[cold]
    fn connection(&self, address: SocketAddr) -> Connection<P> {
        let connect = Arc::clone(&self.connect);
        let members = self.members.clone();
        let channel = Reconnecting::new(move || {
            let (connect, closing) = (Arc::clone(&connect), members.closed());
            async move {
                if *closing.borrow() {
                    return Err(closed());
                }
                guarded(connect, address).await
            }
        });
        let channel = match &self.backoff {
            Some(pauses) => channel.backoff(pauses.clone()),
            None => channel,
        };
        let member = self.members.join(channel.clone());
        let calls = Arc::default();
        Connection { channel, state: State::Idle, tried: false, _member: member, calls }
    }
}

/// Connects. A panic is a failure: it would be the end of the channel otherwise.
async fn guarded<P: Protocol>(connect: Connect<P>, address: SocketAddr) -> Result<Client<P>> {
    let connecting = pin!(async move { connect(address).await });
    Guarded(connecting).await.unwrap_or_else(|| {
        Err(Error::new(ErrorKind::Closed, "a panic interrupted the attempt to connect"))
    })
}

/// Runs a future in a task of its own, as nobody may ask for a long time: a handshake would not go on
/// meanwhile. The task ends if what this returns is dropped.
fn apart<P: Protocol>(
    connect: impl Future<Output = Result<Client<P>>> + Send + 'static,
) -> Connecting<P> {
    let mut tasks = JoinSet::new();
    tasks.spawn(connect);
    Box::pin(async move {
        match tasks.join_next().await {
            Some(Ok(connected)) => connected,
            _ => Err(Error::new(ErrorKind::Closed, "the runtime has shut down")),
        }
    })
}

impl<P: Protocol> Endpoint<P> {
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it is not known yet whether there are connections.
    pub(super) fn is_new(&self) -> bool {
        !self.connections.iter().any(|connection| connection.tried)
    }

    /// One of its connections that are open.
    pub(super) fn client(&self) -> Option<&Client<P>> {
        self.connections.iter().find_map(Connection::client)
    }

    /// What the first connection is made by.
    pub(super) fn first(&self) -> Option<Reconnecting<P>> {
        Some(self.connections.first()?.channel.clone())
    }

    /// Whether there is a connection.
    pub(super) fn is_open(&self) -> bool {
        self.connections.iter().any(|connection| connection.client().is_some())
    }
}

impl<P: Protocol> Connection<P> {
    /// Has it connect unless it is open, or not wanted.
    fn poll_open(&mut self, cx: &mut Context<'_>, wanted: bool, failure: &LastFailure) {
        loop {
            let state = match &mut self.state {
                State::Open(client) if !client.is_closed() => return,
                State::Idle | State::Open(_) if !wanted => {
                    self.state = State::Idle;
                    return;
                }
                State::Idle | State::Open(_) => {
                    let channel = self.channel.clone();
                    State::Connecting(apart(async move { channel.client().await }))
                }
                State::Connecting(connecting) => {
                    let Poll::Ready(connected) = connecting.as_mut().poll(cx) else { return };
                    self.tried = true;
                    // After a failure, the next attempt begins with a pause.
                    let (state, error) = match connected {
                        Ok(client) => (State::Open(client), None),
                        Err(error) => (State::Idle, Some(error)),
                    };
                    failure.set(error);
                    state
                }
            };
            self.state = state;
        }
    }

    fn client(&self) -> Option<&Client<P>> {
        match &self.state {
            State::Open(client) if !client.is_closed() => Some(client),
            _ => None,
        }
    }

    fn is_lost(&self) -> bool {
        matches!(&self.state, State::Open(client) if client.is_closed())
    }

    /// How many calls are in flight.
    fn calls(&self) -> usize {
        Arc::strong_count(&self.calls) - 1
    }
}

impl<P: Protocol> Load for Endpoint<P> {
    type Metric = f64;

    fn load(&self) -> f64 {
        self.busy.wait()
    }
}

impl<P: Protocol> Service<OwnedRequest> for Endpoint<P> {
    type Response = Response<P>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<P>>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if !self.is_open() {
            self.busy.forget();
        }
        let Endpoint { address, maker, connections, wanted, .. } = self;
        let lost = connections.iter().filter(|connection| connection.is_lost()).count();
        *wanted = wanted.saturating_sub(lost).max(1);
        while connections.len() < *wanted {
            connections.push(maker.connection(*address));
        }
        for (index, connection) in connections.iter_mut().enumerate() {
            connection.poll_open(cx, index < *wanted, &maker.failure);
        }
        if !self.is_open() {
            self.opened = None;
            return Poll::Pending;
        }
        self.opened.get_or_insert_with(|| self.maker.failure.open());
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: OwnedRequest) -> Self::Future {
        let open = self.connections.iter().filter_map(|one| Some((one, one.client()?)));
        let Some((connection, client)) = open.min_by_key(|(one, _)| one.calls()) else {
            return Box::pin(std::future::ready(Err(lost())));
        };
        // One that is being made will be the least busy.
        let made = self.connections.iter().take(self.wanted).all(|one| one.client().is_some());
        if connection.calls() > 0 && made {
            self.wanted = self.maker.connections.min(self.wanted + 1);
        }
        let (client, calls) = (client.clone(), Arc::clone(&connection.calls));
        let (call, oneway) = (self.busy.begin(), request.is_oneway());
        Box::pin(async move {
            let sent = send(client, request).await;
            drop(calls);
            call.end(ended(&sent, oneway));
            sent
        })
    }
}

/// The error if a connection was lost since it was asked for.
#[cold]
pub(super) fn lost() -> Error {
    Error::new(ErrorKind::Closed, "the connection was lost").not_sent()
}
