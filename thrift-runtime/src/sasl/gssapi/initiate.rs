//! The mechanism GSSAPI of a client.

use std::{
    ffi::CString,
    fs::File,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use super::{
    NAME, Qualities, Quality,
    client::{Session, refused},
    context::Initiator,
    library::{Context, Credential, Failure, Library, Name, Usage, library},
    principal::{Service, host_in},
    status::{NO_KEY, NO_TICKET, Side, advice, what},
    store,
};
use crate::{
    error::{Error, ErrorKind, Result},
    sasl::{ClientMechanism, ClientSession},
};

/// The mechanism GSSAPI of a client: Kerberos, with the tickets that `kinit` has got.
///
/// The library of Kerberos is loaded when it is first needed. The error of a connection says what to
/// install where there is none, and tells missing and expired tickets, unknown services, clocks that
/// differ, and a KDC that does not answer, apart.
///
/// ```no_run
/// # #[cfg(feature = "tokio")]
/// # async fn run() -> thrift_runtime::Result<()> {
/// use thrift_runtime::{
///     Client,
///     sasl::{Gssapi, Quality},
/// };
///
/// let kerberos = Gssapi::new("hive/_HOST@EXAMPLE.COM")
///     .host("hive.example.com")
///     .at_least(Quality::Integrity);
/// let client = Client::builder().sasl(kerberos).connect("hive.example.com:10000").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "this does nothing until it is passed to a client"]
pub struct Gssapi {
    service: Service,
    host: Option<String>,
    user: Option<String>,
    qualities: Qualities,
    acts_as: String,
    tickets: Tickets,
}

/// Where tickets are.
#[derive(Debug, Clone)]
enum Tickets {
    Usual,
    Cache(String),
    /// They are got by keys, and kept in memory by a name.
    Keytab(PathBuf, String),
}

impl Gssapi {
    /// For a service: its principal, such as `hive/_HOST@EXAMPLE.COM`, in which the host takes the place
    /// of `_HOST`, or its name alone, such as `hive`, for the realm that `krb5.conf` finds.
    ///
    /// A client takes the best quality that the server offers, and the tickets of the default cache,
    /// which `KRB5CCNAME` can name.
    pub fn new(service: impl AsRef<str>) -> Self {
        Gssapi {
            service: Service::of(service.as_ref()),
            host: None,
            user: None,
            qualities: Quality::ALL,
            acts_as: String::new(),
            tickets: Tickets::Usual,
        }
    }

    /// Sets the name of the server's host, as its principal has it. It is needed with `connect`,
    /// which takes addresses that have no name, too, and for Unix sockets; `connect_tls` and `connect_any` know it.
    ///
    /// By the settings in `krb5.conf`, an alias becomes the name that DNS gives for it.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// Takes no worse quality than this.
    pub fn at_least(mut self, quality: Quality) -> Self {
        self.qualities = quality..=*self.qualities.end();
        self
    }

    /// Takes no better quality than this, such as [`Quality::Authentication`] within TLS.
    pub fn at_most(mut self, quality: Quality) -> Self {
        self.qualities = *self.qualities.start()..=quality;
        self
    }

    /// Acts as another user, if the server lets this one do so.
    pub fn acting_as(mut self, user: impl Into<String>) -> Self {
        self.acts_as = user.into();
        self
    }

    /// Sets the user, where there are tickets or keys of several.
    pub fn user(mut self, principal: impl Into<String>) -> Self {
        self.user = Some(principal.into());
        self
    }

    /// Takes the tickets of this cache, such as `/tmp/krb5cc_1000` or `KEYRING:persistent:1000`, in place
    /// of those of the default one.
    pub fn ticket_cache(mut self, name: impl Into<String>) -> Self {
        self.tickets = Tickets::Cache(name.into());
        self
    }

    /// Gets tickets by the user's key in a file, and new ones when they expire: for a service, for
    /// which nobody runs `kinit`. All clones share them. Heimdal's library does not know this.
    pub fn keytab(mut self, path: impl Into<PathBuf>) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        self.tickets = Tickets::Keytab(path.into(), format!("MEMORY:thrift-runtime-{number}"));
        self
    }

    /// The principal of the service on a host.
    fn target(&self, library: &'static Library, host: Option<&str>) -> Result<Name> {
        let wrong = |failure: Failure| self.failed(&failure);
        let host = self.host.as_deref().or(host).filter(|host| !host.is_empty());
        let on_host = || match host {
            Some(host) => {
                Name::service(library, &format!("{}@{host}", self.service.name())).map_err(wrong)
            }
            None => {
                Err(refused("the name of the server's host is not known", "set `Gssapi::host`"))
            }
        };
        match &self.service {
            Service::Named(_) => on_host(),
            Service::Principal { before, after } => {
                let found = on_host()?.canonical().and_then(|name| name.text()).map_err(wrong)?;
                let host = host_in(&found).or(host).unwrap_or_default();
                Name::principal(library, &format!("{before}/{host}{after}")).map_err(wrong)
            }
            Service::Whole(principal) => Name::principal(library, principal).map_err(wrong),
        }
    }

    fn credential(&self, library: &'static Library) -> Result<Credential> {
        let user = self.user.as_deref().map(|user| Name::principal(library, user)).transpose();
        let user = user.map_err(|failure| self.failed(&failure))?;
        let places = match &self.tickets {
            Tickets::Usual => Vec::new(),
            Tickets::Cache(name) => vec![(c"ccache", CString::new(name.as_str()))],
            Tickets::Keytab(path, cache) => {
                // The library would only say that there is no ticket.
                if let Err(error) = File::open(path) {
                    let why = format!("cannot read the keytab {}: {error}", path.display());
                    return Err(refused(&why, "check its path and its permissions"));
                }
                vec![
                    (c"client_keytab", CString::new(path.as_os_str().as_encoded_bytes())),
                    (c"ccache", CString::new(cache.as_str())),
                ]
            }
        };
        let places = store::texts(places).map_err(|why| refused(why, "check its name"))?;
        let acquired =
            Credential::acquire(library, user.as_ref(), Usage::Initiate, &store::lent(&places));
        match acquired {
            Ok(Some(credential)) => Ok(credential),
            Ok(None) => Err(refused(store::UNKNOWN, "set `KRB5CCNAME` in the environment")),
            Err(failure) => Err(self.failed(&failure)),
        }
    }

    #[cold]
    fn failed(&self, failure: &Failure) -> Error {
        let advice = match (advice(failure, Side::Client), &self.tickets) {
            (Some(NO_TICKET), Tickets::Keytab(..)) => NO_KEY,
            (advice, _) => advice.unwrap_or("look at `klist`"),
        };
        refused(&what(failure), advice)
    }
}

impl ClientMechanism for Gssapi {
    fn name(&self) -> &str {
        NAME
    }

    fn begin(&self, host: Option<&str>) -> Result<Box<dyn ClientSession>> {
        if self.qualities.is_empty() {
            return Err(refused(
                "no quality is allowed",
                "`at_least` must not be better than `at_most`",
            ));
        }
        let library = library().map_err(|why| Error::new(ErrorKind::Sasl, why))?;
        let target = self.target(library, host)?;
        let credential = self.credential(library)?;
        let secret = self.qualities.contains(&Quality::Confidentiality);
        let gss = Initiator::new(Context::new(library), credential, target, secret);
        Ok(Box::new(Session::new(gss, self.qualities.clone(), self.acts_as.clone())))
    }

    /// The KDC is asked for a ticket.
    fn blocks(&self) -> bool {
        true
    }

    fn advice(&self) -> &'static str {
        "check that it takes GSSAPI, and its keytab and its log"
    }
}
