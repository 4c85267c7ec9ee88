//! The connections to the server behind a URL.

use std::{
    sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicI32},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Uri,
    client::conn::http1::{SendRequest, handshake},
    header::HeaderValue,
};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

#[cfg(feature = "tls")]
use crate::tls::ClientTls;
use crate::{
    error::{Error, ErrorKind, Result},
    transport::{
        connect::{self, Patience},
        http,
        socket_options::SocketOptions,
        without_secrets::without_secrets,
    },
};

/// How many idle connections are kept.
const MOST_IDLE: usize = 32;

/// Where the calls go, and the idle connections there.
pub(super) struct Pool {
    pub(super) address: String,
    pub(super) host: HeaderValue,
    pub(super) path: Uri,
    secure: bool,
    #[cfg(feature = "tls")]
    tls: Option<ClientTls>,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
    pub(super) next_seqid: AtomicI32,
}

impl Pool {
    /// The server that a URL names. Nothing is connected.
    ///
    /// # Errors
    ///
    /// If it is not a URL of HTTP.
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
                let text = format!("for {url:?}, `thrift-runtime` needs the feature `tls`");
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
            host: HeaderValue::try_from(host).map_err(|_| wrong())?,
            path: path.parse().map_err(|_| wrong())?,
            secure,
            #[cfg(feature = "tls")]
            tls: None,
            idle: Mutex::default(),
            next_seqid: AtomicI32::new(0),
        })
    }

    /// The same server with TLS settings, without its connections.
    #[cfg(feature = "tls")]
    pub(super) fn with_tls(&self, tls: ClientTls) -> Self {
        Pool {
            address: self.address.clone(),
            host: self.host.clone(),
            path: self.path.clone(),
            secure: self.secure,
            tls: Some(tls),
            idle: Mutex::default(),
            next_seqid: AtomicI32::new(0),
        }
    }

    /// A connection, and whether it is new.
    pub(super) async fn connection(
        &self,
        patience: Option<Duration>,
        options: &SocketOptions,
    ) -> Result<(SendRequest<Full<Bytes>>, bool)> {
        loop {
            let Some(sender) = self.lock().pop() else { break };
            if sender.is_ready() {
                return Ok((sender, false));
            }
        }
        Ok((self.connect(Patience::within(patience), options).await?, true))
    }

    /// The error for a call whose time passed before there was a connection.
    #[cold]
    pub(super) fn not_connected(&self, patience: Duration) -> Error {
        let text = format!("no connection to {} was made within {patience:?}", self.address);
        Error::new(ErrorKind::ConnectTimeout, text)
    }

    async fn connect(
        &self,
        patience: Patience,
        options: &SocketOptions,
    ) -> Result<SendRequest<Full<Bytes>>> {
        let socket = connect::tcp_named(&self.address, patience, options).await?;
        if !self.secure {
            return connected(socket).await;
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
            connected(connect::tls(tls, &self.address, socket, patience).await?).await
        }
        #[cfg(not(feature = "tls"))]
        Err(Error::new(ErrorKind::Dialect, "thrift-runtime was built without the feature `tls`"))
    }

    /// Keeps a connection for another call.
    pub(super) fn keep(&self, sender: SendRequest<Full<Bytes>>) {
        let mut idle = self.lock();
        if idle.len() < MOST_IDLE {
            idle.push(sender);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<SendRequest<Full<Bytes>>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn connected<S>(stream: S) -> Result<SendRequest<Full<Bytes>>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(http::failed)?;
    // The call in progress gets the error, too.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}
