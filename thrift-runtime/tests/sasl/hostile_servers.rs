//! Servers that let clients in, and stop or lie then.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use thrift_runtime::{
    BlockingClient, Client, ErrorKind, Result,
    sasl::{ClientMechanism, ClientSession},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
    time::Instant,
};

use crate::{Who as _, WhoBlocking as _, WhoBlockingClient, WhoClient, alice, login};

/// That a client is let in.
const COMPLETE: &[u8] = b"\x05\0\0\0\0";

/// The frame that answers a call of `name`.
fn reply(call: &[u8]) -> Vec<u8> {
    let (start, seqid) = (b"\0\0\0\x1d\x80\x01\0\x02\0\0\0\x04name", &call[12..16]);
    [&start[..], seqid, b"\x0b\0\0\0\0\0\x05alice\0"].concat()
}

const REPLY: usize = 33;

/// Frames that lie.
const LIES: [&[u8]; 3] = [b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\x06\x40\x00\x01"];

/// What comes of a negotiation whose peer is the test.
type Connecting = JoinHandle<Result<Client>>;

async fn begun() -> (Connecting, DuplexStream) {
    let (ours, mut peer) = duplex(1 << 16);
    let client = tokio::spawn(Client::builder().sasl(alice()).negotiate_over(ours));
    peer.read_exact(&mut vec![0; login().len()]).await.unwrap();
    (client, peer)
}

/// A client that is let in, with a call that its peer has read.
async fn called() -> (JoinHandle<Result<String>>, DuplexStream, Vec<u8>) {
    let (client, mut peer) = begun().await;
    peer.write_all(COMPLETE).await.unwrap();
    let who = WhoClient::new(client.await.unwrap().unwrap());
    let calling = tokio::spawn(async move { who.name().await });
    let mut call = vec![0; peer.read_u32().await.unwrap() as usize];
    peer.read_exact(&mut call).await.unwrap();
    (calling, peer, call)
}

#[tokio::test(start_paused = true)]
async fn a_server_may_close_anywhere() {
    let start = Instant::now();
    for end in 0..COMPLETE.len() {
        let (client, mut peer) = begun().await;
        peer.write_all(&COMPLETE[..end]).await.unwrap();
        drop(peer);
        assert_eq!(client.await.unwrap().unwrap_err().kind(), ErrorKind::Sasl, "{end}");
    }
    for end in 0..=REPLY {
        let (calling, mut peer, call) = called().await;
        peer.write_all(&reply(&call)[..end]).await.unwrap();
        drop(peer);
        match calling.await.unwrap() {
            Ok(name) => assert_eq!((end, name.as_str()), (REPLY, "alice")),
            Err(error) => assert!(end < REPLY && error.is_closed(), "{end}: {error}"),
        }
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_server_may_fall_silent_anywhere() {
    for end in 0..COMPLETE.len() {
        let (client, mut peer) = begun().await;
        let start = Instant::now();
        peer.write_all(&COMPLETE[..end]).await.unwrap();
        assert_eq!(client.await.unwrap().unwrap_err().kind(), ErrorKind::ConnectTimeout, "{end}");
        assert_eq!(start.elapsed(), Duration::from_secs(10));
    }
    for end in 0..REPLY {
        let (calling, mut peer, call) = called().await;
        let start = Instant::now();
        peer.write_all(&reply(&call)[..end]).await.unwrap();
        assert_eq!(calling.await.unwrap().unwrap_err().kind(), ErrorKind::Timeout, "{end}");
        assert_eq!(start.elapsed(), Duration::from_secs(60));
    }
}

#[tokio::test(start_paused = true)]
async fn frames_that_lie_end_the_connection_at_once() {
    for lie in LIES {
        let (calling, mut peer, _) = called().await;
        let start = Instant::now();
        peer.write_all(lie).await.unwrap();
        let error = calling.await.unwrap().unwrap_err();
        assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Limit, Duration::ZERO), "{error}");
        assert_eq!(peer.read(&mut [0; 8]).await.unwrap(), 0);
    }
}

/// A mechanism that answers whatever it is asked.
#[derive(Debug)]
struct Patient;

impl ClientMechanism for Patient {
    fn name(&self) -> &str {
        "X-PATIENT"
    }

    fn begin(&self, _host: Option<&str>) -> Result<Box<dyn ClientSession>> {
        Ok(Box::new(Patient))
    }
}

impl ClientSession for Patient {
    fn first(&mut self) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn respond(&mut self, _challenge: &[u8]) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn is_complete(&self) -> bool {
        false
    }
}

const MORE: &str =
    "the SASL negotiation of X-PATIENT failed: the server sent more than 16 challenges";

#[tokio::test(start_paused = true)]
async fn a_flood_of_challenges_ends() {
    let (ours, mut peer) = duplex(1 << 16);
    let client = tokio::spawn(Client::builder().sasl(Patient).negotiate_over(ours));
    peer.write_all(&b"\x02\0\0\0\0".repeat(1000)).await.unwrap();
    let start = Instant::now();
    assert_eq!(client.await.unwrap().unwrap_err().to_string(), MORE);
    assert_eq!(start.elapsed(), Duration::ZERO);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let client = thread::spawn(move || BlockingClient::builder().sasl(Patient).connect(address));
    let (mut peer, _) = listener.accept().unwrap();
    peer.write_all(&b"\x02\0\0\0\0".repeat(1000)).unwrap();
    assert_eq!(client.join().unwrap().unwrap_err().to_string(), MORE);
}

/// What a blocking client makes of a server that says this much to its login, and to its call.
fn connected(listener: &TcpListener, end: usize, then: impl FnOnce(TcpStream)) -> Result<String> {
    let address = listener.local_addr().unwrap();
    let client = thread::spawn(move || {
        let builder = BlockingClient::builder()
            .connect_timeout(Duration::from_millis(100))
            .call_timeout(Duration::from_millis(100));
        WhoBlockingClient::new(builder.sasl(alice()).connect(address)?).name()
    });
    let (mut peer, _) = listener.accept().unwrap();
    peer.read_exact(&mut vec![0; login().len()]).unwrap();
    peer.write_all(&COMPLETE[..end.min(COMPLETE.len())]).unwrap();
    if end >= COMPLETE.len() {
        let mut call = vec![0; 21];
        peer.read_exact(&mut call).unwrap();
        peer.write_all(&reply(&call[4..])[..end - COMPLETE.len()]).unwrap();
    }
    then(peer);
    client.join().unwrap()
}

#[test]
fn a_server_may_close_anywhere_without_a_runtime_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let whole = COMPLETE.len() + REPLY;
    for end in 0..=whole {
        match connected(&listener, end, drop) {
            Ok(name) => assert_eq!((end, name.as_str()), (whole, "alice")),
            Err(error) if end < COMPLETE.len() => assert_eq!(error.kind(), ErrorKind::Sasl),
            Err(error) => assert!(end < whole && error.is_closed(), "{end}: {error}"),
        }
    }
}

#[test]
fn a_server_may_fall_silent_without_a_runtime_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    for (end, kind) in [
        (0, ErrorKind::ConnectTimeout),
        (4, ErrorKind::ConnectTimeout),
        (COMPLETE.len(), ErrorKind::Timeout),
        (COMPLETE.len() + 2, ErrorKind::Timeout),
        (COMPLETE.len() + 20, ErrorKind::Timeout),
    ] {
        let mut silent = None;
        let error = connected(&listener, end, |peer| silent = Some(peer)).unwrap_err();
        assert_eq!(error.kind(), kind, "{end}: {error}");
        // The client has closed.
        let mut rest = Vec::new();
        let _ = silent.unwrap().read_to_end(&mut rest);
    }
}

#[test]
fn frames_that_lie_end_the_connection_without_a_runtime_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    for lie in LIES {
        let mut open = None;
        let then = |mut peer: TcpStream| {
            peer.write_all(lie).unwrap();
            open = Some(peer);
        };
        let error = connected(&listener, COMPLETE.len(), then).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    }
}
