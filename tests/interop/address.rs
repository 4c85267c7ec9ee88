//! Where servers listen, and what they show over TLS.

use std::{
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use thrift_runtime::{
    Result,
    tls::{ClientTls, ServerTls},
};

use crate::{certificates::Certificates, stack::Socket};

/// Where a server listens.
#[derive(Debug, Clone)]
pub(crate) enum Address {
    Port(u16),
    Path(PathBuf),
}

impl Address {
    /// What a program prints that listens on a kind of socket.
    ///
    /// # Errors
    ///
    /// Where it is no address.
    pub(crate) fn parse(socket: Socket, printed: &str) -> Result<Self, String> {
        match socket {
            Socket::Unix => Ok(Address::Path(printed.into())),
            Socket::Tcp | Socket::Tls | Socket::MutualTls => match printed.parse() {
                Ok(port) => Ok(Address::Port(port)),
                Err(_) => Err(format!("the server listens on {printed:?} and not on a port")),
            },
        }
    }

    /// The flags that tell a client to connect here.
    pub(crate) fn flags(&self, socket: Socket) -> Vec<String> {
        let mut flags = match self {
            Address::Port(port) => {
                vec![format!("--host={}", host(socket)), format!("--port={port}")]
            }
            Address::Path(path) => vec![format!("--domain-socket={}", path.display())],
        };
        if socket.is_secure() {
            let own = (socket == Socket::MutualTls).then_some("client");
            flags.extend(certificates().flags(own, Some("authority")));
        }
        flags
    }
}

/// The flags that tell a server to listen on a socket of a kind that is no other's.
pub(crate) fn flags_to_listen(socket: Socket) -> Vec<String> {
    match socket {
        Socket::Tcp => vec!["--port=0".to_owned()],
        Socket::Unix => vec![format!("--domain-socket={}", fresh_path().display())],
        Socket::Tls | Socket::MutualTls => {
            let trusted = (socket == Socket::MutualTls).then_some("authority");
            let mut flags = certificates().flags(Some("server"), trusted);
            flags.push("--port=0".to_owned());
            flags
        }
    }
}

/// What clients connect to.
pub(crate) fn host(socket: Socket) -> &'static str {
    match socket {
        // Whom the certificate is for.
        Socket::Tls | Socket::MutualTls => "localhost",
        Socket::Tcp | Socket::Unix => "127.0.0.1",
    }
}

/// A path for a socket, which no other server of this test has.
pub(crate) fn fresh_path() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("interop-{count}.sock"))
}

pub(crate) fn server_tls(socket: Socket) -> Result<ServerTls> {
    let read = |file| certificates().read(file);
    let (chain, key) = (read("server.pem"), read("server.key"));
    match socket {
        Socket::MutualTls => ServerTls::with_client_roots(&chain, &key, &read("authority.pem")),
        _ => ServerTls::new(&chain, &key),
    }
}

pub(crate) fn client_tls(socket: Socket) -> Result<ClientTls> {
    let read = |file| certificates().read(file);
    let tls = ClientTls::with_roots(&read("authority.pem"))?;
    match socket {
        Socket::MutualTls => tls.certificate(&read("client.pem"), &read("client.key")),
        _ => Ok(tls),
    }
}

fn certificates() -> &'static Certificates {
    static CERTIFICATES: OnceLock<Certificates> = OnceLock::new();
    CERTIFICATES.get_or_init(|| Certificates::new("interop"))
}
