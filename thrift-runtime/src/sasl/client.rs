//! The client's side of a negotiation, over bytes.

use std::sync::Arc;

use super::{
    ClientMechanism, ClientSession, MOST_ROUNDS, SecurityLayer,
    message::{is_mechanism, message},
};
use crate::{
    error::{Error, ErrorKind, Result, escaped},
    transport::sasl::{Status, refusal},
};

/// A client that negotiates.
pub(crate) struct ClientNegotiation {
    mechanism: Arc<dyn ClientMechanism>,
    session: Box<dyn ClientSession>,
    rounds: u32,
}

/// What follows on a message of the server's.
pub(crate) enum ClientStep {
    /// This is to be sent, and another message waited for.
    Send(Vec<u8>),
    /// The client is let in.
    Done(Option<Box<dyn SecurityLayer>>),
}

impl ClientNegotiation {
    /// Begins with a host, if its name is known. Returns what is to be sent.
    ///
    /// # Errors
    ///
    /// If the mechanism cannot begin.
    pub(crate) fn begin(
        mechanism: Arc<dyn ClientMechanism>,
        host: Option<&str>,
    ) -> Result<(Self, Vec<u8>)> {
        let name = mechanism.name().as_bytes();
        let start = message(Status::Start, name);
        if !is_mechanism(name) {
            let text = format!("no SASL mechanism can be called \"{}\"", escaped(name));
            return Err(Error::new(ErrorKind::Sasl, text));
        }
        let session = mechanism.begin(host)?;
        let mut negotiation = ClientNegotiation { mechanism, session, rounds: 0 };
        let first = negotiation.session.first()?;
        let sent = [start, negotiation.response(&first)].concat();
        Ok((negotiation, sent))
    }

    /// Takes a message of the server's.
    ///
    /// # Errors
    ///
    /// If the server refuses, or the mechanism gives up.
    pub(crate) fn receive(&mut self, status: Status, payload: &[u8]) -> Result<ClientStep> {
        match status {
            Status::Ok if self.session.is_complete() => {
                Err(self.failed("the server sent a challenge after the last one"))
            }
            Status::Ok if self.rounds == MOST_ROUNDS => {
                Err(self.failed(&format!("the server sent more than {MOST_ROUNDS} challenges")))
            }
            Status::Ok => {
                self.rounds += 1;
                let response = self.session.respond(payload)?;
                Ok(ClientStep::Send(self.response(&response)))
            }
            Status::Complete => {
                if !self.session.is_complete() {
                    self.session.respond(payload)?;
                }
                match self.session.is_complete() {
                    true => Ok(ClientStep::Done(self.session.layer())),
                    false => Err(self.failed("the server completed it too early")),
                }
            }
            Status::Bad | Status::Error => Err(self.refused(payload)),
            Status::Start => Err(self.failed("the server sent START, which only clients may send")),
        }
    }

    fn response(&self, response: &[u8]) -> Vec<u8> {
        let complete = self.session.is_complete();
        message(if complete { Status::Complete } else { Status::Ok }, response)
    }

    #[cold]
    fn refused(&self, why: &[u8]) -> Error {
        let (name, advice) = (self.mechanism.name(), self.mechanism.advice());
        let mut text =
            format!("the server refused the SASL mechanism {name}: \"{}\"", escaped(why));
        if !advice.is_empty() {
            text += &format!("; {advice}");
        }
        Error::new(ErrorKind::Sasl, text)
    }

    /// The error of a negotiation that fails for a reason.
    #[cold]
    fn failed(&self, why: &str) -> Error {
        let name = self.mechanism.name();
        Error::new(ErrorKind::Sasl, format!("the SASL negotiation of {name} failed: {why}"))
    }

    /// The error for a server that closes the connection within it, after these bytes of a message.
    #[cold]
    pub(crate) fn closed(&self, come: &[u8]) -> Error {
        if let Some((why, _)) = refusal(come) {
            return self.refused(why);
        }
        self.failed(
            "the server closed the connection; it may not accept SASL (then leave out `sasl`), or not \
             this mechanism",
        )
    }

    /// The error for a server that answers something else.
    #[cold]
    pub(crate) fn no_sasl(&self, answer: &[u8]) -> Error {
        let bytes: Vec<_> = answer.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let bytes = bytes.join(" ");
        self.failed(&format!(
            "the server answered {bytes}, which is not SASL; it may not accept SASL \
             (then leave out `sasl`)"
        ))
    }
}
