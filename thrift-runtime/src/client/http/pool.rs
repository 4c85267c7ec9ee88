//! The connections to the server behind a URL.

#[cfg(feature = "http2")]
use std::sync::atomic::{AtomicBool, Ordering};
use std::{sync::atomic::AtomicI32, time::Duration};

use hyper::{Uri, header::HeaderValue};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    connection::{Connection, Target},
    idle::Idle,
};
#[cfg(feature = "tls")]
use crate::tls::ClientTls;
use crate::{
    error::{Error, ErrorKind, Result},
    transport::{
        connect::{self, ConnectTimeout},
        socket_options::SocketOptions,
        without_secrets::without_secrets,
    },
};

/// How many connections there are at most, if nothing else is set.
const MOST: usize = 100;

/// How long a connection waits for another call, if nothing else is set.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// The server that calls go to, and the connections to it.
pub(super) struct Pool {
    pub(super) address: String,
    pub(super) target: Target,
    secure: bool,
    #[cfg(feature = "tls")]
    tls: Option<ClientTls>,
    #[cfg(feature = "http2")]
    http2: Http2,
    pub(super) idle: Idle,
    idle_timeout: Option<Duration>,
    /// One permit for each connection that is allowed: each call in flight takes one, and a connection
    /// is made only if none is idle.
    places: Semaphore,
    most: usize,
    pub(super) next_seqid: AtomicI32,
}

/// Whether HTTP/2 is used.
#[cfg(feature = "http2")]
#[derive(Debug, Default)]
struct Http2 {
    wanted: bool,
    /// Whether the server has chosen HTTP/1.1, which allows many connections.
    declined: AtomicBool,
    /// Held while connecting, so that other calls wait and use the same connection.
    connecting: tokio::sync::Mutex<()>,
}

impl Pool {
    /// Whether calls use TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.secure
    }

    /// The server that a URL names. This does not connect.
    ///
    /// # Errors
    ///
    /// If it is not an HTTP URL.
    pub(super) fn at(url: &str) -> Result<Self> {
        let wrong = || {
            let url = without_secrets(url);
            let text = format!("{url:?} is not an HTTP URL, such as http://host:9090/path");
            Error::new(ErrorKind::Dialect, text)
        };
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong());
        };
        let secure = match scheme {
            "http" => false,
            "https" if cfg!(feature = "tls") => true,
            "https" => {
                let url = without_secrets(url);
                let text = format!("{url:?} needs the feature `tls` of `thrift-runtime`");
                return Err(Error::new(ErrorKind::Dialect, text));
            }
            _ => return Err(wrong()),
        };
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let host = match authority.port() {
            Some(_) => format!("{}:{port}", authority.host()),
            None => authority.host().to_owned(),
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Pool {
            address: format!("{}:{port}", authority.host()),
            target: Target {
                path: path.parse().map_err(|_| wrong())?,
                #[cfg(feature = "http2")]
                whole: format!("{scheme}://{host}{path}").parse().map_err(|_| wrong())?,
                host: HeaderValue::try_from(host).map_err(|_| wrong())?,
            },
            secure,
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "http2")]
            http2: Http2::default(),
            idle: Idle::default(),
            idle_timeout: Some(IDLE_TIMEOUT),
            places: Semaphore::new(MOST),
            most: MOST,
            next_seqid: AtomicI32::new(0),
        })
    }

    /// The same server, without its connections.
    pub(super) fn afresh(&self) -> Self {
        Pool {
            address: self.address.clone(),
            target: self.target.clone(),
            secure: self.secure,
            #[cfg(feature = "tls")]
            tls: self.tls.clone(),
            #[cfg(feature = "http2")]
            http2: Http2 { wanted: self.http2.wanted, ..Http2::default() },
            idle: Idle::default(),
            idle_timeout: self.idle_timeout,
            places: Semaphore::new(self.most),
            most: self.most,
            next_seqid: AtomicI32::new(0),
        }
    }

    #[cfg(feature = "tls")]
    pub(super) fn with_tls(&self, tls: ClientTls) -> Self {
        Pool { tls: Some(tls), ..self.afresh() }
    }

    #[cfg(feature = "http2")]
    pub(super) fn with_http2(&self) -> Self {
        Pool { http2: Http2 { wanted: true, ..Http2::default() }, ..self.afresh() }
    }

    pub(super) fn with_idle_timeout(&self, idle_timeout: Option<Duration>) -> Self {
        Pool { idle_timeout, ..self.afresh() }
    }

    pub(super) fn with_most(&self, most: usize) -> Self {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Pool { most, places: Semaphore::new(most), ..self.afresh() }
    }

    /// Waits until another connection is allowed.
    ///
    /// # Errors
    ///
    /// If the client was closed.
    pub(super) async fn place(&self) -> Result<SemaphorePermit<'_>> {
        let closed = |_| Error::new(ErrorKind::Closed, "this client was closed");
        self.places.acquire().await.map_err(closed)
    }

    /// A connection, and whether it is new.
    pub(super) async fn connection(
        &self,
        patience: Option<Duration>,
        options: &SocketOptions,
    ) -> Result<(Connection, bool)> {
        if let Some(connection) = self.idle.take() {
            return Ok((connection, false));
        }
        let patience = ConnectTimeout::within(patience);
        #[cfg(feature = "http2")]
        if self.http2.wanted && !self.http2.declined.load(Ordering::Relaxed) {
            return self.shared(patience, options).await;
        }
        Ok((self.connect(patience, options).await?, true))
    }

    /// A connection that carries many calls at once, and whether it is new. If the server does not
    /// speak HTTP/2, the connection is for this call alone.
    #[cfg(feature = "http2")]
    async fn shared(
        &self,
        patience: ConnectTimeout,
        options: &SocketOptions,
    ) -> Result<(Connection, bool)> {
        let what = || format!("no connection to {} was made", self.address);
        let turn = async { Ok(self.http2.connecting.lock().await) };
        let _turn = patience.wait(what, turn).await?;
        if let Some(connection) = self.idle.take() {
            return Ok((connection, false));
        }
        let connection = self.connect(patience, options).await?;
        let shared = connection.share();
        self.http2.declined.store(shared.is_none(), Ordering::Relaxed);
        if let Some(shared) = shared {
            self.keep(shared);
        }
        Ok((connection, true))
    }

    /// The error for a call whose time ran out before there was a connection.
    #[cold]
    pub(super) fn not_connected(&self, patience: Duration) -> Error {
        let text = format!("no connection to {} was made within {patience:?}", self.address);
        Error::new(ErrorKind::ConnectTimeout, text)
    }

    async fn connect(
        &self,
        patience: ConnectTimeout,
        options: &SocketOptions,
    ) -> Result<Connection> {
        let socket = connect::tcp_named(&self.address, patience, options).await?;
        if !self.secure {
            #[cfg(feature = "http2")]
            if self.http2.wanted {
                return Connection::http2(socket).await;
            }
            return Connection::http1(socket).await;
        }
        #[cfg(feature = "tls")]
        {
            let system;
            let tls = match &self.tls {
                Some(tls) => tls,
                None => {
                    system = ClientTls::new()?;
                    &system
                }
            };
            #[cfg(feature = "http2")]
            let tls = &if self.http2.wanted { tls.offering_http2() } else { tls.clone() };
            let stream = connect::tls(tls, &self.address, socket, patience).await?;
            #[cfg(feature = "http2")]
            if stream.is_for_http2() {
                return Connection::http2(stream).await;
            }
            Connection::http1(stream).await
        }
        #[cfg(not(feature = "tls"))]
        Err(Error::new(ErrorKind::Dialect, "thrift-runtime was built without the feature `tls`"))
    }

    /// Keeps a connection for the next call or, over HTTP/2, for simultaneous ones.
    pub(super) fn keep(&self, connection: Connection) {
        if !self.places.is_closed() {
            self.idle.keep(connection, self.idle_timeout);
        }
    }

    /// Refuses further calls, and closes the idle connections.
    pub(super) async fn close(&self) {
        self.places.close();
        self.idle.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        call::CallSettings,
        client::HttpClient,
        guide::rows::{check, limits, socket, time},
    };

    #[test]
    fn the_guide_names_every_setting_with_its_default() {
        let client = HttpClient::new("http://localhost").unwrap();
        let Pool { idle_timeout, most, .. } = &*client.pool;
        let others = [
            ("connect_timeout", time(client.connect_timeout)),
            ("call_timeout", time(client.settings.timeout.unwrap_or(CallSettings::TIMEOUT))),
            ("max_connections", most.to_string()),
            ("idle_timeout", time(*idle_timeout)),
        ];
        check("Clients", limits((*client.limits).clone()));
        check("Clients", socket(client.socket));
        check("Clients", others);
    }
}
