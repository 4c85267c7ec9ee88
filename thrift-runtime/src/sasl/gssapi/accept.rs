//! The mechanism GSSAPI of a server.

use std::{ffi::CString, fmt, future::Future, path::PathBuf, pin::Pin, sync::Arc};

use super::{
    KerberosPeer, NAME, Qualities, Quality,
    context::Acceptor,
    library::{Context, Credential, Library, Name, Usage, library},
    negotiation::Negotiation,
    principal::{Service, host_in},
    status::{Side, advice, what},
    store,
};
use crate::{
    error::{Error, ErrorKind, Result},
    sasl::{Refused, ServerMechanism, ServerSession},
};

/// What decides whether a peer is let in, and as whom.
pub(super) type Decide = dyn Fn(KerberosPeer) -> Deciding + Send + Sync;
pub(super) type Deciding = Pin<Box<dyn Future<Output = Result<Arc<str>, Refused>> + Send>>;

/// The mechanism GSSAPI of a server: Kerberos, with the keys of a keytab.
///
/// Handlers find the principal of who calls in [`Context::identity`](crate::Context::identity), such as
/// `alice@EXAMPLE.COM`, unless a function [decides](GssapiServer::authorize) otherwise.
///
/// ```no_run
/// # #[cfg(feature = "tokio")]
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// use thrift_runtime::{
///     Server,
///     sasl::{GssapiServer, Quality, ServerSasl},
/// };
///
/// let kerberos = GssapiServer::new("hive/_HOST@EXAMPLE.COM")
///     .keytab("/etc/security/hive.keytab")
///     .at_least(Quality::Integrity);
/// kerberos.check()?;
/// let sasl = ServerSasl::new(kerberos);
/// Server::bind("0.0.0.0:10000").await?.sasl(sasl).serve(processor).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "this does nothing until it is passed to a server"]
pub struct GssapiServer(Arc<Settings>);

#[derive(Clone)]
pub(super) struct Settings {
    service: Option<Service>,
    host: Option<String>,
    keytab: Option<PathBuf>,
    pub(super) qualities: Qualities,
    pub(super) decide: Arc<Decide>,
    pub(super) takes_others: bool,
}

impl GssapiServer {
    /// A service with this principal, such as `hive/_HOST@EXAMPLE.COM`, in which the name of this machine
    /// takes the place of `_HOST`; or with this name, such as `hive`, on any host.
    ///
    /// It takes the key of the default keytab, and lets in whoever has a ticket.
    pub fn new(service: impl AsRef<str>) -> Self {
        GssapiServer::with(Some(Service::of(service.as_ref())))
    }

    /// Any service that has a key in the keytab, as of a machine that has several names.
    pub fn any() -> Self {
        GssapiServer::with(None)
    }

    fn with(service: Option<Service>) -> Self {
        GssapiServer(Arc::new(Settings {
            service,
            host: None,
            keytab: None,
            qualities: Quality::ALL,
            decide: Arc::new(|peer| Box::pin(async move { Ok(peer.principal.into()) })),
            takes_others: false,
        }))
    }

    fn change(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Sets the name that takes the place of `_HOST`.
    pub fn host(self, host: impl Into<String>) -> Self {
        self.change(|settings| settings.host = Some(host.into()))
    }

    /// Takes the key of this file, in place of that of the default one, which `KRB5_KTNAME` can name.
    /// Each negotiation looks at it, so that it may be replaced.
    pub fn keytab(self, path: impl Into<PathBuf>) -> Self {
        self.change(|settings| settings.keytab = Some(path.into()))
    }

    /// Takes clients with this quality or a better one.
    pub fn at_least(self, quality: Quality) -> Self {
        self.change(|settings| settings.qualities = quality..=*settings.qualities.end())
    }

    /// Takes clients with this quality or a worse one, such as [`Quality::Authentication`] within TLS.
    pub fn at_most(self, quality: Quality) -> Self {
        self.change(|settings| settings.qualities = *settings.qualities.start()..=quality)
    }

    /// Has a function decide who a peer is to handlers, or why it is not let in, which the peer is told.
    pub fn authorize<F, I, R>(self, decide: F) -> Self
    where
        F: Fn(&KerberosPeer) -> Result<I, R> + Send + Sync + 'static,
        I: Into<Arc<str>>,
        R: Into<Refused>,
    {
        self.change(|settings| {
            settings.decide = Arc::new(move |peer| {
                let decided = decide(&peer).map(Into::into).map_err(Into::into);
                Box::pin(async { decided })
            });
        })
    }

    /// Like [`authorize`](GssapiServer::authorize), with a function that may wait. In a blocking server
    /// it blocks the connection's thread, and there is no runtime around it.
    ///
    /// ```
    /// use thrift_runtime::sasl::{GssapiServer, ServerSasl};
    ///
    /// let kerberos = GssapiServer::any().authorize_async(|peer| async move {
    ///     // Ask a directory.
    ///     match peer.name() {
    ///         "alice" => Ok("alice"),
    ///         _ => Err("alice only"),
    ///     }
    /// });
    /// let sasl = ServerSasl::new(kerberos);
    /// ```
    pub fn authorize_async<F, W, I, R>(self, decide: F) -> Self
    where
        F: Fn(KerberosPeer) -> W + Send + Sync + 'static,
        W: Future<Output = Result<I, R>> + Send + 'static,
        I: Into<Arc<str>>,
        R: Into<Refused>,
    {
        self.change(|settings| {
            settings.decide = Arc::new(move |peer| {
                let deciding = decide(peer);
                Box::pin(async { deciding.await.map(Into::into).map_err(Into::into) })
            });
        })
    }

    /// Lets peers ask to act as other users, which a function has to
    /// [decide](KerberosPeer::acts_as), too. Otherwise they are refused.
    pub fn allow_acting_as(self) -> Self {
        self.change(|settings| settings.takes_others = true)
    }

    /// Checks that there is the library of Kerberos, and a key for the service, before the first client
    /// finds that out.
    ///
    /// # Errors
    ///
    /// If one of them is missing, of kind [`Sasl`](crate::ErrorKind::Sasl).
    pub fn check(&self) -> Result<()> {
        match self.0.acceptor() {
            Ok(_) => Ok(()),
            Err(refused) => Err(Error::new(ErrorKind::Sasl, refused.complete())),
        }
    }
}

impl Settings {
    pub(super) fn acceptor(&self) -> Result<Acceptor, Refused> {
        if self.qualities.is_empty() {
            return Err(
                unable("a quality").with_advice("`at_least` must not be better than `at_most`")
            );
        }
        let library = library().map_err(|why| unable("its library").with_advice(why))?;
        let places = match &self.keytab {
            Some(path) => vec![(c"keytab", CString::new(path.as_os_str().as_encoded_bytes()))],
            None => Vec::new(),
        };
        let places = store::texts(places).map_err(|why| unable("its keytab").with_advice(why))?;
        let name = self.name(library)?;
        let acquired =
            Credential::acquire(library, name.as_ref(), Usage::Accept, &store::lent(&places));
        match acquired {
            Ok(Some(credential)) => Ok(Acceptor::new(Context::new(library), credential)),
            Ok(None) => Err(unable("its keytab").with_advice(store::UNKNOWN)),
            Err(failure) => {
                let advice = advice(&failure, Side::Server).unwrap_or("look at `klist -k`");
                Err(unable("its key").with_advice(&format!("{}; {advice}", what(&failure))))
            }
        }
    }

    /// The service's name, if it is not any.
    fn name(&self, library: &'static Library) -> Result<Option<Name>, Refused> {
        let Some(service) = &self.service else { return Ok(None) };
        let named = match service {
            Service::Named(name) => match &self.host {
                Some(host) => Name::service(library, &format!("{name}@{host}")),
                None => Name::service(library, name),
            },
            Service::Principal { before, after } => self
                .host(library, before)
                .and_then(|host| Name::principal(library, &format!("{before}/{host}{after}"))),
            Service::Whole(principal) => Name::principal(library, principal),
        };
        named.map(Some).map_err(|failure| unable("its name").with_advice(&what(&failure)))
    }

    /// The name of this machine, as Kerberos has it.
    fn host(
        &self,
        library: &'static Library,
        service: &str,
    ) -> Result<String, super::library::Failure> {
        if let Some(host) = &self.host {
            return Ok(host.clone());
        }
        let found = Name::service(library, service)?.canonical()?.text()?;
        Ok(host_in(&found).unwrap_or("localhost").to_owned())
    }
}

/// The refusal of a server that lacks something. A peer is not told more.
#[cold]
fn unable(what: &str) -> Refused {
    Refused::failed(format!("the server cannot use Kerberos: it lacks {what}"))
}

impl fmt::Debug for GssapiServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { service, host, keytab, qualities, decide: _, takes_others } = &*self.0;
        f.debug_struct("GssapiServer")
            .field("service", service)
            .field("host", host)
            .field("keytab", keytab)
            .field("qualities", qualities)
            .field("takes_others", takes_others)
            .finish_non_exhaustive()
    }
}

impl ServerMechanism for GssapiServer {
    fn name(&self) -> &str {
        NAME
    }

    fn begin(&self) -> Result<Box<dyn ServerSession>, Refused> {
        Ok(Box::new(Negotiation::new(Arc::clone(&self.0))))
    }
}
