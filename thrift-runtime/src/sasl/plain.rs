//! PLAIN: a user and a password, as they are (RFC 4616).

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use super::{
    Authenticated, ClientMechanism, ClientSession, Login, Refused, Responding, ServerMechanism,
    ServerSession, ServerStep,
};
use crate::error::{Error, ErrorKind, Result};

const NAME: &str = "PLAIN";

/// The mechanism PLAIN of a client: a user and a password.
///
/// `Debug` does not print the password. HiveServer2 takes any password that is not empty where its
/// authentication is `NONE`.
///
/// ```no_run
/// # #[cfg(feature = "tokio")]
/// # async fn run() -> thrift_runtime::Result<()> {
/// use thrift_runtime::{Client, sasl::Plain};
///
/// let client =
///     Client::builder().sasl(Plain::new("alice", "rabbit hole")).connect("127.0.0.1:10000").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Plain {
    acts_as: String,
    user: String,
    password: String,
}

impl Plain {
    /// A user, with the password. No connection is made if either is empty, or has the character NUL.
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Self {
        Plain { acts_as: String::new(), user: user.into(), password: password.into() }
    }

    /// Acts as another user, if the server lets this one do so.
    #[must_use = "only the returned mechanism has the other user"]
    pub fn acting_as(mut self, user: impl Into<String>) -> Self {
        self.acts_as = user.into();
        self
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plain { acts_as, user, password: _ } = self;
        f.debug_struct(NAME).field("acts_as", acts_as).field("user", user).finish_non_exhaustive()
    }
}

impl ClientMechanism for Plain {
    fn name(&self) -> &str {
        NAME
    }

    // message = [authzid] UTF8NUL authcid UTF8NUL passwd (RFC 4616, 2)
    fn begin(&self, _host: Option<&str>) -> Result<Box<dyn ClientSession>> {
        let Plain { acts_as, user, password } = self;
        if user.is_empty() || password.is_empty() {
            return Err(unusable("needs a user and a password, which are not empty"));
        }
        if [acts_as, user, password].iter().any(|text| text.contains('\0')) {
            return Err(unusable("cannot send the character NUL"));
        }
        let response = format!("{acts_as}\0{user}\0{password}").into_bytes();
        Ok(Box::new(Session(Some(response))))
    }

    fn advice(&self) -> &'static str {
        "check the user and the password of `Plain`, and that the server accepts PLAIN"
    }
}

#[cold]
fn unusable(why: &str) -> Error {
    Error::new(ErrorKind::Sasl, format!("the SASL mechanism PLAIN {why}"))
}

/// The response, until it was sent.
struct Session(Option<Vec<u8>>);

impl ClientSession for Session {
    fn first(&mut self) -> Result<Vec<u8>> {
        Ok(self.0.take().unwrap_or_default())
    }

    fn respond(&mut self, _challenge: &[u8]) -> Result<Vec<u8>> {
        Err(unusable("has no challenges, but the server sent one"))
    }

    fn is_complete(&self) -> bool {
        self.0.is_none()
    }
}

/// What decides whether a peer is let in, and who it is then.
type Decide = dyn Fn(Login) -> Deciding + Send + Sync;
type Deciding = Pin<Box<dyn Future<Output = Result<Arc<str>, Refused>> + Send>>;

/// The mechanism PLAIN of a server: a function decides whom it lets in.
///
/// ```
/// use thrift_runtime::sasl::{PlainServer, ServerSasl};
///
/// let plain = PlainServer::with_async(|login| async move {
///     // Ask a directory.
///     match login.password() == "rabbit hole" {
///         true => Ok(login.user().to_owned()),
///         false => Err("wrong user or password"),
///     }
/// });
/// let sasl = ServerSasl::new(plain);
/// ```
#[derive(Clone)]
pub struct PlainServer {
    decide: Arc<Decide>,
    takes_others: bool,
}

impl PlainServer {
    /// Has a function find out who a peer is, or why it is not let in, which the peer is told.
    pub fn new<F, I, R>(decide: F) -> Self
    where
        F: Fn(&Login) -> Result<I, R> + Send + Sync + 'static,
        I: Into<Arc<str>>,
        R: Into<Refused>,
    {
        let decide = move |login: Login| -> Deciding {
            let decided = decide(&login).map(Into::into).map_err(Into::into);
            Box::pin(async { decided })
        };
        PlainServer { decide: Arc::new(decide), takes_others: false }
    }

    /// Like [`new`](PlainServer::new), with a function that may wait. In a blocking server it blocks the
    /// connection's thread, and there is no runtime around it.
    pub fn with_async<F, W, I, R>(decide: F) -> Self
    where
        F: Fn(Login) -> W + Send + Sync + 'static,
        W: Future<Output = Result<I, R>> + Send + 'static,
        I: Into<Arc<str>>,
        R: Into<Refused>,
    {
        let decide = move |login| -> Deciding {
            let deciding = decide(login);
            Box::pin(async { deciding.await.map(Into::into).map_err(Into::into) })
        };
        PlainServer { decide: Arc::new(decide), takes_others: false }
    }

    /// Lets peers ask to act as other users, which the function has to
    /// [decide](Login::acts_as), too. Otherwise they are refused.
    #[must_use = "only the returned mechanism lets peers act as other users"]
    pub fn allow_acting_as(mut self) -> Self {
        self.takes_others = true;
        self
    }
}

impl fmt::Debug for PlainServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlainServer")
            .field("takes_others", &self.takes_others)
            .finish_non_exhaustive()
    }
}

impl ServerMechanism for PlainServer {
    fn name(&self) -> &str {
        NAME
    }

    fn begin(&self) -> Result<Box<dyn ServerSession>, Refused> {
        Ok(Box::new(self.clone()))
    }
}

impl ServerSession for PlainServer {
    fn respond<'a>(&'a mut self, response: &'a [u8]) -> Responding<'a> {
        Box::pin(async move {
            let login = read(response)?;
            if login.acts_as().is_some() && !self.takes_others {
                return Err(Refused::new("this server does not let users act as others"));
            }
            let identity = (self.decide)(login).await?;
            Ok(ServerStep::Done(Authenticated::new(identity)))
        })
    }
}

/// Reads what a client of PLAIN sends. One that asks to act as itself, asks for nothing.
fn read(response: &[u8]) -> Result<Login, Refused> {
    let text = std::str::from_utf8(response).map_err(|_| "the login is not UTF-8")?;
    let parts: Vec<_> = text.splitn(4, '\0').collect();
    let &[acts_as, user, password] = &*parts else {
        return Err("a login of PLAIN has three parts".into());
    };
    if user.is_empty() || password.is_empty() {
        return Err("a login needs a user and a password, which are not empty".into());
    }
    let acts_as = Some(acts_as).filter(|other| !other.is_empty() && *other != user);
    Ok(Login {
        acts_as: acts_as.map(str::to_owned),
        user: user.to_owned(),
        password: password.to_owned(),
    })
}
