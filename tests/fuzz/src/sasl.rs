//! Negotiations of SASL, from either side.

use thrift_runtime::{
    Error, ErrorKind, Result,
    sasl::{
        Authenticated, ClientMechanism, ClientSession, Login, Refused, Responding, SecurityLayer,
        ServerMechanism, ServerSasl, ServerSession, ServerStep,
    },
};

/// What the server's challenge is before the last response.
const READY: &[u8] = b"ready";

/// PLAIN, which lets in who knows one password.
pub(crate) fn plain() -> ServerSasl {
    ServerSasl::plain(|login: &Login| match login.password() {
        "b" => Ok(login.user().to_owned()),
        _ => Err("no"),
    })
}

/// PLAIN, and a mechanism of several rounds that protects what follows.
pub(crate) fn both() -> ServerSasl {
    plain().and(Rounds)
}

/// A message of a negotiation, or a status and a length that are not.
pub(crate) fn message(status: u8, payload: &[u8]) -> Vec<u8> {
    [&[status][..], &(payload.len() as u32).to_be_bytes(), payload].concat()
}

/// What follows a negotiation, in frames.
pub(crate) fn framed(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_be_bytes(), bytes].concat()
}

/// The same, protected by [`Mark`].
pub(crate) fn sealed(message: &[u8]) -> Vec<u8> {
    message.chunks(Mark.most()).flat_map(|piece| framed(&[MARK, piece].concat())).collect()
}

/// The correct conversations of a client, of which each lets it in: which one is protected, and its bytes.
pub(crate) fn of_clients() -> [(bool, Vec<u8>); 4] {
    let start = |name: &[u8]| message(1, name);
    [
        (false, [start(b"PLAIN"), message(5, b"\0a\0b")].concat()),
        (false, [start(b"PLAIN"), message(2, b"a\0a\0b")].concat()),
        (true, [start(b"ROUNDS"), message(5, READY)].concat()),
        (
            true,
            [start(b"ROUNDS"), message(2, b""), message(2, &[0x5a; 300]), message(5, READY)]
                .concat(),
        ),
    ]
}

/// The correct conversations of a server, with the case of the client's mechanism.
pub(crate) fn of_servers() -> [(u8, Vec<u8>); 4] {
    [
        (0, message(5, b"")),
        (1, message(5, READY)),
        (1, [message(2, READY), message(5, b"")].concat()),
        (1, [message(2, b"1"), message(2, b"2"), message(2, READY), message(5, b"")].concat()),
    ]
}

/// A mechanism in which each side says what the other said, until that is [`READY`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rounds;

impl ServerMechanism for Rounds {
    fn name(&self) -> &str {
        "ROUNDS"
    }

    fn begin(&self) -> Result<Box<dyn ServerSession>, Refused> {
        Ok(Box::new(Rounds))
    }
}

impl ServerSession for Rounds {
    fn respond<'a>(&'a mut self, response: &'a [u8]) -> Responding<'a> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            match response {
                READY => Ok(ServerStep::Done(
                    Authenticated::new("a").with_last(b"b".into()).with_layer(Mark),
                )),
                [b'n', ..] => Err(Refused::new("no")),
                other => Ok(ServerStep::Challenge(other.to_vec())),
            }
        })
    }
}

impl ClientMechanism for Rounds {
    fn name(&self) -> &str {
        "ROUNDS"
    }

    fn begin(&self, _host: Option<&str>) -> Result<Box<dyn ClientSession>> {
        Ok(Box::new(Calling { is_complete: false }))
    }
}

/// The client of [`Rounds`].
struct Calling {
    is_complete: bool,
}

impl ClientSession for Calling {
    fn first(&mut self) -> Result<Vec<u8>> {
        Ok(b"first".to_vec())
    }

    fn respond(&mut self, challenge: &[u8]) -> Result<Vec<u8>> {
        self.is_complete = challenge == READY;
        match challenge {
            [b'n', ..] => Err(Error::new(ErrorKind::Sasl, "no")),
            _ => Ok(challenge.to_vec()),
        }
    }

    fn is_complete(&self) -> bool {
        self.is_complete
    }

    fn layer(&mut self) -> Option<Box<dyn SecurityLayer>> {
        Some(Box::new(Mark))
    }
}

/// What each token begins with.
const MARK: &[u8] = b"*";

/// A layer whose tokens begin with [`MARK`].
struct Mark;

impl SecurityLayer for Mark {
    fn seal(&mut self, bytes: &[u8]) -> Result<Vec<u8>> {
        assert!(bytes.len() <= self.most());
        Ok([MARK, bytes].concat())
    }

    fn open(&mut self, token: &[u8]) -> Result<Vec<u8>> {
        let opened = token.strip_prefix(MARK);
        opened.map(Vec::from).ok_or_else(|| Error::new(ErrorKind::Sasl, "the mark is missing"))
    }

    fn most(&self) -> usize {
        100
    }
}
