//! A mechanism with challenges and a layer, as Kerberos has them, by the traits that are public.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use thrift_runtime::{
    BlockingClient, Bytes, Client, Error, ErrorKind, Event, Result, Timeouts,
    sasl::{
        Authenticated, ClientMechanism, ClientSession, Refused, Responding, SecurityLayer,
        ServerMechanism, ServerSasl, ServerSession, ServerStep,
    },
};

use crate::{
    Who as _, WhoBlocking as _, WhoBlockingClient, WhoClient, hostile::read_frame, message,
    options, serve_with, start, start_blocking, told_for,
};

/// Counts down from a number, which both have to do, and turns bytes over then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Countdown {
    pub(crate) from: u8,
    pub(crate) layer: bool,
}

impl ClientMechanism for Countdown {
    fn name(&self) -> &str {
        "X-COUNTDOWN"
    }

    fn begin(&self, host: Option<&str>) -> Result<Box<dyn ClientSession>> {
        assert_eq!(host, None);
        Ok(Box::new(Counting { left: self.from, layer: self.layer }))
    }
}

impl ServerMechanism for Countdown {
    fn name(&self) -> &str {
        "X-COUNTDOWN"
    }

    fn begin(&self) -> Result<Box<dyn ServerSession>, Refused> {
        Ok(Box::new(Counting { left: self.from, layer: self.layer }))
    }
}

struct Counting {
    left: u8,
    layer: bool,
}

impl ClientSession for Counting {
    fn first(&mut self) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn respond(&mut self, challenge: &[u8]) -> Result<Vec<u8>> {
        if challenge != [self.left] {
            let text = format!("{challenge:?} does not come after {}", self.left);
            return Err(Error::new(ErrorKind::Sasl, text));
        }
        self.left = self.left.saturating_sub(1);
        Ok(challenge.to_vec())
    }

    fn is_complete(&self) -> bool {
        self.left == 0
    }

    fn layer(&mut self) -> Option<Box<dyn SecurityLayer>> {
        self.layer.then(|| Box::new(Turn) as _)
    }
}

impl ServerSession for Counting {
    fn respond<'a>(&'a mut self, response: &'a [u8]) -> Responding<'a> {
        Box::pin(async move {
            if !response.is_empty() && response != [self.left + 1] {
                return Err(Refused::failed("who cannot count may not come in"));
            }
            tokio::task::yield_now().await;
            let challenge = vec![self.left];
            if self.left > 0 {
                self.left -= 1;
                return Ok(ServerStep::Challenge(challenge));
            }
            let done = Authenticated::new("a counter");
            Ok(ServerStep::Done(if self.layer { done.with_layer(Turn) } else { done }))
        })
    }
}

/// Turns bytes over, and puts a mark behind them.
struct Turn;

impl SecurityLayer for Turn {
    fn seal(&mut self, bytes: &[u8]) -> Result<Vec<u8>> {
        assert!(bytes.len() <= self.most());
        Ok(bytes.iter().map(|byte| !byte).chain(*b"mark").collect())
    }

    fn open(&mut self, token: &[u8]) -> Result<Vec<u8>> {
        match token.strip_suffix(b"mark") {
            Some(bytes) => Ok(bytes.iter().map(|byte| !byte).collect()),
            None => Err(Error::new(ErrorKind::Sasl, "the mark is missing")),
        }
    }

    fn most(&self) -> usize {
        1000
    }
}

/// Endless challenges.
#[derive(Debug)]
struct Endless;

impl ServerMechanism for Endless {
    fn name(&self) -> &str {
        "X-ENDLESS"
    }

    fn begin(&self) -> Result<Box<dyn ServerSession>, Refused> {
        Ok(Box::new(Endless))
    }
}

impl ServerSession for Endless {
    fn respond<'a>(&'a mut self, _response: &'a [u8]) -> Responding<'a> {
        Box::pin(async { Ok(ServerStep::Challenge(b"again".to_vec())) })
    }
}

#[tokio::test]
async fn challenges_and_layers_work_between_all_ends() {
    for layer in [false, true] {
        let counting = Countdown { from: 3, layer };
        let address = start(|server| server.sasl(ServerSasl::new(counting))).await;
        let blocking = start_blocking(|server| server.sasl(ServerSasl::new(counting)));
        let large = Bytes::from(vec![7; 300_000]);
        for address in [address, blocking] {
            let client = Client::builder().sasl(counting).connect(address).await.unwrap();
            let who = WhoClient::new(client);
            assert_eq!(who.name().await.unwrap(), "a counter");
            assert_eq!(who.echo(large.clone()).await.unwrap(), large);
            let (one, two) = tokio::join!(who.name(), who.echo(large.clone()));
            assert_eq!((one.unwrap().as_str(), two.unwrap()), ("a counter", large.clone()));
            let large = large.clone();
            let called = tokio::task::spawn_blocking(move || {
                let client = BlockingClient::builder().sasl(counting).connect(address).unwrap();
                let who = WhoBlockingClient::new(client);
                assert_eq!(who.name().unwrap(), "a counter");
                assert_eq!(who.echo(large.clone()).unwrap(), large);
            });
            called.await.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_mechanism_may_end_a_negotiation_on_either_side() {
    let server = |from| options(ServerSasl::new(Countdown { from, layer: false }));
    let (stream, serving) = serve_with(server(2));
    let client = Client::builder().sasl(Countdown { from: 3, layer: false });
    let error = client.negotiate_over(stream).await.unwrap_err();
    assert_eq!(error.to_string(), "[2] does not come after 3");
    let error = serving.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the peer closed the connection during the SASL negotiation");

    let wrong = [message(1, b"X-COUNTDOWN"), message(2, b"\x07")].concat();
    let (told, served) = told_for(server(2), &wrong).await;
    assert_eq!(told, (4, "who cannot count may not come in".to_owned()));
    assert_eq!(served.unwrap_err().kind(), ErrorKind::Sasl);
}

#[tokio::test(start_paused = true)]
async fn challenges_end() {
    let sasl = || options(ServerSasl::plain(crate::decide).and(Endless));
    let flood = [message(1, b"X-ENDLESS"), message(2, b"").repeat(17)].concat();
    let (mut stream, serving) = serve_with(sasl());
    tokio::io::AsyncWriteExt::write_all(&mut stream, &flood).await.unwrap();
    for _ in 0..16 {
        assert_eq!(crate::told(&mut stream).await, (2, "again".to_owned()));
    }
    assert_eq!(
        crate::told(&mut stream).await,
        (4, "the client sent more than 16 responses".to_owned())
    );
    let error = serving.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("more than 16 responses"), "{error}");
}

/// A client that waits for a ticket, which comes when nobody can send it any more.
#[derive(Debug, Clone)]
struct Ticketless(Arc<Mutex<mpsc::Receiver<()>>>);

impl ClientMechanism for Ticketless {
    fn name(&self) -> &str {
        "X-TICKET"
    }

    fn begin(&self, _host: Option<&str>) -> Result<Box<dyn ClientSession>> {
        let _ = self.0.lock().unwrap().recv();
        Ok(Box::new(Counting { left: 0, layer: false }))
    }

    fn blocks(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn a_mechanism_that_blocks_holds_up_nobody() {
    let (ticket, waiting) = mpsc::channel();
    let ticketless = Ticketless(Arc::new(Mutex::new(waiting)));
    let address = start(|server| server.sasl(ServerSasl::plain(crate::decide))).await;
    let patience = Duration::from_millis(50);
    let builder = Client::builder().sasl(ticketless.clone()).connect_timeout(patience);
    let connecting = tokio::spawn(builder.connect(address));
    // There is one thread for everything else.
    let client = Client::builder().sasl(crate::alice()).connect(address).await.unwrap();
    assert_eq!(WhoClient::new(client).name().await.unwrap(), "alice");
    let late = "no connection was made within 50ms: the server did not finish the SASL negotiation";
    let error = connecting.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::ConnectTimeout, late));
    let connected = tokio::task::spawn_blocking(move || {
        let builder = BlockingClient::builder().sasl(ticketless).connect_timeout(patience);
        builder.connect(address).unwrap_err()
    });
    let error = connected.await.unwrap();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::ConnectTimeout, late));
    drop(ticket);
}

#[tokio::test]
async fn a_part_of_a_frame_counts_as_held() {
    const MOST: usize = 400 << 10;
    let counting = Countdown { from: 0, layer: true };
    let (sender, overloaded) = mpsc::channel();
    let observer = || {
        let sender = sender.clone();
        move |event: &Event<'_>| {
            if let Event::Overloaded { .. } = event {
                sender.send(()).unwrap();
            }
        }
    };
    let sasl = || ServerSasl::new(counting);
    let address = start(|server| server.sasl(sasl()).max_bytes(MOST).observer(observer())).await;
    let concurrent = start(|server| {
        server.sasl(sasl()).max_bytes(MOST).observer(observer()).concurrent_calls(4)
    })
    .await;
    let blocking =
        start_blocking(|server| server.sasl(sasl()).max_bytes(MOST).observer(observer()));
    let part = [
        message(1, b"X-COUNTDOWN"),
        message(5, b""),
        (2_u32 << 20).to_be_bytes().to_vec(),
        vec![7; 1 << 20],
    ]
    .concat();
    for address in [address, concurrent, blocking] {
        let part = part.clone();
        let closed = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            // The server closes the connection before it has taken all of it.
            let _ = stream.write_all(&part);
            let read = stream.read_to_end(&mut Vec::new());
            assert!(read.map_err(|error| error.kind()) != Err(io::ErrorKind::WouldBlock));
        });
        closed.await.unwrap();
        overloaded.recv_timeout(Duration::from_secs(20)).unwrap();
        let client = Client::builder().sasl(counting).connect(address).await.unwrap();
        let bytes = Bytes::from(vec![7; 100_000]);
        assert_eq!(WhoClient::new(client).echo(bytes.clone()).await.unwrap(), bytes);
    }
}

#[test]
fn a_blocking_server_waits_for_a_large_frame_at_the_least_rate() {
    let mut timeouts = Timeouts::default();
    timeouts.message = Some(Duration::from_secs(2));
    let counting = Countdown { from: 0, layer: true };
    let address =
        start_blocking(|server| server.sasl(ServerSasl::new(counting)).timeouts(timeouts));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(&[message(1, b"X-COUNTDOWN"), message(5, b"")].concat()).unwrap();
    stream.read_exact(&mut [0; 5]).unwrap();
    let call =
        [&b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\0\x0b\0\x01\0\0\x75\x30"[..], &[7; 30_000], &[0]];
    let token = call.concat().iter().map(|byte| !byte).chain(*b"mark").collect::<Vec<u8>>();
    stream.write_all(&(token.len() as u32).to_be_bytes()).unwrap();
    // It takes longer than a short one may.
    for piece in token.chunks(3000) {
        stream.write_all(piece).unwrap();
        std::thread::sleep(Duration::from_millis(250));
    }
    read_frame(&mut stream);
}
