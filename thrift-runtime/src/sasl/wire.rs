//! Negotiations over tokio's streams.

use std::{panic::resume_unwind, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    task::spawn_blocking,
    time::{Instant, timeout_at},
};

use super::{
    Answered, Arrived, Authenticated, ClientMechanism, ClientNegotiation, ClientStep, Failed,
    SecurityLayer, ServerNegotiation, ServerSasl, arrived, gone,
};
use crate::{
    error::{Error, ErrorKind, Result},
    serving::Late,
};

/// Negotiates with a server over a stream to `host`, if its name is known. No byte of what follows is
/// read.
pub(crate) async fn connect<S>(
    mechanism: Arc<dyn ClientMechanism>,
    host: Option<&str>,
    stream: &mut S,
) -> Result<Option<Box<dyn SecurityLayer>>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let blocks = mechanism.blocks();
    let (mut negotiation, mut sent) = match blocks {
        true => {
            let host = host.map(str::to_owned);
            aside(move || ClientNegotiation::begin(mechanism, host.as_deref())).await??
        }
        false => ClientNegotiation::begin(mechanism, host)?,
    };
    let mut input = Vec::new();
    loop {
        // A server that has closed may have said why before.
        let _ = send(stream, &sent).await;
        input.clear();
        match more(stream, &mut input).await {
            Err(error) if !error.is_closed() => return Err(error),
            _ => {}
        }
        let (status, payload) = match arrived(&input) {
            Ok(Arrived::Whole(status, payload, _)) => (status, payload),
            Ok(Arrived::Part(_)) => return Err(negotiation.closed(&input)),
            Err(_) => return Err(negotiation.no_sasl(&input)),
        };
        let step = match blocks {
            true => {
                let payload = payload.to_vec();
                let receive = move || (negotiation.receive(status, &payload), negotiation);
                let step;
                (step, negotiation) = aside(receive).await?;
                step?
            }
            false => negotiation.receive(status, payload)?,
        };
        match step {
            ClientStep::Send(response) => sent = response,
            ClientStep::Done(layer) => return Ok(layer),
        }
    }
}

/// Does what may block in a thread for it.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.map_err(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_) => Error::new(ErrorKind::Closed, "the runtime is shutting down"),
    })
}

/// Negotiates with a peer that has begun to, until `end`. No byte of what follows is read.
pub(crate) async fn accept<S>(
    sasl: &ServerSasl,
    stream: &mut S,
    end: Option<Instant>,
) -> Result<Authenticated>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let accepting = negotiate(sasl, stream);
    match end {
        Some(end) => timeout_at(end, accepting).await.map_err(|_| Late::Sasl.error())?,
        None => accepting.await,
    }
}

async fn negotiate<S>(sasl: &ServerSasl, stream: &mut S) -> Result<Authenticated>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut negotiation = ServerNegotiation::new(sasl);
    let mut input = Vec::new();
    loop {
        input.clear();
        more(stream, &mut input).await?;
        let answered = match arrived(&input) {
            Ok(Arrived::Whole(status, payload, _)) => negotiation.receive(status, payload).await,
            Ok(Arrived::Part(_)) => return Err(gone()),
            Err(refused) => Err(refused.into()),
        };
        match answered {
            Ok(Answered::More(sent)) => send(stream, &sent).await?,
            Ok(Answered::Done(authenticated, sent)) => {
                send(stream, &sent).await?;
                return Ok(authenticated);
            }
            Err(Failed { told, error }) => {
                // If the peer cannot be told any more, the first error is still the one that
                // counts.
                let _ = send(stream, &told).await;
                return Err(error);
            }
        }
    }
}

/// Reads a message, or what shows that there is none, unless the stream ends before.
async fn more<S: AsyncRead + Unpin>(stream: &mut S, input: &mut Vec<u8>) -> Result<()> {
    while let Ok(Arrived::Part(missing)) = arrived(input) {
        // The buffer grows with what comes.
        let mut rest = (&mut *stream).take(missing as u64);
        if rest.read_buf(input).await? == 0 {
            break;
        }
    }
    Ok(())
}

async fn send<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> Result<()> {
    stream.write_all(bytes).await?;
    Ok(stream.flush().await?)
}
