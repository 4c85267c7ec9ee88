//! Negotiations of SASL over blocking sockets.

use std::{
    panic::resume_unwind,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
};

use bytes::Buf;

use super::{
    block_on::block_on,
    socket::{Patience, late},
    stream::Stream,
};
use crate::{
    error::{Error, Result},
    protocol::{Limits, Output},
    sasl::{
        Answered, Arrived, Authenticated, ClientMechanism, ClientNegotiation, ClientStep, Failed,
        Frames, ServerNegotiation, ServerSasl, arrived, gone,
    },
};

impl Stream {
    /// Negotiates with a server at `host`, if its name is known.
    pub(super) fn negotiate(
        &mut self,
        mechanism: &Arc<dyn ClientMechanism>,
        host: Option<&str>,
        patience: Patience,
        limits: &Limits,
    ) -> Result<()> {
        let blocks = mechanism.blocks();
        let mechanism = Arc::clone(mechanism);
        let (mut negotiation, mut sent) = match blocks {
            true => {
                let host = host.map(str::to_owned);
                aside(patience, move || ClientNegotiation::begin(mechanism, host.as_deref()))??
            }
            false => ClientNegotiation::begin(mechanism, host)?,
        };
        loop {
            // A server that has closed may have said why before.
            let written = self.send(&sent, patience);
            if let Err(error) = written.and_then(|()| self.fill_message(patience))
                && !error.is_closed()
            {
                return Err(error);
            }
            let (status, payload, length) = match arrived(&self.input) {
                Ok(Arrived::Whole(status, payload, length)) => (status, payload, length),
                Ok(Arrived::Part(_)) => return Err(negotiation.closed(&self.input)),
                Err(_) => return Err(negotiation.no_sasl(&self.input)),
            };
            let step = match blocks {
                true => {
                    let payload = payload.to_vec();
                    let receive = move || (negotiation.receive(status, &payload), negotiation);
                    let step;
                    (step, negotiation) = aside(patience, receive)?;
                    step?
                }
                false => negotiation.receive(status, payload)?,
            };
            match step {
                ClientStep::Send(response) => sent = response,
                ClientStep::Done(layer) => {
                    self.sasl = Some(Box::new(Frames::new(layer, limits)));
                    return self.begin_frames(length);
                }
            }
            self.input.advance(length);
        }
    }

    /// Negotiates with a peer that has begun to. What a peer that is not let in is told, is in the
    /// second error.
    pub(super) fn accept_sasl(
        &mut self,
        sasl: &ServerSasl,
        patience: Patience,
        limits: &Limits,
    ) -> Result<Authenticated, Failed> {
        let mut negotiation = ServerNegotiation::new(sasl);
        loop {
            self.fill_message(patience)?;
            let (answered, length) = match arrived(&self.input)? {
                Arrived::Whole(status, payload, length) => {
                    (block_on(negotiation.receive(status, payload))?, length)
                }
                Arrived::Part(_) => return Err(gone().into()),
            };
            match answered {
                Answered::More(sent) => {
                    self.input.advance(length);
                    self.send(&sent, patience)?;
                }
                Answered::Done(mut authenticated, sent) => {
                    self.send(&sent, patience)?;
                    let frames = Frames::new(authenticated.take_layer(), limits);
                    self.sasl = Some(Box::new(frames));
                    self.begin_frames(length)?;
                    return Ok(authenticated);
                }
            }
        }
    }

    /// Reads until a message has come, or what shows that there is none, unless the stream ends before.
    fn fill_message(&mut self, patience: Patience) -> Result<()> {
        while let Ok(Arrived::Part(_)) = arrived(&self.input) {
            if self.fill(patience)? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Takes what has come behind the last message, of so many bytes, for frames.
    fn begin_frames(&mut self, length: usize) -> Result<()> {
        let mut come = std::mem::take(&mut self.input);
        come.advance(length);
        match &mut self.sasl {
            Some(frames) => frames.take_in(&mut come, &mut self.input),
            None => Ok(()),
        }
    }

    fn send(&mut self, bytes: &[u8], patience: Patience) -> Result<()> {
        let mut output = Output::new();
        output.put_slice(bytes);
        self.write(&output, patience)
    }
}

/// Does what may block for longer than this side waits.
fn aside<T: Send + 'static>(
    patience: Patience,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let Some(left) = patience.left()? else { return Ok(work()) };
    let (sender, done) = mpsc::sync_channel(1);
    let thread = thread::Builder::new().name("thrift negotiating".into());
    let running = thread.spawn(move || {
        // Nobody waits any more for what took too long.
        let _ = sender.send(work());
    });
    let running = running.map_err(|error| Error::io("no thread can be started", error))?;
    match done.recv_timeout(left) {
        Ok(done) => Ok(done),
        Err(RecvTimeoutError::Timeout) => Err(late()),
        Err(RecvTimeoutError::Disconnected) => match running.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => Err(late()),
        },
    }
}
