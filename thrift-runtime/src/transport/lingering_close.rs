//! Closing a connection in a way that lets the peer read what was written last.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::{Instant, timeout, timeout_at},
};

/// How long it may take at most, in all and without a byte coming in.
const LONGEST: Duration = Duration::from_secs(5);
pub(crate) const SILENCE: Duration = Duration::from_secs(1);
/// How much is read at most. A peer may have to send its whole call before it reads the answer.
const MOST: usize = 128 << 20;

/// Ends the sending side, then reads on for a while before closing: bytes that arrive after the
/// socket is closed reset the connection, which would discard answers that the peer has not read
/// yet.
pub(crate) async fn close<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> io::Result<()> {
    let end = Instant::now() + LONGEST;
    match timeout_at(end, stream.shutdown()).await {
        Ok(result) => result?,
        Err(_) => return Ok(()),
    }
    let mut scratch = vec![0; 8 << 10];
    let mut count = 0;
    while count < MOST
        && Instant::now() < end
        && let Ok(read) = timeout(SILENCE, stream.read(&mut scratch)).await
    {
        match read? {
            0 => break,
            read => count += read,
        }
    }
    Ok(())
}
