//! What a server tells of itself: whether it is well, and what it counts.

mod figures;
mod service;
mod status;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{SystemTime, UNIX_EPOCH},
};

use self::figures::Figures;
pub use self::{service::WithHealth, status::HealthStatus};
use crate::{
    call::{Event, Observer, Processor},
    error::{ApplicationErrorKind, Error, Result},
};

/// How long the value of an option may be that a caller sets.
const LONGEST_OPTION: usize = 4 << 10;

/// The health of a server: its status, counters and options, which the methods of fb303's base service
/// tell, such as `getStatus`, `getCounters` and `aliveSince`.
///
/// Clones share everything. There are three ways to use it, none of which needs the others:
///
/// - [`around`](Health::around) a processor, it answers the methods of the base service, and counts the
///   calls of all others.
/// - As the server's [observer](Observer), it counts connections, and what goes wrong with them.
/// - The program sets the [status](Health::set_status), and [counters](Health::set_counter) and
///   [options](Health::set_option) of its own.
///
/// ```
/// # #[cfg(feature = "tokio")]
/// # async fn run(calculator: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// use std::time::Duration;
/// use thrift_runtime::{Health, Server};
///
/// let health = Health::new("calculator");
/// let server = Server::bind("0.0.0.0:9090").await?.observer(health.clone());
/// let processor = health.around(calculator);
/// let interrupted = async {
///     let _ = tokio::signal::ctrl_c().await;
///     // Callers that ask hear that it stops, and go elsewhere, before it does.
///     health.stopping(Duration::from_secs(5)).await;
/// };
/// server.serve_until(processor, interrupted).await;
/// # Ok(())
/// # }
/// ```
///
/// # Counters
///
/// | name | |
/// | --- | --- |
/// | `calls` | calls that have ended, but for those of the base service |
/// | `calls.failed` | of these, those whose handler failed with no declared exception, or panicked |
/// | `calls.refused` | those that were refused before a handler ran |
/// | `calls.lost` | those that got no answer, since they were given up |
/// | `calls.in_progress` | calls that go on |
/// | `connections` | connections that are open |
/// | `connections.opened` | connections that were accepted |
/// | `connections.failed` | connections that ended by a failure |
/// | `connections.refused` | connections that were closed at once, for want of a place |
/// | `events.failed` | everything else that is a [failure](Event::is_failure), such as overload |
/// | `bytes.held` | bytes that the servers hold which this observes; see `max_bytes` |
///
/// What a program sets under one of these names takes its place.
#[derive(Clone)]
pub struct Health(Arc<State>);

type Hook = Box<dyn Fn() + Send + Sync>;

struct State {
    name: String,
    since: i64,
    figures: Figures,
    told: RwLock<Told>,
    on_reinitialize: RwLock<Option<Hook>>,
    on_shutdown: RwLock<Option<Hook>>,
}

/// What the program tells.
#[derive(Default)]
struct Told {
    version: String,
    status: HealthStatus,
    details: String,
    counters: BTreeMap<String, i64>,
    options: BTreeMap<String, String>,
}

impl Health {
    /// The health of a server of this name, which is alive from now on.
    pub fn new(name: impl Into<String>) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Health(Arc::new(State {
            name: name.into(),
            since: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            figures: Figures::default(),
            told: RwLock::default(),
            on_reinitialize: RwLock::default(),
            on_shutdown: RwLock::default(),
        }))
    }

    /// A processor that answers the methods of the base service, and hands all other calls to `inner`,
    /// which need not know them.
    ///
    /// ```
    /// use thrift_runtime::{Health, Multiplexed, Processor};
    ///
    /// fn both(health: &Health, calculator: impl Processor) -> impl Processor {
    ///     health.around(calculator)
    /// }
    ///
    /// /// As a service of its own, which a call names.
    /// fn apart(health: &Health, calculator: impl Processor) -> impl Processor {
    ///     Multiplexed::new()
    ///         .service("Calculator", calculator)
    ///         .service("FacebookService", health.around(Multiplexed::new()))
    /// }
    /// ```
    pub fn around<T: Processor>(&self, inner: T) -> WithHealth<T> {
        WithHealth::new(self.clone(), inner)
    }

    /// Says from now on that the server is stopping, and returns after `notice`, when it may stop.
    /// Whoever asks meanwhile hears it: a server that has begun to shut down reads no further calls.
    ///
    /// Without async code, [set the status](Health::set_status) and wait.
    #[cfg(feature = "tokio")]
    pub async fn stopping(&self, notice: std::time::Duration) {
        self.set_status(HealthStatus::Stopping);
        tokio::time::sleep(notice).await;
    }

    /// The server's name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// When this was made, in seconds since the beginning of 1970.
    pub fn alive_since(&self) -> i64 {
        self.0.since
    }

    /// The version; empty unless it was set.
    pub fn version(&self) -> String {
        self.told().version.clone()
    }

    /// Sets the version, in the program's own words.
    pub fn set_version(&self, version: impl Into<String>) {
        self.tell().version = version.into();
    }

    /// The status; [`Alive`](HealthStatus::Alive) unless it was set.
    pub fn status(&self) -> HealthStatus {
        self.told().status
    }

    /// Sets the status, and clears its details.
    pub fn set_status(&self, status: HealthStatus) {
        let mut told = self.tell();
        (told.status, told.details) = (status, String::new());
    }

    /// What is to be known about the status.
    pub fn status_details(&self) -> String {
        self.told().details.clone()
    }

    /// Sets the status, and what is to be known about it, such as why it is a
    /// [warning](HealthStatus::Warning).
    pub fn set_status_with(&self, status: HealthStatus, details: impl Into<String>) {
        let mut told = self.tell();
        (told.status, told.details) = (status, details.into());
    }

    /// All counters by their names.
    pub fn counters(&self) -> BTreeMap<String, i64> {
        let figures = self.0.figures.all();
        let mut counters: BTreeMap<_, _> =
            figures.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        counters.extend(self.told().counters.clone());
        counters
    }

    /// One counter; 0 if there is none of this name.
    pub fn counter(&self, name: &str) -> i64 {
        let own = self.told().counters.get(name).copied();
        own.or_else(|| self.0.figures.one(name)).unwrap_or_default()
    }

    /// Sets a counter of the program's own.
    pub fn set_counter(&self, name: impl Into<String>, count: i64) {
        self.tell().counters.insert(name.into(), count);
    }

    /// Adds to a counter of the program's own, which begins at 0.
    pub fn add(&self, name: &str, count: i64) {
        let mut told = self.tell();
        match told.counters.get_mut(name) {
            Some(counter) => *counter = counter.wrapping_add(count),
            None => _ = told.counters.insert(name.to_owned(), count),
        }
    }

    /// All options by their names.
    pub fn options(&self) -> BTreeMap<String, String> {
        self.told().options.clone()
    }

    /// One option, if there is one of this name.
    pub fn option(&self, name: &str) -> Option<String> {
        self.told().options.get(name).cloned()
    }

    /// Sets an option, or makes one. Callers can only set options that are there already.
    pub fn set_option(&self, name: impl Into<String>, value: impl Into<String>) {
        self.tell().options.insert(name.into(), value.into());
    }

    /// Sets an option for a caller: for your own implementation of `setOption`.
    ///
    /// # Errors
    ///
    /// If there is no option of this name, or the value has more than 4 KiB.
    pub fn change_option(&self, name: &str, value: String) -> Result<()> {
        let refused = |text| Err(Error::application(ApplicationErrorKind::INTERNAL_ERROR, text));
        if value.len() > LONGEST_OPTION {
            return refused("the value of an option can have at most 4096 bytes");
        }
        match self.tell().options.get_mut(name) {
            Some(option) => *option = value,
            None => return refused("there is no option of this name"),
        }
        Ok(())
    }

    /// Sets what `reinitialize` does, such as to read a configuration again. Without it, nothing.
    pub fn on_reinitialize(&self, act: impl Fn() + Send + Sync + 'static) {
        let mut hook = self.0.on_reinitialize.write().unwrap_or_else(PoisonError::into_inner);
        *hook = Some(Box::new(act));
    }

    /// Sets what `shutdown` does. Without it, nothing: callers do not end a server unless it lets them.
    pub fn on_shutdown(&self, act: impl Fn() + Send + Sync + 'static) {
        let mut hook = self.0.on_shutdown.write().unwrap_or_else(PoisonError::into_inner);
        *hook = Some(Box::new(act));
    }

    /// Does what `reinitialize` does: for your own implementation of it.
    pub fn reinitialize(&self) {
        run(&self.0.on_reinitialize);
    }

    /// Does what `shutdown` does: for your own implementation of it.
    pub fn shutdown(&self) {
        run(&self.0.on_shutdown);
    }

    fn told(&self) -> RwLockReadGuard<'_, Told> {
        self.0.told.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) -> RwLockWriteGuard<'_, Told> {
        self.0.told.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run(hook: &RwLock<Option<Hook>>) {
    if let Some(act) = &*hook.read().unwrap_or_else(PoisonError::into_inner) {
        act();
    }
}

impl Observer for Health {
    fn event(&self, event: &Event<'_>) {
        self.0.figures.note(event);
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Health")
            .field("name", &self.0.name)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
