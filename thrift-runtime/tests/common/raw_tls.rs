//! Peers that speak TLS as a test wants it.

#![allow(dead_code, unreachable_pub)]

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    time::Duration,
};

use thrift_runtime::tls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};

use crate::certificates::Identity;

pub type Client = StreamOwned<ClientConnection, TcpStream>;
pub type Server = StreamOwned<ServerConnection, TcpStream>;

/// A session with a server that is `localhost`.
pub fn session(authority: &[u8]) -> ClientConnection {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    ClientConnection::new(Arc::new(config), name).unwrap()
}

/// Bytes in a record, or in several.
pub fn sealed(session: &mut ClientConnection, bytes: &[u8]) -> Vec<u8> {
    session.set_buffer_limit(None);
    session.writer().write_all(bytes).unwrap();
    let mut records = Vec::new();
    while session.wants_write() {
        session.write_tls(&mut records).unwrap();
    }
    records
}

/// Connects to a server that is `localhost`.
pub fn connect(address: SocketAddr, authority: &[u8]) -> Client {
    let session = session(authority);
    let socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    StreamOwned::new(session, socket)
}

/// Takes a connection.
pub fn accept(listener: &TcpListener, identity: &Identity) -> Server {
    let chain = vec![CertificateDer::from_pem_slice(&identity.chain).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(&identity.key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let session = ServerConnection::new(Arc::new(config)).unwrap();
    let (socket, _) = listener.accept().unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    StreamOwned::new(session, socket)
}

/// Reads until bytes that end so have come.
pub fn read_until(stream: &mut impl Read, end: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end) {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).unwrap();
        assert_ne!(count, 0, "{bytes:02x?}");
        bytes.extend_from_slice(&chunk[..count]);
    }
    bytes
}

/// Whether the peer says that no more will come, rather than just closing the connection.
pub fn says_goodbye(stream: &mut impl Read) -> bool {
    match io::copy(stream, &mut io::sink()) {
        Ok(_) => true,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => false,
        Err(error) => panic!("{error}"),
    }
}

/// Ends the connection without a word of TLS, once the other side has ended it, too.
pub fn just_close(mut client: Client) {
    client.sock.shutdown(Shutdown::Write).unwrap();
    let _ = io::copy(&mut client.sock, &mut io::sink());
}
