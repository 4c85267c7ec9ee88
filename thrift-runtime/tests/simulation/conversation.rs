//! A conversation, from its seed to its end.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use thrift_runtime::{AnyProtocol, Client, ConnectionOptions, Result, serve_connection_until};
use tokio::{
    runtime::{Builder, Handle},
    sync::Notify,
    task::{AbortHandle, JoinHandle, JoinSet},
    time::{Instant, sleep, timeout},
};

use crate::{
    caller::{call_all, desk},
    content, handler,
    meeting::Meeting,
    memory, panics,
    plan::{End, Method, Plan},
    service::Desk as _,
    tally::Tally,
    tls, trace,
    wire::{self, Break, Wire},
    world::{SPARE, World},
};

/// How long a conversation may take. All waits for calls are much shorter.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// How long a connection is left alone before what it holds is counted.
const REST: Duration = Duration::from_secs(5);
/// A buffer that is larger is freed when it has been empty for a while.
const LARGE_BUFFER: isize = 64 << 10;
/// How much may be held for a connection that has ended, while somebody has the client.
const ENDED_BYTES: isize = 16 << 10;
/// How long a side may take to notice that the connection has ended, once all handlers are done.
const PATIENCE: Duration = Duration::from_secs(100);
/// What there is to tell of a conversation that went as it should.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    /// A digest of what went over the wire, and when.
    pub(crate) digest: u64,
    pub(crate) tally: Tally,
}

/// Runs a conversation.
///
/// # Errors
///
/// With all that was wrong.
pub(crate) fn run(seed: u64) -> Result<Told, String> {
    let before = memory::live();
    let told = run_once(seed)?;
    if memory::live() == before {
        return Ok(told);
    }
    // What is made once for all was made now.
    let before = memory::live();
    run_once(seed)?;
    match memory::live() - before {
        0 => Ok(told),
        bytes => Err(format!("{bytes} bytes are not given back")),
    }
}

fn run_once(seed: u64) -> Result<Told, String> {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let conversation = async { timeout(LONGEST, converse(seed)).await };
    let conversation = AssertUnwindSafe(|| runtime.block_on(conversation));
    let outcome = match catch_unwind(conversation) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err("it does not end".into()),
        Err(_) => Err("it panicked".into()),
    };
    drop(runtime);
    match panics::take() {
        0 => outcome,
        count => Err(format!("{count} panics; {outcome:?}")),
    }
}

/// The tasks of a conversation besides its callers.
struct Scene {
    world: Arc<World>,
    serving: JoinHandle<Result<()>>,
    shutdown: Arc<Notify>,
    /// The bytes that were allocated before there was a connection.
    before: isize,
}

async fn converse(seed: u64) -> Result<Told, String> {
    trace::start();
    let mut plan = Plan::new(seed);
    crate::trace!("{plan:#?}");
    let (to_server, to_client) = (plan.to_server.clone(), plan.to_client.clone());
    let (wire, ours, theirs) = Wire::new(to_server, to_client, &mut plan.random);
    let world = Arc::new(World::new(plan, wire));
    let shutdown = Arc::new(Notify::new());
    let before = memory::live();
    let serving = tokio::spawn(serve(Arc::clone(&world), theirs, Arc::clone(&shutdown)));
    let scene = Scene { world, serving, shutdown, before };
    if let Some(client) = connect(&scene.world, ours).await {
        scene.speak(&client).await;
        scene.check_client(&client).await;
    }
    let world = scene.leave().await;
    world.check_end();
    match world.take_wrong() {
        wrong if wrong.is_empty() => Ok(world.told()),
        wrong => Err(wrong.join("\n")),
    }
}

async fn serve(world: Arc<World>, stream: wire::End, shutdown: Arc<Notify>) -> Result<()> {
    let mut options = ConnectionOptions::default();
    options.concurrent_calls = world.plan.concurrent_calls;
    options.tls = world.plan.dialect.tls.then(tls::server);
    let processor = handler::processor(&world);
    drop(world);
    serve_connection_until(stream, processor, &options, shutdown.notified()).await
}

/// The client; `None` if its connection broke in the handshake.
async fn connect(world: &World, stream: wire::End) -> Option<Client<AnyProtocol>> {
    let dialect = world.plan.dialect;
    // Streams here stop for a while, and calls may be impatient: that is no reason to leave one.
    let builder = Client::builder().protocol(dialect.protocol).max_timeouts(None);
    let builder = if dialect.zlib_transform { builder.header_with_zlib() } else { builder };
    let builder = builder.framing(dialect.framing).max_in_flight(world.plan.max_in_flight);
    let builder = if dialect.zlib { builder.zlib() } else { builder };
    if !dialect.tls {
        return Some(builder.over(stream));
    }
    match timeout(PATIENCE, tls::connect(stream)).await {
        Ok(Ok(stream)) => return Some(builder.over(stream)),
        _ if world.struck().is_some() => {}
        failed => world.wrong(format_args!("the handshake fails: {failed:?}")),
    }
    None
}

/// How much both ends of a connection may hold when it is idle: three buffers each, which are freed
/// only if they are larger.
fn idle_bytes(world: &World) -> isize {
    let Plan { dialect, .. } = world.plan;
    let zlib = if dialect.zlib { 12 * LARGE_BUFFER } else { 0 };
    let tls = if dialect.tls { 2 * LARGE_BUFFER } else { 0 };
    6 * LARGE_BUFFER + zlib + tls + ENDED_BYTES
}

impl Scene {
    /// Has all callers call, while the connection meets its fate.
    async fn speak(&self, client: &Client<AnyProtocol>) {
        let Scene { world, serving, shutdown, .. } = self;
        let start = Instant::now();
        let mut callers = JoinSet::new();
        for numbers in world.plan.callers.clone() {
            callers.spawn(call_all(Arc::clone(world), client.clone(), numbers));
        }
        let mut fate = pin!(fate(world, shutdown, serving.abort_handle()));
        let mut met = false;
        let speaking = async {
            loop {
                tokio::select! {
                    biased;
                    () = &mut fate, if !met => {
                        met = true;
                        if let End::CallersGone(_) = world.plan.end {
                            callers.abort_all();
                        }
                    }
                    called = callers.join_next() => match called {
                        None => break,
                        Some(Err(error)) if error.is_panic() => world.wrong("a caller panics"),
                        Some(_) => {}
                    },
                }
            }
        };
        let longest = Duration::from_secs(61) * world.plan.orders.len() as u32 + PATIENCE;
        if timeout(longest, speaking).await.is_err() {
            world.wrong(format_args!("calls have not ended after {longest:?}"));
        }
        let (took, longest) = (start.elapsed(), world.plan.longest());
        if world.struck().is_none() && took > longest {
            world.wrong(format_args!("all took {took:?}, and not {longest:?} at most"));
        }
    }

    /// Checks that the client is as useful as it can be after what has happened to it.
    async fn check_client(&self, client: &Client<AnyProtocol>) {
        let Scene { world, .. } = self;
        if world.struck().is_none() {
            if client.is_closed() {
                world.wrong("the connection is closed, though nothing broke");
            }
            if !world.plan.hasty {
                self.check_permits(client).await;
                self.check_memory(idle_bytes(world)).await;
            }
            return;
        }
        if is_silent(world) {
            return;
        }
        let closing = async {
            while !client.is_closed() {
                sleep(Duration::from_millis(100)).await;
            }
        };
        if timeout(PATIENCE, closing).await.is_err() {
            world.wrong("the client has not noticed that the connection has ended");
        }
        let start = Instant::now();
        let called = desk(world, client.clone()).count(world.plan.orders.len() as i64).await;
        if !called.is_err_and(|error| error.is_closed()) || start.elapsed() > Duration::ZERO {
            world.wrong("a call on a closed connection does not fail at once");
        }
        self.check_memory(ENDED_BYTES).await;
    }

    /// Checks that a connection which does nothing holds no more than this.
    async fn check_memory(&self, most: isize) {
        let Scene { world, before, .. } = self;
        sleep(REST).await;
        world.wire.shrink();
        let held = memory::live() - before;
        if held > most {
            let what = if world.struck().is_some() { "ended" } else { "idle" };
            world.wrong(format_args!("a connection that is {what} holds {held} bytes, not {most}"));
        }
    }

    /// Checks that as many calls may be in flight as before.
    async fn check_permits(&self, client: &Client<AnyProtocol>) {
        let Scene { world, .. } = self;
        let Plan { max_in_flight, concurrent_calls, ref orders, .. } = world.plan;
        let count = max_in_flight.min(SPARE);
        // Where all can be handled at once, none is answered before all have come.
        let meets = count <= concurrent_calls;
        world.log().meeting = meets.then(|| Arc::new(Meeting::of(count)));
        let mut callers = JoinSet::new();
        for number in orders.len()..orders.len() + count {
            let desk = desk(world, client.clone());
            callers.spawn(async move {
                let counted = match meets {
                    true => desk.meet(number as i64).await,
                    false => desk.count(number as i64).await,
                };
                counted.is_ok_and(|counted| counted == content::counted(number))
            });
        }
        let met = timeout(PATIENCE, callers.join_all()).await;
        if !met.is_ok_and(|met| !met.contains(&false)) && world.struck().is_none() {
            world.wrong(format_args!("not {count} calls may be in flight, of {max_in_flight}"));
        }
    }

    /// Waits until all has ended that was begun.
    async fn leave(self) -> Arc<World> {
        let Scene { world, mut serving, .. } = self;
        match timeout(PATIENCE, &mut serving).await {
            Err(_) if is_silent(&world) => serving.abort(),
            Err(_) => world.wrong("the server has not noticed that the connection has ended"),
            Ok(Err(error)) if error.is_panic() => world.wrong("the server panics"),
            Ok(Ok(Err(error))) if world.struck().is_none() && !is_cut_short(&world) => {
                world.wrong(format_args!("the server fails: {error:?}"));
            }
            Ok(_) => {}
        }
        let ending = async {
            while Handle::current().metrics().num_alive_tasks() > 0 {
                sleep(Duration::from_millis(100)).await;
            }
        };
        if timeout(PATIENCE, ending).await.is_err() {
            let count = Handle::current().metrics().num_alive_tasks();
            world.wrong(format_args!("{count} tasks have not ended"));
        }
        check_oneway_calls(&world);
        world
    }
}

/// Does to the connection what is planned for a certain time.
async fn fate(world: &World, shutdown: &Notify, server: AbortHandle) {
    match world.plan.end {
        End::Peaceful | End::Broken => {}
        End::CallersGone(at) => sleep(at).await,
        End::Reset(at) => {
            sleep(at).await;
            world.wire.reset();
        }
        End::Shutdown(at) => {
            sleep(at).await;
            world.strike();
            shutdown.notify_one();
        }
        End::ServerGone(at) => {
            sleep(at).await;
            world.strike();
            server.abort();
        }
    }
}

/// Whether a side may never learn that the connection has ended.
fn is_silent(world: &World) -> bool {
    let Plan { to_server, to_client, .. } = &world.plan;
    let breaks = [&to_server.breaks, &to_client.breaks].into_iter().flatten();
    world.struck().is_some() && breaks.into_iter().any(|(_, how)| *how == Break::Silence)
}

/// Whether the client, when it had sent everything, has closed before an answer came: it does not wait
/// for a server that is silent.
fn is_cut_short(world: &World) -> bool {
    world.wire.fate().reset_by_close.is_some_and(|reset| reset.done)
}

/// Checks that oneway calls have arrived whose callers were told that they were sent.
fn check_oneway_calls(world: &World) {
    if world.struck().is_some() {
        return;
    }
    for (number, order) in world.plan.orders.iter().enumerate() {
        let record = world.log().calls[number].clone();
        if order.method == Method::Note && record.accepted && record.runs == 0 {
            world.wrong(format_args!("the oneway call {number} was accepted and lost"));
        }
    }
}
