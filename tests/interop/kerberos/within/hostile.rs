//! Peers that negotiate as nobody should, at a server with a key.

use std::net::Ipv4Addr;

use thrift_runtime::{
    Client,
    sasl::{ClientMechanism, ClientSession, Gssapi, SecurityLayer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Realm, alice, caller, hive, serve};

/// A message of a negotiation.
fn message(status: u8, payload: &[u8]) -> Vec<u8> {
    [&[status][..], &(payload.len() as u32).to_be_bytes(), payload].concat()
}

/// Sends bytes, and reads until the server closes.
async fn told(port: u16, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}

/// What a client that has a ticket sends first.
fn token(realm: &Realm) -> Vec<u8> {
    alice(realm).begin(None).unwrap().first().unwrap()
}

#[tokio::test]
async fn tokens_that_are_none_are_refused_at_once() {
    let Some(realm) = Realm::here() else { return };
    let start = message(1, b"GSSAPI");
    let first = token(&realm);
    let mut turned = first.clone();
    *turned.last_mut().unwrap() ^= 1;
    let spnego =
        b"\x60\x12\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x08\x30\x06\xa0\x04\x30\x02\x06\x00";
    let large = vec![0x60; 64 << 10];
    let cut = &first[..first.len() / 2];
    for port in serve(hive(&realm)).await {
        for token in [&b"garbage"[..], b"\x60", b"\0", spnego, &large, &turned, cut] {
            let answer = told(port, &[&start[..], &message(2, token)].concat()).await;
            assert_eq!(answer[0], 3, "{}", answer.escape_ascii());
            let text = b"GSSAPI failed: Kerberos: ";
            assert!(answer[5..].starts_with(text), "{}", answer.escape_ascii());
        }
        // One that is too large to be read.
        let answer = told(port, &[&start[..], b"\x02\x00\x01\x00\x01"].concat()).await;
        assert_eq!(answer[0], 4, "{}", answer.escape_ascii());
        // A server that has nobody to answer goes on.
        let client = Client::builder().sasl(alice(&realm)).connect((Ipv4Addr::LOCALHOST, port));
        assert_eq!(caller(client.await.unwrap()).await, "alice@EXAMPLE.COM");
    }
}

#[tokio::test]
async fn a_first_token_is_taken_once() {
    let Some(realm) = Realm::here() else { return };
    let [port, blocking] = serve(hive(&realm)).await;
    for port in [port, blocking] {
        let begun = [message(1, b"GSSAPI"), message(2, &token(&realm))].concat();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        stream.write_all(&begun).await.unwrap();
        assert_eq!(stream.read_u8().await.unwrap(), 2);
        for port in [port, blocking] {
            let answer = told(port, &begun).await;
            let text = answer.escape_ascii().to_string();
            assert!(answer[0] == 3 && text.contains("Request is a replay"), "{text}");
        }
    }
}

/// What a client sends in place of what it should, after the context is complete.
#[derive(Debug)]
struct Instead(Gssapi, &'static [u8]);

impl ClientMechanism for Instead {
    fn name(&self) -> &str {
        "GSSAPI"
    }

    fn begin(&self, host: Option<&str>) -> thrift_runtime::Result<Box<dyn ClientSession>> {
        Ok(Box::new(Replaced(self.0.begin(host)?, self.1)))
    }
}

struct Replaced(Box<dyn ClientSession>, &'static [u8]);

impl ClientSession for Replaced {
    fn first(&mut self) -> thrift_runtime::Result<Vec<u8>> {
        self.0.first()
    }

    fn respond(&mut self, challenge: &[u8]) -> thrift_runtime::Result<Vec<u8>> {
        let response = self.0.respond(challenge)?;
        Ok(if self.0.is_complete() { self.1.to_vec() } else { response })
    }

    fn is_complete(&self) -> bool {
        self.0.is_complete()
    }

    fn layer(&mut self) -> Option<Box<dyn SecurityLayer>> {
        self.0.layer()
    }
}

#[tokio::test]
async fn a_choice_that_is_not_wrapped_is_refused() {
    let Some(realm) = Realm::here() else { return };
    for port in serve(hive(&realm)).await {
        for instead in
            [&b""[..], b"\x01\0\0\0", b"\x05\x04\x01\xff\0\x0c\0\0\0\0\0\0\0\0\0\0", b"\x05\x04"]
        {
            let login = Instead(alice(&realm), instead);
            let client = Client::builder().sasl(login).connect((Ipv4Addr::LOCALHOST, port));
            let error = client.await.unwrap_err().to_string();
            assert!(error.contains("\"GSSAPI failed: Kerberos: "), "{error}");
        }
    }
}

/// A client whose tokens, after the negotiation, are not those that it should send.
#[derive(Debug)]
struct Spoiled(Gssapi, fn(Vec<u8>) -> Vec<u8>);

impl ClientMechanism for Spoiled {
    fn name(&self) -> &str {
        "GSSAPI"
    }

    fn begin(&self, host: Option<&str>) -> thrift_runtime::Result<Box<dyn ClientSession>> {
        Ok(Box::new(Spoiling(self.0.begin(host)?, self.1)))
    }
}

struct Spoiling<T>(T, fn(Vec<u8>) -> Vec<u8>);

impl ClientSession for Spoiling<Box<dyn ClientSession>> {
    fn first(&mut self) -> thrift_runtime::Result<Vec<u8>> {
        self.0.first()
    }

    fn respond(&mut self, challenge: &[u8]) -> thrift_runtime::Result<Vec<u8>> {
        self.0.respond(challenge)
    }

    fn is_complete(&self) -> bool {
        self.0.is_complete()
    }

    fn layer(&mut self) -> Option<Box<dyn SecurityLayer>> {
        self.0.layer().map(|layer| Box::new(Spoiling(layer, self.1)) as _)
    }
}

impl SecurityLayer for Spoiling<Box<dyn SecurityLayer>> {
    fn seal(&mut self, bytes: &[u8]) -> thrift_runtime::Result<Vec<u8>> {
        self.0.seal(bytes).map(self.1)
    }

    fn open(&mut self, token: &[u8]) -> thrift_runtime::Result<Vec<u8>> {
        self.0.open(token)
    }

    fn most(&self) -> usize {
        self.0.most()
    }
}

#[tokio::test]
async fn tokens_that_are_cut_or_changed_end_the_connection() {
    let Some(realm) = Realm::here() else { return };
    let cut = |mut token: Vec<u8>| {
        token.truncate(token.len() / 2);
        token
    };
    let changed = |mut token: Vec<u8>| {
        *token.last_mut().unwrap() ^= 1;
        token
    };
    let gone = |_: Vec<u8>| Vec::new();
    for port in serve(hive(&realm)).await {
        for spoil in [cut, changed, gone] as [fn(Vec<u8>) -> Vec<u8>; 3] {
            let login = Spoiled(alice(&realm), spoil);
            let client = Client::builder().sasl(login).connect((Ipv4Addr::LOCALHOST, port)).await;
            let hive = super::TcliServiceClient::new(client.unwrap());
            let asked = super::TcliService::open_session(&hive, Default::default()).await;
            let error = asked.unwrap_err();
            assert!(error.is_closed(), "{error}");
        }
    }
}
